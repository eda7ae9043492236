"""Counts what a corpus holds and compares it with what it must hold."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from classifier.taxonomy import LANGUAGES, SCORES
from training.labelled import LabelledProject
from training.labels import AREAS, MANNERS, MARKERS, RISKS, rule_ids

NO_AREA: Final = "none"

_PROJECTS: Final = 5_000
_LANGUAGE_SHARES: Final = {"en": (0.40, 0.60), "fr": (0.18, 0.35), "nl": (0.18, 0.35)}
_WITHOUT_AREA: Final = 0.30
_MAIN_PER_AREA: Final = 30
_PER_AREA_AND_LANGUAGE: Final = 5
_PER_SCORE_AND_LANGUAGE: Final = 10
_PER_RISK: Final = 50
_PER_RULE_GROUP: Final = 3
_PER_MANNER: Final = 30
_FROZEN_SHARE: Final = 0.08
_FROZEN_PER_AREA: Final = 5


@dataclass(frozen=True, slots=True)
class Demand:
    """Something that a corpus must hold: how much, how much there is."""

    name: str
    least: float
    actual: float
    most: float | None = None

    @property
    def met(self) -> bool:
        """Whether the corpus holds enough, and not too much."""
        return self.least <= self.actual and (self.most is None or self.actual <= self.most)


def count_labels(records: Sequence[LabelledProject]) -> dict[str, dict[str, int]]:
    """Return the number of records by language, manner, area, main area, marker score, risk, rule and brief."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for record in records:
        counts["language"][record.lang] += 1
        counts["manner"][record.manner] += 1
        counts["brief"][record.brief] += 1
        counts["area"].update(record.areas or (NO_AREA,))
        counts["main_area"][record.main or NO_AREA] += 1
        for marker in MARKERS:
            score = record.labels.marker(marker)
            counts[marker][NO_AREA if score is None else str(score)] += 1
        counts["risk"][record.risk] += 1
        counts["rule"].update(record.rules)
        counts["rule_group"].update({rule.split("-")[0] for rule in record.rules})
    return {name: dict(sorted(counter.items())) for name, counter in sorted(counts.items())}


def weigh_demands(parts: Sequence[LabelledProject], frozen: Sequence[LabelledProject]) -> list[Demand]:
    """Return every demand on a corpus with what the corpus holds."""
    records = [*parts, *frozen]
    if not records:
        return [Demand("projects", _PROJECTS, 0)]
    counts = count_labels(records)
    return [
        Demand("projects", _PROJECTS, len(records)),
        *_language_demands(counts, len(records)),
        Demand("share without area", _WITHOUT_AREA, counts["area"].get(NO_AREA, 0) / len(records)),
        *(Demand(f"main area {area}", _MAIN_PER_AREA, counts["main_area"].get(area, 0)) for area in AREAS),
        *_by_language(records),
        *(Demand(f"risk {risk}", _PER_RISK, counts["risk"].get(risk, 0)) for risk in RISKS),
        *_rule_demands(counts),
        *(Demand(f"manner {name}", _PER_MANNER, counts["manner"].get(name, 0)) for name in MANNERS),
        *_frozen_demands(frozen, len(records)),
    ]


def _language_demands(counts: Mapping[str, Mapping[str, int]], size: int) -> Iterator[Demand]:
    for language, (least, most) in _LANGUAGE_SHARES.items():
        yield Demand(f"share of {language}", least, counts["language"].get(language, 0) / size, most)


def _by_language(records: Sequence[LabelledProject]) -> Iterator[Demand]:
    for language in LANGUAGES:
        own = count_labels([record for record in records if record.lang == language])
        for area in AREAS:
            yield Demand(f"area {area} in {language}", _PER_AREA_AND_LANGUAGE, own.get("area", {}).get(area, 0))
        for marker in MARKERS:
            for score in SCORES:
                actual = own.get(marker, {}).get(str(score), 0)
                yield Demand(f"{marker} {score} in {language}", _PER_SCORE_AND_LANGUAGE, actual)


def _rule_demands(counts: Mapping[str, Mapping[str, int]]) -> Iterator[Demand]:
    for group in sorted({rule.split("-")[0] for rule in rule_ids()}):
        yield Demand(f"rule group {group}", _PER_RULE_GROUP, counts.get("rule_group", {}).get(group, 0))


def _frozen_demands(frozen: Sequence[LabelledProject], size: int) -> Iterator[Demand]:
    areas = count_labels(frozen).get("area", {})
    yield Demand("share that is frozen", _FROZEN_SHARE, len(frozen) / size)
    for area in AREAS:
        yield Demand(f"area {area} in the frozen part", _FROZEN_PER_AREA, areas.get(area, 0))
