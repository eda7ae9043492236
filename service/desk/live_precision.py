"""How often people keep, remove or add what the model says, by label, model version and day.

Each project counts once for each label: by the last decision of an adjudicator or reviewer, else by the last annotator.
What was undone, what came in with a file, and what the person could not tell do not count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, case, func, select

from service.desk.labels import AREAS, MAIN_AREA, MARKERS, NONE, RISK, RULES, UNKNOWN, UNSAID, YES
from service.desk.shares import Share, make_share
from service.desk.states import SaveKind, Seat
from service.store.desk_tables import DeskSave, LabelEvent, LabelView

if TYPE_CHECKING:
    from sqlalchemy import Select

    from service.store.database import Database

#: All result areas together.
ALL_AREAS: Final = "areas"
_DAYS_SHOWN: Final = 21
_WEEKS_SHOWN: Final = 26 * 7


class Seen(StrEnum):
    """Whether the person saw what the model said: who sees it agrees more readily."""

    ALL = "all"
    SHOWN = "shown"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Deeds:
    """What people did with what the model said."""

    kept: int = 0
    removed: int = 0
    added: int = 0

    def __add__(self, other: Deeds) -> Deeds:
        return Deeds(self.kept + other.kept, self.removed + other.removed, self.added + other.added)

    @property
    def precision(self) -> Share:
        """Of what the model said, the share that people kept."""
        return make_share(self.kept, self.kept + self.removed)

    @property
    def found(self) -> Share:
        """Of what people say, the share that the model had said."""
        return make_share(self.kept, self.kept + self.added)


@dataclass(frozen=True, slots=True)
class Key:
    """What deeds are counted for: a label as `name_labels` names it, a model version, a day."""

    label: str
    version: str
    day: date


Counts = Mapping[Key, Deeds]


def count_deeds(database: Database, campaign_ids: Sequence[str], seen: Seen = Seen.ALL) -> dict[Key, Deeds]:
    """Count what people did in some campaigns."""
    found: dict[Key, Deeds] = defaultdict(Deeds)
    with database.reading() as session:
        rows = session.execute(_grouped(campaign_ids, seen, is_sqlite=database.is_sqlite)).all()
    for label, suggested, after, version, day, count in rows:
        if after in {UNSAID, UNKNOWN}:
            continue
        said, judged = name_labels(label, suggested), name_labels(label, after)
        own = date.fromisoformat(str(day)[:10])
        for name in {name for name, _ in said | judged}:
            model, person = ({value for one, value in both if one == name} for both in (said, judged))
            deeds = Deeds(len(model & person) * count, len(model - person) * count, len(person - model) * count)
            found[Key(name, version, own)] += deeds
            if label in AREAS:
                found[Key(ALL_AREAS, version, own)] += deeds
    return dict(found)


def name_labels(label: str, value: str) -> frozenset[tuple[str, str]]:
    """Return what a value states, as (name, value): ``3.2``, ``gender 2``, ``risk high``, a rule; nothing for a no."""
    if value in {UNSAID, UNKNOWN}:
        return frozenset()
    if label in AREAS:
        return frozenset({(label, YES)}) if value == YES else frozenset()
    if label in MARKERS:
        return frozenset({(f"{label} {value}", YES)}) if value != "0" else frozenset()
    if label == RISK:
        return frozenset({(f"{label} {value}", YES)})
    if value == NONE:
        return frozenset()
    if label == MAIN_AREA:
        return frozenset({(label, value)})
    return frozenset((rule, YES) for rule in value.split()) if label == RULES else frozenset()


def sum_by_label(counts: Counts, version: str = "") -> dict[str, Deeds]:
    """Return the deeds of each label, of one version or of all."""
    found: dict[str, Deeds] = defaultdict(Deeds)
    for key, deeds in counts.items():
        if version in {"", key.version}:
            found[key.label] += deeds
    return dict(found)


def sum_by_period(counts: Counts, label: str) -> dict[str, dict[date, Deeds]]:
    """Return the deeds of a label by version and first day of each period: days, weeks or months, as many as fit."""
    own = {key: deeds for key, deeds in counts.items() if key.label == label}
    begin = choose_period(key.day for key in own)
    found: dict[str, dict[date, Deeds]] = {}
    for key, deeds in sorted(own.items(), key=lambda one: (one[0].version, one[0].day)):
        periods = found.setdefault(key.version, {})
        periods[begin(key.day)] = periods.get(begin(key.day), Deeds()) + deeds
    return found


def choose_period(days: Iterable[date]) -> Callable[[date], date]:
    """Return what gives the first day of a day's period."""
    known = list(days)
    span = (max(known) - min(known)).days if known else 0
    if span <= _DAYS_SHOWN:
        return lambda day: day
    if span <= _WEEKS_SHOWN:
        return lambda day: day - timedelta(days=day.weekday())
    return lambda day: day.replace(day=1)


def _grouped(campaign_ids: Sequence[str], seen: Seen, *, is_sqlite: bool) -> Select[Any]:
    """Return the query of how often each suggestion met each last word.

    A view stands for every judge who has not taken everything back, and the last event of a label says what it holds.
    """
    decided_first = (case((LabelEvent.seat == Seat.ANNOTATOR, 1), else_=0), LabelEvent.id.desc())
    place = func.row_number().over(partition_by=(LabelEvent.item_id, LabelEvent.label), order_by=decided_first)
    stands = (LabelView.item_id == LabelEvent.item_id) & (LabelView.seat == LabelEvent.seat)
    stands &= LabelView.owner == case((LabelEvent.seat == Seat.ANNOTATOR, LabelEvent.user_id), else_="")
    narrow = (
        LabelEvent.label,
        LabelEvent.suggested,
        LabelEvent.after,
        LabelEvent.model_version,
        LabelEvent.shown,
        LabelEvent.at,
    )
    words = (
        select(*narrow, place.label("place"))
        .join(LabelView, stands)
        .join(DeskSave, DeskSave.id == LabelEvent.save_id)
        .where(LabelEvent.campaign_id.in_(campaign_ids), DeskSave.kind != SaveKind.IMPORT)
        .subquery()
        .c
    )
    moment: ColumnElement[Any] = words.at if is_sqlite else func.timezone("UTC", words.at)
    columns = (words.label, words.suggested, words.after, words.model_version, func.date(moment))
    query = select(*columns, func.count()).where(words.place == 1).group_by(*columns)
    return query if seen is Seen.ALL else query.where(words.shown == (seen is Seen.SHOWN))
