from __future__ import annotations

import json
from pathlib import Path

import pytest
from tiny_corpus import tiny_corpus

from service.cli import run
from training.corpus import write_corpus


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    (folder / "parts").mkdir(parents=True)
    write_corpus(tiny_corpus(), folder / "parts" / "tiny.jsonl")
    return folder


@pytest.fixture
def configuration(tmp_path: Path) -> Path:
    from training import configuration as module

    text = Path(module.__file__).with_name("configuration.toml").read_text("utf-8")
    path = tmp_path / "quick.toml"
    changes = {"folds = 5": "folds = 2", "units = 128": "units = 0"}
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return path


def train(corpus: Path, configuration: Path, models: Path, *more: str) -> int:
    return run(
        ["train", "--corpus", str(corpus), "--configuration", str(configuration), "--models", str(models), *more]
    )


def test_version_is_trained_and_described(
    corpus: Path, configuration: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train(corpus, configuration, tmp_path / "models", "--created", "2026-11-01", "--json", "--jobs", "1") == 0
    manifest = json.loads(capsys.readouterr().out)
    assert manifest["corpus_size"] == len(tiny_corpus())
    assert (tmp_path / "models" / manifest["version"] / "manifest.json").is_file()
    assert not (tmp_path / "models" / "current").exists()


def test_date_that_is_none_is_refused(
    corpus: Path, configuration: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train(corpus, configuration, tmp_path / "models", "--created", "soon") == 2
    assert "--created soon" in capsys.readouterr().err


def test_broken_corpus_trains_nothing(
    corpus: Path, configuration: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (corpus / "parts" / "tiny.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"id": "x"}\n')
    assert train(corpus, configuration, tmp_path / "models") == 1
    assert "parts/tiny.jsonl, line 97" in capsys.readouterr().err
    assert not (tmp_path / "models").exists()
