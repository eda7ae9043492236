"""Measures whether probabilities are true: of all that got 0.8, eight in ten should be right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from training.labels import AREAS, MARKERS, RISKS, Labels

if TYPE_CHECKING:
    from classifier.tagging import MarkerTag, Tagging

#: A probability with whether what it spoke of was true.
Forecast: TypeAlias = tuple[float, bool]

_BINS: Final = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Forecasts of about the same probability: their number, mean probability and share that came true."""

    low: float
    high: float
    count: int
    mean: float
    share: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """The calibration of one head.

    `error` is the expected calibration error: the mean distance between probability and truth over the bins,
    weighted by their size; None without forecasts.
    """

    head: str
    count: int
    error: float | None
    bins: tuple[Bin, ...]


def score_probability(tag: MarkerTag, score: int) -> float:
    """Return the probability that a marker gives to one score."""
    return (1 - tag.at_least_1, tag.at_least_1 - tag.at_least_2, tag.at_least_2)[score]


def measure_reliability(head: str, forecasts: Iterable[Forecast]) -> Reliability:
    """Sort forecasts into bins of equal width and measure their distance from the truth."""
    filled: list[list[Forecast]] = [[] for _ in range(_BINS)]
    for forecast in forecasts:
        filled[min(_BINS - 1, max(0, int(forecast[0] * _BINS)))].append(forecast)
    bins = tuple(_bin(number, members) for number, members in enumerate(filled) if members)
    count = sum(one.count for one in bins)
    error = sum(one.count * abs(one.mean - one.share) for one in bins) / count if count else None
    return Reliability(head, count, error, bins)


def measure_heads(gold: Sequence[Labels], taggings: Sequence[Tagging]) -> tuple[Reliability, ...]:
    """Measure every head on what was judged."""
    pairs = list(zip(gold, taggings, strict=True))
    areas = [
        (tag.selected, tag.probability, tag.code in labels.areas)
        for labels, tagging in pairs
        if labels.areas is not None
        for tag in tagging.areas
        if tag.code in AREAS
    ]
    found = [
        measure_reliability("areas_selected", [(p, true) for selected, p, true in areas if selected]),
        measure_reliability("areas_all", [(p, true) for _, p, true in areas]),
    ]
    for marker in MARKERS:
        for step in (1, 2):
            forecasts = [
                ((tag.at_least_1 if step == 1 else tag.at_least_2), score >= step)
                for labels, tagging in pairs
                if (score := labels.marker(marker)) is not None
                for tag in (tagging.gender if marker == "gender" else tagging.human_rights,)
            ]
            found.append(measure_reliability(f"{marker}_at_least_{step}", forecasts))
    found.append(measure_reliability("risk", _risk_forecasts(pairs)))
    return tuple(found)


def _risk_forecasts(pairs: Iterable[tuple[Labels, Tagging]]) -> Iterable[Forecast]:
    """Yield the probability of the trained head's first choice, where it spoke."""
    for labels, tagging in pairs:
        chances = tagging.oda.probabilities
        if labels.risk is not None and chances:
            best = max(range(len(chances)), key=chances.__getitem__)
            yield chances[best], RISKS[best] == labels.risk


def _bin(number: int, members: Sequence[Forecast]) -> Bin:
    count = len(members)
    mean = sum(probability for probability, _ in members) / count
    return Bin(number / _BINS, (number + 1) / _BINS, count, mean, sum(true for _, true in members) / count)
