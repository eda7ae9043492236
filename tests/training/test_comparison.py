from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from tagged_samples import labels, tagging

from classifier.tagging import Tagging
from training.comparison import Comparison, compare_versions

GOLD = [labels(str(number), "3.2" if number % 2 else "4.6") for number in range(40)]
FAMILIES = [str(number // 2) for number in range(40)]
LANGUAGES = ["fr" if number % 4 == 1 else "en" for number in range(40)]


def tag(wrong: Sequence[int], version: str) -> list[Tagging]:
    said = [
        tagging(one.id, {} if number in wrong else {"3.2" if number % 2 else "4.6": 0.9})
        for number, one in enumerate(GOLD)
    ]
    return [replace(one, model_version=version) for one in said]


def compare(wrong_before: Sequence[int], wrong_after: Sequence[int]) -> Comparison:
    return compare_versions(
        GOLD, tag(wrong_before, "old"), tag(wrong_after, "new"), families=FAMILIES, languages=LANGUAGES
    )


def test_the_same_answers_are_no_loss() -> None:
    found = compare([1, 2, 3], [1, 2, 3])
    assert found.losses == ()
    assert {change.difference.value for change in found.changes} == {0.0}


def test_one_more_miss_is_noise() -> None:
    assert compare([], [1]).losses == ()


def test_a_label_that_breaks_down_is_a_loss() -> None:
    found = compare([], range(1, 30, 2))
    assert {one.name for one in found.losses} >= {"area 3.2", "language fr"}
    assert "area 4.6" not in {one.name for one in found.losses}


def test_a_gain_is_never_a_loss() -> None:
    found = compare(range(1, 30, 2), [])
    assert found.losses == ()
    (area,) = [one for one in found.changes if one.name == "area 3.2"]
    assert area.difference.low is not None
    assert area.difference.low > 0


def test_labels_without_support_are_left_out() -> None:
    names = {one.name for one in compare([], []).changes}
    assert "area 1.1" not in names
    assert {"area 3.2", "gender 0", "risk low", "language en", "language fr"} <= names
    assert "gender 2" not in names


def test_everything_lost_is_beyond_noise() -> None:
    assert {"area 3.2", "area 4.6"} <= {one.name for one in compare([], range(40)).losses}


def test_is_plain_data_with_both_versions() -> None:
    found = json.loads(json.dumps(compare([], [1]).to_json(), allow_nan=False))
    assert (found["current"], found["candidate"], found["cases"]) == ("old", "new", 40)


def test_comes_back_from_plain_data() -> None:
    found = compare([], [1])
    assert Comparison.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_names_the_labels_of_single_projects_that_changed() -> None:
    found = {(one.project_id, one.label, one.current, one.candidate, one.verdict) for one in compare([2], [1]).projects}
    assert found == {("1", "3.2", "yes", "no", "broken"), ("2", "4.6", "no", "yes", "mended")}


def test_refuses_taggings_of_other_projects() -> None:
    with pytest.raises(ValueError, match="different projects"):
        compare_versions(GOLD[:2], tag([], "a")[:2], tag([], "b")[1:3], families=["a", "b"], languages=["en", "en"])
