from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tagged_projects import make_project, make_tagging

from classifier.portfolio import parquet_writer
from classifier.portfolio.outputs import open_writer
from classifier.portfolio.writing import Origin, WriteOptions
from classifier.project import Cell


def write(path: Path, tables: list[dict[str, Cell]]) -> pa.Table:
    with open_writer(WriteOptions(str(path)), Origin("jsonl", None, path)) as writer:
        for number, cells in enumerate(tables):
            project = make_project(str(number), columns=cells)
            writer.write(project, make_tagging(project))
    return pq.read_table(path)


def test_types_the_columns_by_what_they_hold(tmp_path: Path) -> None:
    tables: list[dict[str, Cell]] = [
        {"int": 1, "float": 1, "text": "a", "flag": True, "huge": 1 << 70, "none": None},
        {"int": None, "float": 0.5, "text": 5, "flag": False, "huge": 2, "none": None},
    ]
    table = write(tmp_path / "out.parquet", tables)
    types = [pa.int64(), pa.float64(), pa.string(), pa.bool_(), pa.string(), pa.string()]
    assert table.schema.types[:6] == types
    assert table.column("text").to_pylist() == ["a", "5"]
    assert table.column("huge").to_pylist() == [str(1 << 70), "2"]


def test_holds_evidence_as_structs(tmp_path: Path) -> None:
    table = write(tmp_path / "out.parquet", [{"Title": "Return"}])
    (entries,) = table.column("portolan_evidence").to_pylist()
    assert [(one["kind"], one["label"]) for one in entries] == [
        ("result area", "3.2"),
        ("result area", "4.6"),
        ("marker", "gender 1"),
        ("marker", "human_rights 2"),
        ("oda rule", "RET-02"),
        ("oda rule", "AID-01"),
    ]
    assert entries[0]["quote"] == "Return"
    assert entries[5]["quote"] == "aid_type=H02"
    assert table.schema.field("portolan_gender").type == pa.int8()


def test_writes_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_writer, "ROW_GROUP", 2)
    path = tmp_path / "out.parquet"
    assert write(path, [{"n": n} for n in range(5)]).column("n").to_pylist() == list(range(5))
    assert pq.ParquetFile(path).num_row_groups == 3


def test_writes_an_empty_portfolio(tmp_path: Path) -> None:
    assert write(tmp_path / "out.parquet", []).num_rows == 0


CELLS = st.none() | st.integers(-(1 << 63), (1 << 63) - 1) | st.text(st.characters(exclude_categories=["Cs"]))


@settings(max_examples=40, deadline=None)
@given(values=st.lists(CELLS, min_size=1, max_size=6))
def test_any_value_survives_the_round_trip(tmp_path_factory: pytest.TempPathFactory, values: list[Cell]) -> None:
    table = write(tmp_path_factory.mktemp("pq") / "out.parquet", [{"v": value} for value in values])
    is_text = any(isinstance(value, str) for value in values) or all(value is None for value in values)
    expected = [None if value is None else str(value) if is_text else value for value in values]
    assert table.column("v").to_pylist() == expected or -(1 << 63) in values
