"""What a project is: one activity record, as its source gave it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeAlias

TextField: TypeAlias = Literal[
    "title", "short_description", "description", "objectives", "target_groups", "other_text", "conditions"
]

#: Text fields in reading order. `conditions` holds IATI conditions: evidence for conditionality rules.
TEXT_FIELDS: tuple[TextField, ...] = (
    "title",
    "short_description",
    "description",
    "objectives",
    "target_groups",
    "other_text",
    "conditions",
)

#: A value of an input cell, kept as the source typed it (dates as ISO strings).
Cell: TypeAlias = str | int | float | bool | None

_NOTHING: Mapping[str, Cell] = MappingProxyType({})


def _nothing() -> Mapping[str, Cell]:
    return _NOTHING


@dataclass(frozen=True, slots=True)
class Recipient:
    """A country or region as the source gave it.

    Parameters
    ----------
    code
        As given: ISO 2 or 3, OECD recipient code, IATI region code; may be empty.
    name
        As given; may be empty.
    kind
        ``country`` or ``region``, by the element or column it came from.
    percentage
        Share of the project from 0 to 100, when given.
    """

    code: str = ""
    name: str = ""
    kind: Literal["country", "region"] = "country"
    percentage: float | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """Money in its own currency.

    Parameters
    ----------
    kind
        ``commitment``, ``disbursement`` or ``budget``.
    text
        The amount as the source wrote it.
    value
        The amount in units of the currency (CRS millions are multiplied out), None when unreadable.
    currency
        ISO 4217 code, empty when the source gives none.
    year
        Year of the transaction or budget, when given.
    """

    kind: Literal["commitment", "disbursement", "budget"]
    text: str
    value: float | None
    currency: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a project stands in its file: sheet or part (may be empty) and 1-based line or row."""

    line: int
    part: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """One activity record.

    Text fields hold the text exactly as it stood in the source; evidence points into them. Codes are
    kept as given (stripped), unknown ones too. Empty means that the source says nothing.

    Parameters
    ----------
    id
        Identifier from the source, or a stable one derived from the content when there is none.
    id_given
        False when the identifier was derived.
    declared_language
        What the source claims (xml:lang, a language column). Never trusted, only compared.
    parallel
        The same texts in further languages: (language tag as given, field, text). Not classified.
    purpose_codes
        DAC 5-digit purpose or 3-digit sector codes (IATI vocabularies 1 and 2).
    channel_code, channel_name
        CRS channel of delivery.
    donor, agency
        Reporting organisation or donor, and its agency (names, or codes when no name is given).
    implementers
        Names of implementing or accountable organisations.
    declared_gender, declared_governance, declared_human_rights
        Markers that the source declares, 0, 1, 2; None when not screened.
    declared_areas
        Result areas that the source already carries (IATI tag vocabulary 99), without prefix ``RA``.
    columns
        The input's own columns in order, for writing them back. Empty for IATI.
    xml
        Source bytes of the IATI activity element; empty for other formats.
    """

    id: str
    source: Source
    id_given: bool = True
    title: str = ""
    short_description: str = ""
    description: str = ""
    objectives: str = ""
    target_groups: str = ""
    other_text: str = ""
    conditions: str = ""
    declared_language: str = ""
    parallel: tuple[tuple[str, TextField, str], ...] = ()
    purpose_codes: tuple[str, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    aid_types: tuple[str, ...] = ()
    flow_type: str = ""
    finance_type: str = ""
    channel_code: str = ""
    channel_name: str = ""
    donor: str = ""
    agency: str = ""
    implementers: tuple[str, ...] = ()
    year: int | None = None
    amounts: tuple[Amount, ...] = ()
    declared_gender: int | None = None
    declared_governance: int | None = None
    declared_human_rights: int | None = None
    declared_areas: tuple[str, ...] = ()
    columns: Mapping[str, Cell] = field(default_factory=_nothing, compare=False)
    xml: bytes = b""

    def text(self, name: TextField) -> str:
        """Return the text field of that name."""
        return str(getattr(self, name))

    def texts(self) -> tuple[tuple[TextField, str], ...]:
        """Return the text fields that hold something, in reading order."""
        return tuple((name, value) for name in TEXT_FIELDS if (value := self.text(name)).strip())
