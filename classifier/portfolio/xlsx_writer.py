"""Writes tagged projects as an Excel workbook for people: projects, evidence and summary, a sheet each."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Mapping
from datetime import datetime
from typing import IO, TYPE_CHECKING

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from classifier.errors import OutputError
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
        self._scratch_parent = scratch
        self._scratch = ""
        self._sheet_rows = sheet_rows
        self._workbook: xlsxwriter.Workbook | None = None

    def begin(self, stream: IO[bytes], columns: tuple[str, ...], _types: Mapping[str, set[type]]) -> None:
        """Begin the sheets."""
        if len(columns) + len(TAGGING_COLUMNS) > SHEET_COLUMNS:
            raise OutputError(
                f"The table has {len(columns) + len(TAGGING_COLUMNS):,} columns; Excel takes {SHEET_COLUMNS:,}.",
                code="too-many-columns",
                remedy="Write CSV or Parquet instead.",
            )
        self._scratch = tempfile.mkdtemp(prefix=".portolan-", dir=self._scratch_parent)
        options = {"constant_memory": True, "tmpdir": self._scratch}
        self._outlet = Outlet(stream)
        self._workbook = workbook = xlsxwriter.Workbook(self._outlet, options)
        workbook.use_zip64()
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
        workbook = self._workbook
        assert workbook is not None
        self._projects.colour(
            {"portolan_oda_risk": _RISK_COLOURS, "portolan_decision": _DECISION_COLOURS},
        )
        self._evidence.colour({"decision": _DECISION_COLOURS})
        rows = list(_flatten(summary))
        if cut := self._projects.cut_cells + self._evidence.cut_cells:
            rows.append((f"Cells cut at {CELL_CHARACTERS:,} characters, the most that Excel takes", cut))
        lines = SheetSeries(workbook, "Summary", ("what", "value"), (64, 40), self._sheet_rows, wrapped=("value",))
        for label, value in rows:
            lines.add((label, value if isinstance(value, int | float | str) else str(value)))
        try:
            workbook.close()
        except FileCreateError as fault:
            # The library wraps the fault of the file system, which our caller knows how to name.
            self._outlet.shut()
            raise fault.args[0] from None
        self._clear()

    def discard(self) -> None:
        """Remove the temporary files of the sheets."""
        if self._workbook is not None:
            for sheet in self._workbook.worksheets():
                with contextlib.suppress(OSError, ValueError):
                    sheet._opt_close()
        self._clear()

    def _clear(self) -> None:
        if self._scratch:
            shutil.rmtree(self._scratch, ignore_errors=True)
        self._workbook = None


#: Background and letters.
_GREEN = ("#E2F0D9", "#375623")
_AMBER = ("#FFF2CC", "#7F6000")
_RED = ("#F8CBAD", "#833C0B")
_GREY = ("#E7E6E6", "#404040")
_RISK_COLOURS = {"low": _GREEN, "review": _AMBER, "high": _RED, "insufficient": _GREY}
_DECISION_COLOURS = {"accepted": _GREEN, "to review": _AMBER, "abstained": _GREY}


class Outlet:
    """Hands bytes on until it is shut, and then swallows them: a zip file given up still writes its ending."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream: IO[bytes] | None = stream

    def shut(self) -> None:
        """Swallow what comes from now on."""
        self._stream = None

    def write(self, content: bytes) -> int:
        """Hand bytes on."""
        return len(content) if self._stream is None else self._stream.write(content)

    def tell(self) -> int:
        """Return the place in the stream."""
        return 0 if self._stream is None else self._stream.tell()

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move in the stream."""
        return 0 if self._stream is None else self._stream.seek(offset, whence)

    def flush(self) -> None:
        """Flush the stream."""
        if self._stream is not None:
            self._stream.flush()


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
