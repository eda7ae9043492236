"""Identifiers that occur more than once in a portfolio: the projects are kept apart by number, and people are told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, Final

_SHOWN: Final = 5
_LONGEST: Final = 40


@dataclass(frozen=True, slots=True)
class Repeated:
    """Identifiers that occur more than once: how many they are, how many projects bear them, and the first few."""

    identifiers: int
    projects: int
    first: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)


class Occurrences:
    """Counts the projects of a portfolio by identifier."""

    def __init__(self) -> None:
        self.projects = 0
        self._counts: Counter[str] = Counter()

    def count(self, identifier: str) -> int:
        """Take one project in the order of the source; return which of those with its identifier it is, from 1."""
        self.projects += 1
        self._counts[identifier] += 1
        return self._counts[identifier]

    def identifiers(self) -> Sequence[str]:
        """Return every identifier once, in the order of the source."""
        return list(self._counts)

    def repeated(self) -> Repeated | None:
        """Return what is to be said of identifiers that occur more than once; None where all differ."""
        found = {identifier: count for identifier, count in self._counts.items() if count > 1}
        if not found:
            return None
        first = tuple(identifier[:_LONGEST] for identifier in islice(found, _SHOWN))
        return Repeated(len(found), sum(found.values()), first)
