"""Reads Excel workbooks: the sheet with project columns, wherever its header stands, streamed row by row."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from classifier.errors import PortfolioError, RowError
from classifier.portfolio.cells import as_text
from classifier.portfolio.headers import Header, check_mapping, no_text_column, recognise
from classifier.portfolio.merges import MergedCells
from classifier.portfolio.rows import ProjectBuilder, find_large_cell
from classifier.portfolio.table import TableReader, no_projects, too_many_columns
from classifier.portfolio.zips import check_zip
from classifier.project import Cell, Project

if TYPE_CHECKING:
    from openpyxl import Workbook

_LAST_ROW = 1_048_576
_SAMPLE_ROWS = 500

Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class _Layout:
    sheet: str
    header: Header
    names: tuple[str, ...]
    header_row: int


class XlsxReader(TableReader):
    """Projects of one sheet of an Excel workbook."""

    format = "xlsx"

    def _open(self) -> None:
        check_zip(self.spooled, self._options.limits)
        self._book = self._open_book()
        layout = self._choose_sheet()
        place = f"{self.spooled.name}, sheet {layout.sheet!r}"
        check_mapping(self._options.columns, layout.names, place)
        if not layout.header.has_text:
            raise no_text_column(layout.names, place)
        self.note(f"sheet {layout.sheet!r}" + (f", header in row {layout.header_row}" if layout.header_row > 1 else ""))
        self._layout = layout
        self._rows = self._rows_of(layout.sheet, skip=layout.header_row)
        sample = list(islice(self._rows, _SAMPLE_ROWS))
        if not any(any(cell is not None for cell in row) for _, row in sample):
            raise no_projects(place)
        self._rows = chain(sample, self._rows)
        self.columns = layout.header.columns
        self._builder = ProjectBuilder(layout.header, layout.sheet)
        self.note(self._builder.observe(row for _, row in sample))

    def _open_book(self) -> Workbook:
        import openpyxl
        from openpyxl.xml import DEFUSEDXML

        if not DEFUSEDXML:
            raise PortfolioError(
                "Excel files are only opened with the package defusedxml, which is missing.",
                code="defusedxml-missing",
                remedy="Install defusedxml.",
            )
        with _corrupt_becomes_error(self.spooled.name):
            file = self._resources.enter_context(self.spooled.open("rb"))
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        self._resources.callback(book.close)
        return book

    def _choose_sheet(self) -> _Layout:
        """Return the sheet asked for, else the one in which most columns are recognised."""
        names = [sheet.title for sheet in self._book.worksheets]
        if wanted := self._options.sheet:
            names = [name for name in names if name == wanted] or [
                name for name in names if name.casefold().strip() == wanted.casefold().strip()
            ]
            if not names:
                raise self._no_such_sheet(wanted)
        layouts = [layout for name in names if (layout := self._best_header(name)) is not None]
        if not layouts:
            raise PortfolioError(
                f"{self.spooled.name} holds no cells.", code="file-empty", remedy="Give a sheet with a header row."
            )
        best = max(layouts, key=lambda layout: layout.header.score)
        # A note that names one column is no second table.
        enough = best.header.score / 2
        others = [one.sheet for one in layouts if one is not best and one.header.score and one.header.score >= enough]
        if others:
            self.note(f"not read, though they too look like projects: {', '.join(map(repr, others))} (see --sheet)")
        return best

    def _no_such_sheet(self, wanted: str) -> PortfolioError:
        found = ", ".join(repr(sheet.title) for sheet in self._book.worksheets[:30])
        return PortfolioError(
            f"{self.spooled.name} has no sheet {wanted!r}. Sheets found: {found}.",
            code="sheet-missing",
            remedy="Give one of these names to --sheet.",
        )

    def _best_header(self, sheet: str) -> _Layout | None:
        """Return the row, among the first ones, in which most column names are recognised."""
        rows = list(islice(self._rows_of(sheet), self._options.limits.header_rows))
        width = max((len(_trim(row)) for _, row in rows), default=0)
        if width > self._options.limits.columns:
            raise too_many_columns(f"{self.spooled.name}, sheet {sheet!r}", self._options.limits.columns)
        best: _Layout | None = None
        for number, row in rows:
            names = tuple(as_text(cell) for cell in (*row[:width], *(None,) * (width - len(row))))
            if not any(names):
                continue
            header = recognise(names, self._options.columns)
            below = best is not None and number == best.header_row + 1 and header.score == best.header.score > 0
            if best is None or header.score > best.header.score or below:
                best = _Layout(sheet, header, names, number)
        return best

    def _rows_of(self, sheet: str, skip: int = 0) -> Iterator[tuple[int, Row]]:
        """Yield (row number, cells) below the first `skip` rows, cells merged downwards filled in."""
        worksheet = self._book[sheet]
        worksheet.reset_dimensions()
        with _corrupt_becomes_error(self.spooled.name):
            merged = MergedCells.of(worksheet)
            for number, cells in enumerate(worksheet.iter_rows(values_only=True), 1):
                if number > _LAST_ROW:
                    break
                row = merged.fill(number, tuple(map(_plain, cells)))
                if number > skip:
                    yield number, row

    def _read(self) -> Iterator[Project | RowError]:
        names, width = self._layout.header.columns, len(self._layout.names)
        limit, build = self._options.limits.cell_characters, self._builder.build
        stray = 0
        for number, cells in self._rows:
            if not any(cell is not None and cell != "" for cell in cells):
                continue
            if len(cells) > width and _trim(cells[width:]):
                stray = stray or number
            row = (*cells[:width], *(None,) * (width - len(cells)))
            if row == self._layout.names:
                self.note("repeated header rows were passed over")
                continue
            fault = find_large_cell(row, names, number, limit)
            yield fault or build(row, number, dict(zip(names, row, strict=True)))
        if stray:
            self.note(f"cells beyond column {width} have no header and were left out, first in row {stray}")


class _corrupt_becomes_error:  # noqa: N801 - reads as a statement
    """Turns what openpyxl raises on a damaged workbook into a `PortfolioError`."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if error is None or isinstance(error, PortfolioError) or not isinstance(error, Exception):
            return
        raise PortfolioError(
            f"{self._name} is damaged or no Excel workbook.",
            code="corrupt-workbook",
            remedy="Open it in Excel or LibreOffice and save it again as .xlsx.",
        ) from error


def _trim(row: Row) -> Row:
    """Drop the empty cells at the end."""
    end = len(row)
    while end and row[end - 1] in (None, ""):
        end -= 1
    return row[:end]


def _plain(cell: object) -> Cell:
    """Return a cell as a plain value: dates as ISO strings, whole numbers without decimals."""
    if cell is None or isinstance(cell, str | bool | int):
        return cell
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() and abs(cell) < 1e15 else cell
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat()
    return cell.isoformat() if isinstance(cell, datetime.date | datetime.time) else str(cell)
