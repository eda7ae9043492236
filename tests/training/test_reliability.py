from __future__ import annotations

import pytest
from tagged_samples import labels, tagging

from training.reliability import measure_heads, measure_reliability


def test_the_error_is_that_counted_by_hand() -> None:
    # Bin 0.8: mean 0.85, true half; bin 0.2: mean 0.2, true none. (2 * 0.35 + 1 * 0.2) / 3
    found = measure_reliability("x", [(0.8, True), (0.89999, False), (0.2, False)])
    assert found.error == pytest.approx((2 * 0.35 + 0.2) / 3, abs=1e-4)
    assert [(one.low, one.count, one.share) for one in found.bins] == [(0.2, 1, 0.0), (0.8, 2, 0.5)]


def test_certainty_falls_in_the_last_bin() -> None:
    found = measure_reliability("x", [(1.0, True), (0.0, False)])
    assert found.error == 0
    assert [one.high for one in found.bins] == [0.1, 1.0]


def test_nothing_forecast_is_no_error() -> None:
    assert measure_reliability("x", []).error is None


def test_each_head_is_measured_on_what_was_judged() -> None:
    gold = [labels("a", "3.2", gender=1), labels("b", "", gender=None)]
    heads = {one.head: one for one in measure_heads(gold, [tagging("a", {"3.2": 0.9}, gender=1), tagging("b")])}
    assert heads["areas_selected"].count == 1
    assert heads["areas_selected"].error == pytest.approx(0.1)
    assert heads["areas_all"].count == 36
    assert heads["gender_at_least_1"].count == 1
    assert heads["gender_at_least_1"].error == pytest.approx(0.25)
    assert heads["risk"].error == pytest.approx(0.3)
