"""Counts projects and sums their money by category, for each currency apart."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from classifier.portfolio.serialise import Json


@dataclass(slots=True)
class Sum:
    """Projects that have money in one currency, and how much."""

    projects: int = 0
    amount: float = 0.0


@dataclass(slots=True)
class Tally:
    """Projects by category, and their money by currency and category."""

    projects: Counter[str] = field(default_factory=Counter)
    money: dict[str, dict[str, Sum]] = field(default_factory=dict)

    def add(self, category: str, totals: Mapping[str, float], share: float = 1.0) -> None:
        """Count one project; of its money only a share."""
        self.projects[category] += 1
        for currency, value in totals.items():
            found = self.money.setdefault(currency, {}).setdefault(category, Sum())
            found.projects += 1
            found.amount += value * share

    def total(self) -> int:
        """Return the number of projects."""
        return self.projects.total()

    def amounts(self, categories: Iterable[str] | None = None) -> dict[str, float]:
        """Return the sum by currency, over some categories or all."""
        wanted = None if categories is None else set(categories)
        return {
            currency: sum(found.amount for name, found in sums.items() if wanted is None or name in wanted)
            for currency, sums in self.money.items()
            if wanted is None or wanted & set(sums)
        }

    def to_json(self) -> dict[str, Json]:
        """Return plain data."""
        return {
            "projects": dict(self.projects),
            "money": {
                currency: {
                    name: {"projects": found.projects, "amount": round(found.amount, 2)} for name, found in sums.items()
                }
                for currency, sums in self.money.items()
            },
        }


@dataclass(slots=True)
class Breakdown:
    """A tally for each name: country, year, agency, rule."""

    tallies: dict[str, Tally] = field(default_factory=dict)

    def add(self, name: str, category: str, totals: Mapping[str, float], share: float = 1.0) -> None:
        """Count one project under a name."""
        self.tallies.setdefault(name, Tally()).add(category, totals, share)

    def by_name(self) -> list[tuple[str, Tally]]:
        """Return the tallies in the order of their names."""
        return sorted(self.tallies.items())

    def most_first(self, categories: Iterable[str]) -> list[tuple[str, Tally]]:
        """Return the tallies with most projects of some categories first, then most projects at all."""
        wanted = tuple(categories)
        return sorted(
            self.tallies.items(),
            key=lambda one: (-sum(one[1].projects[name] for name in wanted), -one[1].total(), one[0]),
        )

    def to_json(self) -> dict[str, Json]:
        """Return plain data, by name."""
        return {name: tally.to_json() for name, tally in self.by_name()}
