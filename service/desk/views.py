"""What is now said of an item: derived from its events, kept beside them, and what led to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from service.desk.items import find_item
from service.desk.judgement import Answer, Judgement, read_answers
from service.desk.labels import UNSAID
from service.desk.settling import Said
from service.desk.states import ItemState, Role, SaveKind, Seat, SettledBy
from service.desk.streaming import iterate_ids
from service.records import read_evidence
from service.store.desk_tables import DeskItem, DeskSave, LabelEvent, LabelView
from service.store.tables import User

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from service.desk.access import Access
    from service.store.database import Database


@dataclass(frozen=True, slots=True)
class JudgeView:
    """What one judge now says of an item; `owner` is empty for the decision of adjudicators or reviewers."""

    item_id: int
    seat: Seat
    owner: str
    user_id: str
    save_id: int
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One save with its events, and the name of who made it."""

    save: DeskSave
    user_name: str
    events: Sequence[LabelEvent]


@dataclass(frozen=True, slots=True)
class Replay:
    """What the events of one judge add up to, and the saves that still count, oldest first."""

    answers: dict[str, Answer]
    saves: list[DeskSave]


def is_shared(seat: Seat) -> bool:
    """Return whether all who sit there share one view."""
    return seat is not Seat.ANNOTATOR


def owner_of(seat: Seat, user_id: str) -> str:
    """Return whose view a person's save in a seat changes."""
    return "" if is_shared(seat) else user_id


def revision_of(session: Session, item: DeskItem, seat: Seat, user_id: str) -> int:
    """Return what a form must have seen: every save, or for annotators their own saves and every decision."""
    if is_shared(seat):
        return item.revision
    own = select(func.count()).select_from(DeskSave)
    own = own.where(DeskSave.item_id == item.id, DeskSave.seat == seat, DeskSave.user_id == user_id)
    return (session.scalar(own) or 0) + item.decisions


def has_saved(seat: Seat, item: DeskItem, revision: int) -> bool:
    """Whether a person whose form has this revision has ever saved the item, also when all of it is undone."""
    return revision > (0 if is_shared(seat) else item.decisions)


def read_view(row: LabelView) -> JudgeView:
    """Return a stored view."""
    judgement = Judgement(read_answers(row.answers), row.note)
    return JudgeView(row.item_id, Seat(row.seat), row.owner, row.user_id, row.save_id, judgement)


def views_of(session: Session, item_id: int) -> list[JudgeView]:
    """Return what everybody now says of an item, in the order of their last saves."""
    wanted = select(LabelView).where(LabelView.item_id == item_id).order_by(LabelView.save_id)
    return [read_view(row) for row in session.scalars(wanted)]


def iterate_views(
    session: Session, campaign_id: str, *, states: Sequence[ItemState] = tuple(ItemState)
) -> Iterator[tuple[DeskItem, list[JudgeView]]]:
    """Yield the judged items of a campaign with their views, in order of import, some hundreds in memory at a time."""
    judged = (DeskItem.campaign_id == campaign_id, DeskItem.revision > 0, DeskItem.state.in_(states))
    for ids in iterate_ids(session, *judged):
        items = session.scalars(select(DeskItem).where(DeskItem.id.in_(ids)).order_by(DeskItem.id)).all()
        found: dict[int, list[JudgeView]] = {item.id: [] for item in items}
        rows = select(LabelView).where(LabelView.item_id.in_(found)).order_by(LabelView.save_id)
        for row in session.scalars(rows):
            found[row.item_id].append(read_view(row))
        yield from ((item, found[item.id]) for item in items)
        session.expunge_all()


def settled_view(item: DeskItem, views: Sequence[JudgeView]) -> JudgeView | None:
    """Return the view that holds for a settled item, None for others.

    Where annotators agree it is the first one's.
    """
    if item.state != ItemState.SETTLED:
        return None
    seat = settling_seat(item.settled_by)
    return next(view for view in views if view.seat is seat)


def settling_seat(settled_by: str) -> Seat:
    """Return the seat whose first view holds for an item that was settled like this."""
    return Seat.ANNOTATOR if settled_by in {SettledBy.ANNOTATOR, SettledBy.AGREEMENT} else Seat(settled_by)


def history(database: Database, access: Access, item_id: int) -> list[HistoryEntry]:
    """Return everything that was ever said of an item, oldest first.

    Annotators see only their own saves and decisions, so that they go on judging for themselves.

    Raises
    ------
    DeskMissingError
        ``item-missing``.
    """
    with database.reading() as session:
        find_item(session, access, item_id)
        saves = select(DeskSave, User.name).join(User, User.id == DeskSave.user_id)
        rows = session.execute(saves.where(DeskSave.item_id == item_id).order_by(DeskSave.id)).all()
        events = session.scalars(select(LabelEvent).where(LabelEvent.item_id == item_id).order_by(LabelEvent.id)).all()
    by_save: dict[int, list[LabelEvent]] = {}
    for event in events:
        by_save.setdefault(event.save_id, []).append(event)
    return [
        HistoryEntry(one, name, by_save.get(one.id, []))
        for one, name in rows
        if access.role is not Role.ANNOTATOR or one.user_id == access.user_id or one.seat != Seat.ANNOTATOR
    ]


def replay(session: Session, item_id: int, seat: Seat, owner: str, *, without: int = 0) -> Replay:
    """Derive a view from the events alone, without saves that were undone and without one more."""
    wanted = select(DeskSave).where(DeskSave.item_id == item_id, DeskSave.seat == seat).order_by(DeskSave.id)
    saves = session.scalars(wanted if is_shared(seat) else wanted.where(DeskSave.user_id == owner)).all()
    gone = {one.undoes for one in saves} | {without}
    standing = [one for one in saves if one.kind != SaveKind.UNDO and one.id not in gone]
    events = select(LabelEvent).where(LabelEvent.save_id.in_([one.id for one in standing])).order_by(LabelEvent.id)
    answers: dict[str, Answer] = {}
    for event in session.scalars(events):
        answers[event.label] = Answer(event.after, read_evidence(event.evidence))
    return Replay({label: one for label, one in answers.items() if one.value != UNSAID}, list(standing))


def said_by(view: JudgeView) -> Said:
    """Return what settles an item."""
    return Said(view.seat, view.owner, view.save_id, view.judgement.values)
