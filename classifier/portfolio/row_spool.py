"""Keeps rows on disk until all their columns are known."""

from __future__ import annotations

import json
import tempfile
from typing import TYPE_CHECKING

from classifier.portfolio.tagged_row import EvidenceEntry, TaggedRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_INTEGER_LIMIT = 1 << 63


class RowSpool:
    """Rows in a nameless file: it vanishes with the process, however that ends.

    Parameters
    ----------
    folder
        Where the file lies: the folder of the output, whose disk must hold as much anyway.
    """

    def __init__(self, folder: Path | None) -> None:
        self._file = tempfile.TemporaryFile("w+", encoding="ascii", dir=folder)  # noqa: SIM115
        self._kinds: dict[str, set[type]] = {}

    def add(self, row: TaggedRow) -> None:
        """Keep a row."""
        for column, value in row.cells.items():
            kinds = self._kinds.setdefault(column, set())
            if value is not None:
                is_huge = type(value) is int and abs(value) >= _INTEGER_LIMIT
                kinds.add(str if is_huge else type(value))
        parts = (row.id, row.title, row.language, dict(row.cells), row.tags, row.evidence)
        self._file.write(json.dumps(parts) + "\n")

    @property
    def kinds(self) -> Mapping[str, set[type]]:
        """Return every column in the order of its first appearance, with the types of its values."""
        return self._kinds

    def __iter__(self) -> Iterator[TaggedRow]:
        self._file.seek(0)
        for line in self._file:
            identifier, title, language, cells, tags, evidence = json.loads(line)
            entries = tuple(EvidenceEntry(*one) for one in evidence)
            yield TaggedRow(identifier, title, language, cells, tuple(tags), entries)

    def close(self) -> None:
        """Forget all rows."""
        self._file.close()
