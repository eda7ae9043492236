"""Decides where an item stands from what was said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.desk.labels import RULES
from service.desk.states import ItemState, Seat, SettledBy

if TYPE_CHECKING:
    from service.store.desk_tables import DeskItem


@dataclass(frozen=True, slots=True)
class Said:
    """What one judge says of an item; `save_id` orders the judges by their last save."""

    seat: Seat
    owner: str
    save_id: int
    values: Mapping[str, str]


def settle(item: DeskItem, said: Sequence[Said]) -> None:
    """Set the state of an item.

    The last decision settles it; without one, all the annotators that it wants when they agree on everything but
    the rules, which describe a risk and do not make it.
    """
    judges = sorted((one for one in said if one.seat is Seat.ANNOTATOR), key=lambda one: one.save_id)
    decisions = [one for one in said if one.seat is not Seat.ANNOTATOR]
    item.judged = len(judges)
    item.first_judge = judges[0].owner if judges else ""
    item.settled_by = ""
    if decisions:
        item.state = ItemState.SETTLED
        item.settled_by = SettledBy(max(decisions, key=lambda one: one.save_id).seat.value)
    elif len(judges) < item.wanted:
        item.state = ItemState.OPEN
    elif agree([one.values for one in judges]):
        item.state = ItemState.SETTLED
        item.settled_by = SettledBy.ANNOTATOR if len(judges) == 1 else SettledBy.AGREEMENT
    else:
        item.state = ItemState.DISPUTED


def agree(values: Sequence[Mapping[str, str]]) -> bool:
    """Return whether several judges say the same."""
    compared = [{label: value for label, value in one.items() if label != RULES} for one in values]
    return all(one == compared[0] for one in compared)
