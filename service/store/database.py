"""Connects to the database: SQLite with a write-ahead log, or PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from enum import IntEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, select, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from classifier.errors import PortolanError

_WRITES = "portolan_writes"
_BUSY_MILLISECONDS = 20_000
#: Parts our locks from those of another program on the same PostgreSQL server.
_LOCKS = 0x506F7274


class StoreError(PortolanError):
    """The database cannot be used."""

    title = "The database cannot be used"


class Lock(IntEnum):
    """What only one transaction at a time may do: count something and then add to it."""

    JOBS = 1
    PROMOTION = 2
    RETRAINING = 3


class Database:
    """One database; safe to use from several threads, never across a fork.

    Parameters
    ----------
    url
        ``sqlite:///path`` or ``postgresql+psycopg://user:password@host/name``.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _connect(url)
        # SQLite lets writers try again and again and forgets who came first; in one process they queue instead.
        self._turn: AbstractContextManager[object] = threading.Lock() if self.is_sqlite else nullcontext()

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Yield a session that sees one state of the database and changes nothing."""
        with Session(self.engine, expire_on_commit=False) as session:
            if not self.is_sqlite:
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Yield a session that is committed at the end, whole or not at all."""
        with self._turn, Session(self.engine, expire_on_commit=False) as session:
            session.connection(execution_options={_WRITES: True})
            yield session
            session.commit()

    def hold(self, session: Session, lock: Lock) -> None:
        """Wait until nobody else holds a lock, and hold it to the end of the transaction that writes."""
        # SQLite lets only one transaction write at all.
        if not self.is_sqlite:
            session.execute(text("SELECT pg_advisory_xact_lock(:ours, :lock)"), {"ours": _LOCKS, "lock": lock.value})

    def ping(self) -> None:
        """Ask the database for a sign of life.

        Raises
        ------
        StoreError
            When it does not answer.
        """
        try:
            with self.reading() as session:
                session.execute(select(1))
        except SQLAlchemyError:
            raise StoreError(
                "The database does not answer.",
                code="database-unreachable",
                remedy="Check database_url and the server.",
            ) from None

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _connect(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_size=5, max_overflow=10, pool_pre_ping=True)
    if parsed.database:
        make_private_folder(Path(parsed.database).parent)
    engine = create_engine(parsed, connect_args={"timeout": _BUSY_MILLISECONDS / 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def make_private_folder(folder: Path) -> None:
    """Make a folder that only our own user can look into; one that is there stays as it is.

    Raises
    ------
    StoreError
        When it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StoreError(
            f"The folder {folder} cannot be made: {error.strerror}.", code="data-folder", remedy="Set data_dir."
        ) from None


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    # The driver's own transactions begin late and cannot be immediate: `_begin_sqlite` begins them.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_BUSY_MILLISECONDS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options: Any = connection.get_execution_options()
    connection.execute(text("BEGIN IMMEDIATE" if options.get(_WRITES) else "BEGIN DEFERRED"))
