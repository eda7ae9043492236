"""Find patterns in sentences: a look-up of anchor words first, spaCy's matcher on what is left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
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

    __slots__ = ("conditions", "key", "matcher", "negates", "slots")

    def __init__(self, key: Key, pattern: Pattern, lexicon: Lexicon, vocab: Vocab) -> None:
        self.key = key
        self.conditions = pattern.conditions
        self.negates = pattern.negates()
        self.slots = tuple(lexicon.letters(slot.atoms) for slot in pattern.mandatory())
        self.matcher = Matcher(vocab, validate=False)
        self.matcher.add("hit", [[_specification(slot, lexicon) for slot in pattern.slots]])

    def anchor(self) -> frozenset[str]:
        """Return the slot with the fewest alternatives, long words preferred."""
        return min(self.slots, key=lambda slot: (len(slot), -min(map(len, slot), default=0)))

    def may_match(self, present: frozenset[str]) -> bool:
        """Tell whether every mandatory slot has a word in the sentence."""
        return not any(slot.isdisjoint(present) for slot in self.slots)


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
            for letter in compiled.anchor():
                self._by_anchor[letter].append(compiled)
        self._anchors = frozenset(self._by_anchor)

    def find(self, tokens: Tokens) -> list[Span[Key]]:
        """Return the shortest hit of each pattern at each place, in order; a bounded number."""
        if self._anchors.isdisjoint(tokens.present):
            return []
        if len(tokens.words) <= _WINDOW:
            return sorted(self._find(tokens.words, 0), key=_order)
        found: set[Span[Key]] = set()
        for start in range(0, len(tokens.words), _WINDOW - _OVERLAP):
            found.update(self._find(tokens.words[start : start + _WINDOW], start))
            if len(found) > _MOST_SPANS:
                break
        return sorted(found, key=_order)

    def _find(self, words: tuple[str, ...], offset: int) -> Iterator[Span[Key]]:
        """Yield the hits in a stretch of words."""
        present = frozenset(words)
        tried: set[int] = set()
        doc: Doc | None = None
        for letter in sorted(self._anchors & present):
            for compiled in self._by_anchor[letter]:
                if id(compiled) in tried or not compiled.may_match(present):
                    continue
                tried.add(id(compiled))
                doc = doc if doc is not None else Doc(self._vocab, words=list(words))
                for start, end in _shortest(compiled.matcher(doc)):
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
