"""``portolan oda`` and ``portolan report``, with a tiny model of real form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from service.cli import run


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize("command", ["oda", "report"])
@pytest.mark.parametrize("suffix", ["html", "xlsx", "json"])
def test_every_form_is_written(command: str, suffix: str, portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = portfolio.with_name(f"a.{suffix}")
    assert run([command, str(portfolio), "-o", str(target), "--date", "2026-10-01"]) == 0
    assert target.stat().st_size > 1000
    assert "model tiny" in capsys.readouterr().err


@pytest.mark.usefixtures("models")
def test_the_report_counts_areas_markers_and_reviews(portfolio: Path) -> None:
    target = portfolio.with_name("a.json")
    assert run(["report", str(portfolio), "-o", str(target)]) == 0
    data = json.loads(target.read_text("utf-8"))
    assert data["by_area"]["3.2"]["projects"]
    assert sum(one["projects"] for one in data["markers"]["gender"]) == 2
    assert data["by_language"].keys() == {"en", "fr"}


@pytest.mark.usefixtures("models")
def test_the_page_of_the_report_shows_texts_as_text(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text("id,title\n=1+1,<script>alert(1)</script> Shelter for refugees in camps\n", encoding="utf-8")
    assert run(["report", str(source)]) == 0
    page = (tmp_path / "a.overview.html").read_text("utf-8")
    assert "<script" not in page
    assert "3.2 Reception and access to services" in page
    assert run(["report", str(source), "-o", str(tmp_path / "a.xlsx")]) == 0
    cells = [cell for sheet in load_workbook(tmp_path / "a.xlsx") for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)


def test_the_rules_speak_without_a_model(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["oda", str(portfolio), "--rules-only", "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert (summary["projects"], summary["model_version"]) == (2, "")
    assert "rules only" in portfolio.with_name("portfolio.eligibility.html").read_text("utf-8")


def test_rules_and_model_exclude_each_other(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["oda", str(portfolio), "--rules-only", "--model", "tiny"]) == 2
    assert "--rules-only" in capsys.readouterr().err


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize("name", ["a.pdf", "a"])
def test_an_unknown_form_gives_exit_2(name: str, portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["oda", str(portfolio), "-o", str(portfolio.with_name(name))]) == 2
    assert "html, xlsx, json" in capsys.readouterr().err


@pytest.mark.usefixtures("models")
def test_rejected_rows_give_exit_3(portfolio: Path) -> None:
    with portfolio.open("a", encoding="utf-8") as file:
        file.write("P-3\n")
    assert run(["oda", str(portfolio)]) == 3
