"""The workbook of a report: its sheets stand in a given order, and are filled in any."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import IO, TYPE_CHECKING, Protocol

from classifier.portfolio.flat_workbook import FlatWorkbook
from classifier.portfolio.xlsx_sheet import SheetSeries
from classifier.portfolio.xlsx_writer import SHEET_ROWS
from service.reporting.money import NO_CURRENCY

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import xlsxwriter

    from classifier.project import Cell, Project
    from classifier.tagging import Tagging
    from service.reporting.about import About, MoneyRemarks
    from service.reporting.tally import Breakdown, Tally

#: A sheet: its columns with their widths.
Columns = tuple[tuple[str, int], ...]
_WRAP_FROM = 30
_NO_NAMES: Mapping[str, str] = MappingProxyType({})

#: Background and letters of risks and decisions.
COLOURS = {
    "low": ("#E2F0D9", "#375623"),
    "accepted": ("#E2F0D9", "#375623"),
    "review": ("#FFF2CC", "#7F6000"),
    "to review": ("#FFF2CC", "#7F6000"),
    "high": ("#F8CBAD", "#833C0B"),
    "insufficient": ("#E7E6E6", "#404040"),
    "abstained": ("#E7E6E6", "#404040"),
}


class Filler(Protocol):
    """What stands in the sheets of one kind of report."""

    sheets: Mapping[str, Columns]

    def add(self, book: Sheets, project: Project, tagging: Tagging) -> None:
        """Write one project."""

    def end(self, book: Sheets, about: About) -> None:
        """Write what stands at the end."""


class Sheets:
    """The sheets of a workbook by name; texts never become formulas or links."""

    def __init__(self, workbook: xlsxwriter.Workbook, sheets: Mapping[str, Columns]) -> None:
        self._series = {
            name: SheetSeries(
                workbook,
                name,
                [column for column, _width in columns],
                [width for _column, width in columns],
                SHEET_ROWS,
                wrapped=[column.lower() for column, width in columns if width >= _WRAP_FROM],
            )
            for name, columns in sheets.items()
        }

    def add(self, sheet: str, cells: Sequence[Cell]) -> None:
        """Write one row."""
        self._series[sheet].add(cells)

    def add_facts(self, facts: Mapping[str, Cell]) -> None:
        """Write names and values to the sheet About."""
        for name, value in facts.items():
            self.add("About", (name, value))

    def add_breakdown(
        self, sheet: str, breakdown: Breakdown, categories: Sequence[str], names: Mapping[str, str] = _NO_NAMES
    ) -> None:
        """Write a tally for each name; `names` say more of a name."""
        for name, tally in breakdown.by_name():
            for row in tally_rows(tally, categories):
                self.add(sheet, (names.get(name, name), *row))

    def colour(self, sheet: str, *columns: str) -> None:
        """Set filters, and colour risks and decisions."""
        self._series[sheet].colour(dict.fromkeys(columns, COLOURS))

    def offer(self, sheet: str, column: str, choices: Sequence[str] = ()) -> None:
        """Mark a column as one to fill in."""
        self._series[sheet].offer(column, choices)


class WorkbookForm:
    """A report as an Excel workbook, written in flat memory."""

    def __init__(self, filler: Filler) -> None:
        self._filler = filler
        self._workbook: FlatWorkbook | None = None

    def begin(self, stream: IO[bytes], scratch: Path | None) -> None:
        """Begin the sheets."""
        self._workbook = FlatWorkbook(stream, scratch)
        self._sheets = Sheets(self._workbook.book, self._filler.sheets)

    def add(self, project: Project, tagging: Tagging) -> None:
        """Write one project."""
        self._filler.add(self._sheets, project, tagging)

    def end(self, about: About) -> None:
        """Write the sums and close the workbook."""
        assert self._workbook is not None
        self._filler.end(self._sheets, about)
        # Else Excel's clock goes in, and two runs would differ.
        self._workbook.book.set_properties({"created": datetime.combine(about.day, datetime.min.time())})
        self._workbook.close()
        self._workbook = None

    def discard(self) -> None:
        """Remove the temporary files of the sheets."""
        if self._workbook is not None:
            self._workbook.discard()
            self._workbook = None


def tally_columns(first: str, width: int, categories: Sequence[str]) -> Columns:
    """Return the columns of a sheet of tallies."""
    projects = ((f"projects {name}", 12) for name in categories)
    money = ((f"money {name}", 18) for name in categories)
    return ((first, width), ("projects", 10), *projects, ("currency", 12), ("money", 18), *money)


def tally_rows(tally: Tally, categories: Sequence[str]) -> list[tuple[Cell, ...]]:
    """Return a row of projects, and a row for each currency with the projects that have money in it."""
    counts = tuple(tally.projects[name] for name in categories)
    rows: list[tuple[Cell, ...]] = [(tally.total(), *counts, "all projects")]
    for currency, sums in sorted(tally.money.items()):
        found = [sums.get(name) for name in categories]
        projects = [one.projects if one else 0 for one in found]
        amounts = [round(one.amount, 2) if one else 0.0 for one in found]
        rows.append((sum(projects), *projects, currency or NO_CURRENCY, round(sum(amounts), 2), *amounts))
    return rows


def about_facts(about: About, money: MoneyRemarks) -> dict[str, Cell]:
    """Return what the sheet About says of every report."""
    return {
        "portfolio": about.portfolio,
        "date": about.day.isoformat(),
        "projects": about.projects,
        "rejected rows": about.rejected_rows,
        "model version": about.model_version or "none: rules only",
        "rules version": about.rules_version,
        "money": " ".join(money.sentences(about.rates)),
        "notes": "\n".join(about.notes),
    }
