"""The lexicon of concepts: what the field's texts name, whatever the words and the language.

Phrases with word endings left open (``displaced famil*``) and Dutch compounds (``*vluchteling*``) are looked
up in one pass over the words: every word is resolved once to the pattern elements that it satisfies, and the
phrases form a trie over those elements. The time is linear in the text. (spaCy's matchers were measured
for this: the token matcher costs 4 ms a text at this size, and importing spaCy a second.)
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final, NamedTuple

from classifier.errors import ReferenceDataError
from classifier.language import LANGUAGES, OTHER
from classifier.memory import Memory
from classifier.tokens import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

KINDS: Final = ("group", "act", "frame", "sign", "decoy")

_FILE: Final = "data/concepts.toml"
_SEPARATOR: Final = re.compile(r"[\s\-'’/.]+")
_FIELDS: Final = {"kind", *LANGUAGES}
_OPTIONAL: Final = {"broader"}


class ConceptMatch(NamedTuple):
    """A concept named by the tokens from `first` up to, not including, `last`."""

    concept: str
    first: int
    last: int


@dataclass(slots=True)
class _Node:
    children: dict[str, _Node] = field(default_factory=dict)
    concepts: tuple[str, ...] = ()


class PhraseTrie:
    """The phrases of one language."""

    def __init__(self) -> None:
        self._root = _Node()
        self._prefixes: set[str] = set()
        self._parts: set[str] = set()
        self._exact: set[str] = set()
        self._elements = Memory(self._resolve)
        self._starts = Memory(self._first_nodes)

    def add(self, phrase: str, concept: str) -> None:
        """Add a phrase for a concept; elements end or begin with ``*`` or offer ``a|b``."""
        nodes = [self._root]
        for element in filter(None, _SEPARATOR.split(phrase)):
            nodes = [self._child(node, option) for node in nodes for option in element.split("|")]
        for node in nodes:
            node.concepts = tuple(dict.fromkeys((*node.concepts, concept)))

    def _child(self, node: _Node, option: str) -> _Node:
        element = "*".join(fold(part) for part in option.split("*"))
        if element.startswith("*"):
            self._parts.add(element.strip("*"))
            element = f"*{element.strip('*')}*"
        elif element.endswith("*"):
            self._prefixes.add(element[:-1])
        else:
            self._exact.add(element)
        return node.children.setdefault(element, _Node())

    def _resolve(self, form: str) -> tuple[str, ...]:
        """Return the pattern elements that a word satisfies."""
        prefixes = (form[:size] for size in range(1, len(form) + 1))
        return (
            *((form,) if form in self._exact else ()),
            *(f"{prefix}*" for prefix in prefixes if prefix in self._prefixes),
            *(f"*{part}*" for part in self._parts if part in form),
        )

    def _first_nodes(self, form: str) -> tuple[_Node, ...]:
        """Return where the phrases go on that begin with a word."""
        children = self._root.children
        return tuple(children[element] for element in self._elements[form] if element in children)

    def find(self, forms: Sequence[str]) -> Iterator[ConceptMatch]:
        """Yield every phrase that occurs in the folded words."""
        starts = map(self._starts.__getitem__, forms)
        for first, start in [(first, start) for first, start in enumerate(starts) if start]:
            nodes, last = start, first + 1
            while nodes:
                for node in nodes:
                    for concept in node.concepts:
                        yield ConceptMatch(concept, first, last)
                if last == len(forms):
                    break
                following = self._elements[forms[last]]
                nodes = tuple(child for node in nodes for element in following if (child := node.children.get(element)))
                last += 1


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All concepts: their kinds, the wider groups they stand for, and one trie per language.

    Texts in another language are searched for the phrases of all three.
    """

    kinds: Mapping[str, str]
    broader: Mapping[str, tuple[str, ...]]
    tries: Mapping[str, PhraseTrie]

    def find(self, forms: Sequence[str], language: str) -> list[ConceptMatch]:
        """Return the concepts that the folded words of a sentence in that language name."""
        return list(self.tries.get(language, self.tries[OTHER]).find(forms))


@cache
def load_lexicon() -> Lexicon:
    """Read and validate the lexicon.

    Raises
    ------
    ReferenceDataError
        A concept has an unknown field or kind, or no phrase in one of the languages.
    """
    data = tomllib.loads(resources.files("classifier").joinpath(_FILE).read_text("utf-8"))
    tries = {language: PhraseTrie() for language in (*LANGUAGES, OTHER)}
    for concept, entry in data.items():
        _check(concept, entry)
        for language in LANGUAGES:
            for phrase in entry[language]:
                tries[language].add(phrase, concept)
                tries[OTHER].add(phrase, concept)
    kinds = {concept: entry["kind"] for concept, entry in data.items()}
    broader = {concept: tuple(entry["broader"]) for concept, entry in data.items() if "broader" in entry}
    return Lexicon(kinds, broader, tries)


def _check(concept: str, entry: Mapping[str, object]) -> None:
    if set(entry) - _OPTIONAL != _FIELDS or entry["kind"] not in KINDS:
        raise ReferenceDataError(
            f"{_FILE}, concept {concept}: expected the fields {', '.join(sorted(_FIELDS))} and a kind "
            f"among {', '.join(KINDS)}.",
            code="bad-concept",
        )
    for language in LANGUAGES:
        phrases = entry[language]
        if not isinstance(phrases, list) or not phrases or not all(str(p).strip(" *|") for p in phrases):
            raise ReferenceDataError(
                f"{_FILE}, concept {concept}: {language} needs phrases that match something.", code="bad-concept"
            )
