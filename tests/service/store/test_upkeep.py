"""Upgrade, backup, restore and check, on SQLite and on PostgreSQL."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from serving_case import PASSWORD, make_case
from sqlalchemy import select, text

from classifier.errors import UsageError
from service.access.audit import Action, record
from service.access.keys import find_holder
from service.access.users import check_password
from service.settings import Settings
from service.store import upkeep
from service.store.database import Database, StoreError
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
