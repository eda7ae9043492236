"""Words of a cleaned sentence, folded for comparison, with their places."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

_WORD: Final = re.compile(r"[^\W_]+")
_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ı": "i", "ø": "o"})


class Token(NamedTuple):
    """A word: folded form and span in the cleaned sentence."""

    form: str
    start: int
    end: int


@lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """Lower the case of a word and take off accents and ligatures."""
    lowered = word.lower()
    if lowered.isascii():
        return lowered
    plain = unicodedata.normalize("NFKD", lowered.translate(_LIGATURES))
    # A lone half-width sound mark is a word to a pattern but nothing without its accents.
    return "".join(letter for letter in plain if not unicodedata.combining(letter)) or lowered


def tokenise(text: str) -> list[Token]:
    """Split a text into words; apostrophes, hyphens and slashes separate."""
    return [Token(fold(match[0]), match.start(), match.end()) for match in _WORD.finditer(text)]
