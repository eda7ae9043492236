from __future__ import annotations

import json
from itertools import permutations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score
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


#: The examples of Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), judges as rows, * for a gap.
PUBLISHED = [
    ("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0"),
    ("a a b b d c c c e d d a", "b a b b b c c c e d d d"),
    (
        "1 2 3 3 2 1 4 1 2 * * *",
        "1 2 3 3 2 2 4 1 2 5 * 3",
        "* 3 3 3 2 3 4 2 2 5 1 *",
        "1 2 3 3 2 4 4 1 2 5 1 *",
    ),
]


def units_of(rows: tuple[str, ...]) -> list[list[str]]:
    return [[value for value in unit if value != "*"] for unit in zip(*(row.split() for row in rows), strict=True)]


@pytest.mark.parametrize(("rows", "alpha"), list(zip(PUBLISHED, (0.095, 0.692, 0.743), strict=True)))
def test_alpha_is_that_of_the_published_examples(rows: tuple[str, ...], alpha: float) -> None:
    assert krippendorff_alpha(units_of(rows), lambda a, b: float(a != b)) == pytest.approx(alpha, abs=5e-4)


def test_alpha_of_a_published_example_with_distances_and_gaps() -> None:
    alpha = krippendorff_alpha(units_of(PUBLISHED[2]), lambda a, b: float((int(a) - int(b)) ** 2))
    assert alpha == pytest.approx(0.849, abs=5e-4)


def test_alpha_of_sets_is_that_of_a_published_example() -> None:
    # Sets with the distance of Passonneau (2004): nothing, a third for part and whole, two thirds for an overlap.
    def distance(one: frozenset[str], two: frozenset[str]) -> float:
        if one == two:
            return 0.0
        if one <= two or two <= one:
            return 1 / 3
        return 2 / 3 if one & two else 1.0

    rows = ("- A A A AB AB ABC C C", "- - A B A AC ABC AC AC")
    units = [[frozenset(value.strip("-")) for value in unit] for unit in units_of(rows)]
    assert krippendorff_alpha(units, distance) == pytest.approx(0.186, abs=5e-4)


def test_masi_distance_is_that_of_the_documented_example() -> None:
    # NLTK rounds two thirds to 0.67 and says 0.665.
    assert masi_distance(frozenset("12"), frozenset("1234")) == pytest.approx(0.665, abs=2e-3)


@given(st.lists(st.lists(st.sets(st.sampled_from("abc")).map(frozenset), max_size=4), max_size=12))
def test_alpha_with_masi_is_that_of_the_coincidence_matrix(units: list[list[frozenset[str]]]) -> None:
    matrix: dict[tuple[frozenset[str], frozenset[str]], float] = {}
    for unit in units:
        for one, two in permutations(unit, 2):
            matrix[one, two] = matrix.get((one, two), 0.0) + 1 / (len(unit) - 1)
    totals: dict[frozenset[str], float] = {}
    for (one, _), times in matrix.items():
        totals[one] = totals.get(one, 0.0) + times
    count = sum(totals.values())
    found = krippendorff_alpha(units, masi_distance)
    if len(totals) < 2:
        assert found is None
        return
    observed = sum(times * masi_distance(*pair) for pair, times in matrix.items()) / count
    expected = sum(totals[a] * totals[b] * masi_distance(a, b) for a, b in permutations(totals, 2))
    assert found == pytest.approx(1 - observed / (expected / (count * (count - 1))))


@given(st.lists(st.tuples(st.sampled_from(range(3)), st.sampled_from(range(3))), min_size=2, max_size=40))
def test_kappa_is_that_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    first, second = zip(*pairs, strict=True)
    assume(len({*first, *second}) > 1)
    plain = cohen_kappa_score(first, second, labels=[0, 1, 2])
    weighted = cohen_kappa_score(first, second, labels=[0, 1, 2], weights="quadratic")
    assert cohen_kappa(pairs, (0, 1, 2)) == pytest.approx(plain)
    assert cohen_kappa(pairs, (0, 1, 2), lambda a, b: float((a - b) ** 2)) == pytest.approx(weighted)
