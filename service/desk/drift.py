"""How far what was tagged lies from what the model was trained on: languages, lengths, scores.

The measure is the population stability index, the symmetric divergence of Jeffreys (Proceedings of the Royal Society
A 186, 1946) on shares by bin, with the rule of thumb of Siddiqi (Credit Risk Scorecards, 2006): below 0.1 little,
below 0.25 some, above it much. Without any drift it is about chi-squared, scaled by the sizes of both samples
(Yurdakul and Naranjo, Journal of Risk Model Validation 14, 2020), which gives the bound under which it is chance.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import case, func, select

from classifier.errors import ModelError
from classifier.model import read_manifest
from service.desk.states import ItemState
from service.store.desk_tables import DeskContent, DeskItem

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from service.store.database import Database

LITTLE, MUCH = 0.1, 0.25
_NORMAL_95: Final = 1.644854
_SAMPLE: Final = 4_000
#: Where the areas stand in a tagging as `service.records` writes it, and the probability in an area.
_AREAS, _PROBABILITY = 2, 1


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts by bin; `bins` are the names of the bins."""

    bins: tuple[str, ...]
    counts: tuple[int, ...]

    def shares(self) -> tuple[float, ...]:
        """Return the share of each bin."""
        total = sum(self.counts)
        return tuple(count / total if total else 0.0 for count in self.counts)


@dataclass(frozen=True, slots=True)
class Drift:
    """What was tagged against the training corpus.

    Parameters
    ----------
    name
        ``languages``, ``characters`` or ``scores``.
    index
        The population stability index.
    chance
        What it stays under in 95 of 100 cases without any drift.
    """

    name: str
    training: Histogram
    tagged: Histogram
    index: float
    chance: float

    @property
    def grade(self) -> str:
        """``chance``, ``little``, ``some`` or ``much``."""
        if self.index <= self.chance:
            return "chance"
        if self.index < LITTLE:
            return "little"
        return "some" if self.index < MUCH else "much"


def measure_drift(database: Database, campaign_ids: Sequence[str], models: Path, version: str) -> list[Drift] | None:
    """Hold what a version tagged in some campaigns against its training corpus.

    Returns
    -------
    list of Drift or None
        Nothing tagged gives an empty list; None says that the version is gone, or older than such profiles.
    """
    profile = _read_profile(models, version)
    if profile is None:
        return None
    own = (
        DeskItem.campaign_id.in_(campaign_ids),
        DeskItem.model_version == version,
        DeskItem.state != ItemState.STAGED,
    )
    with database.reading() as session:
        total = session.scalar(select(func.count()).select_from(DeskItem).where(*own)) or 0
        if not total:
            return []
        lengths, scores = profile["characters"]["bounds"], profile["scores"]["bounds"]
        tagged = {
            "languages": _count(session, own, DeskItem.language),
            "characters": _count(session, own, _bin_of(DeskItem.characters, lengths)),
            "scores": _count_scores(session, own, scores, step=-(-total // _SAMPLE)),
        }
    return [
        _compare("languages", *_named(profile["languages"], tagged["languages"])),
        _compare("characters", *_binned(profile["characters"], tagged["characters"], "{:,.0f}")),
        _compare("scores", *_binned(profile["scores"], tagged["scores"], "{:.2f}")),
    ]


def stability_index(expected: Sequence[int], actual: Sequence[int]) -> float:
    """Return the sum of (a - e) ln(a / e) over the bins; half a case more in each keeps empty bins finite."""
    bins = len(expected)
    pairs = [
        ((one + 0.5) / (sum(expected) + bins / 2), (two + 0.5) / (sum(actual) + bins / 2))
        for one, two in zip(expected, actual, strict=True)
    ]
    return sum((two - one) * math.log(two / one) for one, two in pairs)


def chance_bound(bins: int, expected: int, actual: int) -> float:
    """Return what the index stays under by chance alone; chi-squared by Wilson and Hilferty (PNAS 17, 1931)."""
    free = bins - 1
    if free < 1 or not expected or not actual:
        return 0.0
    part = 2 / (9 * free)
    return float(free * (1 - part + _NORMAL_95 * math.sqrt(part)) ** 3 * (1 / expected + 1 / actual))


def _compare(name: str, training: Histogram, tagged: Histogram) -> Drift:
    index = stability_index(training.counts, tagged.counts)
    chance = chance_bound(len(training.bins), sum(training.counts), sum(tagged.counts))
    return Drift(name, training, tagged, index, chance)


def _read_profile(models: Path, version: str) -> Mapping[str, Any] | None:
    try:
        profile: Mapping[str, Any] | None = read_manifest(models / version).metrics.get("training_profile")
    except ModelError:
        return None
    return profile


def _named(training: Mapping[str, int], tagged: Mapping[Any, int]) -> tuple[Histogram, Histogram]:
    bins = tuple(sorted({*training, *tagged}))
    first, second = (Histogram(bins, tuple(one.get(name, 0) for name in bins)) for one in (training, tagged))
    return first, second


def _binned(profile: Mapping[str, Any], tagged: Mapping[Any, int], form: str) -> tuple[Histogram, Histogram]:
    shown = [form.format(bound) for bound in profile["bounds"]]
    bins = (f"< {shown[0]}", *(f"{low}–{high}" for low, high in pairwise(shown)), f"≥ {shown[-1]}")
    counts = tuple(tagged.get(place, 0) for place in range(len(bins)))
    return Histogram(bins, tuple(profile["counts"])), Histogram(bins, counts)


def _bin_of(column: Any, bounds: Sequence[float]) -> Any:  # noqa: ANN401 - a column and an expression
    return case(*((column < bound, place) for place, bound in enumerate(bounds)), else_=len(bounds))


def _count(session: Session, own: Sequence[Any], what: Any) -> dict[Any, int]:  # noqa: ANN401
    rows = session.execute(select(what.label("bin"), func.count()).where(*own).group_by("bin"))
    return {one: int(count) for one, count in rows}


def _count_scores(session: Session, own: Sequence[Any], bounds: Sequence[float], step: int) -> dict[Any, int]:
    """Count the greatest probability of any area, of every so-manyth project: they stand in the taggings alone."""
    wanted = select(DeskContent.tagging).join(DeskItem, DeskItem.id == DeskContent.item_id)
    found: dict[Any, int] = {}
    for tagging in session.scalars(wanted.where(*own, DeskItem.id % step == 0).execution_options(yield_per=200)):
        place = bisect_right(bounds, max((float(area[_PROBABILITY]) for area in tagging[_AREAS]), default=0.0))
        found[place] = found.get(place, 0) + 1
    return found
