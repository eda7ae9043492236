"""Fits the members of a model on all projects, and on all but each fold, to score every project unseen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from classifier.errors import CorpusError
from classifier.heads import AREA_CODES
from training.dataset import Dataset, compose, fit_vectoriser, vectorise
from training.members import fit_hidden, fit_linear, score

if TYPE_CHECKING:
    from collections.abc import Callable

    from scipy.sparse import csr_matrix

    from classifier.heads import HiddenMember, LinearMember
    from classifier.vectoriser import Vectoriser
    from training.calibration import Scores
    from training.configuration import Configuration
    from training.dataset import Targets


@dataclass(frozen=True, slots=True)
class Fitted:
    """The members of a model with their vocabulary."""

    vectoriser: Vectoriser
    linear: LinearMember
    hidden: HiddenMember | None


def fit_and_score(
    dataset: Dataset, configuration: Configuration, jobs: int, progress: Callable[[str], None]
) -> tuple[Fitted, Scores]:
    """Fit the members, and score every project by members that never saw its family.

    `jobs` fits run side by side; how many does not change the result.

    Returns
    -------
    tuple
        The members fitted on all projects, and scores of shape (projects, outputs).

    Raises
    ------
    CorpusError
        There are fewer families than folds.
    """
    folds = folds_of(dataset, configuration.folds)
    everything = range(len(dataset))
    learnt = [sorted(set(everything) - set(held_out)) for held_out in folds] + [list(everything)]
    names = [f"Fold {number} of {len(folds)}" for number in range(1, len(folds) + 1)] + ["Fitting on all projects"]
    fits: list[Fitted] = []
    for start in range(0, len(learnt), max(1, jobs)):
        for name in names[start : start + max(1, jobs)]:
            progress(name)
        fits += _fit_side_by_side(
            [dataset.take(places) for places in learnt[start : start + max(1, jobs)]], configuration
        )
    scores = np.zeros(dataset.targets.shape, np.float32)
    for held_out, fitted in zip(folds, fits[:-1], strict=True):
        matrix = vectorise([dataset.features[place] for place in held_out], fitted.vectoriser)
        scores[held_out] = score(matrix, fitted.linear, fitted.hidden, configuration.linear.share)
    return fits[-1], scores


def _fit_side_by_side(datasets: list[Dataset], configuration: Configuration) -> list[Fitted]:
    """Fit vocabulary and members on each of the sets of projects, with their compositions."""
    from joblib import Parallel, delayed

    vectorisers, tasks = [], []
    for dataset in datasets:
        vectoriser = fit_vectoriser(dataset.features, configuration)
        enlarged = compose(dataset, configuration.compositions, configuration.seed)
        tasks.append((vectorise(enlarged.features, vectoriser), enlarged.targets))
        vectorisers.append(vectoriser)
    # Only matrices travel to the processes: the features of all projects, as words, are much larger.
    members = Parallel(n_jobs=len(tasks))(delayed(_fit_members)(*task, configuration) for task in tasks)
    return [Fitted(vectoriser, *found) for vectoriser, found in zip(vectorisers, members, strict=True)]


def _fit_members(
    matrix: csr_matrix, targets: Targets, configuration: Configuration
) -> tuple[LinearMember, HiddenMember | None]:
    return (
        fit_linear(matrix, targets, configuration.linear, configuration.seed),
        fit_hidden(matrix, targets, configuration.hidden, configuration.seed),
    )


def folds_of(dataset: Dataset, folds: int) -> list[list[int]]:
    """Split the projects by family, with an even share of every label and language in each fold.

    Raises
    ------
    CorpusError
        There are fewer families than folds.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    families = len(set(dataset.families))
    if families < folds:
        raise CorpusError(f"{families} families cannot be split into {folds} folds.", code="corpus-too-small")
    # The rarest area of a project stands for its labels: the common ones even out by themselves.
    areas = np.nan_to_num(dataset.targets[:, : len(AREA_CODES)])
    rarity = areas * (1.0 / (1.0 + areas.sum(axis=0)))
    strata = [
        f"{language}:{AREA_CODES[int(row.argmax())] if row.any() else ''}"
        for language, row in zip(dataset.languages, rarity, strict=True)
    ]
    counts = Counter(strata)
    strata = [stratum if counts[stratum] >= folds else stratum[:3] for stratum in strata]
    counts = Counter(strata)
    if min(counts.values()) < folds:
        strata = [stratum if counts[stratum] >= folds else counts.most_common(1)[0][0] for stratum in strata]
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=0)
    return [held_out.tolist() for _, held_out in splitter.split(strata, strata, dataset.families)]
