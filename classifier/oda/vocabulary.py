"""Word classes and pattern lists: from vocabulary.toml, and from the tables of countries."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources.abc import Traversable
from typing import Any

from classifier.errors import ReferenceDataError
from classifier.oda.notation import NotationError, Vocabulary, parse_words
from classifier.oda.recipients import load_gazetteer, load_nationalities, words_of

LANGUAGES = ("en", "fr", "nl")
#: File of the word classes and pattern lists that all rules share.
VOCABULARY = "vocabulary.toml"
#: Names that are common words in one of the languages and would match by mistake.
_AMBIGUOUS = frozenset({"maurice", "inde", "grenade", "dominique", "oman", "china", "montserrat", "chine_republique"})


@lru_cache(maxsize=1)
def place_classes() -> Mapping[str, tuple[str, ...]]:
    """Return the word classes that the tables of countries give."""
    countries = load_gazetteer().all_countries()
    listed = [country for country in countries if country.listed]
    others = [country for country in countries if not country.listed and not country.provider]
    providers = [country for country in countries if country.provider]
    short = (
        "drc",
        "rdc",
        "syria",
        "syrie",
        "iran",
        "gaza",
        "palestine",
        "turkey",
        "turquie",
        "tanzania",
        "vietnam",
        "laos",
    )
    nations = tuple(form for forms in load_nationalities().values() for form in forms)
    return {
        "listed_place": _places((*words_of(listed), *short)),
        "provider_country": _places((*words_of(providers), "uk", "usa", "holland")),
        "other_place": _places(words_of(others)),
        "nationality": nations,
    }


def _places(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names that are neither common words nor official forms of many words."""
    return tuple(word for word in words if word not in _AMBIGUOUS and word.count("_") <= 2)


def read_toml(folder: Traversable, filename: str) -> dict[str, Any]:
    """Read a file of the rules.

    Raises
    ------
    ReferenceDataError
        The file is missing or no TOML; the message names it.
    """
    path = folder.joinpath(filename)
    if not path.is_file():
        raise ReferenceDataError(
            f"{filename} is missing in the folder of the rules.",
            code="rule-file-missing",
            remedy=f"A folder of rules needs {VOCABULARY} and scope.toml; copy them from the shipped rules.",
        )
    return parse_toml(filename, path.read_text(encoding="utf-8"))


def parse_toml(filename: str, text: str) -> dict[str, Any]:
    """Parse the text of a file of the rules."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ReferenceDataError(f"{filename} is no valid TOML: {error}.", code="rule-toml") from None


def load_vocabularies(folder: Traversable) -> dict[str, Vocabulary]:
    """Read the word classes and pattern lists of every language."""
    data = read_toml(folder, VOCABULARY)
    return {language: _vocabulary(data, language) for language in LANGUAGES}


def _vocabulary(data: Mapping[str, Any], language: str) -> Vocabulary:
    """Make the vocabulary of one language."""
    macros = {name: tuple(table.get(language, ())) for name, table in data.get("macros", {}).items()}
    return Vocabulary(read_classes(data.get("classes", {}), language, VOCABULARY), macros)


def read_classes(tables: Mapping[str, Mapping[str, Any]], language: str, filename: str) -> dict[str, tuple[str, ...]]:
    """Read word classes of one language, those of the countries included."""
    classes = dict(place_classes())
    for name, table in tables.items():
        if unknown := set(table) - {"all", "en", "fr", "nl"}:
            raise ReferenceDataError(
                f"{filename}: class {name}: unknown language {min(unknown)!r}.", code="rule-vocabulary"
            )
        try:
            classes[name] = parse_words(f"{table.get(language, '')} {table.get('all', '')}")
        except NotationError as error:
            raise ReferenceDataError(f"{filename}: class {name}: {error}.", code="rule-vocabulary") from None
    return classes
