from __future__ import annotations

import json
from pathlib import Path

import pytest

from classifier.errors import CorpusError
from training.agreement import measure_agreement
from training.second_labels import load_second_labels

LABELS = {"areas": ["3.2"], "gender": 0, "human_rights": 1, "risk": "low"}


def write(folder: Path, *rows: object) -> Path:
    path = folder / "second_labels" / "one.jsonl"
    path.parent.mkdir()
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder


def test_both_judges_are_read_in_one_order(tmp_path: Path) -> None:
    other = {**LABELS, "areas": ["3.1"]}
    first, second = load_second_labels(write(tmp_path, {"id": "x-1", "first": LABELS, "second": other}))
    assert [(a.id, set(a.areas or ()), set(b.areas or ())) for a, b in zip(first, second, strict=True)] == [
        ("x-1", {"3.2"}, {"3.1"})
    ]


@pytest.mark.parametrize("row", [{"id": "x-1", "first": LABELS}, {"id": "x-1", "first": LABELS, "second": {}}])
def test_broken_line_is_named(tmp_path: Path, row: object) -> None:
    with pytest.raises(CorpusError, match=r"one\.jsonl, line 1"):
        load_second_labels(write(tmp_path, row))


def test_folder_without_second_labels_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="second_labels"):
        load_second_labels(tmp_path)


def test_our_judges_agree_on_more_than_600_records() -> None:
    first, second = load_second_labels(Path(__file__).parents[2] / "labelled_data")
    assert len(first) >= 600
    agreement = measure_agreement(first, second)
    assert agreement.alpha is not None
    assert agreement.alpha > 0.9
