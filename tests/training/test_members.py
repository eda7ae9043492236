from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from training.configuration import load_configuration
from training.members import fit_hidden, fit_linear, score

CONFIGURATION = load_configuration()
#: Texts of one word each, the first two of which call for a yes.
MATRIX = csr_matrix(np.tile(np.eye(4, dtype=np.float32), (40, 1)))
TARGETS = np.tile(np.array([[1.0], [1.0], [0.0], [0.0]], np.float32), (40, 1))


@pytest.mark.parametrize(
    ("answers", "says"),
    [([np.nan] * 4, False), ([0.0] * 4, False), ([1.0] * 4, True), ([1.0, 1.0, 1.0, 0.0], True), ([1.0], False)],
)
def test_output_with_too_few_examples_is_answered_as_most_are(answers: list[float], says: bool) -> None:
    targets = np.array([*answers, *[np.nan] * (4 - len(answers))], np.float32)[:, None]
    matrix = csr_matrix(np.eye(4, dtype=np.float32))
    member = fit_linear(matrix, targets, CONFIGURATION.linear, 0)
    assert not member.weights.any()
    assert (member.bias[0] > 0) == says


def test_linear_member_learns_which_words_call_for_a_yes() -> None:
    member = fit_linear(MATRIX, TARGETS, replace(CONFIGURATION.linear, dropout=0.0, epochs=100), 0)
    assert (score(MATRIX[:4], member, None, 0.5)[:, 0] > 0).tolist() == [True, True, False, False]


def test_network_learns_which_words_call_for_a_yes() -> None:
    options = replace(CONFIGURATION.hidden, units=8, dropout=0.0, epochs=100, learning_rate=0.01)
    silent = fit_linear(MATRIX, np.full_like(TARGETS, np.nan), CONFIGURATION.linear, 0)
    hidden = fit_hidden(MATRIX, TARGETS, options, 0)
    said = score(MATRIX[:4], silent, hidden, 0.0)[:, 0]
    assert said[:2].min() > said[2:].max() + 1


def test_network_never_says_what_nobody_can_tell() -> None:
    options = replace(CONFIGURATION.hidden, units=4, epochs=2)
    both = np.hstack([TARGETS, np.full_like(TARGETS, np.nan)])
    hidden = fit_hidden(MATRIX, both, options, 0)
    assert hidden is not None
    assert hidden.second[:, 0].any()
    assert not hidden.second[:, 1].any()
    assert hidden.second_bias[1] < -5


def test_the_same_seed_gives_the_same_network() -> None:
    options = replace(CONFIGURATION.hidden, units=4, epochs=2)
    first, again, other = (fit_hidden(MATRIX, TARGETS, options, seed) for seed in (1, 1, 2))
    assert first is not None
    assert again is not None
    assert other is not None
    assert np.array_equal(first.first, again.first)
    assert not np.array_equal(first.first, other.first)
