"""Turns a text into the numbers that the heads weigh.

Every feature is present or absent. In a block of unit length the values are inverse document frequencies
divided by their Euclidean length, so that a long text does not outweigh a short one; in the other blocks every
present feature has the same value.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifier.features import BLOCKS, pairs_of, pieces_of
from classifier.memory import Memory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from classifier.features import BlockName, ReadText


class Vector(NamedTuple):
    """The features of one text: places in the vocabulary, in rising order, and their values."""

    indices: NDArray[np.int64]
    values: NDArray[np.float32]


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

    def values(self, indices: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the values of the features at those places, all of them present in one text."""
        weights = self.weights[indices - self.offset]
        length = float(np.sqrt(np.square(weights).sum())) if self.unit_length else 1.0
        return weights * np.float32(self.scale / length) if length else weights


class Vectoriser:
    """The vocabulary of a model and how it becomes numbers."""

    def __init__(self, blocks: Mapping[BlockName, Block]) -> None:
        self.blocks = blocks
        self._pieces = Memory(self._known_pieces)

    def transform(self, read: ReadText) -> Vector:
        """Return the features of a text that the model knows."""
        words: set[str] = set()
        forms: set[str] = set()
        for sentence in read.sentences:
            forms.update(sentence.forms)
            words.update(pairs_of(sentence.forms))
        present = {
            "word": self._known("word", words | forms),
            "piece": set().union(*map(self._pieces.__getitem__, forms)),
            "concept": self._known("concept", {found.feature for found in read.concepts}),
        }
        indices, values = [], []
        for name in BLOCKS:
            places = np.fromiter(present[name], np.int64, len(present[name]))
            places.sort()
            indices.append(places)
            values.append(self.blocks[name].values(places))
        return Vector(np.concatenate(indices), np.concatenate(values))

    def _known(self, name: BlockName, features: set[str]) -> set[int]:
        terms = self.blocks[name].terms
        return {terms[feature] for feature in features if feature in terms}

    def _known_pieces(self, form: str) -> tuple[int, ...]:
        terms = self.blocks["piece"].terms
        return tuple(terms[piece] for piece in pieces_of(form) if piece in terms)

    def occurrences(self, read: ReadText) -> Occurrences:
        """Return every place where a known feature of a text stands, pieces by the word that holds them."""
        starts = [0]
        forms: list[str] = []
        pairs: list[str] = []
        for sentence in read.sentences:
            own = sentence.forms
            forms += own
            # No pair crosses the end of a sentence; the blank keeps pairs and words side by side.
            pairs += [*pairs_of(own), ""] if own else []
            starts.append(len(forms))
        pieces = [self._pieces[form] for form in forms]
        sizes = [len(own) for own in pieces]
        tokens = np.arange(len(forms))
        word, pair = self._places(forms), self._places(pairs)
        concepts = self._concept_places(read, starts)
        parts = (
            (word[word >= 0], tokens[word >= 0], 1),
            (pair[pair >= 0], tokens[pair >= 0], 2),
            (np.fromiter(chain.from_iterable(pieces), np.int64, sum(sizes)), np.repeat(tokens, sizes), 1),
            (concepts[:, 0], concepts[:, 1], concepts[:, 2] - concepts[:, 1]),
        )
        return Occurrences(
            np.concatenate([features for features, _, _ in parts]),
            np.concatenate([first for _, first, _ in parts]),
            np.concatenate([first + length for _, first, length in parts]),
            tuple(starts),
        )

    def _places(self, features: list[str]) -> NDArray[np.int64]:
        terms = self.blocks["word"].terms
        return np.fromiter((terms.get(feature, -1) for feature in features), np.int64, len(features))

    def _concept_places(self, read: ReadText, starts: list[int]) -> NDArray[np.int64]:
        terms = self.blocks["concept"].terms
        rows = [
            (terms[found.feature], starts[found.sentence] + found.first, starts[found.sentence] + found.last)
            for found in read.concepts
            if found.last > found.first and found.feature in terms
        ]
        return np.array(rows, np.int64).reshape(-1, 3)


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
