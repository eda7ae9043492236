from __future__ import annotations

import math

import numpy as np
from tiny_corpus import tiny_corpus

from classifier.features import analyse
from classifier.heads import OUTPUT_PLACES, RISK_INSUFFICIENT
from classifier.text import read_text
from training.configuration import load_configuration
from training.dataset import build_dataset, compose, fit_vectoriser, targets_of, vectorise
from training.labelled import to_project


def test_targets_answer_every_output() -> None:
    legal = next(record for record in tiny_corpus() if record.areas == ("3.1",))
    answers = targets_of(legal)
    wanted = {"3.1": 1, "3.2": 0, "any_area": 1, "human_rights_2": 1, "gender_1": 0, "risk_high": 0}
    assert {name: answers[OUTPUT_PLACES[name]] for name in wanted} == wanted


def test_marker_that_nobody_can_tell_has_no_answer() -> None:
    from dataclasses import replace

    answers = targets_of(replace(tiny_corpus()[0], gender=None))
    assert math.isnan(answers[OUTPUT_PLACES["gender_1"]])


def test_matrix_holds_what_the_vectoriser_gives_for_each_text() -> None:
    records = tiny_corpus()[:12]
    dataset = build_dataset(records)
    vectoriser = fit_vectoriser(dataset.features, load_configuration())
    matrix = vectorise(dataset.features, vectoriser)
    for row, record in enumerate(records):
        vector = vectoriser.transform(analyse(read_text(to_project(record))))
        assert np.array_equal(matrix[row].indices, vector.indices)
        assert np.allclose(matrix[row].data, vector.values)


def test_composed_projects_have_the_answers_of_all_their_parts() -> None:
    dataset = build_dataset(tiny_corpus())
    enlarged = compose(dataset, 0.5, seed=1)
    assert len(enlarged) == len(dataset) * 3 // 2
    both = enlarged.targets[len(dataset) :, [OUTPUT_PLACES["3.1"], OUTPUT_PLACES["3.2"]]].sum(axis=1)
    assert both.max() == 2


def test_what_a_composed_project_does_can_be_told_when_that_of_a_part_can() -> None:
    dataset = build_dataset(tiny_corpus())
    place = OUTPUT_PLACES[RISK_INSUFFICIENT]
    dataset.targets[:, place] = 1.0
    assert compose(dataset, 3.0, seed=1).targets[:, place].all()
    dataset.targets[0, place] = 0.0
    assert not compose(dataset, 3.0, seed=1).targets[len(dataset) :, place].all()


def test_composition_is_repeatable() -> None:
    dataset = build_dataset(tiny_corpus())
    assert compose(dataset, 0.5, seed=1).features == compose(dataset, 0.5, seed=1).features
