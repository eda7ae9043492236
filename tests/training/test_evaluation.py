from __future__ import annotations

import json

import pytest
from tagged_samples import labels, tagging

from training.evaluation import evaluate, length_group

GOLD = [labels(str(number), "3.2" if number % 2 else "", risk="high" if number == 3 else "low") for number in range(12)]
SAID = [tagging(str(number), {"3.2": 0.9} if number % 2 and number < 9 else {}) for number in range(12)]


def test_measures_every_label_with_its_interval() -> None:
    found = evaluate(GOLD, SAID, resamples=100)
    area = next(one for one in found.areas if one.code == "3.2")
    assert (area.support, area.said) == (6, 4)
    assert area.precision.value == 1
    assert area.recall.value == pytest.approx(4 / 6)
    assert area.f1.low is not None
    assert area.f1.high is not None
    assert area.f1.low <= 0.8 <= area.f1.high
    assert found.figures["areas_macro_f1"].value == pytest.approx(0.8)


def test_areas_with_little_support_do_not_count_in_the_mean() -> None:
    found = evaluate(GOLD[:8], SAID[:8], resamples=10)
    assert found.figures["areas_macro_f1"].value is None
    assert found.figures["areas_micro_f1"].value == 1


def test_one_family_leaves_no_room_for_chance() -> None:
    found = evaluate(GOLD, SAID, families=["same"] * 12, resamples=20)
    figure = found.figures["areas_micro_f1"]
    assert figure.low == figure.high == figure.value
    assert found.families == 1


def test_groups_are_measured_apart() -> None:
    found = evaluate(GOLD, SAID, groups={"language": ["en"] * 9 + ["fr"] * 3}, resamples=10)
    assert [(one.by, one.value, one.cases) for one in found.groups] == [("language", "en", 9), ("language", "fr", 3)]
    assert [one.figures["areas_micro_f1"].value for one in found.groups] == [1, 0]


def test_confusions_stand_in_the_order_of_the_labels() -> None:
    found = evaluate(GOLD, SAID, resamples=10)
    assert found.confusions["risk"] == ((11, 0, 0, 0), (0, 0, 0, 0), (1, 0, 0, 0), (0, 0, 0, 0))
    assert found.confusions["gender"] == ((12, 0, 0, 0), (0, 0, 0, 0), (0, 0, 0, 0))


def test_the_same_seed_gives_the_same_report() -> None:
    first, second = (json.dumps(evaluate(GOLD, SAID, resamples=30, seed=4).to_json()) for _ in range(2))
    assert first == second


def test_json_holds_no_value_that_json_does_not_know() -> None:
    json.dumps(evaluate(GOLD[:1], SAID[:1], resamples=5).to_json(), allow_nan=False)
    json.dumps(evaluate([], [], resamples=5).to_json(), allow_nan=False)


def test_refuses_taggings_of_other_projects() -> None:
    with pytest.raises(ValueError, match="different projects"):
        evaluate(GOLD[:2], SAID[1:3])


@pytest.mark.parametrize(
    ("words", "group"), [(1, "1 to 8 words"), (8, "1 to 8 words"), (9, "9 to 25 words"), (200, "over 80 words")]
)
def test_texts_are_grouped_by_length(words: int, group: str) -> None:
    assert length_group("well " * words) == group
