from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from training.configuration import load_configuration
from training.members import drop_features, fit_linear


@pytest.mark.parametrize(
    ("answers", "says"),
    [([np.nan] * 4, False), ([0.0] * 4, False), ([1.0] * 4, True), ([1.0, 1.0, 1.0, 0.0], True), ([1.0], False)],
)
def test_output_with_too_few_examples_is_answered_as_most_are(answers: list[float], says: bool) -> None:
    targets = np.array([*answers, *[np.nan] * (4 - len(answers))], np.float32)[:, None]
    matrix = csr_matrix(np.eye(4, dtype=np.float32))
    member = fit_linear(matrix, targets, load_configuration())
    assert not member.weights.any()
    assert (member.bias[0] > 0) == says


def test_dropout_keeps_the_rest_and_makes_up_for_what_is_left_out() -> None:
    matrix = csr_matrix(np.ones((40, 50), np.float32))
    dropped = drop_features(matrix, 0.5, np.random.default_rng(1))
    assert set(dropped.data.tolist()) == {2.0}
    assert 0.4 < dropped.nnz / matrix.nnz < 0.6
    assert matrix.nnz == 2_000


def test_without_dropout_nothing_is_left_out() -> None:
    matrix = csr_matrix(np.eye(4, dtype=np.float32))
    assert (drop_features(matrix, 0.0, np.random.default_rng(1)) != matrix).nnz == 0
