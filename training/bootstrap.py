"""Resamples whole families, so that an interval tells what another corpus of the kind might have shown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from training.metrics import Counts, Tally

RESAMPLES: Final = 500
_TAILS: Final = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its 95% interval; None where there is nothing to measure."""

    value: float | None
    low: float | None = None
    high: float | None = None


def make_figure(value: float | np.floating | Counts, resampled: Counts | None = None) -> Figure:
    """Return a figure with the interval that its resamples span."""
    point = float(value)
    if math.isnan(point):
        return Figure(None)
    known = np.array([]) if resampled is None else resampled[~np.isnan(resampled)]
    if not known.size:
        return Figure(point)
    low, high = np.percentile(known, _TAILS)
    return Figure(point, float(low), float(high))


def resample(counts: Tally, families: Sequence[str], resamples: int = RESAMPLES, seed: int = 0) -> Tally:
    """Add up the counts of families drawn with replacement; the first axis is the resample.

    The draw depends on the order of the families and the seed alone, so that two tallies of the same projects
    are resampled alike and their difference is a paired one.
    """
    numbers = {family: number for number, family in enumerate(dict.fromkeys(families))}
    rows = np.array([numbers[family] for family in families], dtype=np.intp)
    weights = _draw(len(numbers), resamples, seed)
    return {name: _spread(values, rows, weights) for name, values in counts.items()}


def _draw(families: int, resamples: int, seed: int) -> Counts:
    if not families:
        return np.zeros((resamples, 0))
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(families, np.full(families, 1 / families), size=resamples)
    return np.asarray(drawn, dtype=np.float64)


def _spread(values: Counts, rows: NDArray[np.intp], weights: Counts) -> Counts:
    """Return the weighted sums of the families' counts."""
    shape = values.shape[1:]
    by_family = np.zeros((weights.shape[1], math.prod(shape)))
    np.add.at(by_family, rows, values.reshape(len(rows), math.prod(shape)))
    return np.asarray(weights @ by_family).reshape(len(weights), *shape)
