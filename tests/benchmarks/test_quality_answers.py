"""How the numbers of a peer become taggings."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.quality.answers import Answers, best_threshold, no_outputs, to_taggings
from classifier.heads import AREA_CODES, GENDER, OUTPUT_PLACES
from classifier.model import Thresholds
from classifier.project import Project, Source
from classifier.tagging import Risk

HALF = (0.5, 0.5)
THRESHOLDS = Thresholds((0.5,) * len(AREA_CODES), 0.0, 0.9, 0.1, {"gender": HALF, "human_rights": HALF}, 0.9)
PROJECT = Project("p-1", Source(1), title="Shelter for refugees")


def test_selects_scores_and_judges() -> None:
    outputs = no_outputs(1)
    outputs[0, OUTPUT_PLACES["3.2"]] = 0.6
    outputs[0, OUTPUT_PLACES[GENDER[0]]] = 0.7
    (tagging,) = to_taggings([PROJECT], Answers(outputs, np.array([[0.1, 0.2, 0.6, 0.1]])), THRESHOLDS)
    assert tagging.selected_areas() == ("3.2",)
    assert (tagging.gender.score, tagging.human_rights.score) == (1, 0)
    assert tagging.oda.risk is Risk.HIGH


def test_a_peer_without_risk_gives_no_probability_of_it() -> None:
    (tagging,) = to_taggings([PROJECT], Answers(no_outputs(1)), THRESHOLDS)
    assert tagging.oda.probabilities == ()
    assert tagging.selected_areas() == ()


@pytest.mark.parametrize(
    ("probabilities", "gold", "expected"),
    [
        ([0.9, 0.8, 0.3, 0.2], [1, 1, 0, 0], 0.8),
        ([0.2, 0.9, 0.3, 0.8], [0, 1, 0, 1], 0.8),
        ([0.5, 0.5, 0.5], [1, 0, 1], 0.5),
        ([0.9, 0.5, 0.5, 0.5], [1, 1, 0, 0], 0.9),
    ],
)
def test_threshold_of_best_f1(probabilities: list[float], gold: list[int], expected: float) -> None:
    found = best_threshold(np.array(probabilities, np.float32), np.array(gold, bool))
    assert found == pytest.approx(expected)


@pytest.mark.parametrize("probabilities", [[], [0.9, 0.2]])
def test_nothing_is_selected_without_gold(probabilities: list[float]) -> None:
    assert best_threshold(np.array(probabilities, np.float32), np.zeros(len(probabilities), bool)) > 1
