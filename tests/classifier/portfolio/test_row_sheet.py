"""Whole rows of a sheet: what is written is what the library writes cell by cell."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as some
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from classifier.portfolio.flat_workbook import FlatWorkbook
from classifier.portfolio.row_sheet import RowSheet, is_number
from classifier.project import Cell

HEADER = ("one", "two", "three")
#: Escapes that share a ``_`` go wrong in the library.
OVERLAPPING = re.compile("_x[0-9a-fA-F]{4}_(?=x[0-9a-fA-F]{4}_)")
TEXTS = some.text(max_size=60).filter(lambda text: not OVERLAPPING.search(text)) | some.sampled_from(
    ["_x0041_", " a", "a\n", "a\tb", "=1+1", '"', "<b>&amp;", "http://a.example", "x" * 100, "\ufffe\uffff\x07"]
)
CELLS = some.none() | some.booleans() | some.integers(-(10**14), 10**14) | some.floats(-1e14, 1e14) | TEXTS


def make(rows: Sequence[Sequence[Cell]], *, by_cell: bool) -> bytes:
    """Write rows in flat memory, cell by cell or row by row; return the sheet as it stands in the file."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"constant_memory": True})
    formats = [book.add_format({"valign": "top"}), book.add_format({"bold": True}), book.add_format({"italic": True})]
    sheet = book.add_worksheet("Rows", RowSheet)
    sheet.set_formats(formats)
    for place, name in enumerate(HEADER):
        sheet.write_string(0, place, name)
    for number, row in enumerate(rows, 1):
        if not by_cell:
            sheet.write_cells(number, row)
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


@pytest.mark.parametrize(
    "text",
    ["<r><t>no & end</r>", "_x0041_", "_x0041_x0042_", "_x005F_x0041_", "__x0041__x0042_x0043_", "_x004_", "_xZZZZ_"],
)
def test_a_text_that_looks_like_markup_or_an_escape_comes_back_as_it_was(text: str) -> None:
    stream = io.BytesIO()
    book = FlatWorkbook(stream, None)
    sheet = book.book.add_worksheet("Rows", RowSheet)
    sheet.set_formats([book.book.add_format()])
    sheet.write_cells(0, [text])
    book.close()
    assert unescape(load_workbook(stream)["Rows"]["A1"].value) == text


def test_a_row_with_more_cells_than_columns_is_refused() -> None:
    book = FlatWorkbook(io.BytesIO(), None)
    sheet = book.book.add_worksheet("Rows", RowSheet)
    sheet.set_formats([book.book.add_format()])
    with pytest.raises(ValueError, match="2 cells do not fit into 1 columns"):
        sheet.write_cells(0, ["a", None])
    book.close()


def test_texts_beyond_those_that_are_remembered_come_out_alike() -> None:
    rows = [(f"{number % 3_000}", True, "&") for number in range(4_000)]
    assert make(rows, by_cell=False) == make(rows, by_cell=True)


@pytest.mark.parametrize(
    ("value", "holds"), [(3, True), (10**15, False), (float("nan"), False), (True, True), ("3", False), (None, False)]
)
def test_numbers_that_a_sheet_would_change_are_texts(value: Cell, holds: bool) -> None:
    assert is_number(value) is holds
