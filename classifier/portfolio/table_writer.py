"""Writes tagged projects into a table, whichever its format: a sink only says how a row is put down."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Protocol

from classifier.portfolio.row_spool import RowSpool
from classifier.portfolio.tagged_row import PROJECT_COLUMNS, keep_input_columns, make_row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from classifier.portfolio.tagged_row import TaggedRow
    from classifier.portfolio.target import Target
    from classifier.portfolio.writing import Origin
    from classifier.project import Project
    from classifier.tagging import Tagging


class TableSink(Protocol):
    """How one format puts down a header and rows.

    Attributes
    ----------
    needs_types
        Whether `begin` must know what values each column holds, which takes a pass over all rows first.
    """

    needs_types: bool

    def begin(self, stream: IO[bytes], columns: tuple[str, ...], types: Mapping[str, set[type]]) -> None:
        """Write the header: the input's columns, then ours."""

    def add(self, row: TaggedRow) -> None:
        """Write one project."""

    def end(self, summary: Mapping[str, object]) -> None:
        """Write what is still held back; the stream stays open."""

    def discard(self) -> None:
        """Give up without another byte to the stream."""


class TableWriter:
    """A `PortfolioWriter` for tables.

    Rows go straight to the sink when the input's columns are known; otherwise (JSON Lines, typed formats)
    they are spooled, and the table gets every column that any row has.
    """

    def __init__(self, target: Target, origin: Origin, sink: TableSink) -> None:
        self._target = target
        self._sink = sink
        self._columns = PROJECT_COLUMNS if origin.format == "iati" else origin.columns
        self._spool: RowSpool | None = None
        self._summary: Mapping[str, object] = {}

    def __enter__(self) -> TableWriter:
        stream = self._target.open()
        try:
            with self._target.faults_named():
                if self._columns is None or self._sink.needs_types:
                    self._spool = RowSpool(self._target.folder)
                else:
                    self._sink.begin(stream, keep_input_columns(self._columns), {})
        except BaseException:
            self._abort()
            raise
        self._stream = stream
        return self

    def write(self, project: Project, tagging: Tagging) -> None:
        """Put down one project."""
        row = make_row(project, tagging)
        with self._target.faults_named():
            if self._spool is None:
                self._sink.add(row)
            else:
                self._spool.add(row)

    def finish(self, summary: Mapping[str, object]) -> None:
        """Keep the closing summary for formats that have a place for it."""
        self._summary = summary

    def __exit__(self, *exc: object) -> None:
        if exc[0] is not None:
            self._abort()
            return
        try:
            with self._target.faults_named():
                if self._spool is not None:
                    self._unspool(self._spool)
                self._sink.end(self._summary)
            self._target.commit()
        except BaseException:
            self._abort()
            raise

    def _unspool(self, spool: RowSpool) -> None:
        columns = tuple(spool.kinds) if self._columns is None else self._columns
        self._sink.begin(self._stream, keep_input_columns(columns), spool.kinds)
        for row in spool:
            self._sink.add(row)
        spool.close()

    def _abort(self) -> None:
        self._sink.discard()
        if self._spool is not None:
            self._spool.close()
        self._target.abort()
