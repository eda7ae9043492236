"""Turns a text into the numbers that the heads weigh.

Every feature is present or absent. In a block of unit length the values are inverse document frequencies
divided by their Euclidean length, so that a long text does not outweigh a short one; in the other blocks every
present feature has the same value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifier.features import BLOCKS, concept_features, pieces_of, word_features, word_form

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from classifier.features import BlockName, Occurrence, ReadText

_REMEMBERED_WORDS: Final = 100_000


class Vector(NamedTuple):
    """The features of one text: places in the vocabulary, in rising order, and their values."""

    indices: NDArray[np.int64]
    values: NDArray[np.float32]


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


@dataclass(slots=True)
class Vectoriser:
    """The vocabulary of a model and how it becomes numbers."""

    blocks: Mapping[BlockName, Block]
    _pieces: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def transform(self, read: ReadText) -> Vector:
        """Return the features of a text that the model knows."""
        present = {
            "word": self._known("word", (found.feature for found in word_features(read))),
            "piece": self._known_pieces(read),
            "concept": self._known("concept", (found.feature for found in concept_features(read))),
        }
        indices, values = [], []
        for name in BLOCKS:
            places = np.fromiter(sorted(present[name]), np.int64, len(present[name]))
            indices.append(places)
            values.append(self.blocks[name].values(places))
        return Vector(np.concatenate(indices), np.concatenate(values))

    def _known(self, name: BlockName, features: Iterator[str]) -> set[int]:
        terms = self.blocks[name].terms
        return {terms[feature] for feature in set(features) if feature in terms}

    def _known_pieces(self, read: ReadText) -> set[int]:
        present: set[int] = set()
        for form in {word_form(token) for sentence in read.sentences for token in sentence.tokens}:
            present.update(self._pieces_of(form))
        return present

    def _pieces_of(self, form: str) -> tuple[int, ...]:
        places = self._pieces.get(form)
        if places is None:
            terms = self.blocks["piece"].terms
            places = tuple(terms[piece] for piece in pieces_of(form) if piece in terms)
            if len(self._pieces) < _REMEMBERED_WORDS:
                self._pieces[form] = places
        return places

    def occurrences(self, read: ReadText) -> Iterator[tuple[int, Occurrence]]:
        """Yield every place where a known feature of a text stands, pieces by the word that holds them."""
        words, concepts = self.blocks["word"].terms, self.blocks["concept"].terms
        for found in word_features(read):
            if found.feature in words:
                yield words[found.feature], found
            if found.last == found.first + 1:
                for place in self._pieces_of(found.feature):
                    yield place, found
        for found in concept_features(read):
            if found.feature in concepts and found.last > found.first:
                yield concepts[found.feature], found


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
