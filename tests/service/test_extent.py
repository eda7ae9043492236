"""How long a portfolio is."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from classifier.portfolio.writing import Origin
from service.extent import measure_extent


@pytest.mark.parametrize(("text", "extent"), [("id,title\n1,a\n2,b\n3,c\n", 4), ('[{"id": 1}, {"id": 2}]', None)])
def test_lines_are_counted_where_they_say_something(tmp_path: Path, text: str, extent: int | None) -> None:
    path = tmp_path / "portfolio"
    path.write_text(text, encoding="utf-8")
    assert measure_extent(Origin("csv", None, path)) == extent


def test_parquet_states_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    parquet.write_table(pa.table({"title": ["a", "b"]}), path)
    assert measure_extent(Origin("parquet", None, path)) == 2


def test_a_workbook_of_several_sheets_leaves_it_open() -> None:
    path = Path(__file__).parents[2] / "samples" / "ministry_portfolio.xlsx"
    assert measure_extent(Origin("xlsx", None, path)) is None


def test_a_folder_leaves_it_open(tmp_path: Path) -> None:
    assert measure_extent(Origin("parquet", None, tmp_path)) is None
