"""The file of rejected rows beside an output: there only when a row was rejected."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

from classifier.portfolio.csv_writer import guard_cell
from classifier.portfolio.target import Target

if TYPE_CHECKING:
    from classifier.errors import RowError

_HEADER = ("line", "field", "code", "message")


class RejectionFile:
    """Rejected rows as CSV, written whole or not at all.

    Parameters
    ----------
    name
        The file; empty keeps no rejected rows.
    force
        Replace an existing file. Then a file of an earlier run goes even when no row is rejected.
    """

    def __init__(self, name: str, *, force: bool) -> None:
        self.name = name
        self._force = force
        self._target = Target(name, force=force) if name else None
        self._text: io.TextIOWrapper | None = None

    def __enter__(self) -> RejectionFile:
        return self

    def add(self, row: RowError) -> None:
        """Write one rejected row."""
        if self._target is None:
            return
        if self._text is None:
            self._text = io.TextIOWrapper(self._target.open(), encoding="utf-8", newline="", errors="backslashreplace")
            self._rows = csv.writer(self._text)
            self._rows.writerow(_HEADER)
        with self._target.faults_named():
            self._rows.writerow((row.line, guard_cell(row.field), row.code, guard_cell(row.message)))

    def __exit__(self, *exc: object) -> None:
        if self._target is None:
            return
        if exc[0] is not None:
            self._target.abort()
            return
        if self._text is None:
            if self._force:
                Path(self.name).unlink(missing_ok=True)
            return
        with self._target.faults_named():
            self._text.flush()
            self._text.detach()
        self._target.commit()
