"""The closing summary as people read it."""

from __future__ import annotations

import pytest
from tagged_projects import make_project, make_tagging

from service.cli.closing import print_summary
from service.summary import RunSummary


def printed(capsys: pytest.CaptureFixture[str], projects: int, language: str = "en") -> str:
    summary = RunSummary("portfolio.csv", "csv", seconds=2.0)
    for number in range(projects):
        summary.count(make_tagging(make_project(f"P-{number}"), language=language))
    print_summary(summary)
    return capsys.readouterr().err


def test_only_a_longer_run_tells_its_rate(capsys: pytest.CaptureFixture[str]) -> None:
    assert "a second" not in printed(capsys, 3)
    assert "400 in 2.0 s, 200 a second" in printed(capsys, 400)


def test_a_project_without_text_has_no_nameless_language(capsys: pytest.CaptureFixture[str]) -> None:
    assert "no text: 1" in printed(capsys, 1, language="")
