"""``portolan users``: people's accounts."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from service.cli.store import SETTINGS, open_database

_CONSOLE = "console"
_ROLES = click.Choice(["reader", "annotator", "admin"])
_STDIN = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")


@click.group("users")
def command() -> None:
    """Make people's accounts, change them, shut them out."""


@command.command("add")
@click.argument("name")
@click.option("--role", type=_ROLES, default="reader", show_default=True, help="What the person may do.")
@click.option("--no-password", is_flag=True, help="For OpenID Connect only, or for a system that has keys.")
@_STDIN
@SETTINGS
def add(name: str, role: str, settings_file: Path | None, *, no_password: bool, password_stdin: bool) -> None:
    """Make an account for NAME; the password is asked for."""
    from service.access.users import add_user

    with open_database(settings_file) as database:
        password = "" if no_password else _ask(password_stdin)
        add_user(database, name, role, password, actor=_CONSOLE)
    click.echo(f"{name} is a user now, with the role {role}.")


@command.command("list")
@SETTINGS
def list_all(settings_file: Path | None) -> None:
    """List the accounts."""
    from service.access.users import list_users

    with open_database(settings_file) as database:
        for user in list_users(database):
            state = "disabled" if user.disabled else ("password" if user.password_hash else "no password")
            click.echo(f"{user.name}  {user.role}  {state}  since {user.created:%Y-%m-%d}")


@command.command("password")
@click.argument("name")
@_STDIN
@SETTINGS
def password(name: str, settings_file: Path | None, *, password_stdin: bool) -> None:
    """Give NAME another password and end their sessions."""
    from service.access.users import set_password

    with open_database(settings_file) as database:
        set_password(database, name, _ask(password_stdin), actor=_CONSOLE)
    click.echo(f"{name} has another password now.")


@command.command("role")
@click.argument("name")
@click.argument("role", type=_ROLES)
@SETTINGS
def role(name: str, role: str, settings_file: Path | None) -> None:
    """Give NAME another ROLE."""
    from service.access.users import set_role

    with open_database(settings_file) as database:
        set_role(database, name, role, actor=_CONSOLE)
    click.echo(f"{name} has the role {role} now.")


@command.command("disable")
@click.argument("name")
@SETTINGS
def disable(name: str, settings_file: Path | None) -> None:
    """Shut NAME out, with all their keys and sessions."""
    _set_disabled(name, settings_file, disabled=True)


@command.command("enable")
@click.argument("name")
@SETTINGS
def enable(name: str, settings_file: Path | None) -> None:
    """Let NAME in again."""
    _set_disabled(name, settings_file, disabled=False)


def _set_disabled(name: str, settings_file: Path | None, *, disabled: bool) -> None:
    from service.access.users import set_disabled

    with open_database(settings_file) as database:
        set_disabled(database, name, disabled=disabled, actor=_CONSOLE)
    click.echo(f"{name} is {'shut out' if disabled else 'let in'} now.")


def _ask(from_stdin: bool) -> str:
    if from_stdin:
        given = sys.stdin.readline().rstrip("\n")
        if not given:
            raise click.UsageError("Standard input holds no password.")
        return given
    answer: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return answer
