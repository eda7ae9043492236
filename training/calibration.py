"""Calibrates scores and chooses thresholds, on scores of families that the members had not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from classifier.heads import ANY_AREA, AREA_CODES, GENDER, HUMAN_RIGHTS, OUTPUT_PLACES, OUTPUTS, in_order, sigmoid
from classifier.model import Thresholds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.configuration import DecisionOptions
    from training.dataset import Targets

Scores = NDArray[np.float32]

_GRID: Final = np.round(np.arange(0.10, 0.91, 0.01), 2)
#: Steps of log-odds by which the thresholds of all areas are raised together.
_RAISE_GRID: Final = np.round(np.arange(0.0, 3.01, 0.05), 2)
#: The threshold that suits a calibrated marker when it has few examples, and how many that weighs.
_MARKER_PRIOR: Final = (0.42, 40)
#: An output with fewer projects that say yes, or that say no, is neither calibrated nor given its own threshold.
FEWEST_EXAMPLES: Final = 8
_CLEAR_GRID: Final = np.round(np.arange(0.01, 0.41, 0.01), 2)
_SURE_GRID: Final = np.round(np.arange(0.50, 0.996, 0.005), 3)


def rare_outputs(targets: Targets) -> dict[str, int]:
    """Return the outputs that have too few examples of yes or of no to be learnt well, and how many they have."""
    counts = np.minimum((targets == 1).sum(axis=0), (targets == 0).sum(axis=0))
    return {output: int(count) for output, count in zip(OUTPUTS, counts, strict=True) if count < FEWEST_EXAMPLES}


def fit_calibration(scores: Scores, targets: Targets) -> tuple[Scores, Scores]:
    """Return slope and intercept of each output: logistic regression of the answer on the score (Platt 1999).

    An output with too few examples keeps its scores.
    """
    from sklearn.linear_model import LogisticRegression

    slope, intercept = np.ones(scores.shape[1], np.float32), np.zeros(scores.shape[1], np.float32)
    for output in range(scores.shape[1]):
        known = ~np.isnan(targets[:, output])
        wanted = targets[known, output] > 0
        if min(wanted.sum(), (~wanted).sum()) < FEWEST_EXAMPLES:
            continue
        model = LogisticRegression(C=1e3).fit(scores[known, output : output + 1], wanted)
        # A score that speaks against its own label would turn the ranking around.
        slope[output] = max(float(model.coef_[0, 0]), 0.05)
        intercept[output] = model.intercept_[0]
    return slope, intercept


def calibrate(scores: Scores, slope: Scores, intercept: Scores) -> Scores:
    """Return calibrated probabilities, ordinal ones in order."""
    return in_order(sigmoid(slope * scores + intercept))


def choose_thresholds(probabilities: Scores, targets: Targets, options: DecisionOptions) -> Thresholds:
    """Choose where decisions fall, from out-of-fold probabilities."""
    prior = (options.area_prior, options.area_prior_examples)
    best = [_best_threshold(probabilities[:, place], targets[:, place], prior) for place in range(len(AREA_CODES))]
    areas = _raise_together(best, probabilities, targets, options)
    selected = select_areas(probabilities, areas, options.gate)
    sure, clear = _sure_and_clear(probabilities, targets, selected, options)
    markers = {
        name: _marker_thresholds(probabilities, targets, outputs, options.marker_recall)
        for name, outputs in _MARKERS.items()
    }
    return Thresholds(
        areas=areas,
        any_area=options.gate,
        areas_sure=sure,
        areas_clear=clear,
        markers=markers,
        markers_sure=_markers_sure(probabilities, targets, markers, options.accepted_precision),
    )


_MARKERS: Final = {"gender": GENDER, "human_rights": HUMAN_RIGHTS}


def select_areas(probabilities: Scores, areas: tuple[float, ...], gate: float) -> NDArray[np.bool_]:
    """Return which areas are selected, as `classifier.decision.decide_areas` does for one project."""
    any_area = probabilities[:, OUTPUT_PLACES[ANY_AREA]] >= gate
    chosen: NDArray[np.bool_] = (probabilities[:, : len(AREA_CODES)] >= np.array(areas)) & any_area[:, None]
    return chosen


def _sure_and_clear(
    probabilities: Scores, targets: Targets, selected: NDArray[np.bool_], options: DecisionOptions
) -> tuple[float, float]:
    """Return the pair of limits that accepts most projects while what is accepted is right often enough.

    Of the areas selected in accepted projects at least `accepted_precision` must be right, and at most
    `accepted_misses` of the accepted projects may lack an area.
    """
    chances, gold = probabilities[:, : len(AREA_CODES)], targets[:, : len(AREA_CODES)] > 0
    least = np.where(selected, chances, 1.0).min(axis=1)
    most = np.where(selected, 0.0, chances).max(axis=1)
    right, said = (selected & gold).sum(axis=1), selected.sum(axis=1)
    misses = (gold & ~selected).sum(axis=1) > 0
    best, limits = 0, (1.0, 0.0)
    for sure in _SURE_GRID:
        for clear in _CLEAR_GRID:
            accepted = (least >= sure) & (most <= clear)
            count = int(accepted.sum())
            precise = right[accepted].sum() >= options.accepted_precision * said[accepted].sum()
            if count > best and precise and misses[accepted].mean() <= options.accepted_misses:
                best, limits = count, (float(sure), float(clear))
    return limits


def _f_score(said: NDArray[np.bool_], gold: NDArray[np.bool_], recall_weight: float) -> float:
    """Return F1, or F-beta (van Rijsbergen 1979) with recall weighing `recall_weight` times precision."""
    square = recall_weight**2
    both = (1 + square) * (said & gold).sum()
    return float(both / max(1.0, said.sum() + square * gold.sum()))


def _best_threshold(
    probability: Scores, answers: NDArray[np.float32], prior: tuple[float, int], recall_weight: float = 1.0
) -> float:
    """Return the threshold of best F-score, drawn towards a prior threshold that weighs as much as some examples."""
    prior_threshold, prior_examples = prior
    known = ~np.isnan(answers)
    gold, probability = answers[known] > 0, probability[known]
    if gold.sum() < FEWEST_EXAMPLES:
        return prior_threshold
    scores = np.array([_f_score(probability >= limit, gold, recall_weight) for limit in _GRID])
    # The middle of the plateau is steadier than its highest tooth.
    best = float(np.median(_GRID[scores >= scores.max() - 0.005]))
    weight = gold.sum() / (gold.sum() + prior_examples)
    return round(float(weight * best + (1 - weight) * prior_threshold), 3)


def _raise_together(
    best: Sequence[float], probabilities: Scores, targets: Targets, options: DecisionOptions
) -> tuple[float, ...]:
    """Raise the thresholds of all areas by the same log-odds, as little as keeps enough projects without area so."""
    without = ~(targets[:, : len(AREA_CODES)] > 0).any(axis=1)
    log_odds = np.log(np.array(best) / (1 - np.array(best)))
    for step in _RAISE_GRID:
        areas = tuple(np.round(1 / (1 + np.exp(-(log_odds + step))), 3).tolist())
        kept = ~select_areas(probabilities, areas, options.gate)[without].any(axis=1)
        if not without.any() or kept.mean() >= options.none_kept:
            break
    return areas


def _marker_thresholds(
    probabilities: Scores, targets: Targets, outputs: tuple[str, str], recall_weight: float
) -> tuple[float, float]:
    first, second = (OUTPUT_PLACES[output] for output in outputs)
    return (
        _best_threshold(probabilities[:, first], targets[:, first], _MARKER_PRIOR, recall_weight),
        _best_threshold(probabilities[:, second], targets[:, second], _MARKER_PRIOR, recall_weight),
    )


def _markers_sure(
    probabilities: Scores, targets: Targets, markers: dict[str, tuple[float, float]], precision: float
) -> float:
    """Return the confidence at which both markers are right often enough."""
    limits = []
    for name, outputs in _MARKERS.items():
        places = [OUTPUT_PLACES[output] for output in outputs]
        known = ~np.isnan(targets[:, places[0]])
        chances, gold = probabilities[known][:, places], targets[known][:, places] > 0
        said = chances >= np.array(markers[name])
        confidence = np.where(said, chances, 1 - chances).min(axis=1)
        limits.append(_surest(confidence, (said == gold).all(axis=1), precision))
    return max(limits)


def _surest(confidence: NDArray[np.float32], right: NDArray[np.bool_], precision: float) -> float:
    """Return the lowest confidence from which answers are right at least as often as demanded."""
    for limit in _SURE_GRID:
        sure = confidence >= limit
        if sure.any() and right[sure].mean() >= precision:
            return float(limit)
    return 1.0
