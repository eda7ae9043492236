"""The projects of a campaign: found, opened, listed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, Select, func, select

from service.desk.faults import DeskMissingError
from service.desk.states import ItemState, Role
from service.records import read_project, read_tagging
from service.store.desk_tables import DeskContent, DeskItem, DeskSave

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from classifier.project import Project
    from classifier.tagging import Tagging
    from service.desk.access import Access
    from service.store.database import Database

_LARGEST_ID = 2**31 - 1
_LONGEST_QUERY = 200
#: How `DeskItem.reference` ends for those that are not the first to bear their identifier.
_NUMBERED: Final = re.compile(r"(.*\S) \(([1-9][0-9]{0,5})\)")


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """Which items to list; what is empty or None does not matter.

    Areas, risk and decision are the model's; `text` is found in title and id, and ``ID (2)`` is the second of an id.
    """

    states: Sequence[ItemState] = (ItemState.OPEN, ItemState.DISPUTED, ItemState.SETTLED)
    area: str = ""
    risk: str = ""
    country: str = ""
    decision: str = ""
    language: str = ""
    reason: str = ""
    least: float | None = None
    most: float | None = None
    currency: str = ""
    frozen: bool | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class ItemPage:
    """One page of a list, and how many items the whole list holds."""

    items: Sequence[DeskItem]
    count: int


def find_item(session: Session, access: Access, item_id: int, *, lock: bool = False) -> DeskItem:
    """Return an item of the campaign, locked until the transaction ends where that is asked for.

    Raises
    ------
    DeskMissingError
        ``item-missing``: there is none in this campaign, or its import has not ended.
    """
    wanted = select(DeskItem).where(DeskItem.id == item_id, DeskItem.campaign_id == access.campaign.id)
    found = None
    if 0 < item_id <= _LARGEST_ID:
        found = session.scalar(wanted.with_for_update() if lock else wanted)
    if found is None or found.state == ItemState.STAGED:
        raise DeskMissingError("There is no such project.", code="item-missing")
    return found


def read_content(session: Session, item_id: int) -> tuple[Project, Tagging]:
    """Return the project of an item and its tagging."""
    row = session.get_one(DeskContent, item_id)
    return read_project(row.project), read_tagging(row.tagging)


def list_items(
    database: Database, access: Access, wanted: ItemFilter, *, page: int = 1, size: int = 50, order: str = "place"
) -> ItemPage:
    """Return one page of the items that fit, ordered by ``place`` (of import), ``rank``, ``amount`` or ``changed``.

    Annotators see the items that they judged.
    """
    query = narrow(select(DeskItem), wanted).where(DeskItem.campaign_id == access.campaign.id)
    if access.role is Role.ANNOTATOR:
        own = select(DeskSave.item_id).where(
            DeskSave.campaign_id == access.campaign.id, DeskSave.user_id == access.user_id
        )
        query = query.where(DeskItem.id.in_(own))
    orders: dict[str, tuple[ColumnElement[Any], ...]] = {
        "place": (DeskItem.id.asc(),),
        "rank": (DeskItem.rank.asc(), DeskItem.id.asc()),
        "amount": (DeskItem.amount.desc().nulls_last(), DeskItem.id.asc()),
        "changed": (DeskItem.changed.desc().nulls_last(), DeskItem.id.asc()),
    }
    with database.reading() as session:
        ids = query.with_only_columns(DeskItem.id).subquery()
        count = session.scalar(select(func.count()).select_from(ids)) or 0
        ordered = query.order_by(*orders.get(order, orders["place"]))
        items = session.scalars(ordered.offset((max(page, 1) - 1) * size).limit(size)).all()
    return ItemPage(items, count)


def narrow(query: Select[Any], wanted: ItemFilter) -> Select[Any]:
    """Return a query of items that gives only those that fit."""
    query = query.where(DeskItem.state.in_([one for one in wanted.states if one is not ItemState.STAGED]))
    equal = {
        DeskItem.risk: wanted.risk,
        DeskItem.decision: wanted.decision,
        DeskItem.language: wanted.language,
        DeskItem.reason: wanted.reason,
        DeskItem.currency: wanted.currency,
    }
    for column, value in equal.items():
        if value:
            query = query.where(column == value)
    for words, code in ((DeskItem.areas, wanted.area), (DeskItem.countries, wanted.country)):
        if code:
            query = query.where(words.contains(f" {code} ", autoescape=True))
    if wanted.least is not None:
        query = query.where(DeskItem.amount >= wanted.least)
    if wanted.most is not None:
        query = query.where(DeskItem.amount <= wanted.most)
    if wanted.frozen is not None:
        query = query.where(DeskItem.frozen == wanted.frozen)
    if wanted.text.strip():
        sought = wanted.text.strip()[:_LONGEST_QUERY]
        query = query.where(_says(sought))
    return query


def _says(sought: str) -> ColumnElement[bool]:
    """Return the condition that a text stands in the title of an item or in what people call it by."""
    found = DeskItem.title.icontains(sought, autoescape=True) | DeskItem.project_id.icontains(sought, autoescape=True)
    if numbered := _NUMBERED.fullmatch(sought):
        bears = DeskItem.project_id.iendswith(numbered[1], autoescape=True)
        found |= bears & (DeskItem.occurrence == int(numbered[2]))
    return found
