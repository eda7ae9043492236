"""Cells that Excel merged downwards: the rows below carry the value of the first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from classifier.project import Cell

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

_CHUNK = 1 << 20
_REFERENCE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_LONGEST = 200
_MOST = 200_000


class MergedCells:
    """Merged areas of one sheet that span several rows, taken in row order."""

    def __init__(self, areas: list[tuple[int, int, int]]) -> None:
        self._areas = sorted(areas, reverse=True)
        self._open: list[tuple[int, int, Cell]] = []

    @classmethod
    def of(cls, worksheet: ReadOnlyWorksheet) -> MergedCells:
        """Find the merged areas of a sheet; they stand behind its rows, so its XML is scanned once."""
        areas: list[tuple[int, int, int]] = []
        archive, path = worksheet.parent._archive, worksheet._worksheet_path
        with archive.open(path) as source:
            tail = b""
            while (chunk := source.read(_CHUNK)) and len(areas) < _MOST:
                window = tail + chunk
                areas.extend(_area(match) for match in _REFERENCE.finditer(window))
                last = window.rfind(b"<", -_LONGEST)
                tail = window[last:] if last >= 0 and b">" not in window[last:] else b""
        return cls([area for area in areas if area[1] > area[0]])

    def fill(self, number: int, row: tuple[Cell, ...]) -> tuple[Cell, ...]:
        """Return the row with the values that reach into it from above; rows come in order."""
        if not self._open and not (self._areas and self._areas[-1][0] <= number):
            return row
        while self._areas and self._areas[-1][0] <= number:
            _, last, column = self._areas.pop()
            if column < len(row) and row[column] is not None:
                self._open.append((last, column, row[column]))
        self._open = [area for area in self._open if area[0] >= number]
        cells = list(row)
        for _, column, value in self._open:
            cells.extend([None] * (column + 1 - len(cells)))
            if cells[column] is None:
                cells[column] = value
        return tuple(cells)


def _area(match: re.Match[bytes]) -> tuple[int, int, int]:
    """Return first row, last row and column (0-based) of a reference; the value stands at its left."""
    column = 0
    for letter in match.group(1):
        column = column * 26 + letter - 64
    return int(match.group(2)), int(match.group(4)), column - 1
