"""The command line: ``portolan``, a group whose commands are loaded when they are called."""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from classifier.errors import PortolanError

#: Commands in the order of the help: name to (module, one line of help).
_COMMANDS = {
    "tag": ("service.cli.tag", "Tag every project of a portfolio."),
    "oda": ("service.cli.oda", "Report on the ODA eligibility of a portfolio."),
    "report": ("service.cli.report", "Report on the areas, markers and decisions of a portfolio."),
    "areas": ("service.cli.areas", "Explain the result areas and markers."),
    "models": ("service.cli.models", "List, show, verify, compare and promote model versions."),
    "rules": ("service.cli.rules", "List, show and test the ODA rules."),
    "corpus": ("service.cli.corpus", "Check the labelled data."),
    "train": ("service.cli.train", "Train a model version from the labelled data."),
    "evaluate": ("service.cli.evaluate", "Say how good a model is on labelled projects."),
    "serve": ("service.cli.serve", "Serve the HTTP API and the page."),
    "work": ("service.cli.work", "Work on the jobs of the service."),
    "db": ("service.cli.store", "Upgrade, back up, restore and check the database of the service."),
    "desk": ("service.cli.desk", "Export and import labels of the desk, measure agreement."),
    "users": ("service.cli.users", "Make and change people's accounts."),
    "keys": ("service.cli.keys", "Make, list and revoke API keys."),
}
FAILED = 1
USAGE = 2


class _LazyGroup(click.Group):
    """Loads the module of a command only when that command is called."""

    def list_commands(self, _context: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        command = import_module(_COMMANDS[name][0]).command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_module, line) in _COMMANDS.items()])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="portolan", message="%(prog)s %(version)s")
def cli() -> None:
    """Say which migration result areas, markers and ODA risk a development project carries, and which words say so."""


def run(arguments: Sequence[str]) -> int:
    """Run one command line; return the exit code. Nothing that goes wrong leaves a traceback."""
    as_json = "--json" in arguments
    try:
        status = cli.main(args=list(arguments), prog_name="portolan", standalone_mode=False)
    except click.ClickException as error:
        return _explain_usage(error, as_json=as_json)
    except (KeyboardInterrupt, click.Abort):
        return _say("interrupted", "Interrupted: nothing was written.", as_json=as_json)
    except BrokenPipeError:
        # Whoever read our output is gone: the interpreter must not try to flush to it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:  # noqa: BLE001 - the last line of defence, for people who need no traceback
        return _explain(error, as_json=as_json)
    return status if isinstance(status, int) else 0


def main() -> None:
    """Be the ``portolan`` program."""
    status = run(sys.argv[1:])
    # The system takes everything back at once; looking for circles first would take longer than many a command.
    gc.freeze()
    sys.exit(status)


def _explain(error: Exception, *, as_json: bool) -> int:
    from classifier.errors import PortolanError

    if isinstance(error, PortolanError):
        return _explain_problem(error, as_json=as_json)
    if os.environ.get("PORTOLAN_DEBUG") == "1":
        import traceback

        traceback.print_exception(error)
    detail = f"An unexpected fault, {type(error).__name__}: please report it (PORTOLAN_DEBUG=1 shows where)."
    return _say("unexpected", detail, as_json=as_json)


def _explain_problem(error: PortolanError, *, as_json: bool) -> int:
    if as_json:
        click.echo(json.dumps(error.to_json(), ensure_ascii=False), err=True)
    else:
        click.echo(f"portolan: {_one_line(str(error))}", err=True)
    return error.exit_status


def _explain_usage(error: click.ClickException, *, as_json: bool) -> int:
    context = error.ctx if isinstance(error, click.UsageError) else None
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return USAGE
    path = context.command_path if context else "portolan"
    return _say("usage", f"{_one_line(error.format_message())} See {path} --help.", as_json=as_json, status=USAGE)


def _say(code: str, detail: str, *, as_json: bool, status: int = FAILED) -> int:
    problem = {"code": code, "title": "The command did not run", "detail": detail, "remedy": ""}
    click.echo(json.dumps(problem, ensure_ascii=False) if as_json else f"portolan: {detail}", err=True)
    return status


def _one_line(text: str) -> str:
    return " ".join(text.split())
