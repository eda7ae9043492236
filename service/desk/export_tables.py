"""Settled labels as tables for people and programs: CSV, Excel, JSON Lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, Any, Final

from classifier.portfolio.csv_writer import guard_cells
from classifier.portfolio.flat_workbook import FlatWorkbook
from classifier.portfolio.xlsx_sheet import SheetSeries
from classifier.portfolio.xlsx_writer import SHEET_ROWS
from service.desk.labels import GENDER, HUMAN_RIGHTS, MAIN_AREA, RISK, RULES, UNKNOWN
from service.desk.texts import BODY, TITLE, join_texts

if TYPE_CHECKING:
    from pathlib import Path

    from classifier.project import Cell
    from service.desk.settled import Opinion, Settled

#: The columns of the tables, with the width of each in Excel.
COLUMNS: Final[Mapping[str, int]] = {
    "id": 22,
    "occurrence": 11,
    "title": 44,
    "description": 70,
    "language": 10,
    "countries": 12,
    "year": 8,
    "areas": 18,
    "areas_unknown": 14,
    MAIN_AREA: 11,
    GENDER: 10,
    HUMAN_RIGHTS: 13,
    RISK: 12,
    RULES: 18,
    "note": 44,
    "settled_by": 12,
    "settled": 20,
    "judges": 30,
    "frozen": 9,
    "guideline_version": 12,
    "model_version": 20,
}
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False)
_SINGLE: Final = (MAIN_AREA, GENDER, HUMAN_RIGHTS, RISK, RULES)


class TableRows:
    """Turns settled projects into rows of `COLUMNS`.

    Parameters
    ----------
    names
        What each person is called in the file, by user id.
    guideline_version
        The guideline of the campaign.
    """

    def __init__(self, names: Mapping[str, str], guideline_version: str) -> None:
        self._names = names
        self._guideline_version = guideline_version

    def cells(self, line: Settled) -> tuple[Cell, ...]:
        """Return the cells of one project; what was not asked for is empty."""
        holds, project = line.holds, line.project
        return (
            line.project_id,
            line.occurrence,
            project.get(TITLE, ""),
            join_texts(project, BODY).text,
            line.language,
            " ".join(line.countries),
            project.get("year"),
            " ".join(holds.areas()),
            " ".join(holds.areas(UNKNOWN)),
            *[holds.value(label) for label in _SINGLE],
            holds.note,
            line.settled_by,
            _moment(line),
            " ".join([self._names[one.user_id] for one in line.opinions]),
            line.frozen,
            self._guideline_version,
            line.model_version,
        )

    def object(self, line: Settled) -> dict[str, Any]:
        """Return one project as an object, with the cited words and what everybody said."""
        row: dict[str, Any] = dict(zip(COLUMNS, self.cells(line), strict=True))
        row["countries"] = list(line.countries)
        row |= {"areas": row["areas"].split(), "areas_unknown": row["areas_unknown"].split()}
        row["evidence"] = _evidence(line.holds)
        row["judges"] = [
            {
                "name": self._names[one.user_id],
                "as": one.seat.value,
                "labels": {label: value for label, (value, _) in one.answers.items()},
                "note": one.note,
            }
            for one in line.opinions
        ]
        return row


class CsvFile:
    """Rows as delimited text in UTF-8; no cell is taken for a formula."""

    def __init__(self, rows: TableRows) -> None:
        self._rows = rows

    def begin(self, stream: IO[bytes]) -> None:
        """Write the header."""
        self._text = io.TextIOWrapper(stream, encoding="utf-8", errors="backslashreplace", newline="")
        self._writer = csv.writer(self._text, lineterminator="\r\n")
        self._writer.writerow(COLUMNS)

    def add(self, line: Settled) -> None:
        """Write one project."""
        self._writer.writerow(guard_cells(self._rows.cells(line)))

    def end(self) -> None:
        """Hand the last bytes over."""
        self._text.detach()

    def discard(self) -> None:
        """Keep nothing."""


class JsonLinesFile:
    """An object a line."""

    def __init__(self, rows: TableRows) -> None:
        self._rows = rows

    def begin(self, stream: IO[bytes]) -> None:
        """Keep the stream."""
        self._stream = stream

    def add(self, line: Settled) -> None:
        """Write one project."""
        text = _ENCODER.encode(self._rows.object(line))
        self._stream.write(text.encode("utf-8", "backslashreplace") + b"\n")

    def end(self) -> None:
        """Do nothing: every line is written."""

    def discard(self) -> None:
        """Keep nothing."""


class XlsxFile:
    """A workbook with one sheet, written in flat memory."""

    def __init__(self, rows: TableRows, scratch: Path) -> None:
        self._rows = rows
        self._scratch = scratch

    def begin(self, stream: IO[bytes]) -> None:
        """Begin the sheet."""
        self._book = FlatWorkbook(stream, self._scratch)
        wrapped = ("title", "description", "note")
        header, widths = tuple(COLUMNS), tuple(COLUMNS.values())
        self._sheet = SheetSeries(self._book.book, "Labels", header, widths, SHEET_ROWS, wrapped=wrapped)

    def add(self, line: Settled) -> None:
        """Write one project."""
        self._sheet.add(self._rows.cells(line))

    def end(self) -> None:
        """Close the workbook."""
        self._sheet.colour({})
        self._book.close()

    def discard(self) -> None:
        """Remove the temporary files of the sheet."""
        self._book.discard()


def _moment(line: Settled) -> str:
    return "" if line.settled is None else line.settled.isoformat(timespec="seconds")


def _evidence(holds: Opinion) -> list[dict[str, Any]]:
    return [
        {"label": label, "field": field, "start": start, "end": end, "quote": quote}
        for label, (_, cited) in holds.answers.items()
        for field, start, end, quote in cited
    ]
