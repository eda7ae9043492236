"""Sums the transactions and budgets of an IATI activity by kind, currency and year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from classifier.project import Amount

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml.etree import _Element

Kind: TypeAlias = Literal["commitment", "disbursement", "budget"]

#: Transaction types of 2.x and 1.x. Incoming funds and repayments say nothing of what is paid for.
_KINDS: dict[str, Kind] = {
    "2": "commitment",
    "C": "commitment",
    "3": "disbursement",
    "D": "disbursement",
    "4": "disbursement",
    "E": "disbursement",
}
#: Unreadable amounts that are kept one by one.
_UNREADABLE = 20


def read_amounts(
    transactions: Sequence[_Element], budgets: Sequence[_Element], default_currency: str
) -> tuple[Amount, ...]:
    """Return one amount for each kind, currency and year: their sum, or the text where there is one only."""
    sums: dict[tuple[Kind, str, int | None], tuple[float, str]] = {}
    unreadable: list[Amount] = []
    for kind, text, currency, year in _entries(transactions, budgets, default_currency):
        value = parse_number(text)
        key = (kind, currency, year)
        if value is None:
            unreadable.append(Amount(kind, text, None, currency, year))
        elif key in sums:
            total = sums[key][0] + value
            sums[key] = (total, f"{total:.2f}".removesuffix(".00"))
        else:
            sums[key] = (value, text)
    summed = tuple(Amount(kind, text, value, currency, year) for (kind, currency, year), (value, text) in sums.items())
    return summed + tuple(unreadable[:_UNREADABLE])


def _entries(
    transactions: Sequence[_Element], budgets: Sequence[_Element], default_currency: str
) -> Iterator[tuple[Kind, str, str, int | None]]:
    for transaction in transactions:
        kind = _KINDS.get(attribute(transaction.find("transaction-type"), "code"))
        value = transaction.find("value")
        if kind and value is not None:
            date = attribute(transaction.find("transaction-date"), "iso-date")
            year = parse_year(date or attribute(value, "value-date"))
            yield kind, (value.text or "").strip(), attribute(value, "currency") or default_currency, year
    for budget in budgets:
        value = budget.find("value")
        if value is not None:
            year = parse_year(attribute(budget.find("period-start"), "iso-date"))
            yield "budget", (value.text or "").strip(), attribute(value, "currency") or default_currency, year


def attribute(element: _Element | None, name: str) -> str:
    """Return a stripped attribute, empty when the element or the attribute is missing."""
    return "" if element is None else (element.get(name) or "").strip()


def parse_number(text: str) -> float | None:
    """Return a plain number, None when the text is none; thousands may be parted by commas or blanks."""
    try:
        value = float("".join(text.replace(",", "").split()))
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None


def parse_year(date: str) -> int | None:
    """Return the year of an ISO date, None when the text is none."""
    digits = date[:4]
    return int(digits) if len(digits) == 4 and digits.isascii() and digits.isdigit() else None
