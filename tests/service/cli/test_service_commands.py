"""``portolan db``, ``users`` and ``keys``, as an administrator types them."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from service.cli import run

PASSWORD = "seven brave lighthouse keepers"


@pytest.fixture(autouse=True)
def _service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTOLAN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("PORTOLAN_SETTINGS", raising=False)


def type_password(monkeypatch: pytest.MonkeyPatch, password: str = PASSWORD) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))


def test_an_administrator_sets_the_service_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["users", "list"]) == 1
    assert "portolan db upgrade" in capsys.readouterr().err
    assert run(["db", "upgrade"]) == 0
    type_password(monkeypatch)
    assert run(["users", "add", "ann", "--role", "admin", "--password-stdin"]) == 0
    assert run(["users", "add", "robot", "--no-password"]) == 0
    capsys.readouterr()
    assert run(["keys", "make", "robot", "--scopes", "tag,read", "--name", "ministry"]) == 0
    secret = capsys.readouterr().out.strip()
    assert secret.startswith("ptl_")
    assert run(["keys", "list"]) == 0
    listed = capsys.readouterr().out
    assert "robot" in listed
    assert secret not in listed
    assert run(["keys", "revoke", secret]) == 0
    type_password(monkeypatch, PASSWORD + " too")
    for arguments in (["password", "ann", "--password-stdin"], ["role", "ann", "reader"], ["disable", "ann"]):
        assert run(["users", *arguments]) == 0
    assert run(["users", "enable", "ann"]) == 0
    capsys.readouterr()
    assert run(["users", "list"]) == 0
    assert "ann  reader  password" in capsys.readouterr().out
    assert run(["db", "check"]) == 0
    backup = tmp_path / "backup.gz"
    assert run(["db", "backup", str(backup)]) == 0
    monkeypatch.setenv("PORTOLAN_DATA_DIR", str(tmp_path / "other"))
    assert run(["db", "restore", str(backup)]) == 0
    assert "users: 2" in capsys.readouterr().out


def test_an_empty_password_makes_no_account(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["db", "upgrade"])
    type_password(monkeypatch, "")
    assert run(["users", "add", "ann", "--password-stdin"]) == 2
    assert "no password" in capsys.readouterr().err
    run(["users", "list"])
    assert "ann" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["keys", "make", "nobody"],
        ["keys", "revoke", "x"],
        ["users", "disable", "nobody"],
        ["users", "role", "x", "reader"],
    ],
)
def test_what_is_not_there_is_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    run(["db", "upgrade"])
    capsys.readouterr()
    assert run(arguments) == 2
    assert capsys.readouterr().err.count("\n") == 1
