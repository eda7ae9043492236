"""The training line: from the corpus to a model version."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from classifier.heads import AREA_CODES, GENDER, HUMAN_RIGHTS, OUTPUT_PLACES, OUTPUTS, RISK_FLAGGED, RISK_HIGH
from classifier.model import FORMAT_VERSION, Manifest, Thresholds, write_model
from classifier.vectoriser import vocabulary_to_json
from training.calibration import (
    FEWEST_EXAMPLES,
    Scores,
    calibrate,
    choose_thresholds,
    fit_calibration,
    rare_outputs,
    select_areas,
)
from training.corpus import corpus_hash
from training.dataset import Dataset, build_dataset
from training.fitting import Fitted, fit_and_score
from training.profile import profile_corpus

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from training.configuration import Configuration
    from training.dataset import Targets
    from training.labelled import LabelledProject

    Progress = Callable[[str], None]

_HASH_LENGTH: Final = 8


def train(
    records: Sequence[LabelledProject],
    configuration: Configuration,
    models_dir: Path,
    *,
    created: str,
    jobs: int = 2,
    progress: Progress = lambda _: None,
) -> Path:
    """Train a model version from labelled projects and write it; it is not promoted.

    Parameters
    ----------
    records
        The corpus without its frozen part.
    configuration
        What shapes the model.
    models_dir
        Folder of the model versions.
    created
        Date that the manifest gives, ISO 8601. The same records, configuration and date give the same bytes.
    jobs
        Processes for fits side by side; does not change the result.
    progress
        Called with a sentence at each step.

    Returns
    -------
    Path
        Folder of the version. Its metrics name every output with too few examples.

    Raises
    ------
    CorpusError
        There are fewer families than folds.
    """
    progress(f"Reading {len(records)} labelled projects")
    dataset = build_dataset(records)
    rare = _warn_of_rare(dataset, progress)
    fitted, scores = fit_and_score(dataset, configuration, jobs, progress)
    slope, intercept = fit_calibration(scores, dataset.targets)
    probabilities = calibrate(scores, slope, intercept)
    thresholds = choose_thresholds(probabilities, dataset.targets, configuration.decisions)
    manifest = Manifest(
        format_version=FORMAT_VERSION,
        version=_version_name(records, configuration, created),
        created=created,
        code_version=_code_version(),
        corpus_hash=corpus_hash(records),
        corpus_size=len(records),
        configuration=configuration.to_json(),
        labels=OUTPUTS,
        thresholds=thresholds,
        metrics={
            "out_of_fold": _summarise(probabilities, dataset, thresholds),
            "training_profile": profile_corpus(records, probabilities),
            **rare,
        },
        files={},
    )
    progress(f"Writing {manifest.version}")
    return write_model(
        models_dir,
        manifest,
        vocabulary_to_json(fitted.vectoriser),
        _arrays(fitted, configuration.linear.share, slope, intercept),
    )


def _warn_of_rare(dataset: Dataset, progress: Progress) -> dict[str, dict[str, int]]:
    """Tell which outputs have too few examples; return what the manifest says of them, nothing when all have."""
    rare = rare_outputs(dataset.targets)
    if not rare:
        return {}
    named = ", ".join(f"{output} ({count})" for output, count in rare.items())
    progress(f"Warning: fewer than {FEWEST_EXAMPLES} examples of yes or of no, so not well learnt: {named}")
    return {"too_few_examples": rare}


def _summarise(probabilities: Scores, dataset: Dataset, thresholds: Thresholds) -> dict[str, Any]:
    """Return the figures of the folds that the manifest keeps; for markers and risk the mean F1 of their values."""
    said = select_areas(probabilities, thresholds.areas, thresholds.any_area)
    gold = dataset.targets[:, : len(AREA_CODES)] > 0
    both, either = (said & gold).sum(axis=0), said.sum(axis=0) + gold.sum(axis=0)
    f1 = 2 * both / np.maximum(1, either)
    none = ~gold.any(axis=1)
    markers = (("gender", GENDER), ("human_rights", HUMAN_RIGHTS))
    return {
        "area_f1": {code: round(float(value), 4) for code, value in zip(AREA_CODES, f1, strict=True)},
        "area_projects": {code: int(count) for code, count in zip(AREA_CODES, gold.sum(axis=0), strict=True)},
        "macro_f1": round(float(f1.mean()), 4),
        "micro_f1": round(float(2 * both.sum() / max(1, either.sum())), 4),
        "exact_set": round(float((said == gold).all(axis=1).mean()), 4),
        "none_kept": round(float((~said[none].any(axis=1)).mean()), 4) if none.any() else None,
        **{
            f"{name}_macro_f1": _steps_f1(probabilities, dataset.targets, outputs, thresholds.markers[name])
            for name, outputs in markers
        },
        "risk_macro_f1": _steps_f1(probabilities, dataset.targets, (RISK_FLAGGED, RISK_HIGH), (0.5, 0.5)),
    }


def _steps_f1(
    probabilities: Scores, targets: Targets, outputs: tuple[str, str], thresholds: tuple[float, float]
) -> float:
    """Return the mean F1 of the values 0, 1 and 2 of two outputs that ask for *at least 1* and *at least 2*."""
    from sklearn.metrics import f1_score

    places = [OUTPUT_PLACES[output] for output in outputs]
    known = ~np.isnan(targets[:, places]).any(axis=1)
    said = (probabilities[known][:, places] >= thresholds).cumprod(axis=1).sum(axis=1)
    gold = targets[known][:, places].sum(axis=1)
    return round(float(f1_score(gold, said, average="macro", zero_division=0.0)), 4)


def _arrays(fitted: Fitted, linear_share: float, slope: Scores, intercept: Scores) -> dict[str, Any]:
    blocks = fitted.vectoriser.blocks.values()
    arrays: dict[str, Any] = {
        "feature_values": np.concatenate([block.weights for block in blocks]).astype(np.float16),
        "linear_weights": fitted.linear.weights.astype(np.float16),
        "linear_bias": fitted.linear.bias,
        "slope": slope,
        "intercept": intercept,
    }
    if fitted.hidden is not None:
        arrays |= {
            "linear_share": np.array([linear_share], np.float32),
            "hidden_first": fitted.hidden.first.astype(np.float16),
            "hidden_first_bias": fitted.hidden.first_bias,
            "hidden_second": fitted.hidden.second.astype(np.float16),
            "hidden_second_bias": fitted.hidden.second_bias,
        }
    return arrays


def _version_name(records: Sequence[LabelledProject], configuration: Configuration, created: str) -> str:
    """Name a version by its date and by what it was made from."""
    recipe = json.dumps([corpus_hash(records), configuration.to_json(), _code_version()], sort_keys=True)
    return f"{created}-{hashlib.sha256(recipe.encode()).hexdigest()[:_HASH_LENGTH]}"


def _code_version() -> str:
    try:
        return version("portolan")
    except PackageNotFoundError:
        return "unknown"
