"""What a report is about: the portfolio, the day, the versions, and what to know of its money."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from service.reporting.money import KINDS, NO_CURRENCY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from classifier.portfolio.serialise import Json
    from service.reporting.money import ProjectMoney, Rates


@dataclass(frozen=True, slots=True)
class About:
    """What a report is about.

    Parameters
    ----------
    portfolio
        Name of the file.
    day
        Date of the report.
    model_version
        Empty when only the rules spoke.
    notes
        What the reader noticed.
    """

    portfolio: str
    day: date
    projects: int
    rejected_rows: int
    model_version: str
    rules_version: str
    rates: Rates | None = None
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Json]:
        """Return plain data."""
        return {
            "portfolio": self.portfolio,
            "date": self.day.isoformat(),
            "projects": self.projects,
            "rejected_rows": self.rejected_rows,
            "model_version": self.model_version,
            "rules_version": self.rules_version,
            "converted_to": self.rates.target if self.rates else None,
            "notes": list(self.notes),
        }


@dataclass(slots=True)
class MoneyRemarks:
    """How the amounts of a portfolio were chosen, and what could not be read or converted.

    Parameters
    ----------
    kinds
        Projects by the kind of their amount, empty where they have none.
    unreadable
        Projects with an amount that cannot be read.
    converted, unconverted
        Projects by currency whose money was converted, and whose currency has no rate.
    """

    kinds: Counter[str] = field(default_factory=Counter)
    unreadable: int = 0
    converted: Counter[str] = field(default_factory=Counter)
    unconverted: Counter[str] = field(default_factory=Counter)

    def count(self, money: ProjectMoney, rates: Rates | None) -> None:
        """Count the money of one project."""
        self.kinds[money.kind] += 1
        self.unreadable += bool(money.unreadable)
        if rates is None:
            return
        for currency in {part.currency for part in money.parts} - {rates.target}:
            left = any(part.currency == currency for part in rates.convert(money).parts)
            (self.unconverted if left else self.converted)[currency] += 1

    def sentences(self, rates: Rates | None) -> Iterator[str]:
        """Yield what a reader of the sums must know, in words."""
        kinds = ", ".join(f"{kind} {self.kinds[kind]:,}" for kind in KINDS if self.kinds[kind])
        yield (
            "One amount stands for each project: its commitment, else its disbursement, else its budget; "
            f"a zero gives way to the next. Projects by the amount that was taken: {kinds or 'none'}."
        )
        if self.kinds[""]:
            yield f"Without an amount that can be read: {self.kinds['']:,}; they are counted, but not in the sums."
        if self.unreadable:
            yield f"With an amount that cannot be read: {self.unreadable:,}; it is left out, not taken as zero."
        if rates is None:
            yield "Amounts stand in their own currency and are never added across currencies."
            return
        yield f"Amounts were converted to {rates.target} by the file of rates."
        if self.unconverted:
            left = ", ".join(f"{name or NO_CURRENCY} {count:,}" for name, count in sorted(self.unconverted.items()))
            yield f"Projects in currencies without a rate, which stay apart: {left}."

    def to_json(self) -> dict[str, Json]:
        """Return plain data."""
        return {
            "kinds": {kind or "none": count for kind, count in self.kinds.items()},
            "unreadable": self.unreadable,
            "converted": dict(self.converted),
            "unconverted": dict(self.unconverted),
        }
