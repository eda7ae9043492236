"""Find patterns in sentences: a look-up of anchor words first, spaCy's matcher on what is left."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from spacy.matcher import Matcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from classifier.oda.lexicon import UNKNOWN, Lexicon, Tokens
from classifier.oda.notation import Pattern, Slot

Key = TypeVar("Key")

#: A gap never crosses these.
_HARD_STOPS = [";", ":", ".", "!", "?"]
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


class _Compiled(Generic[Key]):
    """One pattern with what must be present for it to match."""

    __slots__ = ("conditions", "key", "margin", "matcher", "negates", "reach", "slots")

    def __init__(self, key: Key, pattern: Pattern, lexicon: Lexicon, vocab: Vocab) -> None:
        self.key = key
        self.conditions = pattern.conditions
        self.negates = pattern.negates()
        self.slots = tuple(lexicon.letters(slot.atoms) for slot in pattern.mandatory())
        self.reach = sum(max(slot.gap, 1) for slot in pattern.slots)
        self.margin = sum(slot.optional for slot in pattern.slots)
        self.matcher = Matcher(vocab, validate=False)
        self.matcher.add("hit", [[_specification(slot, lexicon) for slot in pattern.slots]])

    def anchor(self) -> frozenset[str]:
        """Return the slot that the fewest sentences hold: few alternatives, and no short words."""
        return min(self.slots, key=lambda slot: sum(map(_frequency, slot)))

    def window(self, positions: Mapping[str, list[int]]) -> tuple[int, int] | None:
        """Return the stretch of words in which the pattern may match, None when it cannot.

        Every mandatory slot must have a word, the first and the last of them close enough.
        """
        present = positions.keys()
        for slot in self.slots:
            if slot.isdisjoint(present):
                return None
        firsts = _places(self.slots[0], positions)
        lasts = _places(self.slots[-1], positions)
        starts = [first for first in firsts if _has_between(lasts, first, first + self.reach)]
        if not starts:
            return None
        return max(0, starts[0] - self.margin), min(lasts[-1], starts[-1] + self.reach) + self.margin + 1

    def find(self, doc: Doc, window: tuple[int, int]) -> Iterator[tuple[int, int]]:
        """Yield the shortest matches in a stretch of a sentence."""
        offset, end = window
        for start, stop in _shortest(self.matcher(doc[offset:end])):
            yield start + offset, stop + offset


def _places(slot: frozenset[str], positions: Mapping[str, list[int]]) -> list[int]:
    """Return where words of a slot stand, in order."""
    return sorted(index for letter, found in positions.items() if letter in slot for index in found)


def _has_between(ordered: list[int], low: int, high: int) -> bool:
    """Tell whether a sorted list holds a number from `low` to just below `high`."""
    index = bisect_left(ordered, low)
    return index < len(ordered) and ordered[index] < high


def _frequency(letter: str) -> int:
    """Return a rough frequency of a letter: short words are everywhere."""
    return _FREQUENT if len(letter) <= _SHORT_WORD or letter in _COMMON else 1


def _specification(slot: Slot, lexicon: Lexicon) -> dict[str, Any]:
    """Return spaCy's specification of one slot."""
    if slot.gap:
        return {"ORTH": {"NOT_IN": _HARD_STOPS}, "OP": f"{{0,{slot.gap}}}"}
    letters = sorted(lexicon.letters(slot.atoms))
    test: dict[str, Any] = {"ORTH": letters[0] if len(letters) == 1 else {"IN": letters}}
    return test | {"OP": "?"} if slot.optional else test


class PatternIndex(Generic[Key]):
    """Patterns over one alphabet, tried only where their anchor words stand."""

    def __init__(self, patterns: Iterable[tuple[Key, Pattern]], lexicon: Lexicon, vocab: Vocab) -> None:
        self._vocab = vocab
        self._by_anchor: dict[str, list[_Compiled[Key]]] = defaultdict(list)
        for key, pattern in patterns:
            compiled = _Compiled(key, pattern, lexicon, vocab)
            for letter in sorted(compiled.anchor()):
                self._by_anchor[letter].append(compiled)
        self._anchors = frozenset(self._by_anchor)

    def find(self, tokens: Tokens) -> list[Span[Key]]:
        """Return the shortest hit of each pattern at each place, in order; a bounded number."""
        if self._anchors.isdisjoint(tokens.positions.keys()):
            return []
        if len(tokens.words) <= _WINDOW:
            return sorted(self._find(tokens, 0), key=_order)
        found: set[Span[Key]] = set()
        for start in range(0, len(tokens.words), _WINDOW - _OVERLAP):
            found.update(self._find(tokens.stretch(start, start + _WINDOW), start))
            if len(found) > _MOST_SPANS:
                break
        return sorted(found, key=_order)

    def _find(self, tokens: Tokens, offset: int) -> Iterator[Span[Key]]:
        """Yield the hits in a stretch of a sentence."""
        positions = tokens.positions
        tried: set[int] = set()
        doc: Doc | None = None
        for letter in sorted(filter(self._anchors.__contains__, positions)):
            for compiled in self._by_anchor[letter]:
                if id(compiled) in tried:
                    continue
                tried.add(id(compiled))
                window = compiled.window(positions)
                if window is None:
                    continue
                doc = doc if doc is not None else Doc(self._vocab, words=list(tokens.words))
                for start, end in compiled.find(doc, window):
                    yield Span(compiled.key, start + offset, end + offset, compiled.conditions, compiled.negates)


def _order(span: Span[Any]) -> tuple[int, int, str, str]:
    """Return the key of a total order, so that nothing depends on the order of sets."""
    return span.start, span.end, str(span.key), " ".join(sorted(span.conditions))


def _shortest(matches: list[tuple[int, int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the matches that hold no other match, without overlaps."""
    last = -1
    for _, start, end in sorted(matches, key=lambda match: (match[2], -match[1])):
        if start >= last:
            last = end
            yield start, end


def atoms_of(patterns: Iterable[Pattern]) -> set[str]:
    """Return every word that the patterns name."""
    return {atom for pattern in patterns for slot in pattern.slots for atom in slot.atoms} | {UNKNOWN}
