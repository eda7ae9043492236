"""One amount for each project in its own currency, and its conversion where there is a file of rates."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from classifier.errors import ReferenceDataError

if TYPE_CHECKING:
    from pathlib import Path

    from classifier.project import Project

#: Which amount of a project counts: the first of these kinds that holds something.
KINDS: Final = ("commitment", "disbursement", "budget")

#: What stands for the code of a currency that the source does not give.
NO_CURRENCY: Final = "(no currency)"

_TARGET = re.compile(r"rate_to_([a-z]{3})", re.IGNORECASE)
_CODE = re.compile(r"[A-Za-z]{3}")
_UNITS: Final = ((1e9, "bn"), (1e6, "m"))


@dataclass(frozen=True, slots=True)
class Part:
    """Money of one currency (empty when the source gives none) and year."""

    currency: str
    year: int | None
    value: float


@dataclass(frozen=True, slots=True)
class ProjectMoney:
    """The amount that stands for a project.

    Parameters
    ----------
    kind
        ``commitment``, ``disbursement`` or ``budget``; empty when no amount can be read.
    parts
        What it is made of; several where the source gives years or currencies apart.
    unreadable
        Amounts of the project, of any kind, that cannot be read.
    """

    kind: str = ""
    parts: tuple[Part, ...] = ()
    unreadable: int = 0

    def totals(self) -> dict[str, float]:
        """Return the sum by currency."""
        sums: dict[str, float] = {}
        for part in self.parts:
            sums[part.currency] = sums.get(part.currency, 0.0) + part.value
        return sums


@dataclass(frozen=True, slots=True)
class Rates:
    """What one unit of each currency is worth in the target currency, of a year or (None) of any."""

    target: str
    values: Mapping[tuple[str, int | None], float]

    def convert(self, money: ProjectMoney) -> ProjectMoney:
        """Return the money in the target currency; what has no rate stays in its own."""
        return ProjectMoney(money.kind, tuple(map(self._convert, money.parts)), money.unreadable)

    def _convert(self, part: Part) -> Part:
        rate = self.values.get((part.currency, part.year)) or self.values.get((part.currency, None))
        return part if rate is None else Part(self.target, part.year, part.value * rate)


def choose_money(project: Project) -> ProjectMoney:
    """Return the commitment, else the disbursement, else the budget; a zero gives way to the next kind."""
    readable = [(one, one.value) for one in project.amounts if one.value is not None and math.isfinite(one.value)]
    unreadable = len(project.amounts) - len(readable)
    found = ProjectMoney(unreadable=unreadable)
    for kind in KINDS:
        parts = tuple(Part(one.currency, one.year, value) for one, value in readable if one.kind == kind)
        if any(part.value for part in parts):
            return ProjectMoney(kind, parts, unreadable)
        if parts and not found.kind:
            found = ProjectMoney(kind, parts, unreadable)
    return found


def read_rates(path: Path) -> Rates:
    """Read a file of rates: CSV with ``currency``, ``rate_to_EUR`` (any target) and, if wanted, ``year``.

    Raises
    ------
    ReferenceDataError
        It cannot be read, lacks a column, or holds a rate that is no positive number.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise _fault(path, "cannot be read as UTF-8 text") from None
    delimiter = ";" if lines and ";" in lines[0] else ","
    rows = csv.DictReader(io.StringIO("\n".join(lines)), delimiter=delimiter)
    named = {(name or "").strip().lower(): name for name in rows.fieldnames or ()}
    target = next((match[1].upper() for name in named if (match := _TARGET.fullmatch(name))), "")
    if not target or "currency" not in named:
        raise _fault(path, "needs the columns currency and rate_to_EUR (or another target)")
    columns = (named["currency"], named[f"rate_to_{target.lower()}"], named.get("year", ""))
    values: dict[tuple[str, int | None], float] = {(target, None): 1.0}
    for number, row in enumerate(rows, 2):
        values |= dict(_read_row(path, number, row, columns))
    return Rates(target, values)


def _read_row(
    path: Path, number: int, row: Mapping[str, str | None], columns: tuple[str, str, str]
) -> Iterator[tuple[tuple[str, int | None], float]]:
    currency, rate, year = ((row.get(column) or "").strip() for column in columns)
    if not currency and not rate:
        return
    try:
        value = float(rate)
        key = (currency.upper(), int(year) if year else None)
    except ValueError:
        raise _fault(path, f"line {number}: the rate or the year is no number") from None
    if not _CODE.fullmatch(currency) or not (math.isfinite(value) and value > 0):
        raise _fault(path, f"line {number}: a currency of three letters and a positive rate are needed")
    yield key, value


def _fault(path: Path, problem: str) -> ReferenceDataError:
    return ReferenceDataError(
        f"{path.name}: {problem}.", code="rates-invalid", remedy="See the section on reports in the README."
    )


def show_amount(currency: str, value: float) -> str:
    """Return an amount for people: ``EUR 12.3 m``, ``EUR 830,000``, ``12.3 m (no currency)``."""
    figure = show_figure(value)
    return f"{currency} {figure}" if currency else f"{figure} {NO_CURRENCY}"


def show_figure(value: float) -> str:
    """Return an amount for people, where its currency is said elsewhere."""
    for size, unit in _UNITS:
        if abs(value) >= size:
            return f"{value / size:,.{_digits(value / size)}f} {unit}"
    return f"{value:,.0f}"


def _digits(value: float) -> int:
    return 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
