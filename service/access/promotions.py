"""Writes down which model version came into use: at once when the command line does it, else when a process sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import select

from service.access.audit import Action, record
from service.store.database import Database, Lock
from service.store.tables import AuditEntry

if TYPE_CHECKING:
    from training.versions import HistoryEntry

_NEWEST = (
    select(AuditEntry.subject)
    .where(AuditEntry.action.in_((Action.PROMOTION, Action.ROLLBACK)))
    .order_by(AuditEntry.id.desc())
    .limit(1)
)


@contextmanager
def promoting(database: Database, actor: str = "console") -> Iterator[Callable[[HistoryEntry], None]]:
    """Yield what writes a promotion or rollback down; no process of the service does so meanwhile."""
    with database.writing() as session:
        database.hold(session, Lock.PROMOTION)

        def note(entry: HistoryEntry) -> None:
            told = f"{entry.action} by {entry.who or 'somebody'}; before: {entry.previous or 'none'}"
            forced = "; forced" if entry.forced else ""
            reason = f"; reason: {entry.reason}" if entry.reason else ""
            action = Action.ROLLBACK if entry.action == "rollback" else Action.PROMOTION
            record(session, actor, action, entry.version, told + forced + reason)

        yield note


def note_in_use(database: Database, before: str, version: str) -> None:
    """Write down that another model is in use, unless somebody did so already."""
    with database.writing() as session:
        database.hold(session, Lock.PROMOTION)
        if session.scalar(_NEWEST) != version:
            record(session, "service", Action.PROMOTION, version, f"before: {before or 'none'}")
