"""What the heads see of a text: words, word pairs, pieces of words and concepts, each with its place."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from classifier.concepts import load_lexicon
from classifier.tokens import tokenise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from classifier.concepts import ConceptMatch, Lexicon
    from classifier.text import Sentence, Text
    from classifier.tokens import Tokens

BlockName: TypeAlias = Literal["word", "piece", "concept"]

BLOCKS: Final[tuple[BlockName, ...]] = ("word", "piece", "concept")

_PIECE_SIZES: Final = (3, 4, 5)
_NUMBER: Final = "0"
_PAIRED_KINDS: Final = frozenset({"act", "frame", "sign"})
_NOBODY: Final = "nobody"
_MOVING: Final = frozenset({"people", "emigrants"})


class Occurrence(NamedTuple):
    """A feature and the words that carry it: sentence, first token, token after the last."""

    feature: str
    sentence: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """A sentence with its words, the forms under which they count, and the concepts that they name."""

    sentence: Sentence
    tokens: Tokens
    forms: list[str]
    concepts: list[ConceptMatch]


@dataclass(frozen=True, slots=True)
class ReadText:
    """A text made ready for feature extraction and for citing evidence."""

    text: Text
    sentences: tuple[ReadSentence, ...]
    concepts: tuple[Occurrence, ...]


def analyse(text: Text) -> ReadText:
    """Split the sentences of a text into words and look up their concepts."""
    lexicon = load_lexicon()
    sentences = []
    for sentence in text.sentences:
        tokens = tokenise(sentence.text)
        concepts = lexicon.find(tokens.forms, sentence.language)
        sentences.append(ReadSentence(sentence, tokens, count_forms(tokens.forms), concepts))
    return ReadText(text, tuple(sentences), tuple(_concept_features(sentences, lexicon)))


def count_forms(forms: Sequence[str]) -> list[str]:
    """Return the forms under which words count; all numbers are one."""
    return [_NUMBER if form[0].isdigit() else form for form in forms]


def pairs_of(forms: list[str]) -> list[str]:
    """Return each pair of neighbours as one feature."""
    return [f"{one} {other}" for one, other in pairwise(forms)]


def pieces_of(form: str) -> tuple[str, ...]:
    """Return the runs of three to five characters of a word, its edges marked by blanks."""
    if form == _NUMBER or len(form) == 1:
        return ()
    padded = f" {form} "
    runs = [padded[start : start + size] for size in _PIECE_SIZES for start in range(len(padded) - size + 1)]
    return tuple(dict.fromkeys(runs))


def _concept_features(sentences: Sequence[ReadSentence], lexicon: Lexicon) -> Iterator[Occurrence]:
    """Yield each concept, where it stands in the title, and the concepts that stand together.

    A group with an act in one sentence reads ``group+act``, anywhere in the project ``group&act``, two acts
    of one sentence ``act|act``. Acts of a project in which nobody moves pair with ``nobody``.
    """
    groups: dict[str, None] = {}
    acts: dict[str, tuple[int, ConceptMatch]] = {}
    for number, sentence in enumerate(sentences):
        here = _groups(sentence, lexicon)
        there = {match.concept: match for match in sentence.concepts if _is_act(match, lexicon)}
        yield from _alone(sentence, number)
        yield from _together(here, there, number)
        groups.update(here)
        for act, match in there.items():
            acts.setdefault(act, (number, match))
    if not any(group in _MOVING for group in groups):
        groups[_NOBODY] = None
    for group in groups:
        yield Occurrence(f"group:{group}", 0, 0, 0)
        for act, (number, match) in acts.items():
            yield Occurrence(f"{group}&{act}", number, match.first, match.last)


def _is_act(match: ConceptMatch, lexicon: Lexicon) -> bool:
    return lexicon.kinds[match.concept] in _PAIRED_KINDS


def _groups(sentence: ReadSentence, lexicon: Lexicon) -> dict[str, None]:
    """Return the groups that a sentence names, and the wider groups that they belong to."""
    groups: dict[str, None] = {}
    for match in sentence.concepts:
        broader = lexicon.broader.get(match.concept, ())
        if broader or lexicon.kinds[match.concept] == "group":
            groups.update(dict.fromkeys((match.concept, *broader)))
    return groups


def _alone(sentence: ReadSentence, number: int) -> Iterator[Occurrence]:
    """Yield the concepts of a sentence one by one."""
    in_title = sentence.sentence.field == "title"
    for match in sentence.concepts:
        yield Occurrence(match.concept, number, match.first, match.last)
        if in_title:
            yield Occurrence(f"title:{match.concept}", number, match.first, match.last)


def _together(groups: dict[str, None], acts: dict[str, ConceptMatch], number: int) -> Iterator[Occurrence]:
    """Yield the pairs of a sentence; the words of the act carry them."""
    for act, match in acts.items():
        for group in groups:
            yield Occurrence(f"{group}+{act}", number, match.first, match.last)
    for one, other in combinations(sorted(acts), 2):
        yield Occurrence(f"{one}|{other}", number, acts[one].first, acts[one].last)
