"""Hands out the next project: the stored order, one person at a time, and what somebody passed over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, exists, select

from service.clock import now
from service.desk.items import find_item
from service.desk.staging import plain
from service.desk.states import CampaignKind, ItemState, Reason, Seat, SkipReason
from service.store.desk_tables import CampaignMember, DeskItem, DeskLease, DeskSkip
from service.store.tables import User

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from service.desk.access import Access
    from service.store.database import Database

#: How long an item stays with somebody who says nothing.
LEASE: Final = timedelta(minutes=30)
_LONGEST_NOTE: Final = 1_000
_TRIES: Final = 20


@dataclass(frozen=True, slots=True)
class Task:
    """The item that somebody got, why it came now, and until when it is theirs alone."""

    item_id: int
    reason: Reason
    until: datetime


@dataclass(frozen=True, slots=True)
class SkipLine:
    """An item that somebody passed over."""

    item: DeskItem
    user_name: str
    reason: SkipReason
    note: str
    at: datetime


def seat_of(access: Access) -> Seat:
    """Return the seat in which the queue of a campaign is worked through."""
    return Seat.REVIEWER if access.campaign.kind == CampaignKind.REVIEW else Seat.ANNOTATOR


def take_next(database: Database, access: Access, *, lease: timedelta = LEASE) -> Task | None:
    """Lease the first item that this person can judge, None when there is none.

    Somebody who holds a lease gets the same item again: two tabs show the same project.

    Raises
    ------
    DeskStateError
        ``campaign-closed`` or ``seat-refused``.
    """
    access.require_open()
    access.require_seat(seat_of(access))
    # Writers wait for each other, so the search goes before; it is made again where somebody was quicker.
    with database.reading() as session:
        item = _held(session, access) or _first(session, access)
    if item is None:
        return None
    with database.writing() as session:
        for _ in range(_TRIES):
            until = _lease(session, access, item.id, lease)
            if until is not None and _is_free(session, access, item.id):
                return Task(item.id, Reason(item.reason), until)
            item = _held(session, access) or _first(session, access)
            if item is None:
                return None
    return None


def hold(session: Session, access: Access, item_id: int) -> bool:
    """Lease an item that somebody opens by its address; False when somebody else has it before them."""
    return _lease(session, access, item_id, LEASE) is not None


def is_held_for_long(session: Session, access: Access, item_id: int) -> bool:
    """Return whether the person holds an item, and for more than half of a lease."""
    lease = session.get(DeskLease, item_id)
    return lease is not None and lease.user_id == access.user_id and lease.until > now() + LEASE / 2


def release(database: Database, access: Access, item_id: int) -> None:
    """Give an item back to the queue."""
    with database.writing() as session:
        _release(session, access, item_id)


def skip(database: Database, access: Access, item_id: int, reason: SkipReason, note: str = "") -> None:
    """Pass an item over: it does not come to this person again, but to others.

    Raises
    ------
    DeskMissingError, DeskStateError
        ``item-missing``, ``campaign-closed``, ``seat-refused``.
    """
    access.require_open()
    access.require_seat(seat_of(access))
    with database.writing() as session:
        find_item(session, access, item_id)
        session.merge(
            DeskSkip(
                item_id=item_id,
                user_id=access.user_id,
                campaign_id=access.campaign.id,
                reason=reason,
                note=plain(note)[:_LONGEST_NOTE],
                at=now(),
            )
        )
        _release(session, access, item_id)


def unskip(database: Database, access: Access, item_id: int, user_id: str = "") -> None:
    """Let an item come again: to this person, or (for leads) to another."""
    if user_id and user_id != access.user_id:
        access.require_lead()
    with database.writing() as session:
        find_item(session, access, item_id)
        key = (DeskSkip.item_id == item_id, DeskSkip.user_id == (user_id or access.user_id))
        session.execute(delete(DeskSkip).where(*key))


def list_skips(database: Database, access: Access, limit: int = 200) -> list[SkipLine]:
    """Return what was passed over and is open still, latest first; annotators see their own."""
    wanted = select(DeskSkip, DeskItem, User.name).join(DeskItem, DeskItem.id == DeskSkip.item_id)
    wanted = wanted.join(User, User.id == DeskSkip.user_id).order_by(DeskSkip.at.desc()).limit(limit)
    wanted = wanted.where(DeskSkip.campaign_id == access.campaign.id, DeskItem.state == ItemState.OPEN)
    if not access.is_lead:
        wanted = wanted.where(DeskSkip.user_id == access.user_id)
    with database.reading() as session:
        return [
            SkipLine(item, name, SkipReason(one.reason), one.note, one.at)
            for one, item, name in session.execute(wanted)
        ]


def _held(session: Session, access: Access) -> DeskItem | None:
    """Return the open item that the person holds already."""
    wanted = select(DeskItem).join(DeskLease, DeskLease.item_id == DeskItem.id)
    wanted = wanted.where(DeskLease.campaign_id == access.campaign.id, DeskLease.user_id == access.user_id)
    wanted = wanted.where(DeskLease.until > now(), DeskItem.state == ItemState.OPEN)
    return session.scalar(wanted.where(DeskItem.first_judge != access.user_id).order_by(DeskItem.rank).limit(1))


def _first(session: Session, access: Access) -> DeskItem | None:
    """Return the first item by rank among those that nobody, or one other person, has judged.

    An open item has at most one judge, so each group is one walk along the index, past leased and skipped items only.
    """
    found = session.scalar(_top(access, DeskItem.first_judge == ""))
    others = select(
        _top(access, DeskItem.first_judge == CampaignMember.user_id).correlate(CampaignMember).scalar_subquery()
    )
    others = others.where(CampaignMember.campaign_id == access.campaign.id, CampaignMember.user_id != access.user_id)
    ids = [one for one in (found, *session.scalars(others)) if one is not None]
    return session.scalar(select(DeskItem).where(DeskItem.id.in_(ids)).order_by(DeskItem.rank).limit(1))


def _top(access: Access, judge: ColumnElement[bool]) -> Any:  # noqa: ANN401 - a SELECT of one id
    leased = exists().where(
        DeskLease.item_id == DeskItem.id, DeskLease.until > now(), DeskLease.user_id != access.user_id
    )
    skipped = exists().where(DeskSkip.item_id == DeskItem.id, DeskSkip.user_id == access.user_id)
    wanted = select(DeskItem.id).where(
        DeskItem.campaign_id == access.campaign.id, DeskItem.state == ItemState.OPEN, judge
    )
    return wanted.where(~leased, ~skipped).order_by(DeskItem.rank).limit(1)


def _is_free(session: Session, access: Access, item_id: int) -> bool:
    """Return whether a leased item can still be judged; if not, the lease is given back."""
    item = session.get_one(DeskItem, item_id, populate_existing=True)
    if item.state == ItemState.OPEN and item.first_judge != access.user_id:
        return True
    _release(session, access, item_id)
    return False


def _lease(session: Session, access: Access, item_id: int, lease: timedelta) -> datetime | None:
    moment = now()
    values = {"user_id": access.user_id, "taken": moment, "until": moment + lease}
    mine = (DeskLease.user_id == access.user_id) | (DeskLease.until <= moment)
    insert = _insert_for(session)
    made = insert(DeskLease).values(item_id=item_id, campaign_id=access.campaign.id, **values)
    made = made.on_conflict_do_update(index_elements=["item_id"], set_=values, where=mine)
    done = session.execute(made.returning(DeskLease.item_id)).first()
    return moment + lease if done else None


def _insert_for(session: Session) -> Any:  # noqa: ANN401 - both dialects have the same call
    from sqlalchemy.dialects import postgresql, sqlite

    return sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert


def _release(session: Session, access: Access, item_id: int) -> None:
    key = (DeskLease.item_id == item_id, DeskLease.user_id == access.user_id)
    session.execute(delete(DeskLease).where(*key))
