"""Recognises which column of a table holds which field of a project: by name, never by position."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from classifier.errors import PortfolioError, UsageError

_TEXT = ("title", "short_description", "description", "objectives", "target_groups", "other_text")
_ENOUGH = ("title", "short_description", "description", "objectives")
_PARTS = re.compile(r"[/|(\n\[]")
_CURRENCY = re.compile(r"\b(EUR|USD|GBP|CHF|DKK|SEK|NOK|CAD|JPY)\b|(€)|(\$)|(£)|\b(euros?)\b", re.IGNORECASE)
_SIGNS = ("", "", "EUR", "USD", "GBP", "EUR")


@dataclass(frozen=True, slots=True)
class HeaderNames:
    """The names of headers.json, ready for look-up."""

    ranks: Mapping[str, tuple[tuple[str, int], ...]]
    fields: frozenset[str]
    crs_amounts: Mapping[str, tuple[str, str]]
    amount_currencies: Mapping[str, str]
    currency_codes: Mapping[str, str]
    language_endings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Header:
    """Columns of a table by the field that they hold.

    Parameters
    ----------
    columns
        Unique names of the columns, in order.
    fields
        Field name to column positions, most telling first.
    translations
        Text field to (language, position) of columns such as ``title_fr``.
    crs_amounts
        Kind of amount to the positions of its dollar and national column in the CRS layouts (-1: absent).
    currencies
        Currency that the name of an amount column carries (``Budget (EUR)``), by kind.
    """

    columns: tuple[str, ...]
    fields: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    translations: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    crs_amounts: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    currencies: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_text(self) -> bool:
        """Whether a column holds something to classify."""
        return any(name in self.fields or name in self.translations for name in _ENOUGH)

    @property
    def score(self) -> int:
        """How many fields are recognised; 0 when there is nothing to classify."""
        if not self.has_text:
            return 0
        return len(self.fields) + len(self.translations) + len(self.crs_amounts)


def normalise(name: str) -> str:
    """Return a column name without case, accents and everything that is not a letter.

    >>> normalise("Intitulé du projet (FR)")
    'intituleduprojetfr'
    """
    decomposed = unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("Œ", "oe"))
    return "".join(character for character in decomposed.casefold() if character.isalpha())


@cache
def header_names() -> HeaderNames:
    """Load the names of headers.json."""
    data = json.loads(files("classifier").joinpath("data/headers.json").read_text(encoding="utf-8"))
    ranks: dict[str, dict[str, int]] = {}
    for field_name, aliases in data["fields"].items():
        for rank, alias in enumerate(aliases):
            ranks.setdefault(normalise(alias), {}).setdefault(field_name, rank)
    endings = {normalise(ending): code for code, names in data["languages"].items() for ending in names}
    return HeaderNames(
        ranks={alias: tuple(found.items()) for alias, found in ranks.items()},
        fields=frozenset(data["fields"]),
        crs_amounts={
            kind: (normalise(pair["usd"]), normalise(pair["national"])) for kind, pair in data["crs_amounts"].items()
        },
        amount_currencies={normalise(name): code for name, code in data["amount_currencies"].items()},
        currency_codes=data["currency_codes"],
        language_endings=endings,
    )


def recognise(columns: Sequence[str], mapping: Mapping[str, str] | None = None) -> Header:
    """Find the fields of a project among column names; `mapping` (``--map``) overrules the names.

    Parameters
    ----------
    columns
        Names as they stand in the header; empty and repeated ones are allowed.
    mapping
        Field to column name. A column that is not there is left out: see `check_mapping`.
    """
    found: dict[str, list[tuple[int, int]]] = {}
    translations: dict[str, list[tuple[str, int]]] = {}
    for position, name in enumerate(columns):
        whole = header_names().ranks.get(normalise(name), ())
        in_one_language = () if whole else _translation(name)
        for field_name, language in in_one_language:
            translations.setdefault(field_name, []).append((language, position))
        for field_name, rank in whole or (() if in_one_language else _ranks_of_part(name)):
            found.setdefault(field_name, []).append((rank, position))
    fields = {name: tuple(position for _, position in sorted(hits)) for name, hits in found.items()}
    _place_second_descriptions(fields)
    for field_name, column in (mapping or {}).items():
        if (chosen := _position(columns, column)) is not None:
            _overrule(fields, translations, field_name, chosen)
    return Header(
        columns=_unique(columns),
        fields=fields,
        translations={name: tuple(hits) for name, hits in translations.items()},
        crs_amounts=_crs_amounts(columns),
        currencies=_currencies(columns, fields),
    )


def _ranks_of_part(name: str) -> tuple[tuple[str, int], ...]:
    """Return the fields of a name like ``Titre / Titel`` or ``Budget EUR``; they rank after whole names."""
    ranks = header_names().ranks
    if any(normalise(name) in pair for pair in header_names().crs_amounts.values()):
        return ()
    if not _PARTS.search(name):
        bare = normalise(_CURRENCY.sub("", name))
        return tuple((kind, rank + 50) for kind, rank in ranks.get(bare, ()) if kind in _MONEY)
    for part in _PARTS.split(name):
        if hits := ranks.get(normalise(part)):
            return tuple((field_name, rank + 100) for field_name, rank in hits)
    return ()


_MONEY = ("commitment", "disbursement", "budget")


def _translation(name: str) -> tuple[tuple[str, str], ...]:
    """Return (text field, language) of a column such as ``title_fr`` or ``Description (NL)``."""
    words = re.findall(r"[^\W\d_]+", name)
    if len(words) < 2:
        return ()
    language = header_names().language_endings.get(normalise(words[-1]))
    if language is None:
        return ()
    hits = header_names().ranks.get(normalise("".join(words[:-1])), ())
    return tuple((field_name, language) for field_name, _ in hits if field_name in _TEXT)


def _place_second_descriptions(fields: dict[str, tuple[int, ...]]) -> None:
    """Keep the text of a second description column (``summary`` beside ``description``)."""
    positions = fields.get("description", ())
    for free, position in zip(
        (name for name in ("short_description", "other_text") if name not in fields), positions[1:], strict=False
    ):
        fields[free] = (position,)


def _overrule(
    fields: dict[str, tuple[int, ...]],
    translations: dict[str, list[tuple[str, int]]],
    field_name: str,
    position: int,
) -> None:
    """Give a column to the field that the caller named, and to no other."""
    for other, positions in list(fields.items()):
        if left := tuple(taken for taken in positions if taken != position):
            fields[other] = left
        else:
            del fields[other]
    for other, hits in list(translations.items()):
        translations[other] = [hit for hit in hits if hit[1] != position]
        if not translations[other] or other == field_name:
            del translations[other]
    fields[field_name] = (position,)


def _position(columns: Sequence[str], wanted: str) -> int | None:
    """Find a column by its exact name, else by its normalised one."""
    if wanted in columns:
        return columns.index(wanted)
    wanted_normal = normalise(wanted)
    for position, name in enumerate(columns):
        if name.strip() == wanted.strip() or (wanted_normal and normalise(name) == wanted_normal):
            return position
    return None


def _unique(columns: Sequence[str]) -> tuple[str, ...]:
    """Name every column, differently: the rows of the output are keyed by these names."""
    taken = {name for name in columns if name.strip()}
    seen: set[str] = set()
    names: list[str] = []
    for number, name in enumerate(columns, 1):
        candidate = name if name.strip() else f"column {number}"
        suffix = 2
        while candidate in seen or (candidate != name and candidate in taken):
            candidate = f"{name or 'column'} ({suffix})"
            suffix += 1
        seen.add(candidate)
        names.append(candidate)
    return tuple(names)


def _crs_amounts(columns: Sequence[str]) -> dict[str, tuple[int, int]]:
    places: dict[str, int] = {}
    for position, name in enumerate(columns):
        places.setdefault(normalise(name), position)
    found = {
        kind: (places.get(usd, -1), places.get(national, -1))
        for kind, (usd, national) in header_names().crs_amounts.items()
    }
    return {kind: pair for kind, pair in found.items() if pair != (-1, -1)}


def _currencies(columns: Sequence[str], fields: Mapping[str, tuple[int, ...]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for kind in _MONEY:
        for position in fields.get(kind, ())[:1]:
            name = columns[position]
            known = header_names().amount_currencies.get(normalise(name), "")
            if match := _CURRENCY.search(name):
                known = _SIGNS[match.lastindex or 0] or match.group(0).upper()
            if known:
                found[kind] = known
    return found


def check_mapping(mapping: Mapping[str, str], columns: Iterable[str], place: str) -> None:
    """Refuse a ``--map`` that names an unknown field or a column that is not there."""
    names = list(columns)
    for field_name, column in mapping.items():
        if field_name not in header_names().fields:
            raise UsageError(
                f"--map names the field {field_name}, which does not exist.",
                code="unknown-field",
                remedy=f"Fields: {', '.join(sorted(header_names().fields))}.",
            )
        if _position(names, column) is None:
            raise PortfolioError(
                f"{place} has no column {column!r}. Columns found: {list_columns(names)}.",
                code="column-missing",
                remedy="Give one of these names to --map.",
            )


def no_text_column(columns: Sequence[str], place: str) -> PortfolioError:
    """Return the error for a table in which nothing looks like a title or a description."""
    names = [name for name in columns if name.strip()]
    example = max((name for name in names if len(name) <= 60), key=len, default="name of the column")
    return PortfolioError(
        f"{place}: no column is recognised as title or description. Columns found: {list_columns(names)}.",
        code="no-text-column",
        remedy=f'Say which column holds the text, for example --map title="{example}".',
    )


def list_columns(columns: Sequence[str]) -> str:
    """Return column names for a message, a long list cut short."""
    shown = [name[:40] for name in columns[:40] if name.strip()]
    more = len(columns) - 40
    return ", ".join(shown or ["none"]) + (f" and {more:,} more" if more > 0 else "")
