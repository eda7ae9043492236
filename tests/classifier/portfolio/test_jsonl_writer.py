from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tagged_projects import make_project, make_tagging

from classifier.portfolio.outputs import open_writer
from classifier.portfolio.writing import Origin, WriteOptions
from classifier.project import Cell, Project, Source


def write(path: Path, projects: list[Project]) -> str:
    with open_writer(WriteOptions(str(path)), Origin("jsonl", None, path)) as writer:
        for project in projects:
            writer.write(project, make_tagging(project))
    return path.read_text(encoding="utf-8")


def test_keeps_the_input_apart_from_the_tagging(tmp_path: Path) -> None:
    columns: dict[str, Cell] = {"id": 7, "gender": "declared", "portolan_gender": 1}
    (line,) = write(tmp_path / "out.jsonl", [make_project("7", columns=columns)]).splitlines()
    record = json.loads(line)
    assert record["id"] == "7"
    assert record["input"] == {"id": 7, "gender": "declared"}
    assert record["gender"]["score"] == 1
    assert record["oda"]["risk"] == "high"
    assert len(record["result_areas"]) == 18


def test_writes_projects_without_columns_as_cells(tmp_path: Path) -> None:
    project = Project(id="X", source=Source(3), title="T", purpose_codes=("15190", "16020"))
    record = json.loads(write(tmp_path / "out.jsonl", [project]))
    assert (record["input"]["title"], record["input"]["purpose_codes"]) == ("T", "15190; 16020")


@pytest.mark.parametrize("count", [0, 1, 3])
def test_writes_an_array_for_json(tmp_path: Path, count: int) -> None:
    records = json.loads(write(tmp_path / "out.json", [make_project(str(n)) for n in range(count)]))
    assert [record["id"] for record in records] == [str(n) for n in range(count)]


def test_writes_nothing_that_json_does_not_know(tmp_path: Path) -> None:
    text = write(tmp_path / "out.jsonl", [make_project(columns={"a": float("nan"), "b": float("inf"), "c": 1.5})])
    record = json.loads(text, parse_constant=pytest.fail)
    assert record["input"] == {"a": None, "b": None, "c": 1.5}


CELLS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()


@settings(max_examples=80, deadline=None)
@given(tables=st.lists(st.dictionaries(st.text(), CELLS, min_size=1), max_size=4))
def test_any_cells_survive_the_round_trip(
    tmp_path_factory: pytest.TempPathFactory, tables: list[dict[str, Cell]]
) -> None:
    path = tmp_path_factory.mktemp("jsonl") / "out.jsonl"
    write(path, [make_project(columns=cells) for cells in tables])
    with path.open(encoding="utf-8", newline="\n") as file:
        assert [json.loads(line)["input"] for line in file] == tables
