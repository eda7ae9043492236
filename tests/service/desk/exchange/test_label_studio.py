"""Files of Label Studio: as documented, and those written here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from invented_labels import GROUPS, LABELS, judgements, settled

from service.desk.exchange.label_studio import LabelStudioFile, read_label_studio, write_configuration
from service.desk.faults import ImportRefusedError
from service.desk.labels import AREAS, is_value

TEXT = "Lawyers defend refugees in the courts of the province."

#: A task as the JSON export gives it: an annotation, one that was cancelled, and a prediction.
TASK: dict[str, Any] = {
    "id": 41,
    "created_at": "2026-03-09T21:52:49.513742Z",
    "updated_at": "2026-03-09T22:16:08.746926Z",
    "project": 83,
    "data": {"project_id": "P-41", "title": "Legal aid", "text": TEXT},
    "annotations": [
        {
            "id": 1001,
            "completed_by": {"id": 7, "email": "ann@example.org"},
            "was_cancelled": False,
            "ground_truth": False,
            "created_at": "2026-03-09T22:16:08.728353Z",
            "lead_time": 4.288,
            "result": [
                {
                    "id": "Dx_aB91ISN",
                    "from_name": "areas",
                    "to_name": "text",
                    "type": "choices",
                    "origin": "manual",
                    "value": {"choices": ["3.1", "3.2"]},
                },
                {
                    "id": "k1",
                    "from_name": "main_area",
                    "to_name": "text",
                    "type": "choices",
                    "value": {"choices": ["3.1"]},
                },
                {
                    "id": "k2",
                    "from_name": "risk",
                    "to_name": "text",
                    "type": "choices",
                    "value": {"choices": ["low"]},
                },
                {
                    "id": "k3",
                    "from_name": "cited_text",
                    "to_name": "text",
                    "type": "labels",
                    "value": {"start": 0, "end": 7, "text": "Lawyers", "labels": ["3.1"]},
                },
                {
                    "id": "k4",
                    "from_name": "note",
                    "to_name": "text",
                    "type": "textarea",
                    "value": {"text": ["Courts."]},
                },
            ],
        },
        {"id": 1002, "completed_by": 8, "was_cancelled": True, "result": []},
    ],
    "predictions": [{"model_version": "model 1", "score": 0.7, "result": []}],
}


def write(path: Path, *tasks: object) -> Path:
    path.write_text(json.dumps(list(tasks), indent=1), encoding="utf-8")
    return path


def test_a_documented_export_is_read(tmp_path: Path) -> None:
    [task] = read_label_studio(write(tmp_path / "export.json", TASK), LABELS)
    assert (task.project_id, task.title, task.text) == ("P-41", "Legal aid", TEXT)
    [said] = task.said
    assert said.judge == "ann@example.org"
    assert [area for area in AREAS if said.values[area] == "yes"] == ["3.1", "3.2"]
    assert (said.values["main_area"], said.values["gender"], said.values["risk"]) == ("3.1", "unknown", "low")
    assert [(one.label, one.where, one.start, one.end) for one in said.cited] == [("3.1", "text", 0, 7)]
    assert said.note == "Courts."


def test_tasks_may_stand_one_a_line(tmp_path: Path) -> None:
    path = tmp_path / "tasks.jsonl"
    path.write_text("".join(json.dumps({**TASK, "id": number}) + "\n" for number in range(3)), encoding="utf-8")
    assert [task.line for task in read_label_studio(path, LABELS)] == [1, 2, 3]


def test_a_task_without_annotations_brings_no_labels(tmp_path: Path) -> None:
    [task] = read_label_studio(write(tmp_path / "tasks.json", {"data": {"id": "P-1", "text": TEXT}}), LABELS)
    assert (task.project_id, task.said) == ("P-1", ())


def changed(place: str, value: object) -> dict[str, Any]:
    """Return the task with another value somewhere in its first annotation."""
    task: dict[str, Any] = json.loads(json.dumps(TASK))
    found: Any = task["annotations"][0]["result"]
    *way, last = place.split(".")
    for step in way:
        found = found[int(step)] if step.isdigit() else found[step]
    found[int(last) if last.isdigit() else last] = value
    return task


@pytest.mark.parametrize(
    ("task", "code"),
    [
        (changed("0.value.choices", ["9.9"]), "unknown-label"),
        (changed("0.from_name", "sentiment"), "unknown-label"),
        (changed("0.value.choices", ["3.1", "none"]), "label-twice"),
        (changed("1.value.choices", ["3.1", "3.2"]), "label-twice"),
        (changed("2.value.choices", ["lowest"]), "unknown-label"),
        (changed("2.value.choices", [7]), "wrong-format"),
        (changed("3.value.labels", ["main_area"]), "unknown-label"),
        (changed("3.from_name", "entities"), "unknown-label"),
        (changed("3.value.start", "0"), "wrong-format"),
        (changed("3.value", []), "wrong-format"),
        (changed("4.from_name", "comment"), "unknown-label"),
        (changed("4.type", "rectanglelabels"), "unknown-label"),
        ({"id": 1, "areas": {"choices": ["3.1"]}}, "wrong-format"),
        ({"data": {"text": TEXT}}, "id-missing"),
        ({"data": {"text": 7, "id": 1}}, "wrong-format"),
        ({"data": {"text": TEXT}, "annotations": [7], "id": 3}, "wrong-format"),
        (7, "bad-json"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, task: object, code: str) -> None:
    first = {"data": {"id": "P-1", "text": TEXT}}
    path = write(tmp_path / "export.json", first, task)
    with pytest.raises(ImportRefusedError) as refused:
        list(read_label_studio(path, LABELS))
    line = 2 + len(json.dumps([first], indent=1).splitlines()) - 2
    assert refused.value.code == code
    assert refused.value.detail.startswith(f"Line {line}: ")
    assert TEXT not in refused.value.detail


@pytest.mark.parametrize("content", ["<View/>", "id,text\n1,x\n", "[{]", '[{"data": {}}'])
def test_what_is_no_json_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "export.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ImportRefusedError):
        list(read_label_studio(path, LABELS))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(judgement=judgements())
def test_what_goes_out_comes_back_the_same(tmp_path: Path, judgement: Any) -> None:  # noqa: ANN401
    line = settled(judgement)
    sink = LabelStudioFile({"user": "person-1"})
    path = tmp_path / "out.json"
    with path.open("wb") as stream:
        sink.begin(stream)
        sink.add(line)
        sink.add(settled(judgement, "P-2"))
        sink.end()
    [task, second] = read_label_studio(path, LABELS)
    assert (task.project_id, second.project_id) == ("P-1", "P-2")
    [said] = task.said
    assert said.judge == "person-1"
    assert dict(said.values) == judgement.values
    assert said.note == judgement.note
    cited = {(label, one.quote) for label, answer in judgement.answers.items() for one in answer.evidence}
    assert {(one.label, one.quote) for one in said.cited} == cited


def test_the_configuration_offers_every_value() -> None:
    root = ElementTree.fromstring(write_configuration(LABELS, ("BOR-10",)))
    texts = {one.get("name"): one.get("value") for one in root.iter("Text")}
    assert texts == {"title": "$title", "text": "$text"}
    choices = {one.get("name"): [choice.get("value") or "" for choice in one] for one in root.iter("Choices")}
    assert set(choices) == {*GROUPS, "areas_unknown"}
    assert choices["areas"] == [*AREAS, "none"]
    for label in ("main_area", "gender", "human_rights", "risk"):
        assert all(is_value(label, value) for value in choices[label])
