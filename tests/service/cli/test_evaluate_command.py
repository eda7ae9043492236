from __future__ import annotations

import json
from pathlib import Path

import pytest

from classifier.tagging import AreaTag, Decision, MarkerTag, OdaAssessment, Risk, Tagging
from service.cli import evaluate, run
from training.gold import Gold


def fake_tagging(identifier: str) -> Tagging:
    area = AreaTag("3.2", 0.9, 0.5, True, Decision.ACCEPTED)
    marker = MarkerTag(0, 0.1, 0.05, (0.5, 0.5), Decision.ACCEPTED)
    oda = OdaAssessment(Risk.LOW, "", Risk.LOW, (), Decision.ACCEPTED)
    return Tagging(identifier, "en", (area,), "3.2", marker, marker, oda, Decision.ACCEPTED, (), "model-a", "rules-a")


@pytest.fixture
def portfolio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a labelled portfolio; what a model says is fixed, for these tests are about the command."""

    def tag(gold: Gold, _model: str) -> list[Tagging]:
        return [fake_tagging(project.id) for project in gold.projects]

    monkeypatch.setattr(evaluate, "_tag", tag)
    path = tmp_path / "x.csv"
    path.write_text("id,title,areas,gender,risk\nA,Wells,3.2,2,low\nB,Goats,,0,high\n", encoding="utf-8")
    return path


def test_prints_the_figures(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", str(portfolio)]) == 0
    shown = capsys.readouterr().out
    assert "2 projects of 2 families, model model-a" in shown
    assert "areas exact set                  0.500" in shown


def test_writes_a_page_once(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = portfolio.with_name("page.html")
    assert run(["evaluate", str(portfolio), "-o", str(page)]) == 0
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert run(["evaluate", str(portfolio), "-o", str(page)]) == 2
    assert "exists already" in capsys.readouterr().err
    assert run(["evaluate", str(portfolio), "-o", str(page), "--force"]) == 0


def test_prints_json(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", str(portfolio), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["figures"]["risk_high_missed_as_low"]["value"] == 1


def test_shows_where_declared_scores_differ(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", str(portfolio), "--declared"]) == 0
    assert "A  declared 2, predicted 0" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["x.csv", "--frozen"], ["--frozen", "--declared"]])
def test_a_call_that_does_not_fit(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", *arguments]) == 2
    assert "portolan:" in capsys.readouterr().err


def test_a_portfolio_without_labels(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.csv"
    path.write_text("id,title\nA,Wells\n")
    assert run(["evaluate", str(path)]) == 1
    assert "carries no labels" in capsys.readouterr().err


def test_a_corpus_without_frozen_part(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", "--frozen", "--corpus", str(tmp_path)]) == 1
    assert "holds no labelled data" in capsys.readouterr().err
