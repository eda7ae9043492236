from __future__ import annotations

from pathlib import Path

import pytest
from corpus_samples import plain, record, write_lines
from tagged_samples import tagging

from classifier.errors import CorpusError
from training.gold import gold_of_corpus, read_gold
from training.schema import parse_record


def test_reads_the_labels_of_json_lines(tmp_path: Path) -> None:
    path = write_lines(
        tmp_path / "x.jsonl", record("x-1", gender=None, lang="fr"), plain("x-2", "Goats", risk="review")
    )
    gold = read_gold(path)
    assert [one.areas for one in gold.labels] == [frozenset({"3.2"}), frozenset()]
    assert [one.gender for one in gold.labels] == [None, 0]
    assert [one.risk for one in gold.labels] == ["low", "review"]
    assert gold.families == ("x-1", "x-2")
    assert gold.groups([tagging("x-1"), tagging("x-2")])["language"] == ["fr", "en"]


def test_reads_the_labels_of_a_table(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text('id,title,areas,risk\nA,Wells,"3.2, 3.3",high\nB,Goats,,low\n', encoding="utf-8")
    gold = read_gold(path)
    assert [one.areas for one in gold.labels] == [frozenset({"3.2", "3.3"}), frozenset()]
    assert [one.human_rights for one in gold.labels] == [None, None]
    assert "manner" not in gold.groups([tagging("A"), tagging("B")])


def test_declared_markers_alone_are_labels_too(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("id,title,gender\nA,Wells,1\nB,Goats,\n", encoding="utf-8")
    assert [(one.areas, one.gender, one.risk) for one in read_gold(path).labels] == [
        (None, 1, None),
        (None, None, None),
    ]


def test_a_file_without_labels_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("id,title\nA,Wells\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"x\.csv carries no labels"):
        read_gold(path)


@pytest.mark.parametrize(
    ("areas", "risk", "what"), [("9.9", "low", "result area '9.9'"), ("3.2", "huge", "risk 'huge'")]
)
def test_an_unknown_label_is_named_with_its_line(tmp_path: Path, areas: str, risk: str, what: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"id,title,areas,risk\nA,Wells,3.2,low\nB,Goats,{areas},{risk}\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=rf"x\.csv, line 3: unknown {what}"):
        read_gold(path)


def test_records_of_the_corpus_are_gold() -> None:
    gold = gold_of_corpus([parse_record(record("x-1"))])
    assert gold.labels[0].main == "3.2"
    assert gold.groups([tagging("x-1")])["manner"] == ["title"]
