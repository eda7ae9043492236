"""Puts the items of a campaign in order, each with the reason why it stands where it stands."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from sqlalchemy import select, update

from service.desk.states import ItemState, Reason
from service.store.desk_tables import Campaign, DeskItem

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from service.desk.access import Access
    from service.store.database import Database

_CHUNK: Final = 500
_LANGUAGES: Final = ("en", "fr", "nl")


@dataclass(frozen=True, slots=True)
class Scored:
    """What the order of one item depends on.

    Parameters
    ----------
    lot
        A number from 0 to 1 drawn once for each project of a campaign.
    likely
        The likeliest areas with their probabilities.
    """

    id: int
    lot: float
    language: str
    uncertainty: float
    disagreement: float
    likely: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """The place of an item in the queue, from 1, and its reason."""

    id: int
    rank: int
    reason: Reason


def draw_lot(seed: str, project_id: str, purpose: str, occurrence: int = 1) -> float:
    """Return a number from 0 to 1 that is the same for the same project of the same campaign."""
    name = project_id if occurrence == 1 else f"{project_id}\x1f{occurrence}"
    digest = hashlib.sha256(f"{seed}\x1f{purpose}\x1f{name}".encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:7]) / 2**56


def place_items(items: Sequence[Scored], shares: Mapping[Reason, float]) -> list[Placed]:
    """Order items so that each reason gets its share of every stretch of the queue.

    The random share is drawn first and from all items, so that what is measured on it holds for all of them.
    """
    # What was sent back is placed by hand and has no share.
    wanted: dict[Reason, float] = {
        reason: share for reason, share in shares.items() if share > 0 and reason is not Reason.SUSPECT
    }
    wanted = {reason: share / sum(wanted.values()) for reason, share in wanted.items()}
    drawn = [item for item in items if item.lot < wanted.get(Reason.RANDOM, 0.0)]
    others = [item for item in items if item.lot >= wanted.get(Reason.RANDOM, 0.0)]
    streams: dict[Reason, Iterator[Scored]] = {
        reason: iter(_STREAMS[reason](others)) for reason in wanted if reason is not Reason.RANDOM
    }
    if Reason.RANDOM in wanted:
        streams[Reason.RANDOM] = iter(sorted(drawn, key=lambda item: (item.lot, item.id)))
    return [
        Placed(item.id, rank, reason) for rank, (item, reason) in enumerate(_interleave(streams, wanted, others), 1)
    ]


def _interleave(
    streams: dict[Reason, Iterator[Scored]], wanted: Mapping[Reason, float], others: Sequence[Scored]
) -> Iterator[tuple[Scored, Reason]]:
    taken: set[int] = set()
    credit = dict.fromkeys(streams, 0.0)
    while streams:
        for reason in streams:
            credit[reason] += wanted[reason]
        reason = max(streams, key=lambda one: credit[one])
        item = next((one for one in streams[reason] if one.id not in taken), None)
        if item is None:
            del streams[reason]
            continue
        credit[reason] -= 1.0
        taken.add(item.id)
        yield item, reason
    yield from ((item, Reason.UNCERTAINTY) for item in _by_doubt(others) if item.id not in taken)


def _by_doubt(items: Sequence[Scored]) -> list[Scored]:
    return sorted(items, key=lambda item: (-item.uncertainty, item.id))


def _by_disagreement(items: Sequence[Scored]) -> list[Scored]:
    apart = [item for item in items if item.disagreement > 0]
    return sorted(apart, key=lambda item: (-item.disagreement, -item.uncertainty, item.id))


def _by_rarity(items: Sequence[Scored]) -> list[Scored]:
    """Take areas in turn, the rarest first, and for each its likeliest project.

    A model that has seen few examples is unsure of everything; what a rare area lacks most is a further example.
    """
    by_area: dict[str, list[tuple[float, int, Scored]]] = {}
    for item in items:
        for area, probability in item.likely:
            by_area.setdefault(area, []).append((-probability, item.id, item))
    rarest = sorted(by_area, key=lambda area: (-sum(one[0] for one in by_area[area]), area))
    return list(_in_turn([[item for *_, item in sorted(by_area[area])] for area in rarest]))


def _by_language(items: Sequence[Scored]) -> list[Scored]:
    """Take the languages in turn, and within each the least certain project first."""
    by_language: dict[str, list[Scored]] = {language: [] for language in _LANGUAGES}
    for item in _by_doubt(items):
        if item.language in by_language:
            by_language[item.language].append(item)
    return list(_in_turn(list(by_language.values())))


def _in_turn(lists: Sequence[Sequence[Scored]]) -> Iterator[Scored]:
    for turn in range(max(map(len, lists), default=0)):
        yield from (one[turn] for one in lists if turn < len(one))


_STREAMS: Final[dict[Reason, Callable[[Sequence[Scored]], list[Scored]]]] = {
    Reason.UNCERTAINTY: _by_doubt,
    Reason.DISAGREEMENT: _by_disagreement,
    Reason.RARE_AREA: _by_rarity,
    Reason.LANGUAGE: _by_language,
}


def order_queue(database: Database, access: Access) -> int:
    """Compute the order of the open items anew and store it, some hundreds at a time; return their number.

    Called after an import, a change of the shares and a change of the model; the desk goes on meanwhile.
    """
    access.require_lead()
    with database.reading() as session:
        campaign = session.get_one(Campaign, access.campaign.id)
        items = read_scored(session, campaign, ItemState.OPEN)
    shares = {Reason(reason): float(share) for reason, share in campaign.shares.items()}
    placed = iter(place_items(items, shares))
    while chunk := list(islice(placed, _CHUNK)):
        with database.writing() as session:
            store_places(session, chunk)
    return len(items)


def read_scored(session: Session, campaign: Campaign, state: ItemState, import_id: str = "") -> list[Scored]:
    """Return what the order depends on, of the items of a campaign (and of one import) in one state.

    Items that were sent back keep their place before all others.
    """
    wanted = select(
        DeskItem.id,
        DeskItem.project_id,
        DeskItem.occurrence,
        DeskItem.language,
        DeskItem.uncertainty,
        DeskItem.disagreement,
        DeskItem.likely,
    ).where(DeskItem.campaign_id == campaign.id, DeskItem.state == state, DeskItem.reason != Reason.SUSPECT)
    if import_id:
        wanted = wanted.where(DeskItem.import_id == import_id)
    return [
        Scored(
            row.id,
            draw_lot(campaign.seed, row.project_id, "queue", row.occurrence),
            row.language,
            row.uncertainty,
            row.disagreement,
            _read_likely(row.likely),
        )
        for row in session.execute(wanted)
    ]


def _read_likely(text: str) -> tuple[tuple[str, float], ...]:
    return tuple((area, float(probability)) for area, _, probability in (one.partition(":") for one in text.split()))


def store_places(session: Session, placed: Sequence[Placed]) -> None:
    """Store the places of some items."""
    rows = [{"id": one.id, "rank": one.rank, "reason": one.reason.value} for one in placed]
    session.execute(update(DeskItem), rows)
