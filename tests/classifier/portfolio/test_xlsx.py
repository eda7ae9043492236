from __future__ import annotations

import datetime
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from classifier.errors import PortfolioError, RowError
from classifier.portfolio.reading import Limits, ReadOptions
from classifier.portfolio.xlsx import XlsxReader
from classifier.project import Project


def book(path: Path, **sheets: list[list[object]]) -> Path:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    workbook.save(path)
    return path


def change(path: Path, name: str, edit: str) -> None:
    workbook = openpyxl.load_workbook(path)
    sheet: Worksheet = workbook[name]
    sheet.merge_cells(edit)
    workbook.save(path)


def read(path: Path, options: ReadOptions | None = None) -> tuple[list[Project], list[RowError], XlsxReader]:
    reader = XlsxReader(path, options or ReadOptions())
    with reader:
        rows = list(reader)
    projects = [row for row in rows if isinstance(row, Project)]
    return projects, [row for row in rows if isinstance(row, RowError)], reader


TABLE: list[list[object]] = [["N° de projet", "Intitulé", "Description"], [1, "Puits", "Eau"], [2, "Écoles", None]]


def test_the_sheet_with_project_columns_is_chosen(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", Notes=[["Read me"], ["x"]], Totals=[["Land", "Sum"], ["a", 1]], Data=TABLE)
    projects, _, reader = read(path)
    assert [(p.id, p.title, p.description) for p in projects] == [("1", "Puits", "Eau"), ("2", "Écoles", "")]
    assert projects[0].source.part == "Data"
    assert "sheet 'Data'" in reader.notes


def test_sheet_option(tmp_path: Path) -> None:
    other: list[list[object]] = [["id", "title", "description", "year"], [9, "Other", "x", 2020]]
    path = book(tmp_path / "a.xlsx", Data=TABLE, Second=other)
    assert [p.id for p in read(path, ReadOptions(sheet="data"))[0]] == ["1", "2"]
    projects, _, reader = read(path)
    assert [p.id for p in projects] == ["9"]
    assert any("'Data'" in note and "--sheet" in note for note in reader.notes)


def test_missing_sheet_lists_the_sheets(tmp_path: Path) -> None:
    with pytest.raises(PortfolioError) as caught:
        read(book(tmp_path / "a.xlsx", Data=TABLE), ReadOptions(sheet="Blad1"))
    assert caught.value.code == "sheet-missing"
    assert "'Data'" in caught.value.detail


def test_header_below_a_title_and_rows_keep_their_number(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Overview 2023"], [], ["Ministry"], *TABLE, [], [3, "x", "y"]]
    path = book(tmp_path / "a.xlsx", Data=rows)
    change(path, "Data", "A1:C1")
    projects, _, _ = read(path)
    assert [p.source.line for p in projects] == [5, 6, 8]


def test_cells_merged_downwards_count_for_all_rows(tmp_path: Path) -> None:
    rows: list[list[object]] = [["id", "country", "title"], [1, "Kenya", "a"], [2, None, "b"], [3, None, "c"]]
    path = book(tmp_path / "a.xlsx", Data=rows)
    change(path, "Data", "B2:B3")
    projects, _, _ = read(path)
    assert [[r.name for r in p.recipients] for p in projects] == [["Kenya"], ["Kenya"], []]


def test_header_merged_over_two_rows(tmp_path: Path) -> None:
    rows: list[list[object]] = [["id", "title", "Money", None], [None, None, "Budget", "Currency"], [1, "a", 5, "EUR"]]
    path = book(tmp_path / "a.xlsx", Data=rows)
    for area in ("A1:A2", "B1:B2", "C1:D1"):
        change(path, "Data", area)
    projects, _, _ = read(path)
    assert [(p.id, p.title, p.amounts[0].value, p.amounts[0].currency) for p in projects] == [("1", "a", 5.0, "EUR")]


def test_dates_and_numbers(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["id", "title", "start date", "budget", "paid"],
        [2022000145.0, "a", datetime.datetime(2021, 3, 4), 1.5, True],
        ["007", "b", datetime.datetime(2021, 3, 4, 12, 30), "=1+1", None],
    ]
    projects, _, _ = read(book(tmp_path / "a.xlsx", Data=rows))
    assert [p.id for p in projects] == ["2022000145", "007"]
    assert [p.year for p in projects] == [2021, 2021]
    assert list(projects[0].columns.values()) == [2022000145, "a", "2021-03-04", 1.5, True]
    assert projects[1].columns["start date"] == "2021-03-04T12:30:00"


def test_a_sheet_that_lies_about_its_size(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", Data=TABLE)
    lying = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(lying, "w") as new:
        for entry in old.infolist():
            content = old.read(entry).replace(b'ref="A1:C3"', b'ref="A1"')
            new.writestr(entry, content)
    assert len(read(lying)[0]) == 2


def test_no_text_column(tmp_path: Path) -> None:
    with pytest.raises(PortfolioError) as caught:
        read(book(tmp_path / "a.xlsx", Data=[["Nr", "Bezeichnung"], [1, "x"]]))
    assert caught.value.code == "no-text-column"
    assert "Bezeichnung" in caught.value.detail


def test_only_a_header(tmp_path: Path) -> None:
    with pytest.raises(PortfolioError) as caught:
        read(book(tmp_path / "a.xlsx", Data=TABLE[:1]))
    assert caught.value.code == "no-projects"


def test_no_cells(tmp_path: Path) -> None:
    with pytest.raises(PortfolioError) as caught:
        read(book(tmp_path / "a.xlsx", Data=[]))
    assert caught.value.code == "file-empty"


def test_too_many_columns(tmp_path: Path) -> None:
    with pytest.raises(PortfolioError) as caught:
        read(book(tmp_path / "a.xlsx", Data=[["title"] * 30, ["x"]]), ReadOptions(limits=Limits(columns=20)))
    assert caught.value.code == "too-many-columns"


@pytest.mark.parametrize("keep", [0.3, 0.7, 0.97])
def test_cut_workbook(tmp_path: Path, keep: float) -> None:
    path = book(tmp_path / "a.xlsx", Data=TABLE)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])
    with pytest.raises(PortfolioError) as caught:
        read(path)
    assert caught.value.code == "corrupt-workbook"


def rewritten(path: Path, part: str, content: bytes) -> Path:
    target = path.with_name("rewritten.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, content if entry.filename == part else old.read(entry))
    return target


def test_damaged_sheet(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", Data=TABLE)
    with pytest.raises(PortfolioError) as caught:
        read(rewritten(path, "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row"))
    assert caught.value.code == "corrupt-workbook"


def test_entities_in_a_sheet_are_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", Data=TABLE)
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'
    with pytest.raises(PortfolioError) as caught:
        read(rewritten(path, "xl/worksheets/sheet1.xml", bomb))
    assert caught.value.code == "corrupt-workbook"


def test_zip_bomb(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", Data=TABLE)
    with pytest.raises(PortfolioError) as caught:
        read(rewritten(path, "xl/worksheets/sheet1.xml", b" " * 40_000_000))
    assert caught.value.code == "zip-bomb"


def test_too_many_entries(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", Data=TABLE)
    with pytest.raises(PortfolioError) as caught:
        read(path, ReadOptions(limits=Limits(zip_entries=3)))
    assert caught.value.code == "zip-bomb"


def test_zip_that_is_no_workbook(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("readme.txt", "x")
    with pytest.raises(PortfolioError) as caught:
        read(tmp_path / "a.xlsx")
    assert caught.value.code == "format-unsupported"


def test_cell_over_the_limit(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", Data=[["id", "title"], [1, "x" * 2_000], [2, "y"]])
    projects, errors, _ = read(path, ReadOptions(limits=Limits(cell_characters=1_000)))
    assert [p.id for p in projects] == ["2"]
    assert [(e.line, e.field, e.code) for e in errors] == [(2, "title", "cell-too-large")]


def test_suffix_does_not_matter(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", Data=TABLE)
    shutil.copy(path, tmp_path / "a.csv")
    assert len(read(tmp_path / "a.csv")[0]) == 2


def test_a_sheet_with_far_fewer_known_columns_is_no_second_table(tmp_path: Path) -> None:
    rich: list[list[object]] = [["id", "title", "description", "country", "budget"], ["1", "Wells", "Water", "ML", 5]]
    path = book(tmp_path / "a.xlsx", Note=[["Description"], ["All is invented."]], Old=rich, New=rich)
    _, _, reader = read(path)
    assert [note for note in reader.notes if "not read" in note] == [
        "not read, though they too look like projects: 'New' (see --sheet)"
    ]
