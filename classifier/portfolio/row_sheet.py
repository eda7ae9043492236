"""A sheet of a workbook in flat memory that takes whole rows, in a third of the time that cell by cell takes."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.format import Format

    from classifier.project import Cell

_SHORT: Final = 40
_KNOWN: Final = 2_000
_EXACT_INTEGER: Final = 10**15
#: What cannot stand in a text of a sheet as it is: markup, control characters, and each ``_`` that opens what looks
#: like an escaped one; its last ``_`` may open the next.
_SPECIAL: Final = re.compile("[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9a-fA-F]{4}_)")
_REPLACED: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "_": "_x005F_"}


class RowSheet(Worksheet):  # type: ignore[misc]
    """A sheet whose rows are written one after the other, with a format for each column.

    What the library writes for each of them stands here once for the row: the files are the same.
    """

    def __init__(self) -> None:
        super().__init__()
        #: The contents of the first short texts: most cells hold one of a few codes.
        self._known: dict[Cell, str] = {}
        self._formats: tuple[Format, ...] = ()
        self._of_columns: list[tuple[str, str]] = []

    def set_formats(self, formats: Sequence[Format]) -> None:
        """Set the format of each column; once, before the first row."""
        self._formats, self._of_columns = tuple(formats), []

    def write_cells(self, row: int, cells: Sequence[Cell]) -> None:
        """Write a row, which may be shorter than the header, below all that are written.

        What is empty gets no cell, and no text is a formula or a link.

        Raises
        ------
        ValueError
            When there are more cells than columns.
        """
        if len(cells) > len(self._formats):
            raise ValueError(f"{len(cells)} cells do not fit into {len(self._formats)} columns")
        # What was written cell by cell comes first.
        self._write_single_row(row)
        number, known = row + 1, self._known
        parts = [
            f"{before}{number}{after}{known.get(value) or self._content(value)}"
            for value, (before, after) in zip(cells, self._places(), strict=False)
            if value is not None and value != ""
        ]
        if parts:
            self._check_dimensions(row, 0)
            self._check_dimensions(row, len(cells) - 1)
            self.fh.write(f'<row r="{number}">{"".join(parts)}</row>')

    def _places(self) -> list[tuple[str, str]]:
        """Return what stands before and after the number of the row, for each column.

        Formats get their numbers when they are first used: those of cells written before come first.
        """
        if not self._of_columns:
            self._of_columns = [
                (f'<c r="{xl_col_to_name(place)}', f'" s="{one._get_xf_index()}"')
                for place, one in enumerate(self._formats)
            ]
        return self._of_columns

    def _content(self, value: Cell) -> str:
        """Return the rest of a cell, from its type to its end."""
        if isinstance(value, bool):
            return f' t="b"><v>{int(value)}</v></c>'
        if not isinstance(value, str):
            return f"><v>{value:.16G}</v></c>"
        text = _SPECIAL.sub(_escape, value) if _SPECIAL.search(value) else value
        space = ' xml:space="preserve"' if text[0].isspace() or text[-1].isspace() else ""
        content = f' t="inlineStr"><is><t{space}>{text}</t></is></c>'
        if len(value) <= _SHORT and len(self._known) < _KNOWN:
            self._known[value] = content
        return content


def _escape(found: re.Match[str]) -> str:
    return _REPLACED.get(found[0]) or f"_x{ord(found[0]):04X}_"


def is_number(value: Cell) -> bool:
    """Return whether a sheet holds a value as a number without changing it."""
    return isinstance(value, int | float) and math.isfinite(value) and abs(value) < _EXACT_INTEGER
