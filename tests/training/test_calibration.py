from __future__ import annotations

from dataclasses import replace

import numpy as np

from classifier.heads import AREA_CODES, OUTPUT_PLACES, OUTPUTS
from training.calibration import Scores, calibrate, choose_thresholds, fit_calibration, select_areas
from training.configuration import load_configuration
from training.dataset import Targets

OPTIONS = load_configuration().decisions


def simulate(rows: int = 4_000) -> tuple[Scores, Targets]:
    """Scores that are twice too bold, and answers drawn from the probabilities that they should give."""
    generator = np.random.default_rng(7)
    scores = generator.normal(-1, 3, (rows, len(OUTPUTS))).astype(np.float32)
    targets = (generator.random(scores.shape) < 1 / (1 + np.exp(-scores / 2))).astype(np.float32)
    return scores, targets


def test_calibration_finds_back_the_true_slope() -> None:
    slope, intercept = fit_calibration(*simulate())
    assert np.allclose(slope, 0.5, atol=0.06)
    assert np.allclose(intercept, 0.0, atol=0.2)


def test_output_with_few_examples_keeps_its_scores() -> None:
    scores, targets = simulate(100)
    targets[:, 0] = 0
    slope, intercept = fit_calibration(scores, targets)
    assert (slope[0], intercept[0]) == (1, 0)


def test_unknown_answers_are_left_out() -> None:
    scores, targets = simulate()
    place = OUTPUT_PLACES["gender_1"]
    targets[scores[:, place] > 0, place] = np.nan
    slope, _ = fit_calibration(scores, targets)
    assert np.isfinite(slope).all()


def test_thresholds_keep_projects_without_area_without_area() -> None:
    scores, targets = simulate()
    targets[:2_000, : len(AREA_CODES) + 1] = 0
    scores[:2_000, : len(AREA_CODES) + 1] -= 4
    slope, intercept = fit_calibration(scores, targets)
    probabilities = calibrate(scores, slope, intercept)
    thresholds = choose_thresholds(probabilities, targets, replace(OPTIONS, none_kept=0.9))
    without = ~(targets[:, : len(AREA_CODES)] > 0).any(axis=1)
    kept = ~select_areas(probabilities, thresholds.areas, thresholds.any_area)[without].any(axis=1)
    assert kept.mean() >= 0.9


def test_thresholds_are_raised_together_and_no_more_than_needed() -> None:
    scores, targets = simulate()
    targets[:2_000, : len(AREA_CODES) + 1] = 0
    scores[:2_000, : len(AREA_CODES) + 1] -= 4
    probabilities = calibrate(scores, *fit_calibration(scores, targets))
    free, bound = (
        np.array(choose_thresholds(probabilities, targets, replace(OPTIONS, none_kept=kept)).areas)
        for kept in (0.0, 0.9)
    )
    steps = np.log(bound / (1 - bound)) - np.log(free / (1 - free))
    assert steps.min() > 0
    assert np.ptp(steps) < 0.03


def test_thresholds_are_drawn_towards_the_prior() -> None:
    scores, targets = simulate()
    probabilities = calibrate(scores, *fit_calibration(scores, targets))
    options = replace(OPTIONS, none_kept=0.0, area_prior=0.6)
    near, far = (
        choose_thresholds(probabilities, targets, replace(options, area_prior_examples=weight)).areas
        for weight in (10**7, 0)
    )
    assert np.allclose(near, 0.6, atol=0.002)
    assert max(far) < 0.6


def test_accepted_areas_are_as_precise_as_promised() -> None:
    scores, targets = simulate()
    probabilities = calibrate(scores, *fit_calibration(scores, targets))
    thresholds = choose_thresholds(
        probabilities, targets, replace(OPTIONS, none_kept=0.5, accepted_precision=0.8, accepted_misses=1.0)
    )
    selected = select_areas(probabilities, thresholds.areas, thresholds.any_area)
    chances, gold = probabilities[:, : len(AREA_CODES)], targets[:, : len(AREA_CODES)] > 0
    sure = np.where(selected, chances >= thresholds.areas_sure, chances <= thresholds.areas_clear).all(axis=1)
    assert sure.any()
    assert (selected & gold)[sure].sum() >= 0.8 * selected[sure].sum()


def test_markers_are_said_more_readily_when_a_miss_weighs_more() -> None:
    scores, targets = simulate()
    probabilities = calibrate(scores, *fit_calibration(scores, targets))
    even, careful = (
        choose_thresholds(probabilities, targets, replace(OPTIONS, marker_recall=weight)).markers
        for weight in (1.0, 2.0)
    )
    assert all(low < high for name in even for low, high in zip(careful[name], even[name], strict=True))
