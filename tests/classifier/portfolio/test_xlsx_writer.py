from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape
from tagged_projects import make_project, make_tagging

from classifier.errors import OutputError
from classifier.portfolio.tagged_row import TAGGING_COLUMNS, make_row
from classifier.portfolio.xlsx_sheet import CELL_CHARACTERS
from classifier.portfolio.xlsx_writer import EVIDENCE_COLUMNS, SHEET_ROWS, XlsxSink
from classifier.project import Cell, Project


def names(code: str, language: str) -> str:
    return f"Area {code} ({language})"


def write(projects: list[Project], columns: tuple[str, ...], *, sheet_rows: int = SHEET_ROWS) -> openpyxl.Workbook:
    stream = io.BytesIO()
    sink = XlsxSink(names, None, sheet_rows=sheet_rows)
    sink.begin(stream, columns, {})
    for project in projects:
        sink.add(make_row(project, make_tagging(project)))
    sink.end({"Projects": len(projects), "Languages": {"en": 1}, "Reasons": ["rules", "language"]})
    return openpyxl.load_workbook(stream)


def values(book: openpyxl.Workbook, sheet: str) -> list[list[object]]:
    return [list(row) for row in book[sheet].iter_rows(values_only=True)]


def test_holds_projects_evidence_and_summary() -> None:
    book = write([make_project()], ("ID", "Title"))
    assert book.sheetnames == ["Projects", "Evidence", "Summary"]
    header, row = values(book, "Projects")
    assert header == ["ID", "Title", *TAGGING_COLUMNS]
    assert row[:3] == ["P-1", "Return of migrants", "3.2; 4.6"]
    assert row[header.index("portolan_gender")] == 1


def test_evidence_has_a_row_for_each_label_with_its_name() -> None:
    header, first, *rest = values(write([make_project()], ("ID",)), "Evidence")
    assert header == list(EVIDENCE_COLUMNS)
    assert first == [
        "P-1", "Return of migrants", "result area", "3.2", "Area 3.2 (en)", 0.9124, 0.4, "accepted", "title", "Return",
    ]  # fmt: skip
    assert [row[3] for row in rest] == ["4.6", "gender 1", "human_rights 2", "RET-02", "AID-01"]
    assert rest[3][4] == "ineligible"


def test_summary_holds_every_row() -> None:
    rows = values(write([make_project()], ("ID",)), "Summary")
    assert rows[1:] == [["Projects", 1], ["Languages: en", 1], ["Reasons", "rules\nlanguage"]]


def test_the_header_stays_and_filters() -> None:
    sheet = write([make_project()], ("ID", "Title"))["Projects"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:Q2"
    assert sheet.conditional_formatting


@pytest.mark.parametrize("cell", ["=1+1", "+1+1", "-1+1", "@x", "{=1}", "https://example.org", "0012"])
def test_text_is_never_a_formula_a_link_or_a_number(cell: str) -> None:
    written = write([make_project(columns={"a": cell})], ("a",))["Projects"]["A2"]
    assert (written.data_type, written.value, written.hyperlink) == ("s", cell, None)


def test_numbers_stay_numbers_unless_excel_would_round_them() -> None:
    columns: dict[str, Cell] = {"a": 5, "b": 0.25, "c": True, "d": 12345678901234567890, "e": float("nan"), "f": None}
    row = values(write([make_project(columns=columns)], tuple(columns)), "Projects")[1]
    assert row[:6] == [5, 0.25, True, "12345678901234567890", "nan", None]


def test_a_long_cell_is_cut_visibly_and_counted() -> None:
    book = write([make_project(columns={"text": "x" * 40_000})], ("text",))
    cell = str(book["Projects"]["A2"].value)
    assert len(cell) == CELL_CHARACTERS
    assert cell.endswith("[… cut]")
    assert values(book, "Summary")[-1][1] == 1


def test_goes_on_in_a_second_sheet_when_one_is_full() -> None:
    book = write([make_project(str(n)) for n in range(5)], ("ID",), sheet_rows=3)
    assert [name for name in book.sheetnames if name.startswith("Projects")] == ["Projects", "Projects 2", "Projects 3"]
    rows = [values(book, name)[1:] for name in ("Projects", "Projects 2", "Projects 3")]
    assert [[row[0] for row in sheet] for sheet in rows] == [["0", "1"], ["2", "3"], ["4"]]


def test_refuses_more_columns_than_excel_takes() -> None:
    with pytest.raises(OutputError) as caught:
        XlsxSink(names, None).begin(io.BytesIO(), tuple(map(str, range(16_384))), {})
    assert caught.value.code == "too-many-columns"


def test_leaves_no_temporary_file(tmp_path: Path) -> None:
    sink = XlsxSink(names, tmp_path)
    sink.begin(io.BytesIO(), ("ID",), {})
    sink.add(make_row(make_project(), make_tagging(make_project())))
    sink.discard()
    assert list(tmp_path.iterdir()) == []


CELLS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(cells=st.lists(CELLS, min_size=1, max_size=4))
def test_any_text_survives_the_round_trip(cells: list[str]) -> None:
    columns = tuple(f"c{number}" for number in range(len(cells)))
    project = make_project(columns=dict(zip(columns, cells, strict=True)))
    row = values(write([project], columns), "Projects")[1]
    # Excel writes control characters as _xHHHH_; openpyxl leaves it to its callers to read that.
    assert [unescape(str(cell)) for cell in row[: len(cells)]] == cells
