"""The peers: what one would build with scikit-learn in an afternoon, trained on exactly our corpus."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, TypeAlias

import numpy as np

from benchmarks.quality.answers import Answers, best_threshold, no_outputs, to_taggings
from classifier.heads import AREA_CODES, GENDER, HUMAN_RIGHTS, OUTPUT_PLACES
from classifier.model import Thresholds
from classifier.taxonomy import load_areas
from training.calibration import calibrate, choose_thresholds, fit_calibration
from training.configuration import load_configuration
from training.dataset import targets_of
from training.labelled import to_project
from training.labels import RISKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from benchmarks.quality.encoders import Encoder, Matrix
    from classifier.project import Project
    from classifier.tagging import Tagging
    from classifier.taxonomy import ResultArea
    from training.configuration import DecisionOptions
    from training.dataset import Targets
    from training.labelled import LabelledProject

Part: TypeAlias = Literal["areas", "markers", "risk"]

_FOLDS: Final = 4
_FEWEST_EXAMPLES: Final = 2
_ASKED: Final = tuple(OUTPUT_PLACES[output] for output in (*AREA_CODES, *GENDER, *HUMAN_RIGHTS))


class Peer(Protocol):
    """Something that learns from the corpus and tags projects."""

    name: str
    how: str
    parts: frozenset[Part]
    encoder: Encoder

    def fit(self, records: Sequence[LabelledProject]) -> None:
        """Learn from labelled projects."""

    def tag(self, projects: Sequence[Project]) -> list[Tagging]:
        """Tag projects, in order."""


def text_of(project: Project) -> str:
    """Return all texts of a project, one under the other."""
    return "\n".join(text for _, text in project.texts())


@dataclass(slots=True)
class LogisticPeer:
    """A logistic regression for each label over an encoder; thresholds from grouped cross-validation."""

    encoder: Encoder
    parts: frozenset[Part] = frozenset({"areas", "markers", "risk"})
    name: str = field(init=False)
    how: str = field(init=False)
    _heads: LogisticHeads = field(init=False)
    _thresholds: Thresholds = field(init=False)

    def __post_init__(self) -> None:
        self.name = f"{self.encoder.name} + logistic regression"
        self.how = (
            f"scikit-learn, one against the rest, C = {self.encoder.inverse_regularisation:g}; threshold of best F1 "
            f"for each label, drawn towards 0.42 for rare ones, from {_FOLDS} folds by family; "
            "risk: the most probable, classes weighed alike"
        )

    def fit(self, records: Sequence[LabelledProject]) -> None:
        """Fit on folds for the thresholds, then on all."""
        from sklearn.model_selection import GroupKFold

        texts = [text_of(to_project(record)) for record in records]
        targets, risks = _targets(records), np.array([RISKS.index(record.risk) for record in records])
        unseen = no_outputs(len(records))
        folds = GroupKFold(_FOLDS, shuffle=True, random_state=0)
        for rest, held_out in folds.split(texts, groups=[record.family for record in records]):
            self._fit_once([texts[place] for place in rest], targets[rest], risks[rest])
            unseen[held_out] = self._answer([texts[place] for place in held_out]).outputs
        self._thresholds = choose_thresholds(unseen, targets, _best_for_each_label())
        self._fit_once(texts, targets, risks)

    def _fit_once(self, texts: Sequence[str], targets: Targets, risks: NDArray[np.int64]) -> None:
        self.encoder.fit(texts)
        self._heads = fit_heads(self.encoder.encode(texts), targets, risks, self.encoder.inverse_regularisation)

    def _answer(self, texts: Sequence[str]) -> Answers:
        return self._heads.answer(self.encoder.encode(texts))

    def tag(self, projects: Sequence[Project]) -> list[Tagging]:
        """Tag projects, in order."""
        return to_taggings(projects, self._answer([text_of(project) for project in projects]), self._thresholds)


def _best_for_each_label() -> DecisionOptions:
    """Return the options of plain peers: the best threshold of each label, and no gate before them."""
    return replace(load_configuration().decisions, none_kept=0.0, gate=0.0, area_prior=0.42, area_prior_examples=40)


@dataclass(frozen=True, slots=True)
class LogisticHeads:
    """Fitted regressions: by place of the output, and the one for the risk."""

    outputs: dict[int, Any]
    risk: Any

    def answer(self, matrix: Matrix) -> Answers:
        """Return the probabilities for each row."""
        outputs = no_outputs(matrix.shape[0])
        for place, model in self.outputs.items():
            outputs[:, place] = model.predict_proba(matrix)[:, 1]
        risks = np.zeros((matrix.shape[0], len(RISKS)))
        risks[:, self.risk.classes_] = self.risk.predict_proba(matrix)
        return Answers(outputs, risks)


def fit_heads(matrix: Matrix, targets: Targets, risks: NDArray[np.int64], strength: float) -> LogisticHeads:
    """Fit a regression for each area and marker step that has examples, and one against the rest for the risk."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier

    models: dict[int, Any] = {}
    for place in _ASKED:
        known = np.flatnonzero(~np.isnan(targets[:, place]))
        wanted = targets[known, place] > 0
        if min(wanted.sum(), (~wanted).sum()) >= _FEWEST_EXAMPLES:
            model = LogisticRegression(C=strength, solver="liblinear", random_state=0)
            models[place] = model.fit(matrix[known], wanted)
    weighed = LogisticRegression(C=strength, solver="liblinear", class_weight="balanced", random_state=0)
    return LogisticHeads(models, OneVsRestClassifier(weighed).fit(matrix, risks))


@dataclass(slots=True)
class SimilarityPeer:
    """The cosine between a text and the definition of each area, with one threshold for each area."""

    encoder: Encoder
    parts: frozenset[Part] = frozenset({"areas"})
    name: str = field(init=False)
    how: str = "cosine with names, definition and cases of each area; threshold of best F1 on the training part"
    _definitions: Matrix = field(init=False)
    _slope: NDArray[np.float32] = field(init=False)
    _intercept: NDArray[np.float32] = field(init=False)
    _thresholds: Thresholds = field(init=False)

    def __post_init__(self) -> None:
        self.name = f"{self.encoder.name}, similarity to definitions"

    def fit(self, records: Sequence[LabelledProject]) -> None:
        """Choose the thresholds; the cosines become probabilities by logistic regression on each (Platt 1999)."""
        texts = [text_of(to_project(record)) for record in records]
        definitions = [define(area) for area in load_areas()]
        self.encoder.fit([*texts, *definitions])
        self._definitions = self.encoder.encode(definitions)
        cosines, targets = self._cosines(texts), _targets(records)
        self._slope, self._intercept = fit_calibration(cosines, targets)
        chances = calibrate(cosines, self._slope, self._intercept)
        limits = [best_threshold(chances[:, place], targets[:, place] > 0) for place in range(len(AREA_CODES))]
        never = (1.1, 1.1)
        markers = {"gender": never, "human_rights": never}
        self._thresholds = Thresholds(tuple(limits), 0.0, 1.1, -0.1, markers, 1.1)

    def _cosines(self, texts: Sequence[str]) -> NDArray[np.float32]:
        cosines = no_outputs(len(texts))
        product = self.encoder.encode(texts) @ self._definitions.T
        cosines[:, : len(AREA_CODES)] = product if isinstance(product, np.ndarray) else product.toarray()
        return cosines

    def tag(self, projects: Sequence[Project]) -> list[Tagging]:
        """Tag projects, in order."""
        cosines = self._cosines([text_of(project) for project in projects])
        answers = Answers(calibrate(cosines, self._slope, self._intercept))
        return to_taggings(projects, answers, self._thresholds)


def define(area: ResultArea) -> str:
    """Return what the taxonomy says of an area: its names, its definition and what belongs inside."""
    return " ".join([*area.names.values(), area.definition, *area.inside])


def _targets(records: Sequence[LabelledProject]) -> Targets:
    return np.array([targets_of(record) for record in records], np.float32)
