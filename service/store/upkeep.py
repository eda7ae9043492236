"""What an administrator does with the database: bring it up to date, back it up, restore it, check it."""

from __future__ import annotations

import gzip
import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.exc import SAWarning, SQLAlchemyError

import service.store.desk_tables  # noqa: F401 - its tables belong to the metadata
from classifier.errors import UsageError
from classifier.portfolio.target import Target
from service.store.database import StoreError
from service.store.tables import Base, Moment

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

    from service.store.database import Database

_FORMAT = "portolan-backup-1"
_CHUNK = 500
_UPGRADE = "Run: portolan db upgrade."
#: Indexes that only the migrations know.
_EXPRESSIONS = frozenset({"ix_desk_items_review"})


def upgrade(database: Database) -> str:
    """Bring the tables up to date; return the revision."""
    config = _config()
    with database.engine.connect() as connection, _without_references(connection), connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        _refuse_lost_references(connection)
    return revision(database) or ""


@contextmanager
def _without_references(connection: Connection) -> Iterator[None]:
    """Let SQLite make tables anew without deleting what refers to their rows; it heeds this outside transactions."""
    if connection.dialect.name != "sqlite":
        yield
        return
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()


def _refuse_lost_references(connection: Connection) -> None:
    """Break off an upgrade of SQLite after which a row refers to nothing."""
    if connection.dialect.name != "sqlite":
        return
    if tables := sorted({row[0] for row in connection.execute(text("PRAGMA foreign_key_check"))}):
        named = ", ".join(tables)
        raise StoreError(
            f"Rows of {named} refer to nothing; the database stays as it was.",
            code="references-lost",
            remedy="Restore a backup, or remove these rows.",
            facts={"tables": named},
        )


def revision(database: Database) -> str | None:
    """Return the revision of the tables, None in an empty database."""
    try:
        with database.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError:
        raise StoreError(
            "The database does not answer.", code="database-unreachable", remedy="Check database_url and the server."
        ) from None


def newest_revision() -> str:
    """Return the revision that this version of Portolan works with."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def require_current(database: Database) -> None:
    """Refuse to work with tables of another revision.

    Raises
    ------
    StoreError
        When the database does not answer or its tables are not up to date.
    """
    found = revision(database)
    if found != newest_revision():
        raise StoreError(
            f"The tables are at revision {found or 'none'}, not {newest_revision()}.",
            code="migrations-pending",
            remedy=_UPGRADE,
        )


def backup(database: Database, file: Path, *, force: bool = False) -> dict[str, int]:
    """Write every row to a file, as the database stands at one moment; return the rows of each table.

    The file is gzipped JSON Lines and can be restored into SQLite and PostgreSQL alike.
    """
    require_current(database)
    target = Target(str(file.with_name(file.name if file.name.endswith(".gz") else f"{file.name}.gz")), force=force)
    stream = target.open()
    try:
        counts = _write_rows(database, stream)
    except BaseException:
        target.abort()
        raise
    target.commit()
    return counts


def _write_rows(database: Database, stream: IO[bytes]) -> dict[str, int]:
    counts: dict[str, int] = {}
    with database.reading() as session:
        _put(stream, {"format": _FORMAT, "revision": newest_revision()})
        for table in Base.metadata.sorted_tables:
            counts[table.name] = 0
            for row in session.execute(select(table)).mappings():
                _put(stream, {"table": table.name, "row": {name: _plain(value) for name, value in row.items()}})
                counts[table.name] += 1
        _put(stream, {"end": counts})
    return counts


def restore(database: Database, file: Path) -> dict[str, int]:
    """Fill an empty database from a backup, whole or not at all; return the rows of each table.

    Raises
    ------
    UsageError
        When the database holds rows already, or the file is no whole backup of this revision.
    """
    upgrade(database)
    with database.writing() as session:
        if any(session.scalar(select(func.count()).select_from(table)) for table in Base.metadata.sorted_tables):
            raise UsageError(
                "The database holds data already.",
                code="database-not-empty",
                remedy="Restore into an empty one: move the SQLite file away, or make a new PostgreSQL database.",
            )
        counts = _read_rows(session, file)
        _mend_sequences(database, session)
    return counts


def _read_rows(session: Session, file: Path) -> dict[str, int]:
    tables = {table.name: table for table in Base.metadata.sorted_tables}
    counts = dict.fromkeys(tables, 0)
    pending: list[dict[str, Any]] = []
    current: Table | None = None
    end: object = None
    for entry in _entries(file):
        end = entry.get("end")
        if end is not None:
            break
        table = tables.get(str(entry.get("table")))
        if table is None:
            raise _not_a_backup(file)
        if table is not current or len(pending) >= _CHUNK:
            _insert(session, current, pending)
            current, pending = table, []
        pending.append({name: _typed(table, name, value) for name, value in entry["row"].items()})
        counts[table.name] += 1
    _insert(session, current, pending)
    if end != counts:
        raise _not_a_backup(file)
    return counts


def _entries(file: Path) -> Iterator[dict[str, Any]]:
    try:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            head = json.loads(next(lines, "{}"))
            if head != {"format": _FORMAT, "revision": newest_revision()}:
                raise _not_a_backup(file)
            yield from map(json.loads, lines)
    except FileNotFoundError:
        raise UsageError(f"There is no file {file}.", code="file-missing", remedy="Check the path.") from None
    except (OSError, EOFError, ValueError, KeyError):
        raise _not_a_backup(file) from None


def _not_a_backup(file: Path) -> UsageError:
    return UsageError(
        f"{file} is no whole backup of revision {newest_revision()}.",
        code="backup-invalid",
        remedy="Restore it with the version of Portolan that made it, then run: portolan db upgrade.",
    )


def check(database: Database) -> list[str]:
    """Return what is wrong with the database, nothing when all is well."""
    require_current(database)
    found: list[str] = []
    if database.is_sqlite:
        with database.reading() as session:
            found += [str(row[0]) for row in session.execute(text("PRAGMA integrity_check")) if row[0] != "ok"]
            found += [
                f"a row of {row[0]} refers to nothing" for row in session.execute(text("PRAGMA foreign_key_check"))
            ]
    from alembic.autogenerate import compare_metadata

    with database.engine.connect() as connection, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Skipped unsupported reflection", SAWarning)
        context = MigrationContext.configure(connection, opts={"include_object": _can_be_compared})
        found += [f"the tables differ from the code: {one}" for one in compare_metadata(context, Base.metadata)]
    return found


def _can_be_compared(_one: object, name: str | None, kind: str, _reflected: bool, _compared: object) -> bool:
    """Leave out indexes on expressions, which no database gives back in the words that made them."""
    return kind != "index" or name not in _EXPRESSIONS


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    return config


def _put(stream: IO[bytes], entry: dict[str, Any]) -> None:
    stream.write(json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _typed(table: Table, name: str, value: object) -> object:
    is_moment = isinstance(table.c[name].type, Moment)
    return datetime.fromisoformat(cast("str", value)) if is_moment and value is not None else value


def _insert(session: Session, table: Table | None, rows: list[dict[str, Any]]) -> None:
    if table is not None and rows:
        session.execute(insert(table), rows)


def _mend_sequences(database: Database, session: Session) -> None:
    """Let PostgreSQL count on from the restored rows of the tables that it numbers."""
    if database.is_sqlite:
        return
    for table in Base.metadata.sorted_tables:
        if table.autoincrement_column is not None:
            highest = select(func.coalesce(func.max(table.autoincrement_column), 0) + 1).scalar_subquery()
            sequence = func.pg_get_serial_sequence(table.name, table.autoincrement_column.name)
            session.execute(select(func.setval(sequence, highest, False)))
