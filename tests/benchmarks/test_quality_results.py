"""The comparison as data and as Markdown."""

from __future__ import annotations

import json

import numpy as np

from benchmarks.quality.answers import Answers, no_outputs, to_taggings
from benchmarks.quality.results import Comparison, System, make_tables, summarise
from classifier.heads import AREA_CODES, OUTPUT_PLACES
from classifier.model import Thresholds
from classifier.project import Project, Source
from classifier.tagging import Risk
from training.evaluation import Evaluation, evaluate
from training.labels import Labels

HALF = (0.5, 0.5)
THRESHOLDS = Thresholds((0.5,) * len(AREA_CODES), 0.0, 0.9, 0.1, {"gender": HALF, "human_rights": HALF}, 0.9)


def evaluation() -> Evaluation:
    """Return the figures of three projects, all of them right."""
    areas = (frozenset({"3.2"}), frozenset[str](), frozenset({"3.2"}))
    gold = [Labels(name, own, 0, 0, Risk.LOW) for name, own in zip("abc", areas, strict=True)]
    outputs = no_outputs(3)
    outputs[:, OUTPUT_PLACES["3.2"]] = (0.9, 0.1, 0.8)
    risks = np.tile([0.7, 0.1, 0.1, 0.1], (3, 1))
    said = to_taggings([Project(name, Source(1)) for name in "abc"], Answers(outputs, risks), THRESHOLDS)
    return evaluate(gold, said, groups={"language": ["en", "fr", "en"]}, resamples=20)


def comparison(*, same_corpus: bool = True) -> Comparison:
    systems = (
        System("ours", "as it is", 60.0, 1000.0, {"set": summarise(evaluation(), frozenset({"areas", "markers"}))}),
        System("theirs", "plain", None, 20.0, {"set": summarise(evaluation(), frozenset({"areas"}))}),
    )
    return Comparison("2026-01-01", "hash", 3, same_corpus, systems, {"other": "it is not installed"})


def row(table: str, label: str) -> list[str]:
    (line,) = [line for line in table.splitlines() if line.startswith(f"| {label} |")]
    return [cell.strip() for cell in line.split("|")[2:-1]]


def test_what_a_system_does_not_speak_to_is_left_open() -> None:
    table = make_tables(comparison())
    assert row(table, "areas, recall") == ["1.000", "1.000"]
    assert row(table, "gender, macro-F1")[1] == "–"
    assert row(table, "risk high, found") == ["–", "–"]
    assert row(table, "training, seconds") == ["60", "–"]


def test_languages_have_a_row_each() -> None:
    assert row(make_tables(comparison()), "areas, micro-F1, en") == ["1.000", "1.000"]


def test_says_what_was_left_out_and_why() -> None:
    assert "other: left out, it is not installed." in make_tables(comparison())


def test_says_when_the_model_saw_another_corpus() -> None:
    assert "another state of the corpus" in make_tables(comparison(same_corpus=False))
    assert "another state of the corpus" not in make_tables(comparison())


def test_is_plain_data() -> None:
    data = json.loads(json.dumps(comparison().to_json()))
    assert data["systems"][0]["outcomes"]["set"]["figures"]["areas_micro_f1"]["value"] == 1.0
