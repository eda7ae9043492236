"""What every list of a report says about a project, whatever the list is for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from service.reporting.money import ProjectMoney, choose_money
from service.reporting.shares import share_recipients

if TYPE_CHECKING:
    from collections.abc import Iterable

    from classifier.portfolio.serialise import Json
    from classifier.project import Project
    from classifier.tagging import Tagging
    from service.reporting.money import Rates


@dataclass(frozen=True, slots=True)
class Subject:
    """A project in a list.

    Parameters
    ----------
    line, part
        Where it stands in its file.
    money
        Its amount in its own currency.
    counted
        The same by currency as the sums count it: converted where there is a rate.
    countries
        Share of each recipient, by name.
    """

    id: str
    title: str
    line: int
    part: str
    language: str
    money: ProjectMoney
    counted: tuple[tuple[str, float], ...]
    countries: tuple[tuple[str, float], ...]
    year: int | None
    agency: str

    def to_json(self) -> dict[str, Json]:
        """Return plain data."""
        return {
            "id": self.id,
            "title": self.title,
            "line": self.line,
            "part": self.part,
            "language": self.language,
            "money": {
                "kind": self.money.kind,
                "amounts": {currency: round(value, 2) for currency, value in self.money.totals().items()},
                "counted": {currency: round(value, 2) for currency, value in self.counted},
                "unreadable": self.money.unreadable,
            },
            "recipients": {name: round(share, 4) for name, share in self.countries},
            "year": self.year,
            "agency": self.agency,
        }


@dataclass(frozen=True, slots=True)
class Measured:
    """The money of a project as it was chosen and as it counts, and its recipients."""

    own: ProjectMoney
    counted: ProjectMoney
    countries: dict[str, float]

    def years(self, project: Project) -> dict[str, dict[str, float]]:
        """Return the money by year and currency: by the year of each amount, else that of the project."""
        found: dict[str, dict[str, float]] = {}
        for part in self.counted.parts:
            sums = found.setdefault(_year(part.year or project.year), {})
            sums[part.currency] = sums.get(part.currency, 0.0) + part.value
        return found or {_year(project.year): {}}


def measure(project: Project, rates: Rates | None) -> Measured:
    """Choose the money of a project, and share it."""
    own = choose_money(project)
    return Measured(own, rates.convert(own) if rates else own, share_recipients(project))


def make_subject(project: Project, tagging: Tagging, measured: Measured) -> Subject:
    """Return what a list says about a project."""
    return Subject(
        id=project.id,
        title=project.title or project.short_description,
        line=project.source.line,
        part=project.source.part,
        language=tagging.language,
        money=measured.own,
        counted=tuple(measured.counted.totals().items()),
        countries=tuple(measured.countries.items()),
        year=project.year,
        agency=name_agency(project),
    )


def name_agency(project: Project) -> str:
    """Return who reports: the agency with its donor, where both are given."""
    names = dict.fromkeys(filter(None, (project.donor.strip(), project.agency.strip())))
    return ": ".join(names) or "(not stated)"


class Listed(Protocol):
    """An entry of a list."""

    @property
    def subject(self) -> Subject:
        """The project."""
        ...


_Entry = TypeVar("_Entry", bound=Listed)


def most_money_first(entries: Iterable[_Entry]) -> list[_Entry]:
    """Return entries with most money first.

    Amounts of different currencies cannot be compared: those of the currency that most entries have come first,
    entries without an amount last.
    """
    found = list(entries)
    uses = Counter(currency for one in found for currency, _value in one.subject.counted)
    ranks = {currency: rank for rank, (currency, _count) in enumerate(sorted(uses.items(), key=_by_use))}

    def key(entry: _Entry) -> tuple[int, float, int]:
        amounts = [(ranks[currency], -value) for currency, value in entry.subject.counted]
        rank, amount = min(amounts, default=(len(ranks), 0.0))
        return rank, amount, entry.subject.line

    return sorted(found, key=key)


def _by_use(use: tuple[str, int]) -> tuple[int, str]:
    return -use[1], use[0]


def _year(year: int | None) -> str:
    return "(no year)" if year is None else str(year)
