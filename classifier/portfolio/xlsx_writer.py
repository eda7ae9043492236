"""Writes tagged projects as an Excel workbook for people: projects, evidence and summary, a sheet each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import IO, TYPE_CHECKING

from classifier.errors import OutputError
from classifier.portfolio.flat_workbook import FlatWorkbook
from classifier.portfolio.tagged_row import TAGGING_COLUMNS
from classifier.portfolio.xlsx_sheet import CELL_CHARACTERS, SheetSeries
from classifier.project import TEXT_FIELDS

if TYPE_CHECKING:
    from pathlib import Path

    from classifier.portfolio.label_names import LabelNames
    from classifier.portfolio.tagged_row import EvidenceEntry, TaggedRow

_NO_DATE = datetime(2000, 1, 1)
SHEET_ROWS = 1_048_576
SHEET_COLUMNS = 16_384

EVIDENCE_COLUMNS = (
    "id",
    "title",
    "label kind",
    "label",
    "name",
    "probability",
    "threshold",
    "decision",
    "field",
    "quote",
)
_EVIDENCE_WIDTHS = (22, 44, 13, 16, 36, 11, 11, 12, 16, 90)

_WIDE = frozenset({"description", "longdescription", "text", *TEXT_FIELDS[2:]})
_TAG_WIDTHS = {
    "portolan_result_areas": 16,
    "portolan_result_area_probabilities": 24,
    "portolan_oda_rules": 18,
    "portolan_reasons": 24,
    "portolan_evidence": 70,
    "portolan_model_version": 20,
    "portolan_rules_version": 20,
}


class XlsxSink:
    """A workbook that is written row by row, in flat memory.

    Parameters
    ----------
    names
        Names of labels for the evidence sheet.
    scratch
        Folder for the temporary files of the sheets; None for the system's own.
    sheet_rows
        Rows of a sheet, header included, before a second one is begun.
    """

    needs_types = False

    def __init__(self, names: LabelNames, scratch: Path | None, *, sheet_rows: int = SHEET_ROWS) -> None:
        self._names = names
        self._scratch = scratch
        self._sheet_rows = sheet_rows
        self._workbook: FlatWorkbook | None = None

    def begin(self, stream: IO[bytes], columns: tuple[str, ...], _types: Mapping[str, set[type]]) -> None:
        """Begin the sheets."""
        if len(columns) + len(TAGGING_COLUMNS) > SHEET_COLUMNS:
            raise OutputError(
                f"The table has {len(columns) + len(TAGGING_COLUMNS):,} columns; Excel takes {SHEET_COLUMNS:,}.",
                code="too-many-columns",
                remedy="Write CSV or Parquet instead.",
            )
        self._workbook = FlatWorkbook(stream, self._scratch)
        workbook = self._workbook.book
        # Equal runs give equal bytes: the library would write the time of day.
        workbook.set_properties({"created": _NO_DATE})
        self._columns = columns
        header = (*columns, *TAGGING_COLUMNS)
        self._projects = SheetSeries(
            workbook, "Projects", header, tuple(map(_width, header)), self._sheet_rows, wrapped=("title",)
        )
        self._evidence = SheetSeries(
            workbook,
            "Evidence",
            EVIDENCE_COLUMNS,
            _EVIDENCE_WIDTHS,
            self._sheet_rows,
            wrapped=("title", "quote"),
        )

    def add(self, row: TaggedRow) -> None:
        """Write one project and its evidence."""
        cells = row.cells
        self._projects.add((*(cells.get(column) for column in self._columns), *row.tags))
        for entry in row.evidence:
            name = entry.name or self._name(entry, row.language)
            self._evidence.add((row.id, row.title, entry.kind, entry.label, name, *entry[3:7], entry.quote))

    def _name(self, entry: EvidenceEntry, language: str) -> str:
        return self._names(entry.label, language) if entry.kind == "result area" else ""

    def end(self, summary: Mapping[str, object]) -> None:
        """Colour and close the sheets, and write the summary."""
        assert self._workbook is not None
        self._projects.colour(
            {"portolan_oda_risk": _RISK_COLOURS, "portolan_decision": _DECISION_COLOURS},
        )
        self._evidence.colour({"decision": _DECISION_COLOURS})
        rows = list(_flatten(summary))
        if cut := self._projects.cut_cells + self._evidence.cut_cells:
            rows.append((f"Cells cut at {CELL_CHARACTERS:,} characters, the most that Excel takes", cut))
        lines = SheetSeries(
            self._workbook.book, "Summary", ("what", "value"), (64, 40), self._sheet_rows, wrapped=("value",)
        )
        for label, value in rows:
            lines.add((label, value if isinstance(value, int | float | str) else str(value)))
        self._workbook.close()
        self._workbook = None

    def discard(self) -> None:
        """Remove the temporary files of the sheets."""
        if self._workbook is not None:
            self._workbook.discard()
            self._workbook = None


#: Background and letters.
_GREEN = ("#E2F0D9", "#375623")
_AMBER = ("#FFF2CC", "#7F6000")
_RED = ("#F8CBAD", "#833C0B")
_GREY = ("#E7E6E6", "#404040")
_RISK_COLOURS = {"low": _GREEN, "review": _AMBER, "high": _RED, "insufficient": _GREY}
_DECISION_COLOURS = {"accepted": _GREEN, "to review": _AMBER, "abstained": _GREY}


def _width(column: str) -> int:
    folded = "".join(filter(str.isalnum, column.lower()))
    if column in _TAG_WIDTHS:
        return _TAG_WIDTHS[column]
    if folded in _WIDE or "description" in folded:
        return 60
    if "title" in folded or folded in {"titre", "titel", "intitule"}:
        return 44
    return min(max(len(column) + 4, 11), 30)


def _flatten(summary: Mapping[str, object], before: str = "") -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = []
    for label, value in summary.items():
        name = f"{before}{label}"
        if isinstance(value, Mapping):
            rows.extend(_flatten(value, f"{name}: "))
        elif isinstance(value, list | tuple):
            rows.append((name, "\n".join(map(str, value))))
        else:
            rows.append((name, value))
    return rows
