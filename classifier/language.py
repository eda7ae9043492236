"""The language of a piece of text: English, French, Dutch or another.

Function words settle the clear cases at the price of a few set look-ups; py3langid, slower to load and
to run, is asked about the rest.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from py3langid.langid import LanguageIdentifier

LANGUAGES: Final = ("en", "fr", "nl")
OTHER: Final = "other"

#: So much of a text tells its language.
SAMPLE_CHARACTERS: Final = 1_000

#: What py3langid may answer. Close relatives of English (Nigerian Pidgin) or Latin draw titles full of names.
_CANDIDATES: Final = ("en", "fr", "nl", "es", "pt", "it", "de", "da", "sv", "no", "fi", "pl", "ro", "tr", "ru", "ar")
_WORD: Final = re.compile(r"[^\W\d_]+")
_CLEAR_HITS: Final = 2
_CLEAR_RATIO: Final = 3
_MIN_WORDS_FOR_OTHER: Final = 12
_MIN_LATIN_SHARE: Final = 0.5


@cache
def _function_words() -> dict[str, tuple[str, ...]]:
    """Map each word to the languages that use it."""
    text = resources.files("classifier").joinpath("data/function_words.json").read_text("utf-8")
    languages: dict[str, tuple[str, ...]] = {}
    for language, words in json.loads(text).items():
        for word in dict.fromkeys(words.split()):
            languages[word] = (*languages.get(word, ()), language)
    return languages


@cache
def load_identifier() -> LanguageIdentifier:
    """Load py3langid, once per process."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(_CANDIDATES))
    return identifier


def is_function_word(form: str) -> bool:
    """Tell whether a folded word only ties other words together."""
    return form in _function_words()


def letter_words(text: str) -> list[str]:
    """Return the runs of letters of a text in lower case; of a long text those of its beginning."""
    words: list[str] = _WORD.findall(text[:SAMPLE_CHARACTERS].lower())
    return words


def count_function_words(words: Sequence[str]) -> dict[str, float]:
    """Return how often the function words of each language occur; a shared word counts in parts."""
    counts: dict[str, float] = {}
    for owners in filter(None, map(_function_words().get, words)):
        for language in owners:
            counts[language] = counts.get(language, 0.0) + 1.0 / len(owners)
    return counts


def _clear_winner(counts: Mapping[str, float]) -> str | None:
    ranked = sorted(counts.items(), key=lambda item: -item[1])
    if not ranked or ranked[0][1] < _CLEAR_HITS:
        return None
    if len(ranked) > 1 and ranked[0][1] < _CLEAR_RATIO * ranked[1][1]:
        return None
    return ranked[0][0]


def identify_language(text: str) -> str:
    """Return ``en``, ``fr``, ``nl``, ``other``, or an empty string for a text without words; see `settle_language`."""
    words = letter_words(text)
    return settle_language(text, words, count_function_words(words))


def settle_language(text: str, words: Sequence[str], counts: Mapping[str, float]) -> str:
    """Return the language of a text whose words and function words are known.

    Short titles full of names are hard for any identifier: below twelve words the answer is one of the three
    languages, unless the script is not Latin or function words clearly speak for another.
    """
    if not words:
        return ""
    letters = "".join(words)
    if not letters.isascii() and sum(letter < "\u0250" for letter in letters) < _MIN_LATIN_SHARE * len(letters):
        return OTHER
    winner = _clear_winner(counts)
    if winner is None:
        ranked = [language for language, _ in load_identifier().rank(text[:SAMPLE_CHARACTERS].lower())]
        if len(words) < _MIN_WORDS_FOR_OTHER:
            return str(next(language for language in ranked if language in LANGUAGES))
        winner = str(ranked[0])
    return winner if winner in LANGUAGES else OTHER
