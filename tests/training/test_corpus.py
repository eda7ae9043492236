from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from corpus_samples import plain, record, write_lines

from classifier.errors import CorpusError, OutputError, UsageError
from classifier.portfolio.registry import open_portfolio
from classifier.project import Project
from training.corpus import corpus_hash, load_corpus, load_frozen, write_corpus
from training.labelled import to_project
from training.schema import parse_record


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_lines(tmp_path / "parts" / "x.jsonl", record("x-1"), plain("x-2", "Rice mills in Moyen-Lac"))
    write_lines(tmp_path / "frozen" / "y.jsonl", plain("y-1", "A harbour crane for Port-Belle"))
    return tmp_path


def test_training_never_sees_the_frozen_part(folder: Path) -> None:
    assert [one.id for one in load_corpus(folder)] == ["x-1", "x-2"]
    assert [one.id for one in load_frozen(folder)] == ["y-1"]


def test_a_fault_is_named_with_file_and_line_and_nothing_is_loaded(folder: Path) -> None:
    write_lines(folder / "parts" / "z.jsonl", record("z-1"), record("z-2", areas=["7.7"]))
    with pytest.raises(CorpusError, match=r"parts/z\.jsonl, line 2: areas holds an unknown code") as caught:
        load_corpus(folder)
    assert caught.value.code == "record-invalid"


def test_a_fault_in_the_frozen_part_stops_training_too(folder: Path) -> None:
    write_lines(folder / "frozen" / "z.jsonl", record("z-1", lang="xx"))
    with pytest.raises(CorpusError, match=r"frozen/z\.jsonl, line 1"):
        load_corpus(folder)


def test_an_id_occurs_once_in_the_whole_corpus(folder: Path) -> None:
    write_lines(folder / "frozen" / "z.jsonl", record("x-1"))
    with pytest.raises(CorpusError, match=r"the id x-1 stands already in parts/x\.jsonl, line 1|family x-1"):
        load_corpus(folder)


def test_a_family_stands_in_one_split(folder: Path) -> None:
    write_lines(folder / "frozen" / "z.jsonl", record("z-1", family="x-2"))
    with pytest.raises(CorpusError, match="the family x-2 stands in two splits") as caught:
        load_frozen(folder)
    assert caught.value.code == "family-torn"


def test_no_text_appears_in_an_error(folder: Path) -> None:
    write_lines(folder / "parts" / "z.jsonl", record("z-1", title="Secret words of a project"))
    with pytest.raises(CorpusError) as caught:
        load_corpus(folder)
    assert "Secret" not in str(caught.value)


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="holds no labelled data"):
        load_corpus(tmp_path)


def test_a_split_without_records_is_named(folder: Path) -> None:
    (folder / "frozen" / "y.jsonl").write_text("\n")
    with pytest.raises(CorpusError, match="holds no record"):
        load_frozen(folder)


def test_a_file_in_another_encoding_is_named(folder: Path) -> None:
    (folder / "parts" / "z.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CorpusError, match=r"parts/z\.jsonl cannot be read: it is not UTF-8"):
        load_corpus(folder)


def test_the_hash_is_blind_to_order_and_sees_a_label() -> None:
    one, two = parse_record(record("x-1")), parse_record(record("x-2"))
    assert corpus_hash([one, two]) == corpus_hash([two, one])
    assert corpus_hash([one, two]) != corpus_hash([one, replace(two, gender=None)])


def test_writes_what_it_loads(folder: Path, tmp_path: Path) -> None:
    records = load_corpus(folder)
    target = tmp_path / "again" / "parts" / "x.jsonl"
    target.parent.mkdir(parents=True)
    write_corpus(records, target)
    assert load_corpus(tmp_path / "again") == records


def test_does_not_replace_a_file_unasked(folder: Path) -> None:
    target = folder / "parts" / "x.jsonl"
    with pytest.raises(UsageError):
        write_corpus([], target)


def test_leaves_nothing_when_it_cannot_write(tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        write_corpus([], tmp_path / "nowhere" / "x.jsonl")


def test_a_project_is_what_a_reader_gives(tmp_path: Path) -> None:
    labelled = parse_record(record(publisher="Ostland", channel="UNHCR", finance_type="110"))
    path = tmp_path / "x.jsonl"
    write_corpus([labelled, replace(labelled, id="x-0002")], path)
    with open_portfolio(str(path)) as portfolio:
        project, _ = portfolio
    assert isinstance(project, Project)
    # The labels of the file are read as declared ones; the project of a record must not carry them.
    undeclared = replace(
        project, declared_gender=None, declared_human_rights=None, declared_areas=(), declared_language=""
    )
    assert replace(to_project(labelled), source=project.source) == undeclared
