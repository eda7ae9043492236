from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tagged_projects import make_project, make_tagging

from classifier.portfolio.csv_writer import guard_cell
from classifier.portfolio.outputs import open_writer
from classifier.portfolio.tagged_row import TAGGING_COLUMNS
from classifier.portfolio.writing import Origin, WriteOptions
from classifier.project import Cell, Project


def write(path: Path, projects: list[Project], columns: tuple[str, ...] | None, *, raw_cells: bool = False) -> str:
    options = WriteOptions(str(path), force=True, raw_cells=raw_cells)
    with open_writer(options, Origin("csv" if columns else "jsonl", columns, path)) as writer:
        for project in projects:
            writer.write(project, make_tagging(project))
    return path.read_text(encoding="utf-8")


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_keeps_the_input_columns_in_order_and_adds_ours(tmp_path: Path) -> None:
    project = make_project(columns={"Titre": 'A, "b"\nc', "N°": "007"})
    text = write(tmp_path / "out.csv", [project], ("N°", "Titre"))
    (row,) = rows_of(text)
    assert list(row) == ["N°", "Titre", *TAGGING_COLUMNS]
    assert (row["N°"], row["Titre"]) == ("007", 'A, "b"\nc')
    assert row["portolan_result_areas"] == "3.2; 4.6"
    assert row["portolan_result_area_probabilities"] == "3.2 0.9124; 4.6 0.9124"
    assert (row["portolan_main_area"], row["portolan_oda_risk"]) == ("3.2", "high")
    assert (row["portolan_gender"], row["portolan_gender_probability"]) == ("1", "0.55")
    assert row["portolan_oda_rules"] == "RET-02; AID-01"
    assert row["portolan_reasons"] == "near_threshold; rules"
    assert "4.6: “Return”" in row["portolan_evidence"]


def test_replaces_the_columns_of_an_earlier_run(tmp_path: Path) -> None:
    columns: dict[str, Cell] = {"portolan_gender": "2", "Title": "T", "portolan_decision": "accepted"}
    text = write(tmp_path / "out.csv", [make_project(columns=columns)], tuple(columns))
    assert text.splitlines()[0].split(",") == ["Title", *TAGGING_COLUMNS]
    assert rows_of(text)[0]["portolan_gender"] == "1"


def test_takes_the_union_of_columns_when_they_are_unknown(tmp_path: Path) -> None:
    projects = [make_project("1", columns={"a": 1, "b": True}), make_project("2", columns={"c": "x", "a": None})]
    rows = rows_of(write(tmp_path / "out.csv", projects, None))
    assert [[row[key] for key in "abc"] for row in rows] == [["1", "true", ""], ["", "", "x"]]
    assert list(tmp_path.iterdir()) == [tmp_path / "out.csv"]


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|x", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "- a point"])
def test_guards_what_a_spreadsheet_would_compute(cell: str) -> None:
    assert guard_cell(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["-5", "+3.25", "-1 000,50".replace(" ", "\u202f"), "-1e5", "text", "", 5, None, -0.5])
def test_leaves_plain_cells_alone(cell: Cell) -> None:
    assert guard_cell(cell) == cell


def test_writes_raw_cells_on_demand(tmp_path: Path) -> None:
    project = make_project(columns={"=h": "=1+1"})
    assert rows_of(write(tmp_path / "a.csv", [project], ("=h",)))[0]["'=h"] == "'=1+1"
    assert rows_of(write(tmp_path / "b.csv", [project], ("=h",), raw_cells=True))[0]["=h"] == "=1+1"


def test_parts_cells_with_tabs_in_a_tsv(tmp_path: Path) -> None:
    text = write(tmp_path / "out.tsv", [make_project()], ("ID", "Title"))
    assert text.splitlines()[0].split("\t")[:2] == ["ID", "Title"]


def test_survives_half_a_surrogate_pair(tmp_path: Path) -> None:
    assert "a\\ud800" in write(tmp_path / "out.csv", [make_project(columns={"Title": "a\ud800"})], ("Title",))


CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@settings(max_examples=80, deadline=None)
@given(table=st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=5))
def test_any_cell_survives_the_round_trip(tmp_path_factory: pytest.TempPathFactory, table: list[list[str]]) -> None:
    columns = ("one", "two", "three")
    projects = [make_project(columns=dict(zip(columns, cells, strict=True))) for cells in table]
    path = tmp_path_factory.mktemp("csv") / "out.csv"
    write(path, projects, columns, raw_cells=True)
    with path.open(encoding="utf-8", newline="") as file:
        assert [[row[column] for column in columns] for row in csv.DictReader(file)] == table
