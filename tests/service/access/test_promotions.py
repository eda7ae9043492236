"""Promotions in the audit log: once, whoever comes first, on SQLite and on PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from serving_case import NewCase
from sqlalchemy import select

from service.access.promotions import note_in_use, promoting
from service.store.tables import AuditEntry
from training.versions import HistoryEntry


def test_processes_that_see_a_promotion_at_once_write_it_down_once(new_case: NewCase) -> None:
    database = new_case().database
    entry = HistoryEntry("2026-01-01", "promote", "a", "b", "Bo", "new guideline", forced=True)
    with ThreadPoolExecutor(4) as pool, promoting(database) as note:
        seen = [pool.submit(note_in_use, database, "a", "b") for _ in range(4)]
        note(entry)
    for one in seen:
        one.result()
    with database.reading() as session:
        entries = session.execute(select(AuditEntry.actor, AuditEntry.detail).where(AuditEntry.action == "promotion"))
        found = [tuple(row) for row in entries]
    assert found == [("console", "promote by Bo; before: a; forced; reason: new guideline")]
