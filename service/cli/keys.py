"""``portolan keys``: API keys."""

from __future__ import annotations

from pathlib import Path

import click

from service.cli.store import SETTINGS, open_database

_CONSOLE = "console"


@click.group("keys")
def command() -> None:
    """Make API keys, list them, revoke them."""


@command.command("make")
@click.argument("user")
@click.option("--name", default="", help="What the key is for.")
@click.option("--scopes", default="tag,read", show_default=True, help="What it may do: tag, read, annotate, admin.")
@click.option("--days", type=click.FloatRange(min=0, min_open=True), default=365, show_default=True, help="Its life.")
@click.option("--no-expiry", is_flag=True, help="Let it never end.")
@SETTINGS
def make(user: str, name: str, scopes: str, days: float, settings_file: Path | None, *, no_expiry: bool) -> None:
    """Make a key for USER and print it: it is never to be seen again."""
    from service.access.keys import make_key
    from service.access.scopes import read_scopes

    with open_database(settings_file) as database:
        made = make_key(
            database, user, name, read_scopes(scopes.split(",")), None if no_expiry else days, actor=_CONSOLE
        )
    click.echo(made.secret)
    click.echo("Keep it: it is not shown again.", err=True)


@command.command("list")
@SETTINGS
def list_all(settings_file: Path | None) -> None:
    """List the keys, by the prefix that each begins with."""
    from service.access.keys import list_keys

    with open_database(settings_file) as database:
        for key, user in list_keys(database):
            ends = f"until {key.expires:%Y-%m-%d}" if key.expires else "without end"
            used = f"used {key.last_used:%Y-%m-%d %H:%M}" if key.last_used else "never used"
            state = "revoked" if key.revoked else ends
            click.echo(f"{key.prefix}  {user}  {','.join(key.scopes)}  {state}  {used}  {key.name}".rstrip())


@command.command("revoke")
@click.argument("prefix")
@SETTINGS
def revoke(prefix: str, settings_file: Path | None) -> None:
    """Make the key of PREFIX useless."""
    from service.access.keys import revoke_key

    with open_database(settings_file) as database:
        revoke_key(database, prefix, actor=_CONSOLE)
    click.echo(f"The key {prefix} is revoked.")
