from __future__ import annotations

import gzip
import io
import json
import sys
from pathlib import Path

import pytest

from classifier.errors import PortfolioError, UsageError
from classifier.portfolio.reading import Limits, ReadOptions
from classifier.portfolio.registry import detect_format, format_of_suffix, open_portfolio
from classifier.project import Project

CSV = b"id,title\n1,Wells\n2,Schools\n"


def ids(source: str, options: ReadOptions | None = None) -> list[str]:
    with open_portfolio(source, options) as reader:
        return [row.id for row in reader if isinstance(row, Project)]


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(PortfolioError) as caught:
        open_portfolio(str(tmp_path / "nowhere.csv"))
    assert caught.value.code == "file-missing"
    assert caught.value.remedy


def test_folder_without_parts(tmp_path: Path) -> None:
    with pytest.raises(PortfolioError) as caught, open_portfolio(str(tmp_path)):
        pass
    assert caught.value.code == "is-directory"


def test_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").touch()
    with pytest.raises(PortfolioError) as caught:
        open_portfolio(str(tmp_path / "a.csv"))
    assert caught.value.code == "file-empty"


@pytest.mark.parametrize("name", ["a.xlsx", "a.xml", "a.jsonl", "a.parquet", "a"])
def test_content_overrules_the_suffix(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(CSV)
    assert ids(str(tmp_path / name)) == ["1", "2"]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"PAR1....", "parquet"),
        (b"PK\x03\x04", "xlsx"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>', "iati"),
        ('<?xml version="1.0"?>'.encode("utf-16"), "iati"),
        (b"  <iati-activities>", "iati"),
        (b'{"id": 1}', "jsonl"),
        (b'\n[\n {"id": 1}]', "jsonl"),
        (b"[draft] title,description", "csv"),
    ],
)
def test_detection(tmp_path: Path, head: bytes, expected: str) -> None:
    path = tmp_path / "portfolio.dat"
    path.write_bytes(head)
    assert detect_format(path).name == expected


@pytest.mark.parametrize(
    "head", [b"\xd0\xcf\x11\xe0old", b"%PDF-1.7", b"<!DOCTYPE html><html>", b"<html>", b"7z\xbc\xaf\x27"]
)
def test_foreign_formats_are_named(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "portfolio.csv"
    path.write_bytes(head)
    with pytest.raises(PortfolioError) as caught:
        open_portfolio(str(path))
    assert caught.value.code == "format-unsupported"


def test_format_of_suffix() -> None:
    found = format_of_suffix("out.CSV.gz")
    assert found is not None
    assert found.name == "csv"
    assert format_of_suffix("out.docx") is None


def test_unknown_format_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(CSV)
    with pytest.raises(UsageError) as caught:
        open_portfolio(str(tmp_path / "a.csv"), ReadOptions(format="ods"))
    assert caught.value.code == "unknown-format"


def test_gzip_is_unpacked_and_the_spool_removed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(CSV))
    with open_portfolio(str(path)) as reader:
        spool = reader.spooled
        assert spool.name == "a.csv"
        assert len(list(reader)) == 2
    assert not spool.parent.exists()


def test_truncated_gzip_is_read_up_to_the_fault(tmp_path: Path) -> None:
    lines = "".join(f"{i},Project {i * 7919 % 1000}\n" for i in range(5_000))
    packed = gzip.compress(b"id,title\n" + lines.encode())
    path = tmp_path / "a.csv.gz"
    path.write_bytes(packed[: len(packed) // 2])
    found: list[object] = []
    with pytest.raises(PortfolioError) as caught, open_portfolio(str(path)) as reader:
        found.extend(reader)
    assert caught.value.code == "gzip-truncated"
    assert len(found) > 100


def test_gzip_cut_before_any_content(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(CSV)[:12])
    with pytest.raises(PortfolioError) as caught, open_portfolio(str(path)) as reader:
        list(reader)
    assert caught.value.code == "gzip-truncated"


def test_gzip_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"id,title\n" + b"0" * 2_000_000))
    with pytest.raises(PortfolioError) as caught:
        open_portfolio(str(path), ReadOptions(limits=Limits(expanded_bytes=1_000_000)))
    assert caught.value.code == "file-too-large"


@pytest.mark.parametrize(
    "content", [CSV, gzip.compress(CSV), b'{"id": "1", "title": "a"}\n{"id": "2", "title": "b"}\n']
)
def test_standard_input_is_spooled_and_removed(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    with open_portfolio("-") as reader:
        spool = reader.spooled
        assert [row.id for row in reader if isinstance(row, Project)] == ["1", "2"]
    assert not spool.parent.exists()


def test_empty_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    with pytest.raises(PortfolioError) as caught:
        open_portfolio("-")
    assert caught.value.code == "file-empty"


def test_forced_format(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(json.dumps({"id": "9", "title": "x"}))
    assert ids(str(path), ReadOptions(format="jsonl")) == ["9"]
