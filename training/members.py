"""Fits the members of a model: one logistic regression for each output, and a network for all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from classifier.heads import HiddenMember, LinearMember, mean_of_members
from training.descent import Answers, Batches, Layer, drop_units

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from training.configuration import HiddenOptions, LinearOptions
    from training.dataset import Targets

_FEWEST_EXAMPLES: Final = 2
#: Log-odds of an output that has too few examples to learn from and is mostly answered no, or by nobody.
_NEVER: Final = -8.0


def fit_linear(matrix: csr_matrix, targets: Targets, options: LinearOptions, seed: int) -> LinearMember:
    """Fit a logistic regression for each output; rows without an answer are left out for that output."""
    generator = np.random.default_rng(seed)
    layer = Layer.of(np.zeros((matrix.shape[1], targets.shape[1]), np.float32))
    answers = Answers(targets)
    for batch in Batches(matrix, options, generator):
        gradient = answers.gradient(batch.matrix @ layer.weights[batch.features] + layer.bias, batch.texts)
        layer.step(batch.matrix.T @ gradient, gradient.sum(axis=0), batch.stride, batch.features)
    _silence_unlearnt(layer, targets)
    return LinearMember(_rounded(layer.weights), layer.bias)


def _silence_unlearnt(layer: Layer, targets: Targets) -> None:
    """Let outputs with too few examples say what most of their examples say, whatever the text."""
    yes, no = (targets == 1).sum(axis=0), (targets == 0).sum(axis=0)
    unlearnt = np.minimum(yes, no) < _FEWEST_EXAMPLES
    layer.weights[:, unlearnt] = 0.0
    layer.bias[unlearnt] = np.where((yes >= _FEWEST_EXAMPLES) & (yes > no), -_NEVER, _NEVER)[unlearnt]


def fit_hidden(matrix: csr_matrix, targets: Targets, options: HiddenOptions, seed: int) -> HiddenMember | None:
    """Fit the network on all outputs at once; an answer that nobody can tell teaches it nothing."""
    if not options.units:
        return None
    from threadpoolctl import threadpool_limits

    generator = np.random.default_rng(seed)
    first = Layer.drawn(matrix.shape[1], options.units, generator)
    second = Layer.drawn(options.units, targets.shape[1], generator)
    answers = Answers(targets)
    # One thread: the order of summation, and so the last bit, must not hang on the number of cores.
    with threadpool_limits(1):
        for batch in Batches(matrix, options, generator):
            heard = np.maximum(batch.matrix @ first.weights[batch.features] + first.bias, 0.0)
            kept = drop_units(heard, options.unit_dropout, generator)
            layer = heard * kept
            gradient = answers.gradient(layer @ second.weights + second.bias, batch.texts)
            back = (gradient @ second.weights.T) * kept * (heard > 0)
            second.step(layer.T @ gradient, gradient.sum(axis=0), batch.stride)
            first.step(batch.matrix.T @ back, back.sum(axis=0), batch.stride, batch.features)
    _silence_unlearnt(second, targets)
    return HiddenMember(_rounded(first.weights), first.bias, _rounded(second.weights), second.bias)


def _rounded(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Round to half precision, in which model files keep weights."""
    return weights.astype(np.float16).astype(np.float32)


def score(
    matrix: csr_matrix, linear: LinearMember, hidden: HiddenMember | None, linear_share: float
) -> NDArray[np.float32]:
    """Return the mean log-odds of the members, as `classifier.heads.Heads.scores` does for one text."""
    scores = np.asarray(matrix @ linear.weights + linear.bias, np.float32)
    if hidden is None:
        return scores
    layer = np.maximum(matrix @ hidden.first + hidden.first_bias, 0.0)
    return mean_of_members(scores, layer @ hidden.second + hidden.second_bias, linear_share)
