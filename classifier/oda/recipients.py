"""Countries and regions of a project, and whether they stood on the DAC list in its year."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal, TypeAlias

from classifier.errors import ReferenceDataError
from classifier.oda.folding import fold
from classifier.project import Project, Recipient

Status: TypeAlias = Literal["listed", "not-listed", "provider", "graduating", "region", "unspecified", "unknown"]

UNSPECIFIED = "998"
_LIST_YEARS = range(2024, 2026)
_NOTE = re.compile(r"\(([^()]*)\)")
_SEPARATOR = re.compile(r"\s*(?:;|\||\s/\s)\s*")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
#: Countries whose place on the list changes or is proposed to change, with the first year in doubt.
_GRADUATING = {"NRU": 2026, "MSR": 2026, "GUY": 2027, "PAN": 2027}


@dataclass(frozen=True, slots=True)
class Country:
    """A country of the DAC list, or one that is known not to be on it."""

    iso3: str
    iso2: str
    oecd_code: str
    names: tuple[str, ...]
    listed: bool
    provider: bool = False
    last_listed_year: int | None = None
    eligible_2026: bool = True

    def status(self, year: int | None) -> Status:
        """Return the country's status in the list that holds for a year."""
        if not self.listed:
            if self.last_listed_year and year and year <= self.last_listed_year:
                return "listed"
            return "provider" if self.provider else "not-listed"
        if year and year >= 2026 and not self.eligible_2026:
            return "not-listed"
        if year and self.iso3 in _GRADUATING and year >= _GRADUATING[self.iso3]:
            return "graduating"
        return "listed"


@dataclass(frozen=True, slots=True)
class Place:
    """A recipient as it was understood: a country, a region, unspecified, or unknown (kept as given)."""

    given: str
    status: Status
    country: Country | None = None
    domestic: bool = False


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Names and codes of countries and regions."""

    countries: dict[str, Country]
    regions: dict[str, str]

    def find(self, name: str) -> Country | str | None:
        """Return the country or the region code of a name or code, or None."""
        key = name_key(name)
        return self.countries.get(key) or self.regions.get(key)

    def all_countries(self) -> tuple[Country, ...]:
        """Return each country once."""
        return tuple({country.iso3: country for country in self.countries.values()}.values())


def name_key(name: str) -> str:
    """Return the form under which a name or code is looked up."""
    return _NOT_WORD.sub(" ", fold(name)).strip()


def _rows(filename: str) -> list[dict[str, str]]:
    """Read one of the tables of recipients."""
    path = files("classifier").joinpath("data", filename)
    try:
        return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    except OSError as error:
        raise ReferenceDataError(f"{filename} is missing.", code="reference-missing") from error


def _listed(row: dict[str, str]) -> Country:
    """Make a country of a row of the DAC list."""
    names = (row["name"], row["name_fr"], row["name_nl"])
    eligible = row["eligible_2026_flows"] != "no"
    return Country(row["iso3"], row["iso2"], row["oecd_code"], names, listed=True, eligible_2026=eligible)


def _not_listed(row: dict[str, str]) -> Country:
    """Make a country of a row of the table of countries that are not on the list."""
    names = (row["name"], row["name_fr"], row["name_nl"])
    last = int(row["last_listed_year"]) if row["last_listed_year"] else None
    provider = row["provider"] == "1"
    return Country(row["iso3"], row["iso2"], row["oecd_code"], names, False, provider, last)


@lru_cache(maxsize=1)
def load_gazetteer() -> Gazetteer:
    """Read the tables of recipients, once."""
    countries = [_listed(row) for row in _rows("dac_recipients.csv")]
    countries += [_not_listed(row) for row in _rows("nonlisted_countries.csv")]
    aliases = {row["iso3"]: row["aliases"].split("|") for row in _rows("recipient_aliases.csv")}
    by_name: dict[str, Country] = {}
    for country in countries:
        names = (country.iso3, country.iso2, country.oecd_code, *country.names, *aliases.get(country.iso3, ()))
        by_name.update(dict.fromkeys(map(name_key, names), country))
    regions = {
        name_key(name): row["code"]
        for row in _rows("recipient_regions.csv")
        for name in (row["code"], *row["names"].split("|"))
    }
    return Gazetteer(by_name, regions)


@lru_cache(maxsize=1)
def _region_names() -> dict[str, str]:
    return {row["code"]: row["names"].split("|")[0] for row in _rows("recipient_regions.csv")}


def region_name(text: str) -> str:
    """Return the name of a region given by code or name, empty where it is none that is known."""
    return _region_names().get(load_gazetteer().regions.get(name_key(text), ""), "")


def load_nationalities() -> dict[str, tuple[str, ...]]:
    """Return the words that name the people of a country, by ISO 3 code, in the notation of patterns."""
    return {row["iso3"]: tuple(row["forms"].split()) for row in _rows("nationalities.csv")}


def resolve(project: Project) -> tuple[Place, ...]:
    """Return the recipients of a project as understood, each once."""
    return _resolve_all(project.recipients, project.year)


@lru_cache(maxsize=4_096)
def _resolve_all(recipients: tuple[Recipient, ...], year: int | None) -> tuple[Place, ...]:
    """Return the places of recipients; portfolios name the same few again and again."""
    return tuple(dict.fromkeys(place for given in recipients for place in _resolve_one(given, year)))


def read_recipients(text: str, year: int | None = None) -> tuple[Place, ...]:
    """Read the recipients that a cell names, whatever separates them."""
    return tuple(_resolve_one(Recipient(name=text), year))


def list_year_remark(year: int | None) -> str:
    """Return the remark for a year without a list of its own, or an empty string."""
    return "" if year is None or year in _LIST_YEARS else f"recipient-list-year: {year}"


def _resolve_one(given: Recipient, year: int | None) -> Iterator[Place]:
    """Yield the places of one recipient as the source gave it: by code first, then by name."""
    gazetteer = load_gazetteer()
    for text in filter(None, (given.code, given.name)):
        found = tuple(_read(text, gazetteer, year, region=given.kind == "region"))
        if found and all(place.status != "unknown" for place in found):
            yield from found
            return
    if text := given.name or given.code:
        yield from _read(text, gazetteer, year, region=given.kind == "region")


def _read(text: str, gazetteer: Gazetteer, year: int | None, *, region: bool) -> Iterator[Place]:
    """Yield the places that a text names; a note in brackets (``not ODA``) marks domestic money."""
    found = gazetteer.find(text)
    if found is None:
        note = " ".join(_NOTE.findall(text))
        domestic = "domestic" in note.lower() or "not oda" in note.lower()
        pieces = _pieces(_NOTE.sub("", text) if note else text, gazetteer)
    else:
        domestic, pieces = False, [text]
    for piece in pieces:
        yield _place(piece, gazetteer.find(piece), year, domestic=domestic, region=region)


def _pieces(text: str, gazetteer: Gazetteer) -> list[str]:
    """Split a cell that names several recipients; names with a comma of their own stay whole."""
    pieces: list[str] = []
    for part in filter(None, map(str.strip, _SEPARATOR.split(text))):
        if gazetteer.find(part) is not None or "," not in part:
            pieces.append(part)
        else:
            pieces.extend(_split_at_commas(part, gazetteer))
    return pieces


def _split_at_commas(text: str, gazetteer: Gazetteer) -> Iterator[str]:
    """Split at commas, taking two pieces together where only together they are a name."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    index = 0
    while index < len(parts):
        pair = ", ".join(parts[index : index + 2])
        if index + 1 < len(parts) and gazetteer.find(pair) is not None:
            yield pair
            index += 2
        else:
            yield parts[index]
            index += 1


def _place(piece: str, found: Country | str | None, year: int | None, *, domestic: bool, region: bool) -> Place:
    """Make a place of what the gazetteer knows about a piece."""
    if isinstance(found, Country):
        return Place(piece, found.status(year), found, domestic)
    if found is not None:
        return Place(piece, "unspecified" if found == UNSPECIFIED else "region")
    return Place(piece, "region" if region else "unknown")


def words_of(countries: Iterable[Country]) -> tuple[str, ...]:
    """Return the names of countries as words of the notation."""
    names = (name for country in countries for name in country.names)
    return tuple(dict.fromkeys(_word(name) for name in names if "(" not in name))


def _word(name: str) -> str:
    """Return a country name as one alternative of the notation."""
    return "_".join(name_key(name).split())
