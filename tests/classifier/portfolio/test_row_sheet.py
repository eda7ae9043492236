"""Whole rows of a sheet: what is written is what the library writes cell by cell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as some
from openpyxl import load_workbook

from classifier.portfolio.flat_workbook import FlatWorkbook
from classifier.portfolio.row_sheet import RowSheet, is_number
from classifier.project import Cell

HEADER = ("one", "two", "three")
TEXTS = some.text(max_size=60) | some.sampled_from(
    ["_x0041_", " a", "a\n", "a\tb", "=1+1", '"', "<b>&amp;", "http://a.example", "x" * 100, "\ufffe\uffff\x07"]
)
CELLS = some.none() | some.booleans() | some.integers(-(10**14), 10**14) | some.floats(-1e14, 1e14) | TEXTS


def make(rows: Sequence[Sequence[Cell]], *, by_cell: bool) -> bytes:
    """Write rows in flat memory, cell by cell or row by row; return the sheet as it stands in the file."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"constant_memory": True})
    formats = [book.add_format({"valign": "top"}), book.add_format({"bold": True}), book.add_format({"italic": True})]
    sheet = book.add_worksheet("Rows", RowSheet)
    for place, name in enumerate(HEADER):
        sheet.write_string(0, place, name)
    for number, row in enumerate(rows, 1):
        if not by_cell:
            sheet.write_cells(number, row, formats)
            continue
        for place, value in enumerate(row):
            if isinstance(value, bool):
                sheet.write_boolean(number, place, value, formats[place])
            elif isinstance(value, int | float):
                sheet.write_number(number, place, value, formats[place])
            elif value:
                sheet.write_string(number, place, value, formats[place])
    book.close()
    with zipfile.ZipFile(stream) as file:
        return file.read("xl/worksheets/sheet1.xml")


@given(some.lists(some.tuples(CELLS, CELLS, CELLS), max_size=6))
def test_rows_are_written_as_the_library_writes_their_cells(rows: list[tuple[Cell, ...]]) -> None:
    # Formats get their numbers in the order in which they are first used.
    rows = [("a", "b", "c"), *rows]
    assert make(rows, by_cell=False) == make(rows, by_cell=True)


def test_a_text_that_looks_like_rich_text_is_text() -> None:
    text = "<r><t>no & end</r>"
    stream = io.BytesIO()
    book = FlatWorkbook(stream, None)
    sheet = book.book.add_worksheet("Rows", RowSheet)
    sheet.write_cells(0, [text], [book.book.add_format()])
    book.close()
    assert load_workbook(stream)["Rows"]["A1"].value == text


def test_texts_beyond_those_that_are_remembered_come_out_alike() -> None:
    rows = [(f"{number % 3_000}", True, "&") for number in range(4_000)]
    assert make(rows, by_cell=False) == make(rows, by_cell=True)


@pytest.mark.parametrize(
    ("value", "holds"), [(3, True), (10**15, False), (float("nan"), False), (True, True), ("3", False), (None, False)]
)
def test_numbers_that_a_sheet_would_change_are_texts(value: Cell, holds: bool) -> None:
    assert is_number(value) is holds
