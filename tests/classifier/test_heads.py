from __future__ import annotations

from dataclasses import replace

import numpy as np

from classifier.heads import OUTPUT_PLACES, OUTPUTS, Heads, HiddenMember, LinearMember, in_order, sigmoid
from classifier.vectoriser import Vector

SIZE = len(OUTPUTS)


def vector(*indices: int) -> Vector:
    return Vector(np.array(indices, np.int64), np.ones(len(indices), np.float32))


def linear(score: float) -> LinearMember:
    return LinearMember(np.full((3, SIZE), score, np.float32), np.zeros(SIZE, np.float32))


def heads(hidden: HiddenMember | None = None) -> Heads:
    return Heads(linear(1.0), hidden, np.ones(SIZE, np.float32), np.zeros(SIZE, np.float32))


def test_scores_add_up_over_features() -> None:
    assert np.allclose(heads().scores(vector(0, 2)), 2.0)


def test_text_without_known_features_has_the_bias_alone() -> None:
    assert np.allclose(heads().scores(vector()), 0.0)


def test_members_are_averaged() -> None:
    hidden = HiddenMember(
        np.ones((3, 2), np.float32), np.zeros(2, np.float32), np.ones((2, SIZE), np.float32), np.zeros(SIZE, np.float32)
    )
    # linear: 1; hidden: two units of 1 each make 2.
    assert np.allclose(heads(hidden).scores(vector(1)), 1.5)
    weighed = replace(heads(hidden), linear_share=0.25)
    assert np.allclose(weighed.scores(vector(1)), 1.75)


def test_calibration_is_applied() -> None:
    calibrated = Heads(linear(1.0), None, np.full(SIZE, 2.0, np.float32), np.full(SIZE, -2.0, np.float32))
    assert np.allclose(calibrated.probabilities(vector(0)), 0.5)


def test_higher_score_is_never_more_probable_than_the_lower() -> None:
    probabilities = np.full(SIZE, 0.2, np.float32)
    probabilities[OUTPUT_PLACES["gender_2"]] = 0.9
    assert in_order(probabilities)[OUTPUT_PLACES["gender_2"]] == np.float32(0.2)
    assert probabilities[OUTPUT_PLACES["gender_2"]] == np.float32(0.9)


def test_sigmoid_does_not_overflow() -> None:
    assert sigmoid(np.array([-1e6, 1e6], np.float32)).tolist() == [sigmoid(np.array([-30.0], np.float32))[0], 1.0]
