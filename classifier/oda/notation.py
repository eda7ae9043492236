"""The notation of patterns: readable by a domain expert, compiled to token patterns.

``@provider <train> ..4 refugee*|asylum_seeker* in?``

=================  =========================================================================
``word``           that word, without case and accents
``word*``          a word that begins so
``a|b|<class>``    one of these; ``<class>`` is a word class of vocabulary.toml
``two_words``      an expression of several words, as one alternative
``word?``          may be missing
``..4``            up to four words, never across ``;`` ``:`` or the end of a sentence
``&4``             what stands on both sides, in either order, with up to four words between
``@name``          a condition on the place of the hit (at the start of the pattern)
``$name``          a list of patterns of vocabulary.toml (stands alone after the conditions)
=================  =========================================================================
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import permutations, product

from classifier.oda.folding import fold

CONDITIONS = frozenset(
    {
        "@provider",
        "@not-provider",
        "@objective",
        "@title",
        "@no-listed",
        "@from:provider",
        "@from:listed",
        "@from:inside",
        "@from:unstated",
        "@window",
        "@no-window",
        "@beyond",
        "@strong",
        "@either-way",
        "@short",
    }
)

_ATOM = re.compile(r"\w+\*?\Z")
_GAP = re.compile(r"\.\.(\d{1,2})\Z")
_NEARBY = re.compile(r"&(\d{1,2})\Z")
_LONGEST_GAP = 16
_MOST_NEARBY = 3
_NEGATIONS = frozenset(["not", "no", "without", "don_t", "t", "ne", "n", "pas", "sans", "niet", "geen", "zonder"])


class NotationError(ValueError):
    """A pattern that does not follow the notation; the message names the part at fault."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of a pattern: alternatives (`atoms`), or a gap of up to `gap` words."""

    atoms: tuple[str, ...] = ()
    optional: bool = False
    gap: int = 0


@dataclass(frozen=True, slots=True)
class Pattern:
    """A parsed pattern: conditions and slots, with the text that it came from."""

    text: str
    slots: tuple[Slot, ...]
    conditions: frozenset[str] = frozenset()

    def negates(self) -> bool:
        """Tell whether the pattern itself names a negation (``do not come``)."""
        return any(not _NEGATIONS.isdisjoint(slot.atoms) for slot in self.slots)

    def mandatory(self) -> tuple[Slot, ...]:
        """Return the slots that every hit must fill."""
        return tuple(slot for slot in self.slots if slot.atoms and not slot.optional)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Word classes and named pattern lists of one language."""

    classes: Mapping[str, tuple[str, ...]]
    macros: Mapping[str, tuple[str, ...]]
    _read: dict[str, tuple[Slot, list[tuple[Slot, ...]]]] = field(default_factory=dict, repr=False, compare=False)

    def slot(self, part: str) -> tuple[Slot, list[tuple[Slot, ...]]]:
        """Return the slot that a part of a pattern describes, and the ways to spell it; each part is read once."""
        found = self._read.get(part)
        if found is None:
            slot = _parse_slot(part, self)
            found = self._read[part] = slot, _spellings(slot)
        return found


def parse_patterns(text: str, vocabulary: Vocabulary) -> tuple[Pattern, ...]:
    """Parse one line of notation; a ``$name`` gives one pattern for each line of the list."""
    parts = text.split()
    conditions = [part for part in parts if part.startswith("@")]
    body = [part for part in parts if not part.startswith("@")]
    for condition in conditions:
        if condition not in CONDITIONS:
            raise NotationError(f"unknown condition {condition}")
    if len(body) == 1 and body[0].startswith("$"):
        name = body[0][1:]
        if name not in vocabulary.macros:
            raise NotationError(f"unknown pattern list ${name}")
        lines = tuple(order for line in vocabulary.macros[name] for order in _orders(line.split()))
    else:
        lines = tuple(_orders(body))
    return tuple(one for line in lines for one in _parse_line(line, frozenset(conditions), vocabulary))


def _orders(body: list[str]) -> Iterator[str]:
    """Yield a line for each order of the parts that ``&4`` joins; the widest distance holds between all."""
    parts: list[list[str]] = [[]]
    widest = 0
    for word in body:
        if near := _NEARBY.match(word):
            widest = max(widest, int(near[1]))
            parts.append([])
        else:
            parts[-1].append(word)
    if len(parts) > 1 and (not all(parts) or len(parts) > _MOST_NEARBY):
        raise NotationError(f"& stands between two parts of a pattern, {_MOST_NEARBY} parts at most")
    for order in permutations(parts):
        yield f" ..{widest} ".join(" ".join(part) for part in order)


def _parse_line(line: str, conditions: frozenset[str], vocabulary: Vocabulary) -> Iterator[Pattern]:
    """Yield a pattern for each way to spell a line; refuse one that could match anything or nothing."""
    read = [vocabulary.slot(part) for part in fold(line).split()]
    slots = [slot for slot, _ in read]
    if not any(slot.atoms and not slot.optional for slot in slots):
        raise NotationError("the pattern can match nothing: it has no word that must be there")
    if slots[0].gap or slots[-1].gap:
        raise NotationError("a pattern begins and ends with a word, not with a gap")
    for spelling in product(*(spellings for _, spellings in read)):
        yield Pattern(line, tuple(slot for part in spelling for slot in part), conditions)


def _spellings(slot: Slot) -> list[tuple[Slot, ...]]:
    """Return the ways to spell a slot: its single words, and its expressions by their number of words.

    Expressions of one length share a slot for each of their words, so that few spellings cover many.
    """
    if not any("_" in atom for atom in slot.atoms):
        return [(slot,)]
    by_length: dict[int, list[list[str]]] = {}
    for atom in slot.atoms:
        words = atom.split("_")
        by_length.setdefault(len(words), []).append(words)
    spellings = [
        tuple(Slot(tuple(dict.fromkeys(position))) for position in zip(*expressions, strict=True))
        for _, expressions in sorted(by_length.items())
    ]
    return [*spellings, ()] if slot.optional else spellings


def _parse_slot(part: str, vocabulary: Vocabulary) -> Slot:
    """Parse one place: a gap, or alternatives with an optional question mark."""
    if gap := _GAP.match(part):
        if not 1 <= int(gap[1]) <= _LONGEST_GAP:
            raise NotationError(f"a gap is 1 to {_LONGEST_GAP} words long, not {part}")
        return Slot(gap=int(gap[1]))
    optional = part.endswith("?")
    atoms: dict[str, None] = {}
    for alternative in part.rstrip("?").split("|"):
        atoms.update(dict.fromkeys(_atoms(alternative, vocabulary)))
    return Slot(atoms=tuple(atoms), optional=optional)


def _atoms(alternative: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the words of one alternative: itself, or those of its class."""
    if alternative.startswith("<") and alternative.endswith(">"):
        words = vocabulary.classes.get(alternative[1:-1], ())
        if not words:
            raise NotationError(f"unknown or empty word class {alternative}")
        return words
    if alternative in {",", ":"}:
        return (alternative,)
    if not _ATOM.match(alternative) or alternative.startswith("_"):
        raise NotationError(f"not a word: {alternative!r}")
    return (alternative,)


def parse_words(line: str) -> tuple[str, ...]:
    """Parse the words of a class: separated by spaces, expressions joined by ``_``."""
    words = tuple(dict.fromkeys(fold(line).split()))
    for word in words:
        if not _ATOM.match(word):
            raise NotationError(f"not a word: {word!r}")
    return words
