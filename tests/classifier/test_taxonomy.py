"""The labels, as they are shipped and as a broken data file is refused."""

from __future__ import annotations

import json

import pytest

from classifier.errors import ReferenceDataError
from classifier.taxonomy import (
    LANGUAGES,
    area_name,
    load_areas,
    load_markers,
    load_objectives,
    read_areas,
    read_markers,
)

AREA = {
    "code": "1.1",
    "objective": "1",
    "names": {"en": "a", "fr": "b", "nl": "c"},
    "definition": "d",
    "inside": ["e"],
    "outside": ["f"],
    "boundary": "g?",
    "purpose_codes": ["15190"],
}
OBJECTIVE = {"code": "1", "names": {"en": "a", "fr": "b", "nl": "c"}}


def taxonomy(**changes: object) -> str:
    return json.dumps({"objectives": [OBJECTIVE], "areas": [AREA | changes]})


def test_there_are_18_areas_under_four_objectives() -> None:
    assert [area.code for area in load_areas()] == [
        *("1.1", "1.2", "1.3", "2.1", "2.2", "2.3"),
        *("3.1", "3.2", "3.3", "3.4", "3.5", "3.6"),
        *("4.1", "4.2", "4.3", "4.4", "4.5", "4.6"),
    ]
    assert [objective.code for objective in load_objectives()] == ["1", "2", "3", "4"]


def test_no_two_areas_share_a_name_in_any_language() -> None:
    for language in LANGUAGES:
        assert len({area.names[language] for area in load_areas()}) == 18


def test_areas_outside_name_areas_that_exist() -> None:
    codes = {area.code for area in load_areas()}
    for area in load_areas():
        for hint in " ".join(area.outside).replace("(", " ").replace(")", " ").replace(",", " ").split():
            if hint[0].isdigit():
                assert hint in codes
                assert hint != area.code


def test_markers_define_their_three_scores() -> None:
    assert [marker.code for marker in load_markers()] == ["gender", "human_rights"]
    assert all([one.score for one in marker.scores] == [0, 1, 2] for marker in load_markers())


def test_area_name_falls_back_to_english_and_to_nothing() -> None:
    assert area_name("4.5", "fr") == "Transferts d'argent des migrants"
    assert area_name("4.5", "other") == "Remittances"
    assert area_name("9.9", "en") == ""


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"names": {"en": "a"}}, "names in en, fr, nl"),
        ({"definition": " "}, "no definition"),
        ({"inside": []}, "no list of inside"),
        ({"purpose_codes": ["151"]}, "five digits"),
        ({"objective": "2"}, "objective that is not its own"),
    ],
)
def test_a_broken_area_is_refused(changes: dict[str, object], problem: str) -> None:
    with pytest.raises(ReferenceDataError, match=problem):
        read_areas(taxonomy(**changes))


def test_a_code_that_occurs_twice_is_refused() -> None:
    with pytest.raises(ReferenceDataError, match="occurs twice"):
        read_areas(json.dumps({"objectives": [OBJECTIVE], "areas": [AREA, AREA]}))


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"markers": [{"code": "x", "scores": [{"score": "0"}]}]}'])
def test_a_broken_marker_file_is_refused(text: str) -> None:
    with pytest.raises(ReferenceDataError):
        read_markers(text)


def test_scores_out_of_order_are_refused() -> None:
    names = {"en": "a", "fr": "b", "nl": "c"}
    score = {"score": 1, "names": names, "definition": "d"}
    marker = {"code": "gender", "names": names, "question": "q?", "unknown": "u", "scores": [score]}
    with pytest.raises(ReferenceDataError, match="0, 1 and 2"):
        read_markers(json.dumps({"markers": [marker]}))
