"""Reads JSON Lines and JSON documents whose projects stand in an array, one object at a time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from typing import cast

from classifier.errors import PortfolioError, RowError
from classifier.portfolio.encoding import decide_encoding
from classifier.portfolio.headers import check_mapping, no_text_column, recognise
from classifier.portfolio.json_stream import JsonObject, parse_object, read_array, starts_with_document
from classifier.portfolio.lines import Lines, LineTooLongError
from classifier.portfolio.rows import ProjectBuilder, find_large_cell, large_cell
from classifier.portfolio.table import TableReader, no_projects, too_many_columns
from classifier.project import Cell, Project

_SAMPLE = 200
_PLANS = 1_000


class JsonlReader(TableReader):
    """Projects of a JSON Lines file or of a JSON array.

    The columns differ from object to object, so `columns` stays None. Lists and objects inside a project
    are kept in `Project.columns` as they are, for writing back.
    """

    format = "jsonl"

    def _open(self) -> None:
        path, limits = self.spooled, self._options.limits
        encoding = decide_encoding(path)
        self.note(encoding.note)
        file = self._resources.enter_context(path.open(encoding=encoding.name, errors="replace", newline=""))
        document = starts_with_document(file, lambda keys: recognise(keys, self._options.columns).has_text)
        file.seek(0)
        self._objects = (
            read_array(file, limits.cell_characters * 8, path.name)
            if document
            else self._read_lines(Lines(file, limits.cell_characters))
        )
        self._builders: dict[tuple[str, ...], ProjectBuilder | None] = {}
        self._check_sample()

    def _check_sample(self) -> None:
        """Look at the first objects: some must hold a title or a description."""
        sample = list(islice(self._objects, _SAMPLE))
        self._objects = chain(sample, self._objects)
        found = [item for item in sample if not isinstance(item, RowError)]
        name = self.spooled.name
        if not sample:
            raise no_projects(name)
        if not found and all(isinstance(item, RowError) for item in sample):
            raise PortfolioError(
                f"{name} looks like JSON, but none of its first {len(sample):,} lines is a JSON object.",
                code="bad-json",
                remedy="Give one JSON object a line, or one array of objects.",
            )
        keys = list(dict.fromkeys(key for _, item in found for key in item))
        check_mapping(self._options.columns, keys, name)
        if not recognise(keys, self._options.columns).has_text:
            raise no_text_column(keys, name)

    def _read_lines(self, lines: Lines) -> Iterator[tuple[int, JsonObject] | RowError]:
        while True:
            number = lines.begin()
            try:
                line = next(lines)
            except StopIteration:
                return
            except LineTooLongError:
                yield large_cell(number, "", lines.cell_limit)
                continue
            if line.strip():
                found = parse_object(line, number)
                yield found if isinstance(found, RowError) else (number, found)

    def _read(self) -> Iterator[Project | RowError]:
        limit = self._options.limits.cell_characters
        for item in self._objects:
            if isinstance(item, RowError):
                yield item
                continue
            number, fields = item
            keys, values = tuple(fields), tuple(fields.values())
            builder = self._builder(keys)
            fault = find_large_cell(values, keys, number, limit)
            yield fault or builder.build(values, number, cast("dict[str, Cell]", fields))

    def _builder(self, keys: tuple[str, ...]) -> ProjectBuilder:
        builder = self._builders.get(keys)
        if builder is None:
            if len(keys) > self._options.limits.columns:
                raise too_many_columns(self.spooled.name, self._options.limits.columns)
            builder = ProjectBuilder(recognise(keys, self._options.columns))
            if len(self._builders) < _PLANS:
                self._builders[keys] = builder
        return builder
