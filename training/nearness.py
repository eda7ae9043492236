"""Finds texts that are nearly the same, in time that grows with their number and not with its square.

Texts are compared by their runs of three words (shingles). An index from shingle to text gives the candidates;
shingles that stand in very many texts are stock phrases of the trade and lead to no candidate.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

#: Shared shingles over all shingles of both texts from which two texts are near-duplicates.
NEAR: Final = 0.5
#: Share of the shorter text that stands in the longer one from which it counts as contained.
CONTAINED: Final = 0.8
#: Runs of equal words that count as copied.
COPIED_WORDS: Final = 10

_Shingle: TypeAlias = tuple[str, ...]
_SHINGLE: Final = 3
_COMMON: Final = 60
_ENOUGH_TO_CONTAIN: Final = 8
_WORD: Final = re.compile(r"\w+")
_DIGITS: Final = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Near:
    """Two texts by their positions, and the share of shingles that they have in common."""

    first: int
    second: int
    overlap: float


def split_words(text: str) -> list[str]:
    """Return the words of a text for comparing: no case, all numbers alike."""
    return _WORD.findall(_DIGITS.sub("0", text.casefold()))


def word_runs(words: Sequence[str], length: int) -> set[tuple[str, ...]]:
    """Return the runs of that many words; the whole text where it is shorter."""
    return (
        {tuple(words[start : start + length]) for start in range(max(1, len(words) - length + 1))} if words else set()
    )


class TextIndex:
    """An index of texts in which near ones are looked up."""

    def __init__(self) -> None:
        self._sizes: list[int] = []
        self._places: dict[_Shingle, list[int]] = defaultdict(list)

    def __len__(self) -> int:
        return len(self._sizes)

    def add(self, text: str) -> int:
        """Index a text and return its position."""
        return self._add(_shingles(text))

    def near(self, text: str) -> Iterator[tuple[int, float]]:
        """Return (position, overlap) of the indexed texts that are near the given one."""
        return self._near(_shingles(text))

    def near_and_add(self, text: str) -> tuple[int, list[tuple[int, float]]]:
        """Index a text; return its position, and (position, overlap) of those near to it that were there before."""
        shingles = _shingles(text)
        near = list(self._near(shingles))
        return self._add(shingles), near

    def _add(self, shingles: set[_Shingle]) -> int:
        position = len(self._sizes)
        self._sizes.append(len(shingles))
        for shingle in shingles:
            self._places[shingle].append(position)
        return position

    def _near(self, shingles: set[_Shingle]) -> Iterator[tuple[int, float]]:
        shared: dict[int, int] = {}
        for shingle in shingles:
            places = self._places.get(shingle, ())
            if len(places) <= _COMMON:
                # A counter takes longer for a few places than for all of its counting.
                for place in places:
                    shared[place] = shared.get(place, 0) + 1
        for position, count in sorted(shared.items()):
            overlap = _overlap(count, len(shingles), self._sizes[position])
            if overlap:
                yield position, overlap


def _shingles(text: str) -> set[_Shingle]:
    return word_runs(split_words(text), _SHINGLE)


def _overlap(shared: int, size: int, other: int) -> float:
    """Return the overlap of two texts if they are near, else 0."""
    jaccard = shared / (size + other - shared)
    if jaccard >= NEAR:
        return jaccard
    smaller = min(size, other)
    contained = shared / smaller
    return contained if smaller >= _ENOUGH_TO_CONTAIN and contained >= CONTAINED else 0.0


def find_near(texts: Sequence[str]) -> Iterator[Near]:
    """Yield each pair of near texts once, the earlier text first."""
    index = TextIndex()
    for text in texts:
        position, near = index.near_and_add(text)
        for earlier, overlap in near:
            yield Near(earlier, position, overlap)
