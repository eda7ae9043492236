from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from training.configuration import load_configuration
from training.members import fit_linear


@pytest.mark.parametrize(
    ("answers", "says"),
    [([np.nan] * 4, False), ([0.0] * 4, False), ([1.0] * 4, True), ([1.0, 1.0, 1.0, 0.0], True), ([1.0], False)],
)
def test_output_with_too_few_examples_is_answered_as_most_are(answers: list[float], says: bool) -> None:
    targets = np.array([*answers, *[np.nan] * (4 - len(answers))], np.float32)[:, None]
    matrix = csr_matrix(np.eye(4, dtype=np.float32))
    member = fit_linear(matrix, targets, load_configuration(), jobs=1)
    assert not member.weights.any()
    assert (member.bias[0] > 0) == says
