"""Finds settled labels that look wrong, by confident learning, and sends them back to the queue.

For each label and value, the threshold is the mean probability that the model gives to the value where people gave it.
A label is suspected when another value is above its own threshold and more probable than the one that was given; the
probability of the one that was given (its self-confidence) says how bad it looks. See Northcutt, Jiang and Chuang,
"Confident Learning" (2021). The probabilities are those that stood beside the project when people judged it: they are
older than its labels, so the model cannot have learned from these, which is all that out-of-fold probabilities are for.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, func, insert, select, update

from service.access.audit import Action, record
from service.clock import now
from service.desk.faults import DeskMissingError, DeskStateError
from service.desk.items import find_item
from service.desk.labels import AREAS, MARKERS, RISK, values_of
from service.desk.settled import iterate_settled
from service.desk.states import ItemState, Reason, SettledBy
from service.records import read_tagging
from service.store.desk_tables import DeskItem, Suspect
from training.reliability import score_probability

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from classifier.tagging import Tagging
    from service.desk.access import Access
    from service.store.database import Database

#: How a suspect was found.
METHOD: Final = "confident-learning"
#: What became of a suspect: the item went back to the queue, or the label stays.
SENT_BACK: Final = "sent-back"
KEPT: Final = "kept"

#: Values that were given less often than this have no threshold of their own.
_ENOUGH: Final = 5
_NO_THRESHOLD: Final = 0.5
_MOST: Final = 5_000
#: Ranks of the queue begin at 1.
_FRONT: Final = 0
#: The labels that the model gives a probability for.
_LABELS: Final = (*AREAS, *MARKERS, RISK)


@dataclass(frozen=True, slots=True)
class SuspectPage:
    """One page of the suspects, worst first, each with its item, and how many there are."""

    lines: Sequence[tuple[Suspect, DeskItem]]
    count: int


@dataclass(slots=True)
class _Column:
    """What was given for one label, and how probable each of its values is, project after project."""

    items: array[int] = field(default_factory=lambda: array("q"))
    given: bytearray = field(default_factory=bytearray)
    chances: array[float] = field(default_factory=lambda: array("f"))


@dataclass(frozen=True, slots=True)
class _Doubt:
    score: float
    item_id: int
    label: str
    given: str
    proposed: str


def find_suspects(database: Database, access: Access, *, actor: str) -> int:
    """Look through all settled labels anew; return how many look wrong, at most 5,000, the worst of them.

    What a lead has looked at and kept does not come again while the label stays what it is.
    """
    access.require_lead()
    with database.reading() as session:
        columns = _gather(session, access.campaign.id)
        kept = set(_kept(session, access.campaign.id))
    doubts = (doubt for label, column in columns.items() for doubt in _doubts(label, column))
    fresh = (one for one in doubts if (one.item_id, one.label, one.given) not in kept)
    worst = nsmallest(_MOST, fresh, key=lambda one: (one.score, one.item_id, one.label))
    moment = now()
    rows = [
        {
            "campaign_id": access.campaign.id,
            "item_id": one.item_id,
            "label": one.label,
            "given": one.given,
            "proposed": one.proposed,
            "score": one.score,
            "method": METHOD,
            "found": moment,
        }
        for one in worst
    ]
    with database.writing() as session:
        session.execute(delete(Suspect).where(Suspect.campaign_id == access.campaign.id, Suspect.resolved == ""))
        if rows:
            session.execute(insert(Suspect), rows)
        record(session, actor, Action.CAMPAIGN_CHANGED, access.campaign.id, f"{len(rows)} suspected labels")
    return len(rows)


def list_suspects(database: Database, access: Access, *, page: int = 1, size: int = 50) -> SuspectPage:
    """Return one page of the suspects that nobody has looked at yet, worst first."""
    access.require_lead()
    wanted = select(Suspect, DeskItem).join(DeskItem, DeskItem.id == Suspect.item_id)
    wanted = wanted.where(Suspect.campaign_id == access.campaign.id, Suspect.resolved == "")
    wanted = wanted.where(DeskItem.state == ItemState.SETTLED)
    with database.reading() as session:
        count = session.scalar(select(func.count()).select_from(wanted.with_only_columns(Suspect.id).subquery())) or 0
        ordered = wanted.order_by(Suspect.score, Suspect.id).offset((max(page, 1) - 1) * size).limit(size)
        return SuspectPage([(suspect, item) for suspect, item in session.execute(ordered)], count)


def send_back(database: Database, access: Access, suspect_id: int, *, actor: str) -> None:
    """Put the item of a suspect at the front of the queue: one more annotator shall judge it.

    Raises
    ------
    DeskMissingError
        ``suspect-missing``.
    DeskStateError
        ``needs-decision`` when more than one person stands behind the label: another annotator would not settle it.
    """
    access.require_lead()
    access.require_open()
    with database.writing() as session:
        suspect = _find(session, access, suspect_id)
        item = find_item(session, access, suspect.item_id, lock=True)
        if item.settled_by != SettledBy.ANNOTATOR:
            raise DeskStateError(
                "More than one person stands behind this label.", code="needs-decision", remedy="Decide it yourself."
            )
        item.wanted = item.judged + 1
        item.state, item.settled_by = ItemState.OPEN, ""
        item.rank, item.reason = _FRONT, Reason.SUSPECT
        _resolve(session, access, SENT_BACK, Suspect.item_id == item.id)
        record(session, actor, Action.CAMPAIGN_CHANGED, access.campaign.id, f"item {item.id} sent back")


def keep_label(database: Database, access: Access, suspect_id: int) -> None:
    """Write down that a suspected label is right.

    Raises
    ------
    DeskMissingError
        ``suspect-missing``.
    """
    access.require_lead()
    with database.writing() as session:
        suspect = _find(session, access, suspect_id)
        _resolve(session, access, KEPT, Suspect.id == suspect.id)


def _find(session: Session, access: Access, suspect_id: int) -> Suspect:
    found = session.get(Suspect, suspect_id) if 0 < suspect_id < 2**31 else None
    if found is None or found.campaign_id != access.campaign.id or found.resolved:
        raise DeskMissingError("There is no such suspected label.", code="suspect-missing")
    return found


def _resolve(session: Session, access: Access, what: str, which: ColumnElement[bool]) -> None:
    done = update(Suspect).where(which, Suspect.resolved == "")
    session.execute(done.values(resolved=what, resolved_by=access.user_id, resolved_at=now()))


def _kept(session: Session, campaign_id: str) -> Iterator[tuple[int, str, str]]:
    wanted = select(Suspect.item_id, Suspect.label, Suspect.given)
    for row in session.execute(wanted.where(Suspect.campaign_id == campaign_id, Suspect.resolved == KEPT)):
        yield row.item_id, row.label, row.given


def _gather(session: Session, campaign_id: str) -> dict[str, _Column]:
    columns = {label: _Column() for label in _LABELS}
    for line in iterate_settled(session, campaign_id, with_tagging=True):
        for label, chances in read_chances(read_tagging(line.tagging)).items():
            value = line.holds.value(label)
            if value in values_of(label):
                column = columns[label]
                column.items.append(line.item_id)
                column.given.append(values_of(label).index(value))
                column.chances.extend(chances)
    return columns


def read_chances(tagging: Tagging) -> dict[str, Sequence[float]]:
    """Return how probable the model holds each value of each label, in the order of the values."""
    chances: dict[str, Sequence[float]] = {one.code: (one.probability, 1 - one.probability) for one in tagging.areas}
    for label, marker in zip(MARKERS, (tagging.gender, tagging.human_rights), strict=True):
        chances[label] = [score_probability(marker, score) for score in range(3)]
    return chances | ({RISK: tagging.oda.probabilities} if tagging.oda.probabilities else {})


def _doubts(label: str, column: _Column) -> Iterator[_Doubt]:
    """Yield the rows of a column in which another value is more probable than chance and confusion explain."""
    values = values_of(label)
    width = len(values)
    thresholds = [_threshold(column, place, width) for place in range(width)]
    for row, item_id in enumerate(column.items):
        given = column.given[row]
        chances = column.chances[row * width : (row + 1) * width]
        others = [
            place
            for place in range(width)
            if place != given and chances[place] >= thresholds[place] and chances[place] > chances[given]
        ]
        if others:
            proposed = max(others, key=chances.__getitem__)
            yield _Doubt(max(chances[given], 0.0), item_id, label, values[given], values[proposed])


def _threshold(column: _Column, place: int, width: int) -> float:
    own = [column.chances[row * width + place] for row, given in enumerate(column.given) if given == place]
    return sum(own) / len(own) if len(own) >= _ENOUGH else _NO_THRESHOLD
