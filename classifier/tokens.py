"""Words of a cleaned sentence, folded for comparison, with their places."""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property, lru_cache
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+")
_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ı": "i", "ø": "o"})


@lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """Lower the case of a word and take off accents and ligatures."""
    lowered = word.lower()
    if lowered.isascii():
        return lowered
    plain = unicodedata.normalize("NFKD", lowered.translate(_LIGATURES))
    # A lone half-width sound mark is a word to a pattern but nothing without its accents.
    return "".join(letter for letter in plain if not unicodedata.combining(letter)) or lowered


class Tokens:
    """The words of a cleaned sentence: their folded forms, and their places when asked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.forms = [*map(fold, _WORD.findall(text))]

    @cached_property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Start and end of each word in the sentence."""
        return tuple(match.span() for match in _WORD.finditer(self._text))


def tokenise(text: str) -> Tokens:
    """Split a text into words; apostrophes, hyphens and slashes separate."""
    return Tokens(text)
