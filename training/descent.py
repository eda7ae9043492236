"""Fits the layers that the members of a model are made of, by stochastic gradient descent on sparse texts.

A text names a few hundred of a hundred thousand features, so that each step of Adam (Kingma and Ba 2015) touches only
the rows of the first layer whose features stand in its batch. scikit-learn's solvers touch all of them at every step
and took five times as long on the same texts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scipy.sparse import csr_matrix

    from training.configuration import DescentOptions
    from training.dataset import Targets

Array = NDArray[np.float32]
Places = NDArray[np.int64]

_MEAN_DECAY: Final = 0.9
_SQUARE_DECAY: Final = 0.999
_TINY: Final = np.float32(1e-8)
#: So many numbers are worked on at once: they fit the memory of a processor, and no step asks the system for more.
_NUMBERS_AT_ONCE: Final = 60_000
#: Log-odds beyond which a probability is as good as certain.
_CERTAIN: Final = 30.0


class Stride(NamedTuple):
    """How far a step goes, and how strongly it draws weights towards zero."""

    rate: float
    shrink: np.float32


class Batch(NamedTuple):
    """Some texts: their numbers, their matrix, the features of its columns, and the step to go with them."""

    texts: Places
    matrix: csr_matrix
    features: Places
    stride: Stride


@dataclass(slots=True)
class Layer:
    """Weights of shape (inputs, outputs) and a bias per output, with what Adam remembers of their gradients."""

    weights: Array
    bias: Array
    _means: tuple[Array, Array]
    _squares: tuple[Array, Array]

    @classmethod
    def of(cls, weights: Array) -> Layer:
        """Return a layer that begins with these weights and no bias."""
        bias = np.zeros(weights.shape[1], np.float32)
        return cls(
            weights, bias, (np.zeros_like(weights), np.zeros_like(bias)), (np.zeros_like(weights), np.zeros_like(bias))
        )

    @classmethod
    def drawn(cls, inputs: int, outputs: int, generator: np.random.Generator) -> Layer:
        """Return a layer of small random weights (Glorot and Bengio 2010)."""
        bound = np.float32(np.sqrt(6.0 / (inputs + outputs)))
        return cls.of((generator.random((inputs, outputs), dtype=np.float32) * 2 - 1) * bound)

    def step(self, weights: Array, bias: Array, stride: Stride, rows: Places | None = None) -> None:
        """Go one step down the gradients of some rows of the weights, all by default, and of the bias.

        The weights are drawn towards zero besides (decay of the loss by their squares), the bias is not.
        """
        places = np.arange(len(self.weights)) if rows is None else rows
        at_once = max(1, _NUMBERS_AT_ONCE // self.weights.shape[1])
        for start in range(0, len(places), at_once):
            some = places[start : start + at_once]
            gradient = weights[start : start + at_once] + stride.shrink * self.weights.take(some, axis=0)
            _descend(self.weights, self._means[0], self._squares[0], gradient, stride.rate, some)
        _descend(self.bias, self._means[1], self._squares[1], bias, stride.rate, np.arange(len(bias)))


def _descend(values: Array, means: Array, squares: Array, gradient: Array, rate: float, rows: Places) -> None:
    """Go one step of Adam in some rows."""
    mean, square = means.take(rows, axis=0), squares.take(rows, axis=0)
    mean += np.float32(1 - _MEAN_DECAY) * (gradient - mean)
    square += np.float32(1 - _SQUARE_DECAY) * (gradient * gradient - square)
    means[rows], squares[rows] = mean, square
    np.sqrt(square, out=square)
    square += _TINY
    mean *= np.float32(rate)
    mean /= square
    values[rows] = np.subtract(values.take(rows, axis=0), mean, out=mean)


def rate_of_step(step: int, steps: int, options: DescentOptions) -> float:
    """Return the length of a step, 1 to `steps`: falling to zero in a line, with Adam's correction for its start."""
    correction = np.sqrt(1 - _SQUARE_DECAY**step) / (1 - _MEAN_DECAY**step)
    return float(options.learning_rate * (1 - (step - 1) / steps) * correction)


class Batches:
    """The texts in batches, drawn anew in each epoch, each batch cut down to the features that stand in it."""

    def __init__(self, matrix: csr_matrix, options: DescentOptions, generator: np.random.Generator) -> None:
        self._matrix = matrix.astype(np.float32)
        self._options = options
        self._generator = generator
        self._present = np.zeros(matrix.shape[1], bool)
        self._place = np.zeros(matrix.shape[1], np.int32)

    @property
    def steps(self) -> int:
        """Number of batches in all epochs together."""
        texts: int = self._matrix.shape[0]
        return self._options.epochs * math.ceil(texts / self._options.batch)

    def __iter__(self) -> Iterator[Batch]:
        """Yield the batches of all epochs."""
        options, steps = self._options, self.steps
        for step, rows in enumerate(self._drawn(), 1):
            batch = drop_features(self._matrix[rows], options.dropout, self._generator)
            stride = Stride(rate_of_step(step, steps, options), np.float32(options.penalty / len(rows)))
            yield Batch(rows, *self._narrow(batch), stride)

    def _drawn(self) -> Iterator[Places]:
        """Yield the numbers of the texts of each batch."""
        texts = self._matrix.shape[0]
        for _ in range(self._options.epochs):
            order = self._generator.permutation(texts)
            for start in range(0, texts, self._options.batch):
                yield order[start : start + self._options.batch]

    def _narrow(self, batch: csr_matrix) -> tuple[csr_matrix, Places]:
        """Return a batch without the columns that are empty in it, and the places of those that are left."""
        from scipy.sparse import csr_matrix

        self._present[batch.indices] = True
        columns = np.flatnonzero(self._present)
        self._present[columns] = False
        self._place[columns] = np.arange(len(columns), dtype=np.int32)
        places = self._place[batch.indices]
        return csr_matrix((batch.data, places, batch.indptr), shape=(batch.shape[0], len(columns))), columns


def drop_features(matrix: csr_matrix, share: float, generator: np.random.Generator) -> csr_matrix:
    """Leave out a share of the features of each text, drawn anew, and make up for it in the rest.

    What is learnt must then rest on many words, not on the few of one author (dropout of Srivastava et al. 2014,
    on the inputs).
    """
    from scipy.sparse import csr_matrix

    if not share:
        return matrix
    kept = np.flatnonzero(generator.random(matrix.nnz, dtype=np.float32) >= share)
    data = (matrix.data[kept] / np.float32(1.0 - share)).astype(np.float32)
    starts = np.searchsorted(kept, matrix.indptr)
    return csr_matrix((data, matrix.indices[kept], starts), shape=matrix.shape)


def drop_units(layer: Array, share: float, generator: np.random.Generator) -> Array:
    """Return factors that leave out a share of the units of each text and make up for it in the rest."""
    kept = generator.random(layer.shape, dtype=np.float32) >= share
    return kept.astype(np.float32) / np.float32(1.0 - share)


class Answers:
    """What the outputs should say; what nobody can tell teaches nothing. `targets` of shape (texts, outputs)."""

    def __init__(self, targets: Targets) -> None:
        self._wanted = np.nan_to_num(targets).astype(np.float32)
        self._known = (~np.isnan(targets)).astype(np.float32)

    def gradient(self, log_odds: Array, texts: Sequence[int] | NDArray[np.int64]) -> Array:
        """Return the gradient of the mean log loss of some texts by their log-odds."""
        said = 1.0 / (1.0 + np.exp(-np.clip(log_odds, -_CERTAIN, _CERTAIN)))
        return np.asarray((said - self._wanted[texts]) * self._known[texts] / np.float32(len(texts)), np.float32)
