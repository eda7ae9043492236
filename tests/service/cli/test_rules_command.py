"""``portolan rules``."""

from __future__ import annotations

from pathlib import Path

import pytest
from rule_folder import make_rules

from service.cli import run


def test_rules_of_a_group_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "list", "ret"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert all(line.startswith("RET-") for line in lines)


def test_a_rule_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "show", "ret-02"]) == 0
    text = capsys.readouterr().out
    assert "ineligible" in text
    assert "ret.toml" in text


def test_an_unknown_rule_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "show", "XXX-99"]) == 1
    assert "XXX-99" in capsys.readouterr().err


def test_the_shipped_rules_hold_together(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "check"]) == 0
    assert "0 problems" in capsys.readouterr().out


def test_a_broken_rule_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "vocabulary.toml").write_text("", encoding="utf-8")
    (tmp_path / "ret.toml").write_text('[[rule]]\nid = "RET-01"\nverdikt = "eligible"\n', encoding="utf-8")
    assert run(["rules", "check", "--folder", str(tmp_path)]) == 1
    assert "ret.toml" in capsys.readouterr().err


def test_examples_are_read_with_the_tables_of_their_own_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = """
[[rule]]
id = "XXX-01"
verdict = "ineligible"
activity = "Bees"
reason = "A test."
status = "J"
sources = ["J"]
question = {en = "?", fr = "?", nl = "?"}
patterns.en = ["beehive*"]
examples.en = {fire = ["Beehives for farmers."], hold = ["The project does not pay for beehives."]}
"""
    make_rules(tmp_path, rule)
    assert run(["rules", "test", "--folder", str(tmp_path)]) == 0
    (tmp_path / "scope.toml").write_text("trigger = []\ncue = []\nplace = []\n", encoding="utf-8")
    assert run(["rules", "test", "--folder", str(tmp_path)]) == 1
    assert "XXX-01" in capsys.readouterr().err
