"""Find patterns in sentences: a look-up of anchor words first, then one pass over the words of each slot.

spaCy's matcher spells a gap of up to n words as n optional tokens and follows every way to skip them,
which takes a time exponential in the gap; what is kept here for each word is the latest start alone.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import product
from operator import attrgetter, or_
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

from classifier.memory import Memory
from classifier.oda.lexicon import UNKNOWN, Lexicon, Tokens
from classifier.oda.notation import Pattern, Slot

Key = TypeVar("Key")

#: A gap never crosses these.
_HARD_STOPS = frozenset({";", ":", ".", "!", "?"})
_NOTHING = frozenset({UNKNOWN})
_WINDOW = 80
_OVERLAP = 30
_MOST_SPANS = 200
#: The sets of letters that a sentence may hold are the bits of one number, some sets to each bit: it is joined and
#: asked at once, and where it wrongly says yes only a pattern is tried in vain.
_BITS = 4_096
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


@dataclass(frozen=True, slots=True, eq=False)
class _Letters:
    """A set of letters that slots accept, with its number, its bit and a rough frequency."""

    letters: frozenset[str]
    number: int
    bit: int
    frequency: int


class _Step(NamedTuple):
    """The letters that a slot accepts, and how many words may stand before it."""

    accepts: _Letters
    gap: int


class Alphabet:
    """The sets of letters that the slots of all patterns accept, numbered, so that a sentence is looked up once."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._steps: dict[tuple[int, int], tuple[_Step, Slot]] = {}
        self._slots: dict[tuple[str, ...], _Letters] = {}
        self._sets: dict[frozenset[str], _Letters] = {}
        self._numbers: dict[str, list[int]] = defaultdict(list)
        self._bits = Memory(self._bits_of)

    def step(self, slot: Slot, gap: int) -> _Step:
        """Return the step of a slot; patterns share their slots, so that each object is looked up once."""
        key = (id(slot), gap)
        found = self._steps.get(key)
        if found is None:
            # The slot is kept with its step: no other object can take its identity.
            found = self._steps[key] = _Step(self._letters(slot.atoms), gap), slot
        return found[0]

    def _letters(self, atoms: tuple[str, ...]) -> _Letters:
        """Return the set of letters that the atoms of a slot match."""
        found = self._slots.get(atoms)
        if found is None:
            found = self._slots[atoms] = self._numbered(self.lexicon.letters(atoms))
        return found

    def _numbered(self, letters: frozenset[str]) -> _Letters:
        found = self._sets.get(letters)
        if found is None:
            number = len(self._sets)
            frequency = sum(map(_frequency, letters))
            found = self._sets[letters] = _Letters(letters, number, 1 << number % _BITS, frequency)
            for letter in letters:
                self._numbers[letter].append(number)
            # What was read before knows nothing of this set.
            self._bits.clear()
        return found

    def _bits_of(self, letter: str) -> int:
        """Return the bits of the sets that hold a letter."""
        bits = bytearray(_BITS // 8)
        for number in self._numbers.get(letter, ()):
            place, bit = divmod(number % _BITS, 8)
            bits[place] |= 1 << bit
        return int.from_bytes(bits, "little")

    def read(self, tokens: Tokens) -> Reading:
        """Look up a sentence; a long one in stretches that overlap."""
        words = tokens.words
        if len(words) <= _WINDOW:
            return (self._stretch(words, 0),)
        starts = range(0, len(words), _WINDOW - _OVERLAP)
        return tuple(self._stretch(words[start : start + _WINDOW], start) for start in starts)

    def _stretch(self, words: tuple[str, ...], offset: int) -> Stretch:
        present = frozenset(words) - _NOTHING
        return Stretch(offset, words, present, reduce(or_, map(self._bits.__getitem__, present), 0))


class Stretch:
    """Where the letters of a sentence, or of a part of a long one, stand, for the patterns that ask.

    Parameters
    ----------
    offset
        Place of its first word in the sentence.
    words, present
        Its letters in order, and each known one once.
    held
        Bits of the sets of letters of which one is present.
    """

    __slots__ = ("_known", "_stops", "_words", "held", "offset", "present")

    def __init__(self, offset: int, words: tuple[str, ...], present: frozenset[str], held: int) -> None:
        self.offset, self.present, self.held = offset, present, held
        self._words = words
        self._known: dict[int, list[int]] = {}
        self._stops: tuple[int, ...] | None = None

    @property
    def stops(self) -> tuple[int, ...]:
        """Where the marks stand that no gap crosses."""
        if self._stops is None:
            self._stops = () if self.present.isdisjoint(_HARD_STOPS) else stops_of(self._words)
        return self._stops

    def places(self, step: _Step) -> list[int]:
        """Return where words of a step stand, in order."""
        accepts = step.accepts
        found = self._known.get(accepts.number)
        if found is None:
            letters = accepts.letters & self.present
            found = [index for index, word in enumerate(self._words) if word in letters] if letters else []
            self._known[accepts.number] = found
        return found


#: A sentence looked up in an alphabet.
Reading: TypeAlias = tuple[Stretch, ...]


class _Compiled(Generic[Key]):
    """One pattern as steps, with the bits of the sets of letters that a sentence must hold."""

    __slots__ = ("_negates", "key", "needs", "pattern", "steps")

    def __init__(self, key: Key, pattern: Pattern, steps: tuple[_Step, ...]) -> None:
        self.key = key
        self.pattern = pattern
        self.steps = steps
        self.needs = reduce(or_, [step.accepts.bit for step in steps])
        self._negates: bool | None = None

    def find(self, stretch: Stretch) -> list[tuple[int, int]]:
        """Return the shortest matches, without overlaps, in order."""
        starts = stretch.places(self.steps[0])
        ends = [index + 1 for index in starts]
        for step in self.steps[1:]:
            starts, ends = _follow(step, starts, ends, stretch)
            if not ends:
                return []
        found, last = [], -1
        for start, end in zip(starts, ends, strict=True):
            if start >= last:
                last = end
                found.append((start, end))
        return found

    def span(self, start: int, end: int) -> Span[Key]:
        """Return a match as a hit."""
        if self._negates is None:
            self._negates = self.pattern.negates()
        return Span(self.key, start, end, self.pattern.conditions, self._negates)


def _ways(slots: tuple[Slot, ...]) -> Iterable[tuple[Slot, ...]]:
    """Return the slots with and without each that may be missing; one at the edge adds nothing."""
    if not any(slot.optional for slot in slots):
        return (slots,)
    choices = [((slot,), ()) if slot.optional else ((slot,),) for slot in slots]
    ways = {tuple(slot for part in choice for slot in part) for choice in product(*choices)}
    edges_hold = (way for way in ways if not (way[0].gap or way[0].optional or way[-1].gap or way[-1].optional))
    return sorted(edges_hold, key=len)


def _steps(slots: Iterable[Slot], alphabet: Alphabet) -> tuple[_Step, ...]:
    """Return the words to find in turn, and how many others may stand before each."""
    steps, gap = [], 0
    for slot in slots:
        if slot.gap:
            gap += slot.gap
            continue
        steps.append(alphabet.step(slot, gap))
        gap = 0
    return tuple(steps)


def _follow(step: _Step, starts: list[int], ends: list[int], stretch: Stretch) -> tuple[list[int], list[int]]:
    """Extend matches by a step; for each end only the latest start is kept, so that starts never fall."""
    new_starts, new_ends = [], []
    stops = stretch.stops
    for index in stretch.places(step):
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


_by_frequency = attrgetter("frequency")


class PatternIndex(Generic[Key]):
    """Patterns over one alphabet, tried only where their anchor words stand."""

    def __init__(self, patterns: Iterable[tuple[Key, Pattern]], alphabet: Alphabet) -> None:
        anchored: dict[_Letters, list[_Compiled[Key]]] = defaultdict(list)
        seconds: dict[_Letters, int] = defaultdict(int)
        for key, pattern in patterns:
            for way in _ways(pattern.slots):
                steps = _steps(way, alphabet)
                # The two slots that the fewest sentences hold: few alternatives, and no short words.
                anchor, *others = sorted((step.accepts for step in steps), key=_by_frequency)
                anchored[anchor].append(_Compiled(key, pattern, steps))
                seconds[anchor] |= (others[0] if others else anchor).bit
        by_letter: dict[str, list[_Compiled[Key]]] = defaultdict(list)
        by_seconds: dict[str, int] = defaultdict(int)
        for anchor, found in anchored.items():
            for letter in anchor.letters:
                by_letter[letter] += found
                by_seconds[letter] |= seconds[anchor]
        self._seconds = dict(by_seconds)
        self._by_letter = {letter: tuple(found) for letter, found in by_letter.items()}
        self._anchors = frozenset(by_letter)

    def find(self, reading: Reading) -> list[Span[Key]]:
        """Return the shortest hit of each pattern at each place, in order; a bounded number."""
        if len(reading) == 1:
            return sorted(self._find(reading[0]), key=in_order)
        found: set[Span[Key]] = set()
        for stretch in reading:
            found.update(self._find(stretch))
            if len(found) > _MOST_SPANS:
                break
        return sorted(found, key=in_order)

    def _find(self, stretch: Stretch) -> Iterator[Span[Key]]:
        """Yield the hits in a stretch of a sentence."""
        held, offset = stretch.held, stretch.offset
        tried: set[_Compiled[Key]] = set()
        for letter in self._anchors & stretch.present:
            if not self._seconds[letter] & held:
                continue
            for compiled in self._by_letter[letter]:
                if compiled.needs & held == compiled.needs and compiled not in tried:
                    tried.add(compiled)
                    for start, end in compiled.find(stretch):
                        yield compiled.span(start + offset, end + offset)


def stops_of(words: Iterable[str]) -> tuple[int, ...]:
    """Return where the marks stand that no gap crosses."""
    return tuple(index for index, word in enumerate(words) if word in _HARD_STOPS)


def in_order(span: Span[Any]) -> tuple[int, int, str, str]:
    """Return the key of a total order, so that nothing depends on the order of sets."""
    return span.start, span.end, str(span.key), " ".join(sorted(span.conditions))


def atoms_of(patterns: Iterable[Pattern]) -> set[str]:
    """Return every word that the patterns name."""
    return {atom for pattern in patterns for slot in pattern.slots for atom in slot.atoms} | {UNKNOWN}
