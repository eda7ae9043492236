"""What a campaign has settled, one project after the other: what every export reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from service.desk.labels import AREAS, UNKNOWN, UNSAID, YES
from service.desk.states import ItemState, Seat
from service.desk.streaming import iterate_ids
from service.desk.views import settling_seat
from service.store.desk_tables import DeskContent, DeskItem, LabelView

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

_SEATS: Final[Mapping[str, Seat]] = {seat.value: seat for seat in Seat}
_NOTHING: Final = (UNSAID,)
_COLUMNS: Final = (
    DeskItem.id,
    DeskItem.project_id,
    DeskItem.occurrence,
    DeskItem.language,
    DeskItem.countries,
    DeskItem.frozen,
    DeskItem.settled_by,
    DeskItem.changed,
    DeskItem.model_version,
    DeskContent.project,
)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What somebody says of a project: answers as `service.desk.judgement.write_answers` gives them."""

    seat: Seat
    user_id: str
    save_id: int
    saved: datetime
    answers: Mapping[str, Any]
    note: str

    def value(self, label: str) -> str:
        """Return the value of a label, empty when it was not asked for."""
        found = self.answers.get(label)
        return UNSAID if found is None else str(found[0])

    def areas(self, value: str = YES) -> list[str]:
        """Return the result areas of a value, in the order of the taxonomy."""
        return [code for code in AREAS if self.answers.get(code, _NOTHING)[0] == value]

    def cited(self, label: str) -> list[list[Any]]:
        """Return the words cited for a label, as ``[field, start, end, quote]``."""
        found = self.answers.get(label)
        return [] if found is None else list(found[1])

    def is_sure(self) -> bool:
        """Whether areas were asked for and all of them could be told."""
        values = [self.answers[code][0] for code in AREAS if code in self.answers]
        return bool(values) and UNKNOWN not in values


@dataclass(frozen=True, slots=True)
class Settled:
    """A settled project: `holds` is what holds of it, `opinions` is what everybody said, first saved first.

    `project` and `tagging` are plain data as `service.records` writes them; the tagging is there only where it was
    asked for.
    """

    item_id: int
    project_id: str
    occurrence: int
    language: str
    countries: tuple[str, ...]
    frozen: bool
    settled_by: str
    settled: datetime | None
    model_version: str
    project: Mapping[str, Any]
    holds: Opinion
    opinions: Sequence[Opinion]
    tagging: Sequence[Any] = ()


def iterate_settled(session: Session, campaign_id: str, *, with_tagging: bool = False) -> Iterator[Settled]:
    """Yield the settled projects of a campaign in order of import, some hundreds in memory at a time."""
    columns = (*_COLUMNS, DeskContent.tagging) if with_tagging else _COLUMNS
    wanted = select(*columns).join(DeskContent, DeskContent.item_id == DeskItem.id).order_by(DeskItem.id)
    # Plain rows: nothing here is an object of the session.
    connection = session.connection()
    for chunk in iterate_ids(session, DeskItem.campaign_id == campaign_id, DeskItem.state == ItemState.SETTLED):
        opinions = _read_opinions(connection, chunk[0], chunk[-1])
        rows = connection.execute(wanted.where(DeskItem.id.in_(chunk))).all()
        yield from (_settled(*row, opinions=opinions[row[0]]) for row in rows)


def _read_opinions(connection: Connection, first: int, last: int) -> dict[int, list[Opinion]]:
    columns = (
        LabelView.item_id,
        LabelView.seat,
        LabelView.user_id,
        LabelView.save_id,
        LabelView.saved,
        LabelView.answers,
        LabelView.note,
    )
    wanted = select(*columns).where(LabelView.item_id.between(first, last)).order_by(LabelView.save_id)
    found: dict[int, list[Opinion]] = {}
    for item_id, seat, *rest in connection.execute(wanted):
        found.setdefault(item_id, []).append(Opinion(_SEATS[seat], *rest))
    return found


def _settled(
    item_id: int,
    project_id: str,
    occurrence: int,
    language: str,
    countries: str,
    frozen: bool,
    settled_by: str,
    settled: datetime | None,
    model_version: str,
    project: Mapping[str, Any],
    tagging: Sequence[Any] = (),
    *,
    opinions: Sequence[Opinion],
) -> Settled:
    seat = settling_seat(settled_by)
    return Settled(
        item_id,
        project_id,
        occurrence,
        language,
        tuple(countries.split()),
        frozen,
        settled_by,
        settled,
        model_version,
        project,
        next(one for one in opinions if one.seat is seat),
        opinions,
        tagging,
    )
