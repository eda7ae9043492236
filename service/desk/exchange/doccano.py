"""Doccano: JSON Lines of text classification and of sequence labelling, out and in.

Labels are called by their codes: a result area that is given is ``3.2``, everything else ``label:value``
(``gender:1``, ``risk:low``, ``3.2:unknown``, ``areas:none``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from service.desk.exchange.tasks import (
    AREAS_GROUP,
    Cited,
    LabelTask,
    SaidElsewhere,
    Values,
    read_objects,
    read_reference,
    refuse,
    unknown_label,
)
from service.desk.labels import AREAS, CITABLE, NO, NONE, RULES, YES
from service.desk.texts import join_texts

if TYPE_CHECKING:
    from service.desk.settled import Opinion, Settled

_ENCODER: Final = json.JSONEncoder(ensure_ascii=False)
_PARTS: Final = ":"
#: Where doccano writes labels: classes or triples, entities with relations, classes beside entities.
_KEYS: Final = ("label", "labels", "entities", "cats")


class DoccanoFile:
    """A line for each project with what holds of it.

    Parameters
    ----------
    spans
        Write the cited words (sequence labelling) in place of the labels (text classification).
    """

    def __init__(self, *, spans: bool) -> None:
        self._spans = spans

    def begin(self, stream: IO[bytes]) -> None:
        """Keep the stream."""
        self._stream = stream

    def add(self, line: Settled) -> None:
        """Write one project."""
        joined = join_texts(line.project)
        label: list[Any] = list(_classes(line.holds))
        if self._spans:
            label = [
                [*place, name]
                for code, (value, cited) in line.holds.answers.items()
                if (name := _name(code, value))
                for field, start, end, _ in cited
                if (place := joined.place(field, start, end)) is not None
            ]
        row = {
            "id": line.item_id,
            "text": joined.text,
            "label": label,
            "project_id": line.project_id,
            "occurrence": line.occurrence,
            "language": line.language,
            "Comments": [line.holds.note] if line.holds.note else [],
        }
        self._stream.write(_ENCODER.encode(row).encode("utf-8", "backslashreplace") + b"\n")

    def end(self) -> None:
        """Do nothing: every line is written."""

    def discard(self) -> None:
        """Keep nothing."""


def _name(label: str, value: str) -> str:
    """Return what a label with its value is called, empty for an area that is not given."""
    if label in AREAS:
        return {YES: label, NO: ""}.get(value, f"{label}{_PARTS}{value}")
    return f"{label}{_PARTS}{value}"


def _classes(holds: Opinion) -> Iterator[str]:
    asked = [area for area in AREAS if area in holds.answers]
    if asked and not holds.areas():
        yield f"{AREAS_GROUP}{_PARTS}{NONE}"
    for label, (value, _) in holds.answers.items():
        for part in value.split() if label == RULES else [value]:
            if name := _name(label, part):
                yield name


def read_doccano(path: Path, labels: Sequence[str]) -> Iterator[LabelTask]:
    """Yield the rows of an export of text classification or sequence labelling; rows without labels say nothing.

    Parameters
    ----------
    labels
        What the campaign asks for.

    Raises
    ------
    ImportRefusedError
        ``wrong-format``, ``bad-json``, ``id-missing``, ``unknown-label``, ``label-twice``; the detail names the line.
    """
    for line, row in read_objects(path):
        text = row.get("text")
        if not isinstance(text, str) or not any(key in row for key in _KEYS):
            raise refuse(line, "It is no row of doccano: text or label is missing.", "wrong-format")
        identifier, occurrence = read_reference(line, row, row.get("id"))
        said = _read_said(line, row, labels)
        yield LabelTask(line, identifier, "", text, (said,) if said.values else (), occurrence)


def _read_said(line: int, row: Mapping[str, Any], labels: Sequence[str]) -> SaidElsewhere:
    values, cited = Values(line), list[Cited]()
    for key in _KEYS:
        entries = row.get(key) or []
        if not isinstance(entries, list):
            raise refuse(line, f"{key} is no list.", "wrong-format")
        for entry in entries:
            name, span = _read_entry(line, entry)
            label, _, value = name.partition(_PARTS)
            values.add(label, value or _bare(line, label))
            if span is not None:
                if label not in CITABLE:
                    raise unknown_label(line, name)
                cited.append(Cited(label, "whole", *span))
    notes = row.get("Comments") or []
    note = "\n".join(map(str, notes)) if isinstance(notes, list) else str(notes)
    return SaidElsewhere("", values.complete(labels), tuple(dict.fromkeys(cited)), note)


def _bare(line: int, label: str) -> str:
    """Return the value of a label that is written without one."""
    if label not in AREAS:
        raise unknown_label(line, label)
    return YES


def _read_entry(line: int, entry: object) -> tuple[str, tuple[int, int] | None]:
    """Return the name of a label, and the place of its words where it has one."""
    if isinstance(entry, str):
        return entry, None
    if isinstance(entry, dict):
        entry = [entry.get("start_offset"), entry.get("end_offset"), entry.get("label")]
    if isinstance(entry, list) and len(entry) == 3:
        start, end, name = entry
        if type(start) is int and type(end) is int and isinstance(name, str):
            return name, (start, end)
    raise refuse(line, "A label is neither a text nor start, end and label.", "wrong-format")
