"""Label Studio: its JSON of tasks with annotations and predictions, out and in, and the configuration of the page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final
from xml.sax.saxutils import quoteattr

from classifier.taxonomy import area_name
from service.desk.exchange.tasks import (
    AREAS_GROUP,
    Cited,
    LabelTask,
    SaidElsewhere,
    Values,
    Where,
    read_objects,
    read_reference,
    refuse,
    unknown_label,
)
from service.desk.labels import AREAS, CITABLE, GROUPS, NONE, RULES, UNKNOWN, YES, read_suggested, values_of
from service.desk.texts import BODY, TITLE, join_texts
from service.records import read_cited

if TYPE_CHECKING:
    from service.desk.settled import Settled

_ENCODER: Final = json.JSONEncoder(ensure_ascii=False)
_UNKNOWN_AREAS: Final = "areas_unknown"
_NOTE: Final = "note"
_CITED: Final[Mapping[str, Where]] = {"cited_title": "title", "cited_text": "text"}
_SINGLE: Final = tuple(label for label in GROUPS if label not in {AREAS_GROUP, RULES})


class LabelStudioFile:
    """An array of tasks, each with the annotations of everybody and the prediction of the model.

    Parameters
    ----------
    names
        What each person is called, by user id.
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def begin(self, stream: IO[bytes]) -> None:
        """Open the array."""
        self._stream = stream
        self._mark = b"[\n"

    def add(self, line: Settled) -> None:
        """Write one task."""
        text = _ENCODER.encode(self._task(line))
        self._stream.write(self._mark + text.encode("utf-8", "backslashreplace"))
        self._mark = b",\n"

    def end(self) -> None:
        """Close the array."""
        self._stream.write(b"\n]\n" if self._mark == b",\n" else b"[]\n")

    def discard(self) -> None:
        """Keep nothing."""

    def _task(self, line: Settled) -> dict[str, Any]:
        return {
            "id": line.item_id,
            "data": {
                "project_id": line.project_id,
                "occurrence": line.occurrence,
                "title": line.project.get(TITLE, ""),
                "text": join_texts(line.project, BODY).text,
                "language": line.language,
                # Label Studio takes no `completed_by` that is not an account of its own.
                "judges": [self._names[one.user_id] for one in line.opinions],
            },
            "annotations": [
                {
                    "id": one.save_id,
                    "result": _results(line.project, one.answers, one.note, str(one.save_id)),
                    "was_cancelled": False,
                    "ground_truth": one is line.holds,
                    "created_at": one.saved.isoformat(),
                }
                for one in line.opinions
            ],
            "predictions": [_prediction(line)] if line.tagging else [],
        }


def _prediction(line: Settled) -> dict[str, Any]:
    cited = read_cited(line.tagging)
    values = read_suggested(line.tagging)
    answers = {label: [value, cited.get(label, [])] for label, value in values.items() if label in line.holds.answers}
    result = _results(line.project, answers, "", f"{line.item_id}-model")
    return {"model_version": line.model_version, "result": result}


def _results(project: Mapping[str, Any], answers: Mapping[str, Any], note: str, name: str) -> list[dict[str, Any]]:
    """Return answers as results: the choices first, then the words."""
    values = {label: value for label, (value, _) in answers.items()}
    found = [_choice(label, choices) for label, choices in _choices(values)]
    if note:
        found.append({"from_name": _NOTE, "to_name": "text", "type": "textarea", "value": {"text": [note]}})
    body = join_texts(project, BODY)
    for label, (_, cited) in answers.items():
        for field, start, end, quote in cited:
            place = (start, end) if field == TITLE else body.place(field, start, end)
            if place is not None:
                to_name = "title" if field == TITLE else "text"
                value = {"start": place[0], "end": place[1], "text": quote, "labels": [label]}
                found.append({"from_name": f"cited_{to_name}", "to_name": to_name, "type": "labels", "value": value})
    return [{"id": f"{name}-{number}", **one} for number, one in enumerate(found, 1)]


def _choices(values: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
    areas = [area for area in AREAS if area in values]
    if areas:
        yield AREAS_GROUP, [area for area in areas if values[area] == YES] or [NONE]
        if unknown := [area for area in areas if values[area] == UNKNOWN]:
            yield _UNKNOWN_AREAS, unknown
    yield from ((label, [values[label]]) for label in _SINGLE if label in values)
    if RULES in values:
        yield RULES, values[RULES].split()


def _choice(name: str, choices: list[str]) -> dict[str, Any]:
    return {"from_name": name, "to_name": "text", "type": "choices", "value": {"choices": choices}}


def read_label_studio(path: Path, labels: Sequence[str]) -> Iterator[LabelTask]:
    """Yield the tasks of a JSON export (or JSON Lines of tasks), with the annotations that were not cancelled.

    Parameters
    ----------
    labels
        What the campaign asks for.

    Raises
    ------
    ImportRefusedError
        ``wrong-format``, ``bad-json``, ``id-missing``, ``unknown-label``, ``label-twice``; the detail names the line.
    """
    for line, task in read_objects(path):
        data = task.get("data")
        if not isinstance(data, dict) or not isinstance(task.get("annotations", []), list):
            raise refuse(line, "It is no task of Label Studio.", "wrong-format", "Export JSON, not JSON-MIN.")
        title, text = data.get("title", ""), data.get("text", "")
        if not isinstance(title, str) or not isinstance(text, str):
            raise refuse(line, "Title and text are no texts.", "wrong-format")
        said = tuple(_annotations(line, task, data, labels))
        identifier, occurrence = read_reference(line, data, data.get("id"), task.get("id"))
        yield LabelTask(line, identifier, title, text, said, occurrence)


def _annotations(
    line: int, task: Mapping[str, Any], data: Mapping[str, Any], labels: Sequence[str]
) -> Iterator[SaidElsewhere]:
    judges = data.get("judges")
    for place, one in enumerate(task.get("annotations", [])):
        if not isinstance(one, dict) or not isinstance(one.get("result"), list):
            raise refuse(line, "An annotation has no result.", "wrong-format")
        if one.get("was_cancelled"):
            continue
        judge = _judge(one.get("completed_by"))
        if not judge and isinstance(judges, list) and place < len(judges):
            judge = str(judges[place])
        said = _read_results(line, judge, one["result"], labels)
        if said.values:
            yield said


def _judge(found: object) -> str:
    if isinstance(found, dict):
        found = found.get("email") or found.get("id")
    return "" if found is None else str(found)


def _read_results(line: int, judge: str, results: Sequence[Any], labels: Sequence[str]) -> SaidElsewhere:
    values, cited, notes = Values(line), list[Cited](), list[str]()
    for one in results:
        try:
            name, kind, value = one["from_name"], one["type"], one["value"]
            if kind == "labels":
                cited += _read_labels(line, name, value)
            elif kind == "choices":
                for choice in value["choices"]:
                    _take_choice(values, line, name, choice)
            elif kind == "textarea" and name == _NOTE:
                notes += map(str, [value["text"]] if isinstance(value["text"], str) else value["text"])
            else:
                raise unknown_label(line, str(name))
        except (KeyError, TypeError):
            raise refuse(line, "A result is not what Label Studio writes.", "wrong-format") from None
    return SaidElsewhere(judge, values.complete(labels), tuple(cited), "\n".join(notes))


def _take_choice(values: Values, line: int, name: str, choice: object) -> None:
    if not isinstance(choice, str):
        raise refuse(line, f"A choice of {name!r} is no text.", "wrong-format")
    if name == _UNKNOWN_AREAS:
        values.add(choice, UNKNOWN)
    else:
        values.add(name, choice)


def _read_labels(line: int, name: str, value: Mapping[str, Any]) -> Iterator[Cited]:
    if name not in _CITED:
        raise unknown_label(line, str(name))
    for label in value["labels"]:
        if label not in CITABLE:
            raise unknown_label(line, str(label))
        start, end = value["start"], value["end"]
        if type(start) is not int or type(end) is not int:
            raise refuse(line, "Start and end of a region are no numbers.", "wrong-format")
        yield Cited(label, _CITED[name], start, end, str(value.get("text", "")))


def write_configuration(labels: Sequence[str], rules: Sequence[str] = ()) -> str:
    """Return the labelling configuration of Label Studio that fits the files written here."""
    lines = ["<View>"]
    for name in ("title", "text"):
        lines.append(f'  <Labels name="cited_{name}" toName="{name}">')
        lines += [f"    <Label value={quoteattr(label)}/>" for label in labels if label in CITABLE]
        lines += ["  </Labels>", f'  <Text name="{name}" value="${name}"/>']
    areas = [label for label in labels if label in AREAS]
    if areas:
        lines += _tag(AREAS_GROUP, [*areas, NONE], "multiple") + _tag(_UNKNOWN_AREAS, areas, "multiple")
    for label in _SINGLE:
        if label in labels:
            lines += _tag(label, [*values_of(label), UNKNOWN], "single")
    if RULES in labels:
        lines += _tag(RULES, [*rules, NONE, UNKNOWN], "multiple")
    lines += [f'  <TextArea name="{_NOTE}" toName="text"/>', "</View>"]
    return "\n".join(lines) + "\n"


def _tag(name: str, choices: Sequence[str], choice: str) -> list[str]:
    rows = [f"    <Choice value={quoteattr(one)}{_hint(one)}/>" for one in choices]
    return [f'  <Choices name="{name}" toName="text" choice="{choice}">', *rows, "  </Choices>"]


def _hint(choice: str) -> str:
    return f" hint={quoteattr(area_name(choice, 'en'))}" if choice in AREAS else ""
