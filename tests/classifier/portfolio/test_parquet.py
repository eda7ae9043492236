from __future__ import annotations

import datetime
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from classifier.errors import PortfolioError
from classifier.portfolio.parquet import ParquetReader
from classifier.portfolio.reading import ReadOptions
from classifier.project import Project


def write(path: Path, **columns: list[object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pyarrow.parquet.write_table(pyarrow.table(columns), path)
    return path


def read(path: Path) -> list[Project]:
    with ParquetReader(path, ReadOptions()) as reader:
        return [row for row in reader if isinstance(row, Project)]


def test_one_file(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.parquet",
        id=[1, 2],
        title=["Wells", None],
        start_date=[datetime.date(2020, 1, 2), None],
        tags=[["a", "b"], []],
    )
    first, second = read(path)
    assert (first.id, first.title, first.year) == ("1", "Wells", 2020)
    assert dict(first.columns) == {"id": 1, "title": "Wells", "start_date": "2020-01-02", "tags": ["a", "b"]}
    assert (second.title, second.source.line) == ("", 2)


def test_folder_of_parts_with_folder_columns(tmp_path: Path) -> None:
    write(tmp_path / "year=2020" / "b.parquet", id=["2"], title=["b"])
    write(tmp_path / "year=2019" / "a.parquet", id=["1"], title=["a"])
    write(tmp_path / "_temporary" / "c.parquet", id=["3"], title=["c"])
    projects = read(tmp_path)
    assert [(p.id, p.year, p.source.part) for p in projects] == [
        ("1", 2019, "year=2019/a.parquet"),
        ("2", 2020, "year=2020/b.parquet"),
    ]


def test_many_batches(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", id=list(range(2_500)), title=["x"] * 2_500)
    assert [p.source.line for p in read(path)] == list(range(1, 2_501))


def test_corrupt_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", id=["1"], title=["a"])
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(PortfolioError) as caught:
        read(path)
    assert caught.value.code == "corrupt-parquet"


def test_no_text_column(tmp_path: Path) -> None:
    with pytest.raises(PortfolioError) as caught:
        read(write(tmp_path / "a.parquet", nr=["1"], bezeichnung=["a"]))
    assert caught.value.code == "no-text-column"


def test_no_rows(tmp_path: Path) -> None:
    with pytest.raises(PortfolioError) as caught:
        read(write(tmp_path / "a.parquet", id=[], title=[]))
    assert caught.value.code == "no-projects"
