from __future__ import annotations

import numpy as np
import pytest

from training.bootstrap import make_figure, resample


def test_families_are_drawn_whole() -> None:
    counts = {"x": np.array([[1.0], [10.0], [100.0]])}
    sums = resample(counts, ["f", "f", "g"], resamples=50)["x"][:, 0]
    assert set(sums.tolist()) <= {22.0, 111.0, 200.0}
    assert len(set(sums.tolist())) == 3


def test_a_seed_repeats_the_draw() -> None:
    counts = {"x": np.arange(40.0).reshape(20, 2)}
    families = [str(number) for number in range(20)]
    first, second = (resample(counts, families, seed=7)["x"] for _ in range(2))
    assert (first == second).all()
    assert (first != resample(counts, families, seed=8)["x"]).any()


def test_shapes_are_kept() -> None:
    assert resample({"x": np.ones((4, 3, 2))}, list("abcd"), resamples=5)["x"].shape == (5, 3, 2)


def test_no_project_gives_nothing() -> None:
    assert resample({"x": np.ones((0, 3))}, [], resamples=5)["x"].tolist() == [[0.0] * 3] * 5


def test_the_interval_holds_the_middle_of_the_resamples() -> None:
    figure = make_figure(0.5, np.linspace(0, 1, 1001))
    assert figure.low == pytest.approx(0.025)
    assert figure.high == pytest.approx(0.975)


def test_resamples_without_a_number_are_left_out() -> None:
    assert make_figure(0.5, np.array([np.nan, 0.5, 0.5])).low == 0.5
    assert make_figure(0.5, np.array([np.nan])).low is None
    assert make_figure(np.nan).value is None
