"""Writes tagged projects as delimited text in UTF-8."""

from __future__ import annotations

import csv
import io
import re
from typing import IO, TYPE_CHECKING

from classifier.portfolio.tagged_row import TAGGING_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from classifier.portfolio.tagged_row import TaggedRow
    from classifier.project import Cell

#: First characters that make a spreadsheet compute a cell, in their plain and their full-width form.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_STARTS = frozenset(_FORMULA_STARTS)
_NUMBER = re.compile(r"[+-]?\d[\d\u00a0\u202f]*(?:[.,]\d+)*(?:[eE][+-]?\d+)?%?")


def guard_cell(value: Cell) -> Cell:
    """Return a cell that no spreadsheet takes for a formula; plain numbers stay as they are."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(value):
        return "'" + value
    return value


def guard_cells(cells: Iterable[Cell]) -> list[Cell]:
    """Return the cells of a row, guarded one by one."""
    # Most texts start with a letter or are empty, and need no look at all.
    return [one if type(one) is str and one[:1] not in _STARTS else guard_cell(one) for one in cells]


class CsvSink:
    """Rows of a CSV file.

    Parameters
    ----------
    delimiter
        What parts the cells.
    raw_cells
        Leave cells as they are, formulas too.
    """

    needs_types = False

    def __init__(self, delimiter: str = ",", *, raw_cells: bool = False) -> None:
        self._delimiter = delimiter
        self._raw_cells = raw_cells
        self._columns: tuple[str, ...] = ()
        self._text: io.TextIOWrapper | None = None

    def begin(self, stream: IO[bytes], columns: tuple[str, ...], _types: Mapping[str, set[type]]) -> None:
        """Write the header."""
        # Half a surrogate pair, which JSON can carry, stays readable instead of ending the run.
        self._text = io.TextIOWrapper(stream, encoding="utf-8", errors="backslashreplace", newline="")
        # With both characters in the line end, a cell that holds either of them is quoted.
        self._rows = csv.writer(self._text, delimiter=self._delimiter, lineterminator="\r\n")
        self._columns = columns
        self._put((*columns, *TAGGING_COLUMNS))

    def add(self, row: TaggedRow) -> None:
        """Write one project."""
        cells = row.cells
        self._put((*(cells.get(column) for column in self._columns), *row.tags))

    def _put(self, cells: Iterable[Cell]) -> None:
        self._rows.writerow(cells if self._raw_cells else guard_cells(cells))

    def end(self, _summary: Mapping[str, object]) -> None:
        """Hand the last bytes to the stream, which stays open."""
        if self._text is not None:
            self._text.detach()

    def discard(self) -> None:
        """Drop what was not written yet."""
        if self._text is not None and not self._text.closed:
            try:
                self._text.detach()
            except (OSError, ValueError):
                return
