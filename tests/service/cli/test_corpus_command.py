from __future__ import annotations

import json
from pathlib import Path

import pytest

from service.cli import run

RECORD: dict[str, object] = {
    "id": "x-1",
    "family": "x-1",
    "brief": "x",
    "manner": "title",
    "lang": "en",
    "title": "Rice mills in Moyen-Lac",
    "description": "",
    "recipient": "",
    "purpose_codes": [],
    "aid_type": "",
    "flow_type": "",
    "finance_type": "",
    "channel": "",
    "year": None,
    "publisher": "",
    "areas": [],
    "main": None,
    "gender": 0,
    "human_rights": 0,
    "risk": "low",
    "rules": [],
    "evidence": [],
}


def write(folder: Path, *records: dict[str, object]) -> Path:
    (folder / "parts").mkdir()
    (folder / "parts" / "x.jsonl").write_text("".join(json.dumps(one) + "\n" for one in records))
    return folder


def test_a_sound_corpus_passes_and_says_what_it_lacks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["corpus", "check", str(write(tmp_path, RECORD))]) == 0
    shown = capsys.readouterr().out
    assert "The corpus is sound." in shown
    assert "projects: 1, wanted 5000 or more" in shown


def test_a_fault_fails_with_file_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["corpus", "check", str(write(tmp_path, RECORD, RECORD | {"id": "x-2", "areas": ["9.9"]}))]) == 1
    assert "parts/x.jsonl, line 2: areas holds an unknown code: '9.9'" in capsys.readouterr().out


def test_machines_get_the_whole_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    twin = RECORD | {"id": "x-2", "family": "x-2"}
    assert run(["corpus", "check", str(write(tmp_path, RECORD, twin)), "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["near_duplicates"][0]["second"] == "x-2"


def test_near_copies_of_a_portfolio_fail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "other.csv"
    other.write_text("id,title\nP1,Rice mills in Moyen-Lac\n")
    assert run(["corpus", "check", str(write(tmp_path, RECORD)), "--against", str(other)]) == 1
    assert "x-1 of P1 in other.csv" in capsys.readouterr().out


def test_a_folder_without_corpus_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["corpus", "check", str(tmp_path)]) == 1
    assert "holds no labelled data" in capsys.readouterr().err
