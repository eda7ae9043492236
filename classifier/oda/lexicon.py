"""The closed alphabet of the patterns: every word of a text becomes one of its letters or is unknown."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property
from itertools import chain

from classifier.memory import Memory
from classifier.oda.folding import fold

UNKNOWN = "·"
#: Punctuation that patterns and scopes see; other marks are unknown tokens.
MARKS = frozenset(",;:.()/!?")

_TOKEN = re.compile(r"[^\W_]+|[^\w\s]|_")
_LONGEST_WORD = 40
_SHORTEST_COMPOUND = 9
_SHORTEST_PART = 4
_LAST_CHARACTER = "\U0010ffff"


class Tokens:
    """A sentence as the patterns see it: letters of the alphabet, with their offsets when asked for.

    Parameters
    ----------
    words
        The letters in order.
    text
        The folded sentence.
    sizes
        How many letters each word of the sentence gave; empty when every word gave one.
    """

    def __init__(self, words: tuple[str, ...], text: str, sizes: tuple[int, ...] = ()) -> None:
        self.words, self._text, self._sizes = words, text, sizes

    @cached_property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Start and end of each letter; both parts of a compound have those of the whole word."""
        spans = (match.span() for match in _TOKEN.finditer(self._text))
        if not self._sizes:
            return tuple(spans)
        return tuple(span for span, size in zip(spans, self._sizes, strict=True) for _ in range(size))


class Lexicon:
    """The alphabet: words and word beginnings (``retour*``).

    A word that no pattern names by itself stands for the longest beginning that it has, so that the
    alphabet is finite and what is kept of it never grows with the texts.

    Parameters
    ----------
    atoms
        The words and word beginnings of the patterns.
    heads
        Beginnings of words that often end a compound (``terugkeer|premie``): such a compound is read as
        two letters, unless a pattern names more than its first part.
    """

    def __init__(self, atoms: Iterable[str], heads: Iterable[str] = ()) -> None:
        known = frozenset(atoms)
        self._literals = frozenset(atom for atom in known if not atom.endswith("*"))
        self._beginnings = frozenset(atom[:-1] for atom in known if atom.endswith("*"))
        self._lengths = sorted({len(word) for word in self._beginnings}, reverse=True)
        self._heads = tuple(sorted(head.removesuffix("*") for head in heads))
        self._alphabet = sorted(self._literals | {f"{word}*" for word in self._beginnings})
        self._known = Memory(self._letters_of)
        self._matched = Memory(self._matched_by)

    def letters(self, atoms: Iterable[str]) -> frozenset[str]:
        """Return the letters that stand for words which one of the atoms matches."""
        return frozenset(chain.from_iterable(map(self._matched.__getitem__, atoms)))

    def _matched_by(self, atom: str) -> tuple[str, ...]:
        if not atom.endswith("*"):
            return (atom,)
        first = bisect_left(self._alphabet, atom[:-1])
        last = bisect_left(self._alphabet, atom[:-1] + _LAST_CHARACTER)
        return tuple(self._alphabet[first:last])

    def letter(self, word: str) -> str:
        """Return the letter that stands for a folded word."""
        if word in self._literals:
            return word
        size = len(word)
        for length in self._lengths:
            if length <= size and word[:length] in self._beginnings:
                return word[:length] + "*"
        return UNKNOWN

    def parts(self, word: str) -> tuple[str, ...]:
        """Return the letters of a folded word: one, or those of the two parts of a compound."""
        letter = self.letter(word)
        if len(word) < _SHORTEST_COMPOUND or letter in self._literals:
            return (letter,)
        covered = 0 if letter == UNKNOWN else len(letter) - 1
        for start in range(max(_SHORTEST_PART, covered), len(word) - _SHORTEST_PART + 1):
            if word.startswith(self._heads, start):
                return self.letter(word[:start]), self.letter(word[start:])
        return (letter,)

    def read(self, text: str) -> Tokens:
        """Split a sentence into letters.

        Both parts of a compound have the place of the whole word, so that quotes never cut a word.
        """
        folded = fold(text)
        found = [*map(self._known.__getitem__, _TOKEN.findall(folded))]
        words = tuple(chain.from_iterable(found))
        return Tokens(words, folded, () if len(words) == len(found) else tuple(map(len, found)))

    def _letters_of(self, word: str) -> tuple[str, ...]:
        return (word,) if word in MARKS else self.parts(word[:_LONGEST_WORD])
