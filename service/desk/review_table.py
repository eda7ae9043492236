"""The table of a review: what needs a person first, read by its order, and what is left."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Double, Integer, func, literal_column, select, tuple_

from classifier.errors import UsageError
from service.desk.items import ItemFilter, find_item, narrow, read_content
from service.desk.review import Difference, compare_with_model, require_reviewer
from service.desk.states import ItemState
from service.desk.views import JudgeView, settled_view, views_of
from service.store.desk_tables import DeskItem
from service.store.tables import User

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from service.desk.access import Access
    from service.store.database import Database

LEFT: Final = (ItemState.OPEN, ItemState.DISPUTED)
_SIZE: Final = 50
_CURSOR: Final = re.compile(r"([01])-([0-2])-(-?[01](?:\.\d{1,6})?)-(\d{1,9})")
#: What a person must look at first: a risk that is not sure, then all that the model is not sure of. These are the
#: very words of the index that gives the order.
_IS_SETTLED: Final = literal_column("CASE WHEN desk_items.state = 'settled' THEN 1 ELSE 0 END", Integer)
_NEED: Final = literal_column(
    "CASE WHEN desk_items.decision = 'accepted' THEN 2 WHEN desk_items.risk IN ('high', 'review') THEN 0 ELSE 1 END",
    Integer,
)
_ORDER: Final[tuple[Any, ...]] = (_IS_SETTLED, _NEED, literal_column("-desk_items.uncertainty", Double), DeskItem.id)


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A project in the table: what holds of it, who said so, and how that differs from the model."""

    item: DeskItem
    view: JudgeView | None = None
    judge: str = ""
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """One page of the table, and from where the next one goes on; empty on the last page."""

    rows: Sequence[ReviewRow]
    following: str


@dataclass(frozen=True, slots=True)
class Left:
    """How many projects there are and how many of them nobody has settled, by the model's decision."""

    total: Mapping[str, int]
    left: Mapping[str, int]


def list_review(
    database: Database, access: Access, wanted: ItemFilter, *, after: str = "", size: int = _SIZE
) -> ReviewPage:
    """Return a page of the projects that fit, what needs a person most first and what is settled last.

    Parameters
    ----------
    after
        `ReviewPage.following` of the page before.

    Raises
    ------
    DeskMissingError
        Annotators judge for themselves: there is no review for them.
    UsageError
        ``bad-cursor``.
    """
    require_reviewer(access)
    query = narrow(select(DeskItem, *_ORDER[:2]), wanted).where(DeskItem.campaign_id == access.campaign.id)
    order = _ORDER
    if set(wanted.states) == {ItemState.SETTLED}:
        # Said like this, the index leads past everything that is left.
        query, order = query.where(_IS_SETTLED == 1), _ORDER[1:]
    if after:
        query = query.where(tuple_(*_ORDER) > tuple_(*_read_cursor(after)))
    with database.reading() as session:
        found = session.execute(query.order_by(*order).limit(size + 1)).all()
        rows = [describe_row(session, one[0]) for one in found[:size]]
    last = found[size - 1] if len(found) > size else None
    return ReviewPage(rows, "" if last is None else f"{last[1]}-{last[2]}-{-last[0].uncertainty:.6f}-{last[0].id}")


def count_left(database: Database, access: Access) -> Left:
    """Count the projects of a campaign by the model's decision."""
    require_reviewer(access)
    wanted = select(DeskItem.decision, DeskItem.state, func.count()).where(DeskItem.campaign_id == access.campaign.id)
    total: dict[str, int] = {}
    left: dict[str, int] = {}
    with database.reading() as session:
        for decision, state, count in session.execute(wanted.group_by(DeskItem.decision, DeskItem.state)):
            if state != ItemState.STAGED:
                total[decision] = total.get(decision, 0) + count
                left[decision] = left.get(decision, 0) + (count if state in LEFT else 0)
    return Left(total, left)


def find_row(database: Database, access: Access, item_id: int) -> ReviewRow:
    """Return the row of one project.

    Raises
    ------
    DeskMissingError
        There is none.
    """
    require_reviewer(access)
    with database.reading() as session:
        return describe_row(session, find_item(session, access, item_id))


def describe_row(session: Session, item: DeskItem) -> ReviewRow:
    """Return the row of an item."""
    view = settled_view(item, views_of(session, item.id)) if item.state == ItemState.SETTLED else None
    if view is None:
        return ReviewRow(item)
    judge = session.get_one(User, view.user_id).name
    return ReviewRow(item, view, judge, compare_with_model(view, read_content(session, item.id)[1]))


def _read_cursor(text: str) -> tuple[Any, ...]:
    found = _CURSOR.fullmatch(text)
    if found is None:
        raise UsageError("The place in the table is none.", code="bad-cursor", remedy="Begin at the first page.")
    return int(found[1]), int(found[2]), float(found[3]), int(found[4])
