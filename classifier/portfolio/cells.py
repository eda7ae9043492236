"""Reads single cells of a table: codes, countries, years, money and markers, in the spellings that occur."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Literal

from classifier.project import Recipient

_EMPTY_MARKS = ("", "-", "--", "–", "—", ".", "?", "0", "0000-00-00", "00/00/0000")
_EMPTY_SHORT = ("n/a", "na", "n.a.", "n.a", "nan", "null", "none", "nd", "n.d.", "nt", "tbd", "tbc", "n.v.t.", "nvt")
_EMPTY_WORDS = ("unknown", "inconnu", "onbekend", "à déterminer", "not specified", "non précisé", "niet bekend")
_PLACEHOLDERS = frozenset((*_EMPTY_MARKS, *_EMPTY_SHORT, *_EMPTY_WORDS))
_CODE_SEPARATORS = re.compile(r"[;|,\n]+")
_SECTOR_CODE = re.compile(r"(?<!\d)\d{5}(?!\d)|^\s*\d{3}(?!\d)")
_LEADING_CODE = re.compile(r"[A-Za-z]?\d[\w.]*")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DATE_PARTS = re.compile(r"(?<!\d)(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})(?!\d)")
_MONTH_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_SHARE = re.compile(r"(?:[(:]\s*(\d{1,3}(?:[.,]\d+)?)\s*%?\s*\)?|\s(\d{1,3}(?:[.,]\d+)?)\s*%)$")
_COUNTRY_LIST = re.compile(r"[;|\n]+|\s/\s")
_INVERTED = re.compile(
    r"\b(rep|republic|république|republiek|of|the|du|van|regional|unspecified|dem|democratic|democratische|state|"
    r"states|islamic|federated|people's|sar|china|bolivarian|plurinational|arab|former|british|south|north)\b",
    re.IGNORECASE,
)
_ISO_LIST = re.compile(r"[A-Z]{2,3}(?:\s*[,;/|+&]\s*[A-Z]{2,3})+$")
_AREA = re.compile(r"(?<![\d.])[1-4]\.\d(?![\d.])")
_MONEY = re.compile(r"(?:[A-Za-z]{2,4}\.?|[€$£])?\s*(-?\d(?:[\d.,\s'’]*\d)?)\s*([A-Za-z.€$£]*(?:\s[A-Za-z€$£]+)?)")
_UNITS = {
    **dict.fromkeys(("", "eur", "euro", "euros", "usd", "gbp", "chf", "dkk", "sek", "nok", "cad", "us"), 1.0),
    **dict.fromkeys(("m", "mio", "mln", "million", "millions", "miljoen", "m eur", "million eur"), 1e6),
    **dict.fromkeys(("k", "keur", "k eur", "thousand", "mille", "duizend"), 1e3),
}
_MARKERS = {
    **dict.fromkeys(("0", "not targeted", "non ciblé", "niet gericht", "no objective", "none"), 0),
    **dict.fromkeys(("1", "significant", "significatif", "significant objective", "belangrijk"), 1),
    **dict.fromkeys(("2", "principal", "principal objective", "objectif principal", "hoofddoelstelling"), 2),
}
_MARKER_DIGIT = re.compile(r"(?:[a-z]{1,2}-?)?([012])(?:\.0+)?(?:\s*[-:=–(].*)?$")


class UnreadableDateError(ValueError):
    """A cell that should hold a year or a date holds neither."""


def as_text(value: object) -> str:
    """Return a cell as text: nothing is empty, whole numbers have no decimals, lists are joined by lines."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, list | tuple):
        return "\n".join(filter(None, map(as_text, value)))
    if isinstance(value, dict):
        return as_text(next((part for part in value.values() if part), None))
    return str(value)


@lru_cache(maxsize=4096)
def read_sector_codes(text: str) -> tuple[str, ...]:
    """Return DAC purpose (5 digits) or sector (3 digits) codes, each once; names are passed over.

    >>> read_sector_codes("15190: 60; 160 - Other social infrastructure")
    ('15190', '160')
    """
    if text.isdecimal():
        return (text,)
    found = (code.strip() for part in _CODE_SEPARATORS.split(text) for code in _SECTOR_CODE.findall(part))
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=4096)
def read_codes(text: str) -> tuple[str, ...]:
    """Return codes of a list such as ``C01; G01 - Administrative costs``, unknown ones as they stand."""
    parts = (part.strip() for part in _CODE_SEPARATORS.split(text))
    return tuple(dict.fromkeys(_leading_code(part) for part in parts if part))


def _leading_code(part: str) -> str:
    match = _LEADING_CODE.match(part)
    return match.group(0) if match else part


@lru_cache(maxsize=4096)
def read_names(text: str) -> tuple[str, ...]:
    """Return the names of a cell; commas belong to names."""
    parts = (part.strip() for part in re.split(r"[;|\n]+", text))
    return tuple(dict.fromkeys(part for part in parts if part))


@lru_cache(maxsize=4096)
def read_year(text: str) -> int | None:
    """Return the year of a year or date cell, None for an empty one or a placeholder.

    Raises
    ------
    UnreadableDateError
        When the cell holds something else.

    >>> read_year(" 2021 "), read_year("31/12/2011 00:00"), read_year("n/a")
    (2021, 2011, None)
    """
    cell = text.strip()
    if cell.casefold() in _PLACEHOLDERS:
        return None
    if cell.endswith(".0"):
        cell = cell[:-2]
    if cell.isdecimal():
        return _year_of_number(cell)
    if match := _DATE_PARTS.search(cell):
        return _year_of_date(*match.groups())
    if match := _YEAR.search(cell):
        return int(match.group(0))
    raise UnreadableDateError


def _year_of_number(digits: str) -> int:
    if len(digits) == 4 and 1900 <= int(digits) <= 2100:
        return int(digits)
    if len(digits) == 8 and 1900 <= int(digits[:4]) <= 2100:
        return _year_of_date(digits[:4], digits[4:6], digits[6:])
    if len(digits) == 5 and 10_000 <= int(digits) < 80_000:  # days since 1900, as Excel counts
        return 1900 + int(int(digits) / 365.2425)
    raise UnreadableDateError


def _year_of_date(first: str, second: str, third: str) -> int:
    """Check day and month in either order and return the year, wherever it stands."""
    if len(first) == 4:
        year, month, day = int(first), int(second), int(third)
    else:
        year, month, day = int(third), int(second), int(first)
        if len(third) <= 2:
            year += 2000 if year < 70 else 1900
    if month > 12:
        month, day = day, month
    if not (1900 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= _MONTH_DAYS[month - 1]):
        raise UnreadableDateError
    return year


def read_amount(text: str) -> float | None:
    """Return the number of a money cell, None when unreadable.

    >>> read_amount("1.234,50"), read_amount("€ 3,700,000"), read_amount("5e+06"), read_amount("n/a")
    (1234.5, 3700000.0, 5000000.0, None)
    """
    try:
        value = float(text)
    except ValueError:
        return _read_formatted_amount(text)
    return value if math.isfinite(value) else None


@lru_cache(maxsize=4096)
def _read_formatted_amount(text: str) -> float | None:
    match = _MONEY.fullmatch(text.strip())
    unit = _UNITS.get(match.group(2).casefold().strip(" .€$£")) if match else None
    if match is None or unit is None:
        return None
    digits = re.sub(r"[^\d.,\-]", "", match.group(1))
    comma, point = digits.rfind(","), digits.rfind(".")
    decimal = max(comma, point)
    if decimal >= 0 and min(comma, point) < 0:  # one kind of mark: groups of three mean thousands
        repeated = digits.count(digits[decimal]) > 1
        if repeated or (len(digits) - decimal == 4 and not digits.startswith(("0", "-0"))):
            decimal = -1
    whole = re.sub(r"[.,]", "", digits if decimal < 0 else digits[:decimal])
    fraction = "" if decimal < 0 else digits[decimal + 1 :]
    return float(f"{whole}.{fraction or 0}") * unit


@lru_cache(maxsize=4096)
def read_marker(text: str) -> int | None:
    """Return a declared marker score, None when not screened or unknown.

    >>> read_marker("2"), read_marker("1 - significant objective"), read_marker("G0"), read_marker("")
    (2, 1, 0, None)
    """
    cell = text.strip().casefold()
    if not cell:
        return None
    if cell in _MARKERS:
        return _MARKERS[cell]
    match = _MARKER_DIGIT.match(cell)
    return int(match.group(1)) if match else None


@lru_cache(maxsize=4096)
def read_areas(text: str) -> tuple[str, ...]:
    """Return result area codes without the prefix ``RA``, each once."""
    return tuple(dict.fromkeys(_AREA.findall(text.replace("RA", " "))))


@lru_cache(maxsize=8192)
def read_recipients(names: str, codes: str, shares: str, kind_of_region: bool = False) -> tuple[Recipient, ...]:
    """Return the countries (or regions) of a name cell, a code cell and a share cell.

    Lists such as ``ET, KE, SD``, ``Kenya; Uganda`` or ``KE (60%), UG (40%)`` become several; the comma in
    ``Congo, Dem. Rep.`` does not. A name that looks like a code is kept as a code.
    """
    kind: Literal["country", "region"] = "region" if kind_of_region else "country"
    name_parts, code_parts = _split_countries(names), _split_countries(codes)
    if name_parts and code_parts and len(name_parts) != len(code_parts):
        name_parts = [(names.strip(), None)] if len(code_parts) == 1 else []
    share_parts = [read_amount(part.strip(" %")) for part in re.split(r"[;|]", shares)] if shares else []
    found = []
    for index in range(max(len(name_parts), len(code_parts))):
        name, name_share = name_parts[index] if name_parts else ("", None)
        code, code_share = code_parts[index] if code_parts else ("", None)
        if name and not code and _is_code(name):
            name, code = "", name
        share = name_share if name_share is not None else code_share
        if share is None and index < len(share_parts):
            share = share_parts[index]
        found.append(Recipient(code=code, name=name, kind=kind, percentage=_percentage(share)))
    return tuple(found)


def _percentage(share: float | None) -> float | None:
    return share if share is not None and 0 <= share <= 100 else None


def _is_code(text: str) -> bool:
    return (text.isalpha() and text.isupper() and 2 <= len(text) <= 3) or text.isdecimal()


def _split_countries(text: str) -> list[tuple[str, float | None]]:
    stripped = text.strip()
    if not stripped:
        return []
    parts = _split_list(stripped)
    return [_split_share(part.strip()) for part in parts if part.strip()]


def _split_list(text: str) -> list[str]:
    if _ISO_LIST.match(text):
        return re.split(r"[,;/|+&]", text)
    parts = _COUNTRY_LIST.split(text)
    if len(parts) > 1 or "," not in text:
        return parts
    by_comma = [part.strip() for part in re.split(r",(?!\d)", text)]
    separate = all(part[:1].isupper() and not _INVERTED.search(part) for part in by_comma[1:])
    return by_comma if separate else [text]


def _split_share(part: str) -> tuple[str, float | None]:
    if part.isdecimal() or part[-1:] not in "%)0123456789":
        return part, None
    match = _SHARE.search(part)
    if match is None or match.start() == 0:
        return part, None
    return part[: match.start()].strip(" (:"), read_amount((match.group(1) or match.group(2)).replace(",", "."))
