"""Turns a text into the numbers that the heads weigh.

Every feature is present or absent. In a block of unit length the values are inverse document frequencies
divided by their Euclidean length, so that a long text does not outweigh a short one; in the other blocks every
present feature has the same value.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, repeat
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from classifier.features import BLOCKS, pairs_of, pieces_of
from classifier.memory import Memory

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from classifier.features import BlockName, ReadText

#: Places in the vocabulary, kept short.
Places: TypeAlias = NDArray[np.int32]

_NOTHING: Final[Places] = np.empty(0, np.int32)


class Vector(NamedTuple):
    """The features of one text: places in the vocabulary, in rising order, and their values.

    `words` and `pairs` are the places of the words of the text, and of the pairs that begin with each, -1 where there
    is none.
    """

    indices: NDArray[np.int64]
    values: NDArray[np.float32]
    words: Places = _NOTHING
    pairs: Places = _NOTHING


class Occurrences(NamedTuple):
    """Where known features stand: place in the vocabulary, first token and token after the last.

    Tokens are numbered through the whole text; `starts` says where each sentence begins, and where all end.
    """

    features: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    starts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """The features of one kind that a model knows.

    Parameters
    ----------
    terms
        Feature to its place among all features of the model.
    weights
        Value of each feature, in the order of its place.
    offset
        Place of the first feature.
    unit_length
        Whether the values of a text are divided by their Euclidean length, then multiplied by `scale`.
    """

    terms: Mapping[str, int]
    weights: NDArray[np.float32]
    offset: int
    unit_length: bool
    scale: float

    def values(self, indices: NDArray[np.integer[Any]]) -> NDArray[np.float32]:
        """Return the values of the features at those places, all of them present in one text."""
        weights: NDArray[np.float32] = self.weights[indices - self.offset]
        length = float(np.sqrt(np.square(weights).sum())) if self.unit_length else 1.0
        return weights * np.float32(self.scale / length) if length else weights


class Vectoriser:
    """The vocabulary of a model and how it becomes numbers."""

    def __init__(self, blocks: Mapping[BlockName, Block]) -> None:
        self.blocks = blocks
        self._pieces = Memory(self._known_pieces)
        #: How many features the model knows.
        self.size = sum(len(block.terms) for block in blocks.values())

    def transform(self, read: ReadText) -> Vector:
        """Return the features of a text that the model knows."""
        forms: list[str] = []
        pairs: list[str] = []
        for sentence in read.sentences:
            own = sentence.forms
            forms += own
            # No pair crosses the end of a sentence; the blank keeps pairs and words side by side.
            pairs += [*pairs_of(own), ""] if own else []
        words, pairs_of_words = self._places("word", forms), self._places("word", pairs)
        present = {
            "word": _each_once(np.concatenate((words, pairs_of_words))),
            "piece": _each_once(np.concatenate([_NOTHING, *map(self._pieces.__getitem__, set(forms))])),
            "concept": _each_once(self._places("concept", [found.feature for found in read.concepts])),
        }
        indices = [present[name] for name in BLOCKS]
        values = [self.blocks[name].values(present[name]) for name in BLOCKS]
        return Vector(np.concatenate(indices).astype(np.int64), np.concatenate(values), words, pairs_of_words)

    def _places(self, name: BlockName, features: Sequence[str]) -> Places:
        """Return the places of features, -1 for those that the model does not know."""
        return np.fromiter(map(self.blocks[name].terms.get, features, repeat(-1)), np.int32, len(features))

    def _known_pieces(self, form: str) -> Places:
        terms = self.blocks["piece"].terms
        return np.array([place for place in map(terms.get, pieces_of(form)) if place is not None], np.int32)

    def occurrences(self, read: ReadText, vector: Vector) -> Occurrences:
        """Return every place where a known feature of a text stands, pieces by the word that holds them."""
        starts = [0, *accumulate(len(sentence.forms) for sentence in read.sentences)]
        pieces = [self._pieces[form] for sentence in read.sentences for form in sentence.forms]
        tokens = np.arange(len(pieces))
        word, pair = vector.words >= 0, vector.pairs >= 0
        concepts = self._concept_places(read, starts)
        parts = (
            (vector.words[word], tokens[word], 1),
            (vector.pairs[pair], tokens[pair], 2),
            (np.concatenate([_NOTHING, *pieces]), np.repeat(tokens, [*map(len, pieces)]), 1),
            (concepts[:, 0], concepts[:, 1], concepts[:, 2] - concepts[:, 1]),
        )
        return Occurrences(
            np.concatenate([features for features, _, _ in parts]),
            np.concatenate([first for _, first, _ in parts]),
            np.concatenate([first + length for _, first, length in parts]),
            tuple(starts),
        )

    def _concept_places(self, read: ReadText, starts: list[int]) -> NDArray[np.int64]:
        terms = self.blocks["concept"].terms
        rows = [
            (terms[found.feature], starts[found.sentence] + found.first, starts[found.sentence] + found.last)
            for found in read.concepts
            if found.last > found.first and found.feature in terms
        ]
        return np.array(rows, np.int64).reshape(-1, 3)


def _each_once(places: Places) -> Places:
    """Return places in rising order, each once, without those that are unknown."""
    ordered = np.sort(places)
    first = ordered >= 0
    first[1:] &= ordered[1:] != ordered[:-1]
    return ordered[first]


def vocabulary_to_json(vectoriser: Vectoriser) -> dict[str, Any]:
    """Return the vocabulary as data: the terms of each block in their order, and how they are scaled."""
    return {
        name: {"unit_length": block.unit_length, "scale": block.scale, "terms": list(block.terms)}
        for name, block in vectoriser.blocks.items()
    }


def vocabulary_from_json(data: Mapping[str, Any], weights: NDArray[np.float32]) -> Vectoriser:
    """Rebuild a vectoriser; `weights` holds the feature values of all blocks in order."""
    blocks: dict[BlockName, Block] = {}
    offset = 0
    for name in BLOCKS:
        terms = data[name]["terms"]
        places = {term: offset + number for number, term in enumerate(terms)}
        own = weights[offset : offset + len(terms)]
        blocks[name] = Block(places, own, offset, bool(data[name]["unit_length"]), float(data[name]["scale"]))
        offset += len(terms)
    return Vectoriser(blocks)
