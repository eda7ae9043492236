"""Writes tagged projects as Parquet: typed columns, evidence as a list of structs."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from classifier.portfolio.tagged_row import TAGGING_COLUMNS, EvidenceEntry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from classifier.portfolio.tagged_row import TaggedRow
    from classifier.project import Cell

ROW_GROUP = 5_000

_EVIDENCE = pa.list_(
    pa.struct(
        [
            ("kind", pa.string()),
            ("label", pa.string()),
            ("name", pa.string()),
            ("probability", pa.float64()),
            ("threshold", pa.float64()),
            ("decision", pa.string()),
            ("field", pa.string()),
            ("start", pa.int32()),
            ("end", pa.int32()),
            ("quote", pa.string()),
        ]
    )
)
_TYPES = {
    "portolan_gender": pa.int8(),
    "portolan_gender_probability": pa.float64(),
    "portolan_human_rights": pa.int8(),
    "portolan_human_rights_probability": pa.float64(),
    "portolan_evidence": _EVIDENCE,
}


def _column_type(kinds: set[type]) -> pa.DataType:
    if kinds == {bool}:
        return pa.bool_()
    if kinds == {int}:
        return pa.int64()
    if kinds and kinds <= {int, float}:
        return pa.float64()
    return pa.string()


def _as_text(value: Cell) -> str | None:
    return None if value is None else str(value).encode("utf-8", "backslashreplace").decode("utf-8")


class ParquetSink:
    """Row groups of a Parquet file."""

    needs_types = True

    def __init__(self) -> None:
        self._rows: list[TaggedRow] = []
        self._writer: pq.ParquetWriter | None = None

    def begin(self, stream: IO[bytes], columns: tuple[str, ...], types: Mapping[str, set[type]]) -> None:
        """Fix the schema."""
        fields = [pa.field(column, _column_type(types.get(column, set()))) for column in columns]
        fields += [pa.field(column, _TYPES.get(column, pa.string())) for column in TAGGING_COLUMNS]
        self._columns = columns
        self._schema = pa.schema(fields)
        self._writer = pq.ParquetWriter(stream, self._schema, compression="zstd")

    def add(self, row: TaggedRow) -> None:
        """Keep one project until a row group is full."""
        self._rows.append(row)
        if len(self._rows) >= ROW_GROUP:
            self._flush()

    def _flush(self) -> None:
        assert self._writer is not None
        if self._rows:
            arrays = [self._array(field, place) for place, field in enumerate(self._schema)]
            self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
            self._rows = []

    def _array(self, field: pa.Field, place: int) -> pa.Array:
        values: list[object]
        ours = place - len(self._columns)
        if field.type == _EVIDENCE:
            values = [[_struct(entry) for entry in row.evidence] for row in self._rows]
        else:
            cells = [row.cells.get(field.name) if ours < 0 else row.tags[ours] for row in self._rows]
            values = [_as_text(cell) for cell in cells] if field.type == pa.string() else list(cells)
        return pa.array(values, type=field.type)

    def end(self, _summary: Mapping[str, object]) -> None:
        """Write the last row group and the footer."""
        self._flush()
        if self._writer is not None:
            self._writer.close()

    def discard(self) -> None:
        """Drop what was not written yet; the stream is thrown away with its bytes."""
        self._rows = []


def _struct(entry: EvidenceEntry) -> dict[str, object]:
    values = entry._asdict()
    return values | {"quote": _as_text(entry.quote)}
