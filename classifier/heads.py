"""The heads: one score for every output at once, a mean over the members of the model, calibrated.

Outputs are the 18 result areas, whether there is any area at all, the two markers as *at least 1* and *at
least 2*, and three questions on the ODA risk: high, at least review, insufficient.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from classifier.taxonomy import load_areas

if TYPE_CHECKING:
    from classifier.vectoriser import Vector

Array = NDArray[np.float32]

AREA_CODES: Final = tuple(area.code for area in load_areas())
ANY_AREA: Final = "any_area"
GENDER: Final = ("gender_1", "gender_2")
HUMAN_RIGHTS: Final = ("human_rights_1", "human_rights_2")
RISK_HIGH: Final = "risk_high"
RISK_FLAGGED: Final = "risk_flagged"
RISK_INSUFFICIENT: Final = "risk_insufficient"

OUTPUTS: Final = (*AREA_CODES, ANY_AREA, *GENDER, *HUMAN_RIGHTS, RISK_HIGH, RISK_FLAGGED, RISK_INSUFFICIENT)
OUTPUT_PLACES: Final = {name: place for place, name in enumerate(OUTPUTS)}


@dataclass(frozen=True, slots=True)
class LinearMember:
    """A linear model: weights of shape (features, outputs) and a bias per output."""

    weights: Array
    bias: Array

    def scores(self, vector: Vector) -> Array:
        """Return the log-odds of every output."""
        scores: Array = vector.values @ self.weights.take(vector.indices, axis=0) + self.bias
        return scores


@dataclass(frozen=True, slots=True)
class HiddenMember:
    """A network with one hidden layer of rectified units, shared by all outputs."""

    first: Array
    first_bias: Array
    second: Array
    second_bias: Array

    def scores(self, vector: Vector) -> Array:
        """Return the log-odds of every output."""
        hidden = np.maximum(vector.values @ self.first.take(vector.indices, axis=0) + self.first_bias, 0.0)
        scores: Array = hidden @ self.second + self.second_bias
        return scores


@dataclass(frozen=True, slots=True)
class Heads:
    """The members of a model and the calibration of their mean, in which the linear one has the share `linear_share`.

    `slope` and `intercept` of each output turn the mean log-odds into those of a calibrated probability
    (Platt 1999), fitted on families that the members had not seen.
    """

    linear: LinearMember
    hidden: HiddenMember | None
    slope: Array
    intercept: Array
    linear_share: float = 0.5

    def scores(self, vector: Vector) -> Array:
        """Return the mean log-odds of every output, not yet calibrated."""
        scores = self.linear.scores(vector)
        if self.hidden is None:
            return scores
        return mean_of_members(scores, self.hidden.scores(vector), self.linear_share)

    def probabilities(self, vector: Vector) -> Array:
        """Return the calibrated probability of every output, ordinal ones never rising with the score."""
        probabilities = sigmoid(self.slope * self.scores(vector) + self.intercept)
        return in_order(probabilities)


def mean_of_members(linear: Array, hidden: Array, linear_share: float) -> Array:
    """Return the mean of the log-odds of both members."""
    return (linear * np.float32(linear_share) + hidden * np.float32(1.0 - linear_share)).astype(np.float32)


def sigmoid(log_odds: Array) -> Array:
    """Return probabilities for log-odds, without overflow."""
    return (1.0 / (1.0 + np.exp(-np.clip(log_odds, -30.0, 30.0)))).astype(np.float32)


def in_order(probabilities: Array) -> Array:
    """Lower what may not exceed its wider output: a score of 2 its 1, high its flagged. Last axis: outputs."""
    ordered = probabilities.copy()
    for narrow, wide in ((GENDER[1], GENDER[0]), (HUMAN_RIGHTS[1], HUMAN_RIGHTS[0]), (RISK_HIGH, RISK_FLAGGED)):
        place, limit = OUTPUT_PLACES[narrow], OUTPUT_PLACES[wide]
        ordered[..., place] = np.minimum(ordered[..., place], ordered[..., limit])
    return ordered
