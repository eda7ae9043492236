"""Fits the members of a model: one logistic regression for each output, and a network for all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from classifier.heads import HiddenMember, LinearMember

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from training.configuration import Configuration, HiddenOptions
    from training.dataset import Targets

_FEWEST_EXAMPLES: Final = 2
#: Log-odds of an output that has too few examples to learn from and is mostly answered no, or by nobody.
_NEVER: Final = -8.0


def fit_linear(matrix: csr_matrix, targets: Targets, configuration: Configuration) -> LinearMember:
    """Fit a logistic regression for each output; rows without an answer are left out for that output."""
    strength = configuration.linear.inverse_regularisation
    columns = [_fit_output(matrix, targets[:, output], strength) for output in range(targets.shape[1])]
    weights = np.stack([column[:-1] for column in columns], axis=1)
    bias = np.array([column[-1] for column in columns])
    return LinearMember(_rounded(weights), bias.astype(np.float32))


def _fit_output(matrix: csr_matrix, answers: NDArray[np.float32], strength: float) -> NDArray[np.float64]:
    """Return the weights of one output, its bias last."""
    from sklearn.linear_model import LogisticRegression

    known = ~np.isnan(answers)
    wanted = answers[known] > 0
    result = np.zeros(matrix.shape[1] + 1)
    if min(wanted.sum(), (~wanted).sum()) < _FEWEST_EXAMPLES:
        mostly = wanted.sum() >= _FEWEST_EXAMPLES and 2 * wanted.sum() > len(wanted)
        result[-1] = -_NEVER if mostly else _NEVER
        return result
    model = LogisticRegression(C=strength, solver="liblinear", max_iter=300, random_state=0)
    model.fit(matrix[known], wanted)
    result[:-1], result[-1] = model.coef_[0], model.intercept_[0]
    return result


def fit_hidden(matrix: csr_matrix, targets: Targets, options: HiddenOptions, seed: int) -> HiddenMember | None:
    """Fit the network on all outputs at once; an answer that nobody can tell counts as no."""
    if not options.units:
        return None
    from sklearn.neural_network import MLPClassifier
    from threadpoolctl import threadpool_limits

    network = MLPClassifier(
        (options.units,),
        alpha=options.penalty,
        batch_size=min(options.batch, matrix.shape[0]),
        learning_rate_init=options.learning_rate,
        # A generator, not a number: each epoch goes on with a new order.
        random_state=np.random.RandomState(seed),
    )
    generator = np.random.default_rng(seed)
    answers = np.nan_to_num(targets).astype(int)
    outputs = np.arange(targets.shape[1])
    # One thread: the order of summation, and so the last bit, must not hang on the number of cores.
    with threadpool_limits(1):
        for _ in range(options.epochs):
            network.partial_fit(drop_features(matrix, options.dropout, generator), answers, classes=outputs)
    first, second = network.coefs_
    first_bias, second_bias = network.intercepts_
    return HiddenMember(
        _rounded(first), first_bias.astype(np.float32), _rounded(second), second_bias.astype(np.float32)
    )


def drop_features(matrix: csr_matrix, share: float, generator: np.random.Generator) -> csr_matrix:
    """Leave out a share of the features of each text, drawn anew, and make up for it in the rest.

    What is learnt must then rest on many words, not on the few of one author (dropout of Srivastava et al. 2014,
    on the inputs).
    """
    kept = generator.random(matrix.nnz, dtype=np.float32) >= share
    dropped = matrix.astype(np.float32, copy=True)
    dropped.data *= kept / np.float32(1.0 - share)
    dropped.eliminate_zeros()
    return dropped


def _rounded(weights: NDArray[np.float64]) -> NDArray[np.float32]:
    """Round to half precision, in which model files keep weights."""
    return weights.astype(np.float16).astype(np.float32)


def score(matrix: csr_matrix, linear: LinearMember, hidden: HiddenMember | None) -> NDArray[np.float32]:
    """Return the mean log-odds of the members, as `classifier.heads.Heads.scores` does for one text."""
    scores = matrix @ linear.weights + linear.bias
    if hidden is not None:
        layer = np.maximum(matrix @ hidden.first + hidden.first_bias, 0.0)
        scores = (scores + layer @ hidden.second + hidden.second_bias) / 2
    return np.asarray(scores, np.float32)
