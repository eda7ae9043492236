from __future__ import annotations

import numpy as np
import pytest
from tagged_samples import labels, tagging

from training.labels import AREAS
from training.metrics import count_figures, f1, macro_f1, marker_macro_f1, one_against_rest, tally, total

# 3.2: tp 2, fp 1, fn 1; 4.6: tp 1, fp 0, fn 1. Four projects, one exact, of two without area one kept so.
GOLD = [
    labels("a", "3.2 4.6", gender=0, risk="high"),
    labels("b", "3.2", gender=1, risk="high"),
    labels("c", "", gender=1, risk="low"),
    labels("d", "", gender=None, risk="low"),
    labels("e", "3.2 4.6", gender=2, risk="review"),
]
SAID = [
    tagging("a", {"3.2": 0.9, "4.6": 0.8}, gender=0, risk="high"),
    tagging("b", {"3.2": 0.6}, gender=0, risk="low"),
    tagging("c", {"3.2": 0.7}, gender=1, risk="low"),
    tagging("d", {"3.2": 0.2}, gender=1, risk="high"),
    tagging("e", {}, gender=None, risk="high"),
]


def figures(counted: list[str]) -> dict[str, float]:
    mask = np.array([area in counted for area in AREAS])
    return {name: float(value) for name, value in count_figures(total(tally(GOLD, SAID)), mask).items()}


def test_area_figures_are_those_counted_by_hand() -> None:
    found = figures(["3.2", "4.6"])
    assert found["areas_micro_precision"] == pytest.approx(3 / 4)
    assert found["areas_micro_recall"] == pytest.approx(3 / 5)
    assert found["areas_micro_f1"] == pytest.approx(6 / 9)
    assert found["areas_macro_f1"] == pytest.approx((4 / 6 + 2 / 3) / 2)
    assert found["areas_exact_set"] == pytest.approx(3 / 5)
    assert found["areas_none_kept_none"] == pytest.approx(1 / 2)


def test_marker_figures_are_those_counted_by_hand() -> None:
    found = figures([])
    # Scored pairs: 0-0, 1-0, 1-1. F1 of 0: 2/3, of 1: 2/3, of 2: 0.
    assert found["gender_macro_f1"] == pytest.approx((2 / 3 + 2 / 3 + 0) / 3)
    assert found["gender_coverage"] == pytest.approx(3 / 4)
    assert found["gender_accuracy"] == pytest.approx(2 / 3)
    assert found["gender_targeted_f1"] == pytest.approx(2 / 3)


def test_risk_figures_are_those_counted_by_hand() -> None:
    found = figures([])
    assert found["risk_accuracy"] == pytest.approx(2 / 5)
    assert found["risk_high_recall"] == pytest.approx(1 / 2)
    assert found["risk_high_precision"] == pytest.approx(1 / 3)
    assert found["risk_high_missed_as_low"] == pytest.approx(1 / 2)
    assert found["risk_flag_recall"] == pytest.approx(2 / 3)
    assert found["risk_low_kept_low"] == pytest.approx(1 / 2)


def test_nothing_to_measure_is_no_number() -> None:
    found = count_figures(total(tally([], [])), np.zeros(len(AREAS), dtype=bool))
    assert np.isnan(found["areas_macro_f1"])
    assert np.isnan(found["areas_exact_set"])
    assert np.isnan(found["gender_macro_f1"])


def test_what_nobody_judged_does_not_count() -> None:
    unjudged = [type(GOLD[0])("a", None)]
    counts = total(tally(unjudged, SAID[:1]))
    assert all(not values.any() for values in counts.values())


def test_f1_without_gold_and_guess_is_zero() -> None:
    assert f1(np.zeros((2, 3))).tolist() == [0.0, 0.0]


def test_macro_counts_only_the_chosen_labels() -> None:
    areas = np.array([[1.0, 0, 0], [0, 1, 1], [0, 0, 1]])
    assert macro_f1(areas, np.array([True, True, False])) == pytest.approx(0.5)


def test_classes_taken_as_one() -> None:
    confusion = np.array([[5.0, 1, 0], [2, 3, 1], [0, 1, 4]])
    assert one_against_rest(confusion, [1, 2]).tolist() == [9.0, 1.0, 2.0]


def test_figures_work_on_many_resamples_at_once() -> None:
    counts = tally(GOLD, SAID)
    twice = {name: np.stack([values.sum(axis=0)] * 2) for name, values in counts.items()}
    found = count_figures(twice, np.ones(len(AREAS), dtype=bool))
    assert {values.shape for values in found.values()} == {(2,)}
    assert marker_macro_f1(twice["gender"]).shape == (2,)
