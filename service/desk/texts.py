"""The texts of a project under one another, for formats that know a single text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from classifier.project import TEXT_FIELDS, TextField

#: What parts two fields.
GAP: Final = "\n\n"
TITLE: Final[TextField] = "title"
#: All the fields that are not the title.
BODY: Final = TEXT_FIELDS[1:]


@dataclass(frozen=True, slots=True)
class JoinedText:
    """Several fields as one text; `spans` says where each of them stands in it."""

    text: str
    spans: Mapping[TextField, tuple[int, int]]

    def place(self, field: str, start: int, end: int) -> tuple[int, int] | None:
        """Return where words of a field stand in the text, None when the field is not in it."""
        span = self.spans.get(cast("TextField", field))
        return None if span is None else (span[0] + start, span[0] + end)

    def find(self, start: int, end: int) -> tuple[TextField, int, int] | None:
        """Return the field of words of the text, and where they stand in it; None when they are not in one field."""
        for field, (first, last) in self.spans.items():
            if first <= start < end <= last:
                return field, start - first, end - first
        return None


def join_texts(project: Mapping[str, Any], fields: Sequence[TextField] = TEXT_FIELDS) -> JoinedText:
    """Join the fields of a project (plain data as `service.records` writes it) that hold something."""
    spans: dict[TextField, tuple[int, int]] = {}
    texts: list[str] = []
    at = 0
    for field in fields:
        text = project.get(field, "")
        if text:
            spans[field] = (at, at + len(text))
            texts.append(text)
            at += len(text) + len(GAP)
    return JoinedText(GAP.join(texts), spans)
