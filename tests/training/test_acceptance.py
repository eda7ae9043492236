from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tagged_samples import labels, tagging

from training.acceptance import draw_curve, draw_curves, measure_acceptance


def test_the_surest_are_accepted_first() -> None:
    curve = draw_curve("x", [(0.5, False), (0.9, True), (0.7, True), (0.7, True)])
    assert [(point.share, point.precision) for point in curve.points] == [(0.25, 1), (0.75, 1), (1, 0.75)]
    assert curve.share_at_promise == 0.75


def test_nothing_to_accept() -> None:
    curve = draw_curve("x", [])
    assert (curve.count, curve.share_at_promise, curve.points) == (0, 0.0, ())


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=600))
def test_a_curve_ends_with_everything_accepted(forecasts: list[tuple[float, bool]]) -> None:
    curve = draw_curve("x", forecasts)
    assert curve.points[-1].share == 1
    assert curve.points[-1].precision == pytest.approx(sum(true for _, true in forecasts) / len(forecasts))
    assert [point.share for point in curve.points] == sorted(point.share for point in curve.points)


def test_single_areas_and_whole_sets_have_a_curve_each() -> None:
    gold = [labels("a", "3.2"), labels("b", "3.2 3.3")]
    single, whole = draw_curves(gold, [tagging("a", {"3.2": 0.9, "3.3": 0.6}), tagging("b", {"3.2": 0.8, "3.3": 0.5})])
    assert (single.count, whole.count) == (4, 2)
    assert whole.points[0].probability == pytest.approx(0.9 * 0.6)
    assert whole.points[-1].precision == 0.5


def test_decisions_are_measured_by_part() -> None:
    gold = [labels("a", "3.2", gender=1), labels("b", "3.3"), labels("c")]
    said = [
        tagging("a", {"3.2": 0.9}, gender=0),
        tagging("b", {"3.3": 0.9}),
        tagging("c", {"3.1": 0.6}, accepted=False),
    ]
    found = {one.part: one for one in measure_acceptance(gold, said)}
    assert (found["areas"].count, found["areas"].accepted, found["areas"].right) == (3, 2, 2)
    assert (found["gender"].accepted, found["gender"].right) == (2, 1)
    assert found["project"].precision == 0.5
    assert found["project"].share == pytest.approx(2 / 3)


def test_nothing_accepted_has_no_precision() -> None:
    (areas, *_) = measure_acceptance([labels("a")], [tagging("a", accepted=False)])
    assert areas.share is None
    assert areas.precision is None
