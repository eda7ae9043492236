"""Keeps a form that was left before it was saved."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete

from classifier.errors import UsageError
from service.clock import now
from service.desk.items import find_item
from service.desk.queue import hold
from service.store.desk_tables import DeskDraft

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.desk.access import Access
    from service.desk.states import Seat
    from service.store.database import Database

_LARGEST: Final = 100_000


@dataclass(frozen=True, slots=True)
class Draft:
    """A half-filled form as the page left it: unchecked data, on top of a revision."""

    content: Mapping[str, Any]
    revision: int
    saved: datetime


def keep_draft(
    database: Database, access: Access, item_id: int, seat: Seat, revision: int, content: Mapping[str, Any]
) -> None:
    """Keep a form, in place of an earlier draft, and go on holding the item.

    Raises
    ------
    UsageError
        ``draft-too-large``.
    DeskMissingError, DeskStateError
        ``item-missing``, ``campaign-closed``, ``seat-refused``.
    """
    if len(json.dumps(content)) > _LARGEST:
        raise UsageError("The draft is too large.", code="draft-too-large", remedy="Cite fewer words.")
    access.require_open()
    access.require_seat(seat)
    with database.writing() as session:
        find_item(session, access, item_id, lock=True)
        hold(session, access, item_id)
        session.merge(
            DeskDraft(
                item_id=item_id,
                user_id=access.user_id,
                seat=seat,
                revision=revision,
                content=dict(content),
                saved=now(),
            )
        )


def find_draft(session: Session, access: Access, item_id: int, seat: Seat) -> Draft | None:
    """Return the draft of a form, None when there is none."""
    found = session.get(DeskDraft, (item_id, access.user_id, seat))
    return None if found is None else Draft(found.content, found.revision, found.saved)


def drop_draft(database: Database, access: Access, item_id: int, seat: Seat) -> None:
    """Forget a draft."""
    key = (DeskDraft.item_id == item_id, DeskDraft.user_id == access.user_id, DeskDraft.seat == seat)
    with database.writing() as session:
        find_item(session, access, item_id)
        session.execute(delete(DeskDraft).where(*key))
