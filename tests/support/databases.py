"""The databases that the tests run on: SQLite, and PostgreSQL where its programs are installed."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from programs import REQUIRE_POSTGRESQL, do_without, find_postgresql
from sqlalchemy import create_engine, text

from service.store.database import Database
from service.store.upkeep import upgrade

_CONNECTIONS = 400


@dataclass
class PostgresServer:
    """A PostgreSQL server of our own.

    Parameters
    ----------
    url
        The URL of its first database.
    """

    url: str

    def empty(self) -> str:
        """Make an empty database; return its URL."""
        return self._make("template1")

    def migrated(self) -> str:
        """Make a database whose tables are up to date; return its URL."""
        return self._make(self._template)

    @cached_property
    def _template(self) -> str:
        url = self.empty()
        database = Database(url)
        upgrade(database)
        database.close()
        return url.rsplit("/", 1)[1]

    def _make(self, template: str) -> str:
        name = f"portolan_{secrets.token_hex(4)}"
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        engine.dispose()
        return self.url.rsplit("/", 1)[0] + f"/{name}"


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Run a PostgreSQL server on the loopback until the end."""
    initdb, pg_ctl = find_postgresql("initdb"), find_postgresql("pg_ctl")
    if initdb is None or pg_ctl is None:
        do_without(REQUIRE_POSTGRESQL, "PostgreSQL's initdb and pg_ctl are not installed")
    user = _unprivileged_user()
    folder = Path(tempfile.mkdtemp(prefix="portolan-pg-"))
    if user is not None:
        shutil.chown(folder, user)
    port, data = _free_port(), str(folder / "data")

    def run(*command: str) -> None:
        subprocess.run(command, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL)

    run(initdb, "-D", data, "-U", "portolan", "--auth=trust", "-E", "UTF8", "--no-sync")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections={_CONNECTIONS} -k {folder}"
    run(pg_ctl, "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield PostgresServer(f"postgresql+psycopg://portolan@127.0.0.1:{port}/postgres")
    finally:
        run(pg_ctl, "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged_user() -> str | None:
    """Return the user that the server runs as; it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        do_without(REQUIRE_POSTGRESQL, "PostgreSQL does not run as root, and there is no user postgres")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
