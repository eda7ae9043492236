"""Says how far the annotators of a campaign agree: all together, by language, and two by two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, groupby
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sqlalchemy import select

from service.desk.labels import AREAS, MARKERS, UNKNOWN, YES, values_of
from service.desk.members import list_members
from service.desk.states import Seat
from service.store.desk_tables import DeskItem, LabelView
from training.agreement import krippendorff_alpha, masi_distance, measure_scale

if TYPE_CHECKING:
    from service.desk.access import Access
    from service.store.database import Database
    from training.agreement import ScaleAgreement

#: The values of each label of one annotator, in the order of the campaign; None where they cannot tell.
_Said: TypeAlias = tuple[str | None, ...]
_CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class Measured:
    """The agreement on some projects.

    Parameters
    ----------
    projects
        Projects that two annotators or more have judged.
    alpha
        Krippendorff's alpha of the sets of areas with MASI distance, over the projects of which everybody could tell
        every area; None where there is nothing to disagree on.
    equal_sets
        Share of the pairs of judgements that give the very same areas.
    labels
        By label: kappa, weighted by the square of the distance for markers.
    """

    projects: int
    alpha: float | None
    equal_sets: float | None
    labels: tuple[ScaleAgreement, ...]


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """The agreement of two people on what both judged."""

    first: str
    second: str
    measured: Measured


@dataclass(frozen=True, slots=True)
class CampaignAgreement:
    """The agreement in a campaign: of everybody, by language, and of each two annotators."""

    overall: Measured
    languages: Mapping[str, Measured]
    pairs: tuple[PairAgreement, ...]


@dataclass(slots=True)
class _Group:
    """What was said of some projects: by pairs of judgements, and the sets of areas by project."""

    projects: int = 0
    pairs: list[tuple[_Said, _Said]] = field(default_factory=list)
    sets: list[list[frozenset[str]]] = field(default_factory=list)


def measure_campaign(database: Database, access: Access) -> CampaignAgreement:
    """Measure the agreement of the annotators on every project that more than one of them judged.

    Decisions of adjudicators and reviewers do not count: they have seen what the annotators said.

    Raises
    ------
    DeskMissingError
        ``campaign-missing`` for all but leads.
    """
    access.require_lead()
    labels = access.questions.labels
    groups: defaultdict[tuple[str, ...], _Group] = defaultdict(_Group)
    names = {member.user_id: member.name for member in list_members(database, access)}
    for language, judges in _judged_twice(database, access, labels):
        judges.sort(key=lambda judge: names[judge[0]])
        _add(groups[()], [said for _, said in judges], labels)
        _add(groups[(language,)], [said for _, said in judges], labels)
        for (first, one), (second, two) in combinations(judges, 2):
            _add(groups[(first, second)], [one, two], labels)
    measured = {key: _measure(group, labels) for key, group in groups.items() if key}
    return CampaignAgreement(
        _measure(groups[()], labels),
        {key[0]: one for key, one in sorted(measured.items()) if len(key) == 1},
        tuple(
            sorted(
                (PairAgreement(names[key[0]], names[key[1]], one) for key, one in measured.items() if len(key) == 2),
                key=lambda pair: (-pair.measured.projects, pair.first, pair.second),
            )
        ),
    )


def _judged_twice(
    database: Database, access: Access, labels: Sequence[str]
) -> Iterator[tuple[str, list[tuple[str, _Said]]]]:
    """Yield the language of each project that was judged more than once, and what each annotator said of it."""
    wanted = (
        select(LabelView.item_id, LabelView.owner, LabelView.answers, DeskItem.language)
        .join(DeskItem, DeskItem.id == LabelView.item_id)
        .where(LabelView.campaign_id == access.campaign.id, LabelView.seat == Seat.ANNOTATOR, DeskItem.judged > 1)
        .order_by(LabelView.item_id, LabelView.owner)
        .execution_options(yield_per=_CHUNK)
    )
    kept: dict[_Said, _Said] = {}
    with database.reading() as session:
        for _, rows in groupby(session.execute(wanted), key=lambda row: row.item_id):
            judges = []
            for row in rows:
                said = _said(row.answers, labels)
                # Most judgements say what another said: one copy of each is enough.
                judges.append((row.owner, kept.setdefault(said, said)))
                language = row.language
            yield language, judges


def _said(answers: Mapping[str, Any], labels: Sequence[str]) -> _Said:
    values = (answers[label][0] if label in answers else UNKNOWN for label in labels)
    return tuple(None if value == UNKNOWN else value for value in values)


def _add(group: _Group, judges: Sequence[_Said], labels: Sequence[str]) -> None:
    group.projects += 1
    group.pairs += combinations(judges, 2)
    sets = [_areas(said, labels) for said in judges]
    group.sets.append([one for one in sets if one is not None])


def _areas(said: _Said, labels: Sequence[str]) -> frozenset[str] | None:
    """Return the areas that somebody gives, None where they cannot tell one, or none was asked for."""
    values = [(label, value) for label, value in zip(labels, said, strict=True) if label in AREAS]
    if not values or any(value is None for _, value in values):
        return None
    return frozenset(label for label, value in values if value == YES)


def _measure(group: _Group, labels: Sequence[str]) -> Measured:
    pairs = [pair for sets in group.sets for pair in combinations(sets, 2)]
    return Measured(
        group.projects,
        krippendorff_alpha(group.sets, masi_distance),
        sum(one == two for one, two in pairs) / len(pairs) if pairs else None,
        tuple(_measure_label(group, place, label) for place, label in enumerate(labels)),
    )


def _measure_label(group: _Group, place: int, label: str) -> ScaleAgreement:
    pairs = [(one[place], two[place]) for one, two in group.pairs]
    values = values_of(label) or sorted({value for pair in pairs for value in pair if value is not None})
    return measure_scale(label, values, pairs, is_ordinal=label in MARKERS)
