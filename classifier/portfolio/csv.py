"""Reads CSV and its kin: any usual delimiter, quoting and encoding; broken rows are reported and passed over."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from classifier.errors import RowError
from classifier.portfolio.encoding import decide_encoding
from classifier.portfolio.headers import Header, check_mapping, no_text_column, recognise
from classifier.portfolio.lines import Lines, LineTooLongError
from classifier.portfolio.reading import ReadOptions
from classifier.portfolio.rows import ProjectBuilder, large_cell
from classifier.portfolio.table import TableReader, no_projects, too_many_columns
from classifier.project import Project

_DELIMITERS = ",;\t|"
_SAMPLE = 1 << 18
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\r?\n?', re.IGNORECASE)
_SURE = 4  # so many recognised columns leave no doubt that a row is the header


@dataclass(frozen=True, slots=True)
class _Layout:
    delimiter: str
    header: Header
    names: list[str]
    header_end: int
    score: int


class CsvReader(TableReader):
    """Projects of a delimited text file."""

    format = "csv"

    def _open(self) -> None:
        path, limits = self.spooled, self._options.limits
        encoding = decide_encoding(path)
        self.note(encoding.note)
        self._resources.callback(csv.field_size_limit, csv.field_size_limit(limits.cell_characters))
        file = self._resources.enter_context(path.open(encoding=encoding.name, errors="replace", newline=""))
        sample = file.read(_SAMPLE).replace("\0", "")
        layout = _find_layout(sample, self._options, path.name)
        check_mapping(self._options.columns, layout.names, path.name)
        if not layout.header.has_text:
            raise no_text_column(layout.names, path.name)
        if layout.header_end > 1:
            self.note(f"header in line {layout.header_end}")
        file.seek(0)
        self._lines = Lines(file, limits.cell_characters)
        self._lines.skip(layout.header_end)
        if not self._lines.follows():
            raise no_projects(path.name)
        self._layout = layout
        self._builder = ProjectBuilder(layout.header)
        self.columns = layout.header.columns
        self.note(self._builder.observe(islice(_parse(sample, layout.delimiter), 1, 500)))

    def _read(self) -> Iterator[Project | RowError]:
        names, header_row = self._layout.header.columns, self._layout.names
        width, build = len(names), self._builder.build
        for line, row in self._records():
            if isinstance(row, RowError):
                yield row
            elif len(row) != width:
                yield self._misfit(row, line)
            elif row == header_row:
                self.note("repeated header rows were passed over")
            else:
                yield build(row, line, dict(zip(names, row, strict=True)))
        if self._lines.zero_bytes:
            self.note(f"{_count(self._lines.zero_bytes, 'line')} held NUL characters, which were removed")

    def _records(self) -> Iterator[tuple[int, list[str] | RowError]]:
        """Yield (line, cells) of every row that is not blank, without empty cells beyond the header."""
        lines, width = self._lines, len(self._layout.names)
        parser = csv.reader(lines, delimiter=self._layout.delimiter, strict=True)
        while True:
            line = lines.begin()
            try:
                row = next(parser)
            except StopIteration:
                return
            except LineTooLongError:
                yield line, large_cell(line, "", lines.cell_limit)
            except csv.Error as error:
                yield line, self._broken(error, line)
            else:
                if any(map(str.strip, row)):
                    if len(row) > width and not any(map(str.strip, row[width:])):
                        del row[width:]
                    yield line, row

    def _broken(self, error: csv.Error, line: int) -> RowError:
        """Say what is wrong with the quoting, and go on at the next line that can be a row."""
        if "field larger" in str(error):
            if self._lines.leave_cell(self._layout.delimiter):
                return large_cell(line, "", self._lines.cell_limit)
            return RowError(line, "", "unterminated-quote", "A quotation mark opens a cell and is never closed.")
        self._lines.step_back()
        if "unexpected end" in str(error):
            return RowError(line, "", "unterminated-quote", "A quotation mark opens a cell and is never closed.")
        return RowError(line, "", "bad-quoting", "Text follows a closing quotation mark.")

    def _misfit(self, row: list[str], line: int) -> RowError:
        """Return the fault of a row that is narrower or wider than the header."""
        width = len(self._layout.names)
        if self._lines.second_line_is_row(self._layout.delimiter, width):
            self._lines.step_back()
            return RowError(line, "", "unterminated-quote", "A quotation mark opens a cell and is never closed.")
        code = "too-few-fields" if len(row) < width else "too-many-fields"
        return RowError(line, "", code, f"The row has {_count(len(row), 'field')}, the header {width:,}.")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _parse(sample: str, delimiter: str) -> Iterator[list[str]]:
    """Parse a sample leniently, up to the first fault."""
    try:
        yield from csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    except csv.Error:
        return


def _find_layout(sample: str, options: ReadOptions, place: str) -> _Layout:
    """Find the delimiter and the header row together: the pair under which most columns are recognised."""
    if not sample.strip():
        raise no_projects(place)
    separator = _SEPARATOR_LINE.match(sample)
    delimiters = separator.group(1) if separator else _DELIMITERS
    best: _Layout | None = None
    for delimiter in delimiters:
        layout = _best_header(sample, delimiter, options, place)
        if layout is not None and (best is None or _rank(layout) > _rank(best)):
            best = layout
    if best is None:
        raise no_projects(place)
    return best


def _rank(layout: _Layout) -> tuple[int, int]:
    return layout.score, len(layout.names)


def _best_header(sample: str, delimiter: str, options: ReadOptions, place: str) -> _Layout | None:
    best: _Layout | None = None
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    for _ in range(options.limits.header_rows):
        try:
            names = next(reader)
        except (StopIteration, csv.Error):
            break
        if len(names) > options.limits.columns:
            raise too_many_columns(place, options.limits.columns)
        if not any(map(str.strip, names)) or _SEPARATOR_LINE.fullmatch(delimiter.join(names)):
            continue
        header = recognise(names, options.columns)
        if best is None or header.score > best.score:
            best = _Layout(delimiter, header, names, reader.line_num, header.score)
        if best.score >= _SURE:
            break
    return best
