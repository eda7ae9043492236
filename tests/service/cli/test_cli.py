"""The command line around the commands: help, one-line errors, exit codes."""

from __future__ import annotations

import json

import pytest

import service.cli
from classifier.errors import ModelError
from service.cli import run


def fail_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def main(*_arguments: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr(service.cli.cli, "main", main)


def test_the_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(name in text for name in ("tag", "areas", "models", "rules"))


@pytest.mark.parametrize("name", ["tag", "areas", "models", "rules"])
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([name, "--help"]) == 0
    assert f"Usage: portolan {name}" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["nothing"], ["tag"], ["tag", "a.csv", "--jobs", "0"], ["areas", "9.9"]])
def test_a_wrong_call_is_one_line_and_exit_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("portolan: ")
    assert printed.err.count("\n") == 1
    assert "--help" in printed.err


def test_an_expected_error_is_one_line_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fail_with(monkeypatch, ModelError("It was\nchanged.", code="model-changed", remedy="Fetch it again."))
    assert run(["tag"]) == 1
    assert capsys.readouterr().err == "portolan: It was changed. Fetch it again.\n"


def test_with_json_an_error_is_an_object(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    fail_with(monkeypatch, ModelError("It was changed.", code="model-changed", remedy="Fetch it again."))
    assert run(["tag", "--json"]) == 1
    problem = json.loads(capsys.readouterr().err)
    assert (problem["code"], problem["remedy"]) == ("model-changed", "Fetch it again.")


def test_an_unexpected_error_shows_its_class_and_nothing_of_its_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("PORTOLAN_DEBUG", raising=False)
    fail_with(monkeypatch, ZeroDivisionError("the text of a project"))
    assert run(["tag"]) == 1
    printed = capsys.readouterr().err
    assert "ZeroDivisionError" in printed
    assert "the text of a project" not in printed
    assert printed.count("\n") == 1


def test_a_debugged_error_has_a_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PORTOLAN_DEBUG", "1")
    fail_with(monkeypatch, ZeroDivisionError())
    assert run(["tag"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupt_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    fail_with(monkeypatch, KeyboardInterrupt())
    assert run(["tag"]) == 1
    assert capsys.readouterr().err == "portolan: Interrupted: nothing was written.\n"
