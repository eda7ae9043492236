"""Find patterns in sentences: a look-up of anchor words first, then one pass over the words of each slot.

spaCy's matcher spells a gap of up to n words as n optional tokens and follows every way to skip them,
which takes a time exponential in the gap; what is kept here for each word is the latest start alone.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Generic, TypeVar

from classifier.oda.lexicon import UNKNOWN, Lexicon, Tokens
from classifier.oda.notation import Pattern, Slot

Key = TypeVar("Key")

#: A gap never crosses these.
_HARD_STOPS = frozenset({";", ":", ".", "!", "?"})
_WINDOW = 80
_OVERLAP = 30
_MOST_SPANS = 200
_FREQUENT = 200
_SHORT_WORD = 3
_COMMON = frozenset(
    {
        "from",
        "with",
        "that",
        "this",
        "dans",
        "pour",
        "avec",
        "voor",
        "door",
        "naar",
        "project",
        "programme",
        "people",
        "support*",
    }
)


@dataclass(frozen=True, slots=True)
class Span(Generic[Key]):
    """A hit: whose pattern it is, and which tokens it covers (end exclusive)."""

    key: Key
    start: int
    end: int
    conditions: frozenset[str]
    negates: bool = False


@dataclass(frozen=True, slots=True)
class _Step:
    """A slot with the words that may stand before it; `number` names its set of letters."""

    letters: frozenset[str]
    number: int
    gap: int


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the words of a sentence stand, for the steps that ask."""

    positions: Mapping[str, list[int]]
    present: frozenset[str]
    stops: tuple[int, ...]
    known: dict[int, list[int]]

    def of(self, step: _Step) -> list[int]:
        """Return where words of a step stand, in order."""
        found = self.known.get(step.number)
        if found is None:
            found = sorted(index for letter in step.letters & self.present for index in self.positions[letter])
            self.known[step.number] = found
        return found


class _Compiled(Generic[Key]):
    """One pattern as steps, with the numbers of the sets of letters that a sentence must hold."""

    __slots__ = ("conditions", "key", "needs", "negates", "steps")

    def __init__(self, key: Key, pattern: Pattern, steps: tuple[_Step, ...]) -> None:
        self.key = key
        self.conditions = pattern.conditions
        self.negates = pattern.negates()
        self.steps = steps
        self.needs = sum({1 << step.number for step in steps})

    def anchor(self) -> frozenset[str]:
        """Return the slot that the fewest sentences hold: few alternatives, and no short words."""
        return min((step.letters for step in self.steps), key=lambda slot: sum(map(_frequency, slot)))

    def find(self, place: _Place) -> Iterator[tuple[int, int]]:
        """Yield the shortest matches, without overlaps, in order."""
        first = place.of(self.steps[0])
        starts, ends = first, [index + 1 for index in first]
        for step in self.steps[1:]:
            starts, ends = _follow(step, starts, ends, place)
            if not ends:
                return
        last = -1
        for start, end in zip(starts, ends, strict=True):
            if start >= last:
                last = end
                yield start, end


def _ways(slots: tuple[Slot, ...]) -> Iterator[tuple[Slot, ...]]:
    """Yield the slots with and without each that may be missing; one at the edge adds nothing."""
    choices = [((slot,), ()) if slot.optional else ((slot,),) for slot in slots]
    ways = {tuple(slot for part in choice for slot in part) for choice in product(*choices)}
    for way in sorted(ways, key=len):
        if not (way[0].gap or way[0].optional or way[-1].gap or way[-1].optional):
            yield way


def _steps(slots: Iterable[Slot], lexicon: Lexicon, numbers: dict[frozenset[str], int]) -> tuple[_Step, ...]:
    """Return the words to find in turn, and how many others may stand before each."""
    steps, gap = [], 0
    for slot in slots:
        if slot.gap:
            gap += slot.gap
            continue
        letters = lexicon.letters(slot.atoms)
        steps.append(_Step(letters, numbers.setdefault(letters, len(numbers)), gap))
        gap = 0
    return tuple(steps)


def _follow(step: _Step, starts: list[int], ends: list[int], place: _Place) -> tuple[list[int], list[int]]:
    """Extend matches by a step; for each end only the latest start is kept, so that starts never fall."""
    new_starts, new_ends = [], []
    stops = place.stops
    for index in place.of(step):
        before = bisect_right(ends, index) - 1
        if before < 0 or index - ends[before] > step.gap:
            continue
        end = ends[before]
        if stops and end < index and bisect_left(stops, end) != bisect_left(stops, index):
            continue
        new_starts.append(starts[before])
        new_ends.append(index + 1)
    return new_starts, new_ends


def _frequency(letter: str) -> int:
    """Return a rough frequency of a letter: short words are everywhere."""
    return _FREQUENT if len(letter) <= _SHORT_WORD or letter in _COMMON else 1


class PatternIndex(Generic[Key]):
    """Patterns over one alphabet, tried only where their anchor words stand."""

    def __init__(self, patterns: Iterable[tuple[Key, Pattern]], lexicon: Lexicon) -> None:
        self._by_anchor: dict[str, list[_Compiled[Key]]] = defaultdict(list)
        numbers: dict[frozenset[str], int] = {}
        for key, pattern in patterns:
            for way in _ways(pattern.slots):
                compiled = _Compiled(key, pattern, _steps(way, lexicon, numbers))
                for letter in sorted(compiled.anchor()):
                    self._by_anchor[letter].append(compiled)
        self._gives = _gives(numbers)
        self._anchors = frozenset(self._by_anchor)

    def find(self, tokens: Tokens) -> list[Span[Key]]:
        """Return the shortest hit of each pattern at each place, in order; a bounded number."""
        if self._anchors.isdisjoint(tokens.positions.keys()):
            return []
        if len(tokens.words) <= _WINDOW:
            return sorted(self._find(tokens, 0), key=in_order)
        found: set[Span[Key]] = set()
        for start in range(0, len(tokens.words), _WINDOW - _OVERLAP):
            found.update(self._find(tokens.stretch(start, start + _WINDOW), start))
            if len(found) > _MOST_SPANS:
                break
        return sorted(found, key=in_order)

    def _find(self, tokens: Tokens, offset: int) -> Iterator[Span[Key]]:
        """Yield the hits in a stretch of a sentence."""
        positions = tokens.positions
        held = 0
        for letter in positions:
            held |= self._gives.get(letter, 0)
        stops = tuple(index for index, word in enumerate(tokens.words) if word in _HARD_STOPS)
        place = _Place(positions, frozenset(positions), stops, {})
        tried: set[int] = set()
        for letter in filter(self._anchors.__contains__, positions):
            for compiled in self._by_anchor[letter]:
                if compiled.needs & held != compiled.needs or id(compiled) in tried:
                    continue
                tried.add(id(compiled))
                for start, end in compiled.find(place):
                    yield Span(compiled.key, start + offset, end + offset, compiled.conditions, compiled.negates)


def _gives(numbers: Mapping[frozenset[str], int]) -> dict[str, int]:
    """Return for each letter the numbers of the sets that hold it, one bit each."""
    found: dict[str, int] = defaultdict(int)
    for letters, number in numbers.items():
        for letter in letters:
            found[letter] |= 1 << number
    return dict(found)


def in_order(span: Span[Any]) -> tuple[int, int, str, str]:
    """Return the key of a total order, so that nothing depends on the order of sets."""
    return span.start, span.end, str(span.key), " ".join(sorted(span.conditions))


def atoms_of(patterns: Iterable[Pattern]) -> set[str]:
    """Return every word that the patterns name."""
    return {atom for pattern in patterns for slot in pattern.slots for atom in slot.atoms} | {UNKNOWN}
