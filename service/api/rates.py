"""Limits how often somebody may ask, by a bucket that fills with time."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

_MOST_KNOWN = 10_000


class RateLimit:
    """So many requests a minute for each name, in this process.

    Parameters
    ----------
    per_minute
        Size of the bucket, and what flows into it in a minute.
    clock
        Seconds that only ever grow.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._size = float(per_minute)
        self._per_second = per_minute / 60
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str) -> float:
        """Take one request; return 0, or the seconds to wait when there is none left."""
        moment = self._clock()
        left, seen = self._buckets.pop(name, (self._size, moment))
        left = min(self._size, left + (moment - seen) * self._per_second)
        allowed = left >= 1
        self._buckets[name] = (left - 1 if allowed else left, moment)
        if len(self._buckets) > _MOST_KNOWN:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) / self._per_second
