from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_matrix, random_array

from training.configuration import load_configuration
from training.descent import Batches, Layer, Stride, drop_features, drop_units, rate_of_step

OPTIONS = replace(load_configuration().linear, epochs=2, batch=8, dropout=0.0)


def texts(count: int = 20, features: int = 50) -> csr_matrix:
    matrix = random_array((count, features), density=0.1, random_state=np.random.default_rng(3), dtype=np.float32)
    return csr_matrix(matrix)


def test_dropout_keeps_the_rest_and_makes_up_for_what_is_left_out() -> None:
    matrix = csr_matrix(np.ones((40, 50), np.float32))
    dropped = drop_features(matrix, 0.5, np.random.default_rng(1))
    assert set(dropped.data.tolist()) == {2.0}
    assert 0.4 < dropped.nnz / matrix.nnz < 0.6
    assert matrix.nnz == 2_000


def test_without_dropout_nothing_is_left_out() -> None:
    matrix = csr_matrix(np.eye(4, dtype=np.float32))
    assert (drop_features(matrix, 0.0, np.random.default_rng(1)) != matrix).nnz == 0


def test_units_are_left_out_and_made_up_for() -> None:
    kept = drop_units(np.ones((30, 40), np.float32), 0.5, np.random.default_rng(1))
    assert set(kept.ravel().tolist()) == {0.0, 2.0}
    assert 0.9 < kept.mean() < 1.1


def test_every_text_comes_once_in_each_epoch() -> None:
    batches = list(Batches(texts(), OPTIONS, np.random.default_rng(1)))
    assert [len(batch.texts) for batch in batches] == [8, 8, 4, 8, 8, 4]
    assert sorted(np.concatenate([batch.texts for batch in batches[:3]]).tolist()) == list(range(20))
    assert Batches(texts(), OPTIONS, np.random.default_rng(1)).steps == len(batches)


def test_a_batch_is_cut_down_to_its_features_and_says_the_same() -> None:
    matrix = texts()
    for batch in Batches(matrix, OPTIONS, np.random.default_rng(1)):
        whole = np.zeros((len(batch.texts), matrix.shape[1]), np.float32)
        whole[:, batch.features] = batch.matrix.toarray()
        assert np.array_equal(whole, matrix[batch.texts].toarray())
        assert batch.matrix.getnnz(axis=0).all()


def test_batches_say_how_far_to_step() -> None:
    batches = list(Batches(texts(), OPTIONS, np.random.default_rng(1)))
    rates = [rate_of_step(step, len(batches), OPTIONS) for step in range(1, len(batches) + 1)]
    assert [batch.stride.rate for batch in batches] == rates
    shrinks = [np.float32(OPTIONS.penalty / len(batch.texts)) for batch in batches]
    assert [batch.stride.shrink for batch in batches] == shrinks


def stride(rate: float, shrink: float = 0.0) -> Stride:
    return Stride(rate, np.float32(shrink))


def test_a_step_draws_weights_towards_zero_and_leaves_the_bias() -> None:
    layer = Layer.of(np.ones((2, 1), np.float32))
    layer.bias[:] = 1.0
    layer.step(np.zeros((2, 1), np.float32), np.zeros(1, np.float32), stride(0.1, 0.01))
    assert (layer.weights < 1).all()
    assert layer.bias.tolist() == [1.0]


def test_a_step_changes_only_the_rows_that_it_is_given() -> None:
    layer = Layer.of(np.zeros((5, 2), np.float32))
    layer.step(np.ones((2, 2), np.float32), np.zeros(2, np.float32), stride(0.1), np.array([1, 3]))
    assert layer.weights.any(axis=1).tolist() == [False, True, False, True, False]
    assert (layer.weights[1] < 0).all()


def test_a_step_over_many_rows_is_that_over_each() -> None:
    generator = np.random.default_rng(5)
    gradient = generator.normal(size=(1_000, 3)).astype(np.float32)
    none = np.zeros(3, np.float32)
    whole, one_by_one = Layer.of(np.zeros_like(gradient)), Layer.of(np.zeros_like(gradient))
    for rate in (0.1, 0.05):
        whole.step(gradient, none, stride(rate))
        for row in range(len(gradient)):
            one_by_one.step(gradient[row : row + 1], none, stride(rate), np.array([row]))
    assert np.array_equal(whole.weights, one_by_one.weights)


def test_the_first_step_is_of_the_learning_rate_and_steps_grow_shorter() -> None:
    layer = Layer.of(np.zeros((1, 1), np.float32))
    layer.step(np.full((1, 1), 7.0, np.float32), np.zeros(1, np.float32), stride(rate_of_step(1, 10, OPTIONS)))
    assert np.isclose(layer.weights[0, 0], -OPTIONS.learning_rate, rtol=1e-4)
    late = [rate_of_step(step, 1_000, OPTIONS) for step in (500, 750, 1_000)]
    assert late == sorted(late, reverse=True)
    assert late[-1] > 0
