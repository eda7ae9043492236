"""Files of doccano: as documented, and those written here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from invented_labels import LABELS, judgements, settled

from service.desk.exchange.doccano import DoccanoFile, read_doccano
from service.desk.exchange.tasks import LabelTask
from service.desk.faults import ImportRefusedError
from service.desk.labels import AREAS, CITABLE

TEXT = "Lawyers defend refugees in the courts of the province."


def read(path: Path, *rows: object) -> list[LabelTask]:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return list(read_doccano(path, LABELS))


def test_text_classification_is_read(tmp_path: Path) -> None:
    row = {"id": 7, "text": TEXT, "label": ["3.1", "gender:1", "risk:low"], "Comments": ["Courts."], "year": 2020}
    [task] = read(tmp_path / "all.jsonl", row)
    [said] = task.said
    assert (task.project_id, task.text, said.note) == ("7", TEXT, "Courts.")
    assert (said.values["3.1"], said.values["3.2"], said.values["main_area"]) == ("yes", "no", "3.1")
    assert (said.values["gender"], said.values["human_rights"], said.values["risk"]) == ("1", "unknown", "low")
    assert said.cited == ()


@pytest.mark.parametrize(
    "labels",
    [
        {"label": [[0, 7, "3.1"], [15, 23, "human_rights:1"]]},
        {
            "entities": [
                {"id": 1, "label": "3.1", "start_offset": 0, "end_offset": 7},
                {"id": 2, "label": "human_rights:1", "start_offset": 15, "end_offset": 23},
            ],
            "relations": [],
        },
        {"entities": [[0, 7, "3.1"], [15, 23, "human_rights:1"]], "cats": ["3.1"]},
    ],
)
def test_sequence_labelling_is_read(tmp_path: Path, labels: dict[str, Any]) -> None:
    [task] = read(tmp_path / "all.jsonl", {"id": 7, "text": TEXT, "project_id": "P-7", **labels})
    [said] = task.said
    assert task.project_id == "P-7"
    assert (said.values["3.1"], said.values["human_rights"]) == ("yes", "1")
    assert [(one.label, TEXT[one.start : one.end]) for one in said.cited] == [
        ("3.1", "Lawyers"),
        ("human_rights", "refugees"),
    ]


def test_a_json_array_and_rows_without_labels_are_read(tmp_path: Path) -> None:
    path = tmp_path / "all.json"
    path.write_text(
        json.dumps([{"id": 1, "text": TEXT, "label": []}, {"id": 2, "text": TEXT, "label": ["areas:none"]}])
    )
    first, second = read_doccano(path, LABELS)
    assert first.said == ()
    assert {second.said[0].values[area] for area in AREAS} == {"no"}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"id": 2, "text": TEXT, "label": ["positive"]}, "unknown-label"),
        ({"id": 2, "text": TEXT, "label": ["gender"]}, "unknown-label"),
        ({"id": 2, "text": TEXT, "label": ["gender:3"]}, "unknown-label"),
        ({"id": 2, "text": TEXT, "label": ["gender:1", "gender:2"]}, "label-twice"),
        ({"id": 2, "text": TEXT, "label": [[0, 7, "LOC"]]}, "unknown-label"),
        ({"id": 2, "text": TEXT, "label": [[0, 7, "main_area:3.1"]]}, "unknown-label"),
        ({"id": 2, "text": TEXT, "label": [[0, "7", "3.1"]]}, "wrong-format"),
        ({"id": 2, "text": TEXT, "label": [[0, 7]]}, "wrong-format"),
        ({"id": 2, "text": TEXT, "label": "3.1"}, "wrong-format"),
        ({"id": 2, "text": TEXT}, "wrong-format"),
        ({"id": 2, "filename": "a.png", "bbox": []}, "wrong-format"),
        ({"text": TEXT, "label": []}, "id-missing"),
        (["3.1"], "bad-json"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, row: object, code: str) -> None:
    with pytest.raises(ImportRefusedError) as refused:
        read(tmp_path / "all.jsonl", {"id": 1, "text": TEXT, "label": []}, row)
    assert refused.value.code == code
    assert refused.value.detail.startswith("Line 2: ")
    assert TEXT not in refused.value.detail


def out_and_in(path: Path, judgement: Any, *, spans: bool) -> LabelTask:  # noqa: ANN401
    sink = DoccanoFile(spans=spans)
    with path.open("wb") as stream:
        sink.begin(stream)
        sink.add(settled(judgement))
        sink.end()
    [task] = read_doccano(path, LABELS)
    return task


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(judgement=judgements())
def test_classes_come_back_the_same(tmp_path: Path, judgement: Any) -> None:  # noqa: ANN401
    [said] = out_and_in(tmp_path / "out.jsonl", judgement, spans=False).said
    assert dict(said.values) == judgement.values
    assert said.note == judgement.note


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(judgement=judgements())
def test_spans_come_back_the_same(tmp_path: Path, judgement: Any) -> None:  # noqa: ANN401
    task = out_and_in(tmp_path / "out.jsonl", judgement, spans=True)
    kept = {label for label in CITABLE if judgement.answers[label].evidence and judgement.values[label] != "no"}
    cited = {(label, one.quote) for label in kept for one in judgement.answers[label].evidence}
    assert {(one.label, task.text[one.start : one.end]) for said in task.said for one in said.cited} == cited
    assert all(said.values[label] == judgement.values[label] for said in task.said for label in kept)
