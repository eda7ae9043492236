"""Reads Parquet: one file, or a folder of parts, in batches."""

from __future__ import annotations

import base64
import datetime
import decimal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

from classifier.errors import PortfolioError, RowError
from classifier.portfolio.headers import check_mapping, no_text_column, recognise
from classifier.portfolio.rows import ProjectBuilder, find_large_cell
from classifier.portfolio.table import TableReader, no_projects, too_many_columns
from classifier.project import Cell, Project

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

_BATCH = 1_000


class ParquetReader(TableReader):
    """Projects of a Parquet file or of all the parts below a folder, in the order of their names.

    Folders such as ``year=2024`` become columns. Lists and structures inside a project are kept in
    `Project.columns` as they are, for writing back.
    """

    format = "parquet"

    def _open(self) -> None:
        self._parts = find_parts(self.spooled) if self.spooled.is_dir() else [self.spooled]
        first = self._open_part(self._parts[0])
        names = (*first.schema_arrow.names, *_folder_columns(self._parts[0], self.spooled))
        if len(names) > self._options.limits.columns:
            raise too_many_columns(self.spooled.name, self._options.limits.columns)
        check_mapping(self._options.columns, names, self.spooled.name)
        header = recognise(names, self._options.columns)
        if not header.has_text:
            raise no_text_column(names, self.spooled.name)
        self.columns = header.columns
        if not first.metadata.num_rows and len(self._parts) == 1:
            raise no_projects(self.spooled.name)

    def _open_part(self, part: Path) -> ParquetFile:
        import pyarrow
        import pyarrow.parquet

        try:
            return self._resources.enter_context(pyarrow.parquet.ParquetFile(part, memory_map=False))
        except (pyarrow.ArrowException, OSError) as error:
            raise _corrupt(part) from error

    def _read(self) -> Iterator[Project | RowError]:
        for part in self._parts:
            yield from self._read_part(part)

    def _read_part(self, part: Path) -> Iterator[Project | RowError]:
        extra = _folder_columns(part, self.spooled)
        name = str(part.relative_to(self.spooled)) if self.spooled.is_dir() else ""
        file = self._open_part(part)
        header = recognise((*file.schema_arrow.names, *extra), self._options.columns)
        if not header.has_text:
            raise no_text_column(header.columns, part.name)
        builder = ProjectBuilder(header, name)
        names, limit = header.columns, self._options.limits.cell_characters
        number = 0
        for rows in self._batches(file, part, tuple(extra.values())):
            if not number:
                self.note(builder.observe(rows))
            for row in rows:
                number += 1
                fault = find_large_cell(row, names, number, limit)
                yield fault or builder.build(row, number, dict(zip(names, row, strict=True)))
        file.close()

    def _batches(self, file: ParquetFile, part: Path, extra: tuple[Cell, ...]) -> Iterator[list[tuple[Cell, ...]]]:
        import pyarrow

        try:
            for batch in file.iter_batches(batch_size=_BATCH):
                columns = [[_plain(value) for value in column.to_pylist()] for column in batch.columns]
                yield [(*row, *extra) for row in zip(*columns, strict=True)]
        except (pyarrow.ArrowException, OSError) as error:
            raise _corrupt(part) from error


def find_parts(folder: Path) -> list[Path]:
    """Return the Parquet files below a folder, without those that start with ``_`` or a dot."""
    parts = sorted(
        path
        for path in folder.rglob("*.parquet")
        if path.is_file() and not any(name.startswith(("_", ".")) for name in path.relative_to(folder).parts)
    )
    if not parts:
        raise PortfolioError(
            f"{folder} is a folder without Parquet files.",
            code="is-directory",
            remedy="Name one file, or a folder of Parquet parts.",
        )
    return parts


def _folder_columns(part: Path, folder: Path) -> dict[str, Cell]:
    """Return the columns that the folder names of a part carry (``year=2024``)."""
    if part == folder:
        return {}
    pairs = (name.split("=", 1) for name in part.relative_to(folder).parts[:-1] if "=" in name)
    return {pair[0]: pair[1] for pair in pairs}


def _corrupt(part: Path) -> PortfolioError:
    return PortfolioError(
        f"{part.name} is not a sound Parquet file.",
        code="corrupt-parquet",
        remedy="Write or fetch the file again.",
    )


def _plain(value: object) -> Cell:
    """Return a value as the other formats give it: dates as ISO strings, bytes as text."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return str(value)
    if isinstance(value, bytes):
        return _text_of(value)
    return cast("Cell", value)


def _text_of(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return base64.b64encode(value).decode("ascii")
