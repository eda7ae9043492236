"""``portolan db``: the database of the service."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from service.store.database import Database

SETTINGS = click.option(
    "--settings", "settings_file", type=click.Path(path_type=Path), help="Settings file (PORTOLAN_SETTINGS)."
)


@contextmanager
def open_database(settings_file: Path | None, *, current: bool = True) -> Iterator[Database]:
    """Open the database that the settings name; refuse tables that are not up to date."""
    from service.settings import load_settings
    from service.store.database import Database
    from service.store.upkeep import require_current

    database = Database(load_settings(settings_file).database)
    try:
        if current:
            require_current(database)
        yield database
    finally:
        database.close()


@contextmanager
def open_store_if_any(settings_file: Path | None) -> Iterator[Database | None]:
    """Open the database that the settings name, None where no service was ever set up."""
    from importlib.util import find_spec

    # Who only tags and trains has not installed what the service needs.
    if find_spec("sqlalchemy") is None or find_spec("pydantic_settings") is None:
        yield None
        return
    from service.settings import load_settings

    settings = load_settings(settings_file)
    if not settings.database_url.get_secret_value() and not settings.sqlite_file.exists():
        yield None
        return
    with open_database(settings_file) as database:
        yield database


@click.group("db")
def command() -> None:
    """Bring the database up to date, back it up, restore it, check it."""


@command.command("upgrade")
@SETTINGS
def upgrade(settings_file: Path | None) -> None:
    """Make the tables, or bring them up to date."""
    from service.store import upkeep

    with open_database(settings_file, current=False) as database:
        click.echo(f"The tables are at revision {upkeep.upgrade(database)}.")


@command.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace a file that exists.")
@SETTINGS
def backup(file: Path, settings_file: Path | None, *, force: bool) -> None:
    """Write every row to FILE (gzipped JSON Lines), as the database stands at one moment."""
    from service.store import upkeep

    with open_database(settings_file) as database:
        click.echo(_describe(upkeep.backup(database, file, force=force)))


@command.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@SETTINGS
def restore(file: Path, settings_file: Path | None) -> None:
    """Fill an empty database from FILE, whole or not at all."""
    from service.store import upkeep

    with open_database(settings_file, current=False) as database:
        click.echo(_describe(upkeep.restore(database, file)))


@command.command("check")
@SETTINGS
@click.pass_context
def check(context: click.Context, settings_file: Path | None) -> None:
    """Check that the database is whole and its tables are up to date."""
    from service.store import upkeep

    with open_database(settings_file) as database:
        problems = upkeep.check(database)
    for problem in problems:
        click.echo(f"portolan: {problem}", err=True)
    click.echo(f"{len(problems)} problems")
    context.exit(1 if problems else 0)


def _describe(counts: dict[str, int]) -> str:
    return ", ".join(f"{table.replace('_', ' ')}: {count:,}" for table, count in counts.items())
