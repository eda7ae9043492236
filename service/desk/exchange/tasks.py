"""What a file of another tool says, in our words, and how it is read: line by line, refused at its first fault."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TextIO, TypeAlias

from classifier.errors import PortfolioError, RowError
from classifier.portfolio.json_stream import parse_object, read_array, starts_with_document
from service.desk.faults import ImportRefusedError
from service.desk.labels import AREAS, GROUPS, MAIN_AREA, NO, NONE, RULES, UNKNOWN, YES, is_value

if TYPE_CHECKING:
    from collections.abc import Sequence

#: A text that words are cited from: the title, everything else, or both as one text.
Where: TypeAlias = Literal["title", "text", "whole"]

#: What files call the set of areas.
AREAS_GROUP: Final = "areas"
_LONGEST_ROW: Final = 8_000_000
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,5}")
_SHOWN: Final = 40
_KNOWN: Final = "The labels and their values stand in docs/desk-exchange.md."


@dataclass(frozen=True, slots=True)
class Cited:
    """Words that somebody cited for a label; `quote` is empty where the file holds only their place."""

    label: str
    where: Where
    start: int
    end: int
    quote: str = ""


@dataclass(frozen=True, slots=True)
class SaidElsewhere:
    """What one person said in another tool."""

    judge: str
    values: Mapping[str, str]
    cited: tuple[Cited, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class LabelTask:
    """A project of a file, with what was said of it; `line` is where it begins.

    `occurrence` says which of the projects with this identifier is meant, None where the file does not say.
    """

    line: int
    project_id: str
    title: str
    text: str
    said: tuple[SaidElsewhere, ...]
    occurrence: int | None = None


def refuse(line: int, what: str, code: str, remedy: str = "") -> ImportRefusedError:
    """Return the error for a fault in a line."""
    return ImportRefusedError(f"Line {line}: {what}", code=code, remedy=remedy)


def read_objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line, object) of a JSON array or of JSON Lines, one in memory at a time.

    Raises
    ------
    ImportRefusedError
        ``bad-json``, ``wrong-format`` or ``file-unreadable``.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            is_array = starts_with_document(file, lambda _keys: True)
            file.seek(0)
            yield from _array(file) if is_array else _lines(file)
    except UnicodeDecodeError:
        raise ImportRefusedError("The file is not UTF-8.", code="wrong-format", remedy="Export it as JSON.") from None
    except OSError as error:
        raise ImportRefusedError(f"The file cannot be read: {error.strerror}.", code="file-unreadable") from None


def _array(file: TextIO) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        for found in read_array(file, _LONGEST_ROW, "The file"):
            if isinstance(found, RowError):
                raise refuse(found.line, found.message, found.code)
            yield found
    except PortfolioError as error:
        raise ImportRefusedError(error.detail, code=error.code, remedy=error.remedy) from None


def _lines(file: TextIO) -> Iterator[tuple[int, dict[str, Any]]]:
    number = 0
    while line := file.readline(_LONGEST_ROW):
        number += 1
        if len(line) >= _LONGEST_ROW:
            raise refuse(number, f"It is longer than {_LONGEST_ROW:,} characters.", "wrong-format")
        if not line.strip():
            continue
        found = parse_object(line, number)
        if isinstance(found, RowError):
            raise refuse(number, found.message, found.code, "Export the file again as JSON or JSON Lines.")
        yield number, found


def read_reference(line: int, row: Mapping[str, Any], *further: object) -> tuple[str, int | None]:
    """Return the identifier of a project and which of those with it is meant, None where the row does not say.

    Parameters
    ----------
    further
        What stands for a missing ``project_id``, the best first.

    Raises
    ------
    ImportRefusedError
        ``id-missing`` or ``wrong-format``.
    """
    found = next((one for one in (row.get("project_id"), *further) if one), None)
    if not isinstance(found, str | int) or isinstance(found, bool):
        raise refuse(line, "The project has no id.", "id-missing", "Give each project a project_id.")
    number = row.get("occurrence")
    if number is None or number == "":
        return str(found).strip(), None
    if isinstance(number, float) and number.is_integer():
        number = int(number)  # What passed through a table of numbers comes back as 1.0.
    if isinstance(number, bool) or not _NUMBER.fullmatch(str(number)):
        raise refuse(line, "The occurrence is no number from 1.", "wrong-format")
    return str(found).strip(), int(number)


class Values:
    """The values of one person, gathered label by label; what is unknown or said twice is refused with its line."""

    def __init__(self, line: int) -> None:
        self.found: dict[str, str] = {}
        self._line = line
        self._no_area = False

    def add(self, label: str, value: str) -> None:
        """Take one value of one label."""
        if label == AREAS_GROUP:
            self._add_area(value)
        elif label == RULES:
            rules = [one for one in self.found.get(RULES, "").split() if one != NONE]
            self._put(RULES, value if value in {NONE, UNKNOWN} else " ".join(sorted({*rules, value})))
        elif label in AREAS or label in GROUPS:
            if self.found.get(label, value) != value:
                raise refuse(self._line, f"{label} has two values.", "label-twice")
            self._put(label, value)
        else:
            raise unknown_label(self._line, label)

    def _add_area(self, value: str) -> None:
        if value == NONE:
            self._no_area = True
        elif value in AREAS:
            self.add(value, YES)
        else:
            self._refuse_value(AREAS_GROUP, value)

    def _put(self, label: str, value: str) -> None:
        if not is_value(label, value):
            self._refuse_value(label, value)
        self.found[label] = value

    def _refuse_value(self, label: str, value: str) -> None:
        raise refuse(self._line, f"{value[:_SHOWN]!r} is no value of {label}.", "unknown-label", _KNOWN)

    def complete(self, labels: Sequence[str]) -> dict[str, str]:
        """Return an answer to everything that is asked, nothing when nothing was said.

        Areas that nobody chose are not given; where there is nothing else to go by, the person cannot tell.
        """
        if not self.found and not self._no_area:
            return {}
        values = dict(self.found)
        given = [area for area in AREAS if values.get(area) == YES]
        if given and self._no_area:
            raise refuse(self._line, "It gives no area and an area.", "label-twice")
        for label in labels:
            if label in AREAS:
                values.setdefault(label, NO)
            elif label == MAIN_AREA and len(given) < 2:
                values.setdefault(label, given[0] if given else NONE)
            else:
                values.setdefault(label, NONE if label == RULES else UNKNOWN)
        return values


def unknown_label(line: int, label: str) -> ImportRefusedError:
    """Return the error for a label that the desk does not know."""
    return refuse(line, f"{label[:_SHOWN]!r} is no label of the desk.", "unknown-label", _KNOWN)
