"""Names of outputs that the caller did not name."""

from __future__ import annotations

from pathlib import Path

import pytest

from classifier.errors import UsageError
from classifier.portfolio.writing import Origin
from service.naming import keep_source, name_output, name_rejections


@pytest.mark.parametrize(
    ("source", "read_as", "asked", "name"),
    [
        ("data/a.csv", "csv", "", "data/a.tagged.csv"),
        ("a.b.xlsx", "xlsx", "", "a.b.tagged.xlsx"),
        ("a.csv.gz", "csv", "", "a.tagged.csv.gz"),
        ("a.csv.gz", "csv", "xlsx", "a.tagged.xlsx"),
        ("a.xlsm", "xlsx", "", "a.tagged.xlsx"),
        ("a.psv", "csv", "", "a.tagged.csv"),
        ("activities", "iati", "", "activities.tagged.xml"),
        ("a.xml", "csv", "", "a.tagged.csv"),
        ("a.xml", "iati", "jsonl", "a.tagged.jsonl"),
        ("-", "csv", "", "-"),
    ],
)
def test_an_output_is_named_after_its_source(source: str, read_as: str, asked: str, name: str) -> None:
    assert name_output(source, asked, Origin(read_as, None, Path(source))) == name


def test_a_folder_of_parts_becomes_one_file(tmp_path: Path) -> None:
    folder = tmp_path / "parts.parquet"
    folder.mkdir()
    assert name_output(str(folder), "", Origin("parquet", (), folder)) == str(tmp_path / "parts.tagged.parquet")


def test_rejected_rows_stand_beside_the_output() -> None:
    assert name_rejections("out/a.csv") == "out/a.csv.rejected.csv"
    assert name_rejections("-") == ""


def test_no_output_takes_the_place_of_its_source(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text("id,title\n", encoding="utf-8")
    (tmp_path / "link.csv").symlink_to(source)
    keep_source(str(source), "", "-", str(tmp_path / "b.csv"))
    keep_source("-", str(source))
    for name in ("a.csv", "link.csv", "../" + tmp_path.name + "/a.csv"):
        with pytest.raises(UsageError, match="is the portfolio itself"):
            keep_source(str(source), "", str(tmp_path / name))
