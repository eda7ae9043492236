from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tiny_corpus import tiny_corpus

from classifier.errors import CorpusError
from classifier.model import read_manifest, verify
from classifier.project import Project, Source
from classifier.tagger import Tagger
from training.configuration import Configuration, load_configuration
from training.corpus import corpus_hash
from training.dataset import build_dataset
from training.fitting import folds_of
from training.labelled import LabelledProject
from training.line import train


def tiny_configuration() -> Configuration:
    shipped = load_configuration()
    return replace(shipped, folds=2, hidden=replace(shipped.hidden, units=4, epochs=2))


@pytest.fixture(scope="module")
def records() -> list[LabelledProject]:
    return tiny_corpus()


@pytest.fixture(scope="module")
def version(records: list[LabelledProject], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train(records, tiny_configuration(), tmp_path_factory.mktemp("models"), created="2026-11-01", jobs=1)


def test_version_is_whole_and_names_its_corpus(version: Path, records: list[LabelledProject]) -> None:
    manifest = verify(version)
    assert (manifest.corpus_hash, manifest.corpus_size) == (corpus_hash(records), len(records))
    assert manifest.version == version.name
    assert manifest.version.startswith("2026-11-01-")


def test_manifest_keeps_what_the_corpus_is_like(version: Path, records: list[LabelledProject]) -> None:
    profile = read_manifest(version).metrics["training_profile"]
    assert sum(profile["languages"].values()) == len(records)
    assert profile["languages"]["fr"] >= 24
    for name in ("characters", "scores"):
        assert sum(profile[name]["counts"]) == len(records)
        assert len(profile[name]["counts"]) == len(profile[name]["bounds"]) + 1
    assert profile["characters"]["counts"][3:] == [0] * 5


def test_same_corpus_configuration_and_date_give_the_same_bytes(
    version: Path, records: list[LabelledProject], tmp_path: Path
) -> None:
    again = train(records, tiny_configuration(), tmp_path, created="2026-11-01", jobs=2)
    assert {file.name: file.read_bytes() for file in again.iterdir()} == {
        file.name: file.read_bytes() for file in version.iterdir()
    }


def test_other_configuration_has_another_name(version: Path) -> None:
    from training.line import _version_name

    other = replace(tiny_configuration(), seed=1)
    assert _version_name([], other, "2026-11-01") != _version_name([], tiny_configuration(), "2026-11-01")
    assert version.parent.is_dir()


def test_trained_model_tags_what_it_learned_and_cites_the_words(version: Path) -> None:
    text = "The project gives food parcels to displaced families in Bunia"
    tagging = Tagger.load(version).tag([Project(id="P-1", source=Source(1), title=text)])[0]
    assert tagging.selected_areas() == ("3.2",)
    quotes = [evidence.quote for area in tagging.areas for evidence in area.evidence]
    assert quotes
    assert all(quote in text for quote in quotes)


def test_words_of_one_project_alone_are_not_in_the_model(tmp_path: Path) -> None:
    first, *others = tiny_corpus()
    secret = replace(first, id="x-1", family="x-1", title="The project gives zanzibarquux to refugees", evidence=())
    version = train([first, *others, secret], tiny_configuration(), tmp_path, created="2026-11-01", jobs=1)
    assert "zanzibarquux" not in (version / "vocabulary.json").read_text("utf-8")


def test_progress_is_told(records: list[LabelledProject], tmp_path: Path) -> None:
    said: list[str] = []
    train(records, tiny_configuration(), tmp_path, created="2026-11-01", jobs=1, progress=said.append)
    assert [step for step in said if step.startswith("Fold")] == ["Fold 1 of 2", "Fold 2 of 2"]


def test_interrupted_training_leaves_no_version(records: list[LabelledProject], tmp_path: Path) -> None:
    def stop(step: str) -> None:
        if step.startswith("Writing"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(records, tiny_configuration(), tmp_path, created="2026-11-01", jobs=1, progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_families_stay_together_in_the_folds() -> None:
    records = [replace(record, family=f"family-{number // 4}") for number, record in enumerate(tiny_corpus())]
    dataset = build_dataset(records)
    families = [{dataset.families[place] for place in fold} for fold in folds_of(dataset, 3)]
    assert sum(map(len, families)) == len(set(dataset.families))


def test_metrics_stand_in_the_manifest(version: Path) -> None:
    metrics = read_manifest(version).metrics["out_of_fold"]
    assert 0 <= metrics["micro_f1"] <= 1
    assert metrics["area_projects"]["3.2"] == 24
    json.dumps(metrics)


def test_labels_with_too_few_examples_are_named(version: Path, records: list[LabelledProject], tmp_path: Path) -> None:
    said: list[str] = []
    train(records, tiny_configuration(), tmp_path, created="2026-11-01", jobs=1, progress=said.append)
    assert any(step.startswith("Warning") and "4.6 (0)" in step for step in said)
    few = read_manifest(version).metrics["too_few_examples"]
    assert few["4.6"] == 0
    assert "3.2" not in few


def test_corpus_with_fewer_families_than_folds_is_refused(records: list[LabelledProject], tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="1 families"):
        train(records[:1], tiny_configuration(), tmp_path, created="2026-11-01", jobs=1)


def test_very_small_corpus_is_trained(records: list[LabelledProject], tmp_path: Path) -> None:
    version = train(records[:6], tiny_configuration(), tmp_path, created="2026-11-01", jobs=1)
    assert verify(version).corpus_size == 6
