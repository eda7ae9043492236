"""``portolan models``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tiny_model import write_tiny_model

from classifier.model import CURRENT
from service.cli import run


def test_versions_are_listed_and_the_current_one_has_a_star(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_tiny_model(models, "tinier")
    assert run(["models", "list"]) == 0
    assert capsys.readouterr().out.splitlines() == ["* tinier  created 2026-10-01", "  tiny  created 2026-10-01"]


def test_versions_are_listed_before_any_is_current(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (models / CURRENT).unlink()
    assert run(["models", "list"]) == 0
    printed = capsys.readouterr()
    assert printed.out == "  tiny  created 2026-10-01\n"
    assert "portolan models promote" in printed.err


@pytest.mark.usefixtures("models")
def test_the_current_manifest_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "show"]) == 0
    assert json.loads(capsys.readouterr().out)["version"] == "tiny"


def test_a_version_given_by_its_folder_is_shown(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "show", str(models / "tiny")]) == 0
    assert json.loads(capsys.readouterr().out)["corpus_size"] == 2


def test_a_changed_version_does_not_pass(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "verify"]) == 0
    assert capsys.readouterr().out == "tiny is whole\n"
    (models / "tiny" / "slope.npy").write_bytes(b"")
    assert run(["models", "verify", "tiny"]) == 1
    assert "slope.npy" in capsys.readouterr().err
