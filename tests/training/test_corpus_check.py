from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from corpus_samples import plain, record, write_lines

from classifier.errors import PortfolioError
from training.corpus_check import check_corpus

LONG = "Crews from nine villages repair the valley road and plant trees along its new drains before the rains"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_lines(tmp_path / "parts" / "x.jsonl", record("x-1"), plain("x-2", LONG))
    return tmp_path


def test_a_sound_corpus_may_fall_short(folder: Path) -> None:
    report = check_corpus(folder)
    assert report.is_sound
    assert report.records == 2
    assert report.shortfalls


def test_lists_every_fault_with_its_place(folder: Path) -> None:
    write_lines(folder / "parts" / "y.jsonl", record("y-1", gender=7), record("x-1"), record("y-2", colour=1))
    report = check_corpus(folder)
    assert [(str(one.place), one.code) for one in report.problems] == [
        ("parts/y.jsonl, line 1", "record-invalid"),
        ("parts/y.jsonl, line 2", "id-duplicate"),
        ("parts/y.jsonl, line 3", "record-invalid"),
    ]


def test_near_duplicates_outside_families_are_found(folder: Path) -> None:
    write_lines(folder / "parts" / "y.jsonl", plain("y-1", LONG.replace("nine", "four"), family="y"))
    report = check_corpus(folder)
    assert [(one.first, one.second, one.is_leak) for one in report.likenesses] == [("x-2", "y-1", False)]


def test_near_duplicates_inside_a_family_are_wanted(folder: Path) -> None:
    write_lines(folder / "parts" / "y.jsonl", plain("y-1", LONG.replace("nine", "four"), family="x-2"))
    assert check_corpus(folder).is_sound


def test_a_near_duplicate_in_the_frozen_part_is_a_leak(folder: Path) -> None:
    write_lines(folder / "frozen" / "y.jsonl", plain("y-1", LONG + " again"))
    report = check_corpus(folder)
    assert [one.second for one in report.leaks] == ["y-1"]
    assert not report.is_sound


@pytest.mark.parametrize(
    ("title", "description", "likeness"),
    [
        ("Another title", "They repair the valley road and plant trees along its new drains, said X.", "words"),
        (LONG.upper(), "", "title"),
        ("", " ".join(f"{word}" for word in LONG.split()[:9]) + " " + LONG.split()[-1], "overlap"),
    ],
)
def test_copies_of_other_files_are_found(folder: Path, title: str, description: str, likeness: str) -> None:
    other = write_lines(folder / "other.jsonl", {"id": "P1", "title": title, "description": description})
    (copy,) = check_corpus(folder, [other]).copies
    assert (copy.record, copy.file, copy.project, copy.likeness) == ("x-2", "other.jsonl", "P1", likeness)


def test_other_files_may_be_of_any_format(folder: Path) -> None:
    table = folder / "other.csv"
    table.write_text(f"id,title\nP1,{LONG}\nP2,Goats\n", encoding="utf-8")
    packed = folder / "other.jsonl.gz"
    packed.write_bytes(gzip.compress(json.dumps({"id": "P3", "title": LONG}).encode()))
    copies = check_corpus(folder, [table, packed]).copies
    assert [one.project for one in copies] == ["P1", "P3"]


def test_a_missing_other_file_is_an_error(folder: Path) -> None:
    with pytest.raises(PortfolioError):
        check_corpus(folder, [folder / "nothing.csv"])


def test_the_report_is_plain_data(folder: Path) -> None:
    write_lines(folder / "frozen" / "y.jsonl", plain("y-1", LONG + " again"))
    found = json.loads(json.dumps(check_corpus(folder).to_json()))
    assert found["near_duplicates"][0]["leak"] is True
    assert found["counts"]["area"] == {"3.2": 1, "none": 2}
