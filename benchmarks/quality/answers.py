"""Turns the numbers of a peer into taggings, so that the same metrics measure all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from classifier.decision import decide_areas, decide_marker, decide_project, main_area
from classifier.heads import OUTPUTS
from classifier.oda.assessment import ModelOpinion
from classifier.tagging import Decision, OdaAssessment, Risk, Tagging

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from classifier.heads import Array
    from classifier.model import Thresholds
    from classifier.project import Project
    from classifier.tagging import Evidence


@dataclass(frozen=True, slots=True)
class Answers:
    """What a peer says of some projects.

    Parameters
    ----------
    outputs
        Probability of each of the outputs of `classifier.heads`; those that a peer does not know are 0.
    risks
        Probability of each risk in the order of `Risk`; None when the peer does not judge it.
    """

    outputs: Array
    risks: NDArray[np.float64] | None = None


def to_taggings(projects: Sequence[Project], answers: Answers, thresholds: Thresholds) -> list[Tagging]:
    """Decide on each project by the thresholds; a peer never abstains and cites nothing."""
    risks = np.zeros((len(projects), 0)) if answers.risks is None else answers.risks
    return [
        _to_tagging(project, outputs, ModelOpinion(tuple(row.tolist())), thresholds)
        for project, outputs, row in zip(projects, answers.outputs, risks, strict=True)
    ]


def _to_tagging(project: Project, outputs: Array, opinion: ModelOpinion, thresholds: Thresholds) -> Tagging:
    areas = decide_areas(outputs, thresholds, False, _cite_nothing)
    gender, human_rights = (
        decide_marker(name, outputs, thresholds, "", _cite_nothing) for name in ("gender", "human_rights")
    )
    risk = opinion.risk() or Risk.LOW
    oda = OdaAssessment(risk, "model", Risk.LOW, (), Decision.TO_REVIEW, (), risk, opinion.probabilities)
    decision, reasons = decide_project(areas, (gender, human_rights), oda, "")
    return Tagging(
        project.id, "", areas, main_area(areas), gender, human_rights, oda, decision, reasons, "peer", "none"
    )


def _cite_nothing(_: int) -> tuple[Evidence, ...]:
    return ()


def no_outputs(projects: int) -> Array:
    """Return probabilities of 0 for all outputs, to be filled."""
    return np.zeros((projects, len(OUTPUTS)), np.float32)


def best_threshold(probabilities: Array, gold: NDArray[np.bool_]) -> float:
    """Return the probability from which on selecting gives the best F1; above all of them without gold."""
    order = np.argsort(-probabilities, kind="stable")
    ordered, hits = probabilities[order], np.cumsum(gold[order])
    if not len(ordered) or not hits[-1]:
        return 1.1
    f1 = 2 * hits / (np.arange(1, len(hits) + 1) + hits[-1])
    # Equal probabilities are selected together.
    f1[:-1][ordered[:-1] == ordered[1:]] = -1.0
    return float(ordered[f1.argmax()])
