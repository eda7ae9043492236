"""One table of a workbook: a header that stays in view, filters, colours, and a next sheet when one is full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from classifier.portfolio.row_sheet import RowSheet, is_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

    from classifier.project import Cell

#: The most characters that a cell of Excel holds.
CELL_CHARACTERS = 32_767
CUT_MARK = " [… cut]"

Colours = tuple[str, str]


class SheetSeries:
    """Rows under one header; the sheets are named ``Projects``, ``Projects 2`` and so on.

    Parameters
    ----------
    wrapped
        Columns whose text is broken over several lines.
    sheet_rows
        Rows of one sheet, header included.
    """

    def __init__(
        self,
        workbook: Workbook,
        name: str,
        header: Sequence[str],
        widths: Sequence[int],
        sheet_rows: int,
        *,
        wrapped: Sequence[str] = (),
    ) -> None:
        self.cut_cells = 0
        self._workbook = workbook
        self._name = name
        self._header = tuple(header)
        self._widths = tuple(widths)
        self._sheet_rows = sheet_rows
        plain = workbook.add_format({"valign": "top"})
        wrap = workbook.add_format({"valign": "top", "text_wrap": True})
        self._formats: list[Format] = [wrap if one.lower() in wrapped else plain for one in header]
        self._head = workbook.add_format(
            {"bold": True, "bg_color": "#1F3864", "font_color": "#FFFFFF", "valign": "vcenter", "text_wrap": True}
        )
        self._sheets: list[tuple[RowSheet, int]] = []
        self._next_sheet()

    def _next_sheet(self) -> None:
        number = len(self._sheets) + 1
        name = self._name if number == 1 else f"{self._name} {number}"
        sheet: RowSheet = self._workbook.add_worksheet(name, RowSheet)
        for place, width in enumerate(self._widths):
            sheet.set_column(place, place, width)
        sheet.freeze_panes(1, 0)
        sheet.set_row(0, 32)
        sheet.set_formats(self._formats)
        for place, column in enumerate(self._header):
            sheet.write_string(0, place, self._fit(column), self._head)
        self._sheet = sheet
        self._row = 1
        self._sheets.append((sheet, 1))

    def add(self, cells: Sequence[Cell]) -> None:
        """Write one row."""
        if self._row >= self._sheet_rows:
            self._next_sheet()
        fitting = [
            one if type(one) is str and len(one) <= CELL_CHARACTERS and one.isascii() else self._cell(one)
            for one in cells
        ]
        self._sheet.write_cells(self._row, fitting)
        self._row += 1
        self._sheets[-1] = (self._sheet, self._row)

    def _cell(self, value: Cell) -> Cell:
        return value if value is None or is_number(value) else self._fit(str(value))

    def _fit(self, text: str) -> str:
        if not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError:
                text = text.encode("utf-8", "backslashreplace").decode("utf-8")
        if len(text) <= CELL_CHARACTERS:
            return text
        self.cut_cells += 1
        return text[: CELL_CHARACTERS - len(CUT_MARK)] + CUT_MARK

    def colour(self, columns: Mapping[str, Mapping[str, Colours]]) -> None:
        """Set filters, and colour each value of the named columns."""
        formats: dict[Colours, Format] = {}
        for sheet, rows in self._sheets:
            sheet.autofilter(0, 0, max(rows - 1, 1), len(self._header) - 1)
            for column, colours in columns.items():
                place = self._header.index(column)
                for value, pair in colours.items():
                    if pair not in formats:
                        formats[pair] = self._workbook.add_format({"bg_color": pair[0], "font_color": pair[1]})
                    rule = {"type": "cell", "criteria": "==", "value": f'"{value}"', "format": formats[pair]}
                    sheet.conditional_format(1, place, max(rows - 1, 1), place, rule)

    def offer(self, column: str, choices: Sequence[str] = ()) -> None:
        """Mark a column as one to fill in, where there are choices with one of them."""
        place = self._header.index(column)
        shade = self._workbook.add_format({"bg_color": "#FFFBE6", "border": 1, "border_color": "#C9B458"})
        for sheet, rows in self._sheets:
            last = max(rows - 1, 1)
            sheet.conditional_format(1, place, last, place, {"type": "no_errors", "format": shade})
            if choices:
                sheet.data_validation(1, place, last, place, {"validate": "list", "source": list(choices)})
