from __future__ import annotations

import json
from pathlib import Path

import pytest
from bare_version import write_bare_version
from sqlalchemy import select

from service.access.promotions import note_in_use
from service.cli import promotion, run
from service.store.database import Database
from service.store.tables import AuditEntry
from training.bootstrap import Figure
from training.comparison import Change, Comparison
from training.versions import read_history


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("a", "b"):
        write_bare_version(tmp_path, name)
    monkeypatch.setenv("PORTOLAN_MODELS", str(tmp_path))
    monkeypatch.setenv("PORTOLAN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("PORTOLAN_DATABASE_URL", raising=False)
    assert run(["models", "promote", "a", "--who", "Ada"]) == 0
    return tmp_path


def compared(monkeypatch: pytest.MonkeyPatch, *, worse: bool) -> None:
    """Fix the outcome of a comparison: these tests are about what the commands make of it."""
    change = Change("area 3.2", 30, 0.9, 0.4, Figure(-0.5, -0.6, -0.4), worse)
    monkeypatch.setattr(promotion, "_compare", lambda *_: Comparison("a", "b", 50, (change,)))


def test_promotes_and_goes_back(
    models: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    compared(monkeypatch, worse=False)
    assert run(["models", "promote", "b", "--who", "Bo"]) == 0
    assert "b is now the current version (before: a)." in capsys.readouterr().out
    assert run(["models", "rollback", "--reason", "complaints", "--who", "Bo"]) == 0
    assert [(one.action, one.version, one.who) for one in read_history(models)] == [
        ("promote", "a", "Ada"),
        ("promote", "b", "Bo"),
        ("rollback", "a", "Bo"),
    ]


def test_the_service_knows_at_once_who_promoted_and_why(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not (models / "data").exists()
    compared(monkeypatch, worse=False)
    assert run(["db", "upgrade"]) == 0
    assert run(["models", "promote", "b", "--who", "Bo"]) == 0
    assert run(["models", "promote", "b", "--who", "Bo"]) == 2
    assert run(["models", "rollback", "--reason", "complaints", "--who", "Bo"]) == 0
    database = Database(f"sqlite:///{models / 'data' / 'portolan.db'}")
    note_in_use(database, "b", "a")
    with database.reading() as session:
        entries = [(one.actor, one.action, one.subject, one.detail) for one in session.scalars(select(AuditEntry))]
    database.close()
    assert entries == [
        ("console", "promotion", "b", "promote by Bo; before: a"),
        ("console", "rollback", "a", "rollback by Bo; before: b; reason: complaints"),
    ]


def test_refuses_a_worse_version_unless_forced_with_a_reason(
    models: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    compared(monkeypatch, worse=True)
    assert run(["models", "promote", "b"]) == 1
    assert "worse than a beyond noise: area 3.2" in capsys.readouterr().err
    assert run(["models", "promote", "b", "--force"]) == 2
    assert run(["models", "promote", "b", "--force", "--reason", "new guideline"]) == 0
    assert read_history(models)[-1].forced


@pytest.mark.usefixtures("models")
def test_compares_label_by_label(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    compared(monkeypatch, worse=True)
    assert run(["models", "compare", "b"]) == 0
    assert "0.900 to 0.400  -0.500 [-0.600, -0.400]  (30)  worse beyond noise" in capsys.readouterr().out
    assert run(["models", "compare", "b", "a", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["candidate"] == "b"


@pytest.mark.usefixtures("models")
def test_a_version_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "promote", "z"]) == 1
    assert "no model version z" in capsys.readouterr().err
