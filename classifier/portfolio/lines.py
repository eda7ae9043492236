"""Feeds physical lines to a parser and can take them back, so that one broken row spoils no other."""

from __future__ import annotations

import csv
from collections import deque
from typing import TextIO

_CELLS_A_LINE = 8
_LONGEST_SCAN = 1 << 28
_SCANS = 3
_PIECE = 1 << 12


class LineTooLongError(Exception):
    """A single line is longer than any row may be."""


class Lines:
    """Lines of an open text file, numbered, with the lines of the current record kept.

    Parameters
    ----------
    file
        Text file opened with ``newline=""``.
    cell_limit
        Characters that one cell may hold.
    """

    def __init__(self, file: TextIO, cell_limit: int) -> None:
        self.cell_limit = cell_limit
        self.zero_bytes = 0
        self._file = file
        self._readline = file.readline
        self._cap = cell_limit * _CELLS_A_LINE
        self._number = 0
        self._record: list[str] = []
        self._waiting: deque[str] = deque()
        self._scans = 0

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else self._fetch()
        self._number += 1
        self._record.append(line)
        return line

    def begin(self) -> int:
        """Start a record and return the number of its first line."""
        self._record.clear()
        return self._number + 1

    def skip(self, count: int) -> None:
        """Pass over lines."""
        for _ in range(count):
            next(self)

    def follows(self) -> bool:
        """Whether anything but white space is left in the file."""
        place = self._file.tell()
        found = False
        while not found and (piece := self._readline(_PIECE)):
            found = bool(piece.strip())
        self._file.seek(place)
        return found

    def step_back(self) -> None:
        """Give back all lines of the record but the first."""
        rest = self._record[1:]
        self._waiting.extendleft(reversed(rest))
        self._number -= len(rest)

    def second_line_is_row(self, delimiter: str, width: int) -> bool:
        """Whether the record swallowed what looks like a row of its own."""
        if len(self._record) < 2:
            return False
        try:
            return len(next(csv.reader([self._record[1]], delimiter=delimiter, strict=True))) == width
        except (csv.Error, StopIteration):
            return False

    def leave_cell(self, delimiter: str) -> bool:
        """Pass over a cell that is too large; False, and back to the second line, when it has no end."""
        if len(self._record) < 2:
            return True
        if self._scans >= _SCANS:
            self.step_back()
            return False
        waiting = list(self._waiting)
        place, number = self._file.tell(), self._number
        if self._find_cell_end(delimiter):
            return True
        self._scans += 1
        self._file.seek(place)
        self._waiting = deque(waiting)
        self._number = number
        self.step_back()
        return False

    def _find_cell_end(self, delimiter: str) -> bool:
        scanned = 0
        while scanned < _LONGEST_SCAN:
            try:
                line = self._waiting.popleft() if self._waiting else self._fetch()
            except (StopIteration, LineTooLongError):
                return False
            self._number += 1
            scanned += len(line)
            _, quote, rest = line.replace('""', "").partition('"')
            if quote:
                return rest.startswith((delimiter, "\n", "\r")) or not rest
        return False

    def _fetch(self) -> str:
        line = self._readline(self._cap)
        if not line:
            raise StopIteration
        if len(line) >= self._cap and not line.endswith(("\n", "\r")):
            while (more := self._readline(self._cap)) and not more.endswith(("\n", "\r")):
                pass
            self._number += 1
            raise LineTooLongError
        if "\0" in line:
            self.zero_bytes += 1
            line = line.replace("\0", "")
        return line
