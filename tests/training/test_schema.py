from __future__ import annotations

import json

import pytest
from corpus_samples import record
from hypothesis import given
from hypothesis import strategies as st

from training.schema import FIELDS, SchemaError, parse_line, parse_record, write_line


def test_reads_a_valid_record() -> None:
    labelled = parse_record(record())
    assert labelled.areas == ("3.2",)
    assert labelled.evidence[0].quote == labelled.title[0:21]


def test_a_line_survives_reading_and_writing_with_its_fields_in_order() -> None:
    line = write_line(parse_record(record()))
    assert write_line(parse_line(line)) == line
    assert tuple(json.loads(line)) == FIELDS


@given(title=st.text(min_size=1).filter(str.strip), year=st.none() | st.integers(1960, 2100))
def test_any_text_survives_a_round_trip(title: str, year: int | None) -> None:
    labelled = parse_record(record(title=title, year=year, areas=[], main=None, evidence=[]))
    assert parse_line(write_line(labelled)) == labelled


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"areas": ["9.9"]}, "areas holds an unknown code: '9.9'"),
        ({"areas": ["3.2", "3.2"]}, "areas holds '3.2' twice"),
        ({"rules": ["REF-99"]}, "rules holds an unknown code"),
        ({"lang": "de"}, "lang has an unknown value"),
        ({"manner": "poem"}, "manner has an unknown value"),
        ({"risk": "none"}, "risk has an unknown value"),
        ({"gender": 3}, "gender is neither 0, 1, 2 nor null"),
        ({"gender": True}, "gender is of the wrong type"),
        ({"gender": 1}, "no evidence for gender"),
        ({"recipient": "Congo"}, "recipient has a value of the wrong form"),
        ({"purpose_codes": ["7201"]}, "purpose_codes holds an unknown code"),
        ({"purpose_codes": "72010"}, "purpose_codes is of the wrong type"),
        ({"year": 3021}, "year is neither null nor a year"),
        ({"id": "a b"}, "id has a value of the wrong form"),
        ({"main": "3.1"}, "main is not one of the areas"),
        ({"main": None}, "main is not one of the areas"),
        ({"areas": [], "main": None}, "evidence for 3.2, which the record does not carry"),
        ({"evidence": []}, "no evidence for 3.2"),
        ({"colour": "red"}, "the field 'colour' is unknown"),
        ({"title": "", "evidence": [], "areas": [], "main": None}, "title and description are both empty"),
    ],
)
def test_names_what_is_wrong(changes: dict[str, object], message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        parse_record(record() | changes)


def test_names_a_missing_field() -> None:
    broken = record()
    del broken["risk"]
    with pytest.raises(SchemaError, match="the field 'risk' is missing"):
        parse_record(broken)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"quote": "Lamp oil and pillows f"}, "the quote is not in the title"),
        ({"start": 1}, "the quote is not in the title"),
        ({"start": -3}, "the quote is not in the title"),
        ({"field": "objectives"}, "field has an unknown value"),
        ({"label": "colour"}, "label has an unknown value"),
        ({"end": 200}, "the quote is not in the title"),
    ],
)
def test_refuses_evidence_that_is_not_in_the_text(changes: dict[str, object], message: str) -> None:
    evidence = {"label": "3.2", "field": "title", "start": 0, "end": 21, "quote": "Lamp oil and blankets"}
    with pytest.raises(SchemaError, match=f"evidence 1: {message}"):
        parse_record(record(evidence=[evidence | changes]))


def test_a_risk_needs_words_or_a_field() -> None:
    bare = record(risk="high", recipient="", purpose_codes=[], aid_type="", flow_type="")
    with pytest.raises(SchemaError, match="no evidence for the risk"):
        parse_record(bare)
    assert parse_record(bare | {"aid_type": "H02"}).risk == "high"


@pytest.mark.parametrize("line", ["", "[]", "{", '{"id": 1}', "null"])
def test_refuses_lines_that_are_no_record(line: str) -> None:
    with pytest.raises(SchemaError):
        parse_line(line)
