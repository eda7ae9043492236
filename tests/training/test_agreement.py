from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tagged_samples import labels

from training.agreement import cohen_kappa, describe_agreement, krippendorff_alpha, masi_distance, measure_agreement

FIRST = [labels("a", "3.2", gender=0), labels("b", "3.2 3.3", gender=1), labels("c", "", gender=2, risk="high")]
SECOND = [labels("c", "", gender=1, risk="review"), labels("b", "3.2", gender=1), labels("a", "3.2", gender=None)]


@pytest.mark.parametrize(
    ("first", "second", "distance"),
    [("", "", 0), ("ab", "ab", 0), ("ab", "a", 1 - 1 / 2 * 2 / 3), ("ab", "bc", 1 - 1 / 3 * 1 / 3), ("a", "", 1)],
)
def test_masi_distance(first: str, second: str, distance: float) -> None:
    assert masi_distance(frozenset(first), frozenset(second)) == pytest.approx(distance)


def test_alpha_is_that_counted_by_hand() -> None:
    # Nominal, values a a, a b, b b: observed 1/3; expected 2 * 3 * 3 / (6 * 5) = 0.6.
    pairs = [("a", "a"), ("a", "b"), ("b", "b")]
    assert krippendorff_alpha(pairs, lambda one, two: float(one != two)) == pytest.approx(1 - (1 / 3) / 0.6)


def test_alpha_of_a_single_value_is_unknown() -> None:
    assert krippendorff_alpha([("a", "a")], lambda one, two: float(one != two)) is None


def test_kappa_is_that_counted_by_hand() -> None:
    # Observed agreement 0.7, expected 0.5 * 0.6 + 0.5 * 0.4 = 0.5.
    pairs = [(1, 1)] * 4 + [(1, 0)] + [(0, 1)] * 2 + [(0, 0)] * 3
    assert cohen_kappa(pairs, (0, 1)) == pytest.approx(0.4)


def test_a_far_disagreement_weighs_more() -> None:
    near, far = [(0, 0), (2, 2), (0, 1), (1, 1)], [(0, 0), (2, 2), (0, 2), (1, 1)]
    weigh = lambda one, two: float((one - two) ** 2)  # noqa: E731
    assert (cohen_kappa(near, (0, 1, 2), weigh) or 0) > (cohen_kappa(far, (0, 1, 2), weigh) or 0)


def test_kappa_without_choice_is_unknown() -> None:
    assert cohen_kappa([(0, 0)], (0, 1)) is None
    assert cohen_kappa([], (0, 1)) is None


@given(st.lists(st.sets(st.sampled_from("abc")).map(frozenset), min_size=2, max_size=20))
def test_perfect_agreement_is_one(sets: list[frozenset[str]]) -> None:
    alpha = krippendorff_alpha([(one, one) for one in sets], masi_distance)
    assert alpha == (None if len(set(sets)) == 1 else 1)


def test_compares_the_same_projects_in_any_order() -> None:
    found = measure_agreement(FIRST, SECOND)
    assert found.projects == 3
    assert found.exact_sets == pytest.approx(2 / 3)
    area = {one.code: one for one in found.areas}
    assert area["3.2"].f1 == 1
    assert area["3.3"].f1 == 0
    assert area["1.1"].f1 is None
    assert found.macro_f1 == 0.5


def test_markers_count_only_where_both_judge() -> None:
    gender = measure_agreement(FIRST, SECOND).scales[0]
    assert (gender.count, gender.abstained, gender.equal) == (2, 1, 0.5)
    assert gender.confusion == ((0, 0, 0), (0, 1, 0), (0, 1, 0))


def test_lists_what_to_adjudicate() -> None:
    found = [(one.id, one.label, one.first, one.second) for one in measure_agreement(FIRST, SECOND).disagreements]
    assert found == [
        ("a", "gender", "0", "none"),
        ("b", "areas", "3.2 3.3", "3.2"),
        ("c", "gender", "2", "1"),
        ("c", "risk", "high", "review"),
    ]


def test_reads_well_and_as_data() -> None:
    found = measure_agreement(FIRST, SECOND)
    text = describe_agreement(found)
    assert "3 projects labelled twice" in text
    assert "back to the guideline" in text
    assert json.loads(json.dumps(found.to_json()))["projects"] == 3


def test_labellings_of_other_projects_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="no project in common"):
        measure_agreement(FIRST[:1], SECOND[:1])
