"""Upgrade, backup, restore and check, on SQLite and on PostgreSQL."""

from __future__ import annotations

import gzip
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from serving_case import PASSWORD, make_case
from sqlalchemy import JSON, Boolean, Connection, DateTime, Float, Integer, MetaData, Table, insert, select, text
from sqlalchemy.exc import IntegrityError, SAWarning

from classifier.errors import UsageError
from service.access.audit import Action, record
from service.access.keys import find_holder
from service.access.users import check_password
from service.clock import now
from service.settings import Settings
from service.store import upkeep
from service.store.database import Database, StoreError
from service.store.desk_tables import DeskItem
from service.store.tables import AuditEntry


def fresh(folder: Path, url: str) -> Database:
    return Database(Settings.model_validate({"data_dir": folder, "database_url": url}).database)


def test_the_migrations_make_the_tables_of_the_code(tmp_path: Path, new_url: Callable[[], str]) -> None:
    database = fresh(tmp_path, new_url())
    with pytest.raises(StoreError) as refused:
        upkeep.require_current(database)
    assert refused.value.code == "migrations-pending"
    assert upkeep.upgrade(database) == upkeep.newest_revision()
    assert upkeep.upgrade(database) == upkeep.newest_revision()
    assert upkeep.check(database) == []
    database.close()


def test_a_backup_restores_everything(tmp_path: Path, new_url: Callable[[], str]) -> None:
    case = make_case(tmp_path / "one", new_url())
    file = tmp_path / "backup.gz"
    counts = upkeep.backup(case.database, file)
    assert counts["users"] == 2
    other = fresh(tmp_path / "two", new_url())
    assert upkeep.restore(other, file) == counts
    assert find_holder(other, case.key) == find_holder(case.database, case.key)
    assert check_password(other, "ann", PASSWORD) is not None
    with other.writing() as session:
        record(session, "test", Action.EXPORT)
    with other.reading() as session:
        numbers = list(session.scalars(select(AuditEntry.id)))
    assert len(set(numbers)) == counts["audit_log"] + 1
    assert upkeep.check(other) == []
    with pytest.raises(UsageError) as refused:
        upkeep.restore(other, file)
    assert refused.value.code == "database-not-empty"
    for one in (case.database, other):
        one.close()


def test_a_cut_backup_restores_nothing(tmp_path: Path, new_url: Callable[[], str]) -> None:
    case = make_case(tmp_path / "one", new_url())
    file = tmp_path / "backup.gz"
    upkeep.backup(case.database, file)
    lines = gzip.decompress(file.read_bytes()).splitlines(keepends=True)
    cut = {"line": gzip.compress(b"".join(lines[:-1])), "bytes": file.read_bytes()[:-20], "other": b"x", "none": b""}
    other = fresh(tmp_path / "two", new_url())
    for name, content in cut.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UsageError):
            upkeep.restore(other, tmp_path / name)
    with other.reading() as session:
        assert session.scalar(text("select count(*) from users")) == 0
    for one in (case.database, other):
        one.close()


def test_a_backup_is_not_replaced_unless_forced(tmp_path: Path) -> None:
    case = make_case(tmp_path)
    file = tmp_path / "backup.gz"
    upkeep.backup(case.database, file)
    with pytest.raises(UsageError):
        upkeep.backup(case.database, file)
    upkeep.backup(case.database, file, force=True)


def test_a_database_that_does_not_answer_is_named() -> None:
    database = Database("postgresql+psycopg://nobody@127.0.0.1:9/none")
    with pytest.raises(StoreError) as refused:
        upkeep.require_current(database)
    assert refused.value.code == "database-unreachable"
    with pytest.raises(StoreError):
        database.ping()


def put(connection: Connection, table: str, **values: object) -> None:
    """Insert a row of a table as it stands, with something in every column that must hold something."""
    found = Table(table, MetaData(), autoload_with=connection)
    kinds: dict[type, object] = {Boolean: False, Integer: 0, Float: 0.0, DateTime: now(), JSON: []}
    row = {
        column.name: next((value for kind, value in kinds.items() if isinstance(column.type, kind)), "")
        for column in found.columns
        if not column.nullable and column.server_default is None
    }
    connection.execute(insert(found), row | values)


def test_an_upgrade_that_leaves_rows_without_what_they_refer_to_is_refused_with_their_tables(tmp_path: Path) -> None:
    database = fresh(tmp_path, "")
    upkeep.upgrade(database)
    with (
        warnings.catch_warnings(),
        database.engine.connect() as connection,
        upkeep._without_references(connection),
        connection.begin(),
    ):
        warnings.filterwarnings("ignore", "Skipped unsupported reflection", SAWarning)
        upkeep._refuse_lost_references(connection)
        put(connection, "desk_contents", item_id=7)
        put(connection, "desk_retrainings", id="r", user_id="nobody")
    with pytest.raises(StoreError) as refused:
        upkeep.upgrade(database)
    assert refused.value.code == "references-lost"
    told = "Rows of desk_contents, desk_retrainings refer to nothing; the database stays as it was."
    assert str(refused.value) == f"{told} Restore a backup, or remove these rows."
    database.close()


def test_projects_keep_their_texts_when_identifiers_may_occur_twice(tmp_path: Path, new_url: Callable[[], str]) -> None:
    """SQLite makes the table of the projects anew, and their texts would go with the rows that they refer to."""
    database = fresh(tmp_path, new_url())
    config = upkeep._config()
    with database.engine.begin() as connection, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Skipped unsupported reflection", SAWarning)
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        put(connection, "users", id="ann", name="ann")
        put(connection, "desk_campaigns", id="c", created_by="ann")
        put(connection, "desk_imports", id="i", campaign_id="c", user_id="ann")
        for number in (1, 2, 3):
            put(connection, "desk_items", id=number, campaign_id="c", import_id="i", project_id=f"P-{number}")
            put(connection, "desk_contents", item_id=number)
        put(connection, "desk_saves", token="t", campaign_id="c", item_id=1, user_id="ann", id=1)
        connection.execute(text("DELETE FROM desk_items WHERE id = 3"))
    assert upkeep.upgrade(database) == upkeep.newest_revision()
    assert upkeep.check(database) == []
    with database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM desk_contents")) == 2
        items = session.scalars(select(DeskItem).order_by(DeskItem.id)).all()
        assert [(one.project_id, one.occurrence) for one in items] == [("P-1", 1), ("P-2", 1)]
    with pytest.raises(IntegrityError), database.writing() as session:
        session.execute(text("DELETE FROM desk_imports"))
    if database.is_sqlite:
        with database.writing() as session:
            assert session.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = 'desk_items'")) == 3
            made = session.scalar(text("SELECT sql FROM sqlite_master WHERE name = 'desk_items'"))
            assert "AUTOINCREMENT" in str(made)
    database.close()
