"""Shares with the interval that their number of cases allows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

_NORMAL_95: Final = 1.959964


@dataclass(frozen=True, slots=True)
class Share:
    """A share of `total` cases with its 95% interval; None everywhere when there are no cases."""

    hits: int
    total: int
    value: float | None
    low: float | None
    high: float | None


def make_share(hits: int, total: int) -> Share:
    """Return a share with the score interval of Wilson (Journal of the American Statistical Association 22, 1927)."""
    if not total:
        return Share(0, 0, None, None, None)
    square = _NORMAL_95**2
    share = hits / total
    middle = (share + square / (2 * total)) / (1 + square / total)
    half = _NORMAL_95 / (1 + square / total) * math.sqrt(share * (1 - share) / total + square / (4 * total**2))
    return Share(hits, total, share, max(0.0, middle - half), min(1.0, middle + half))
