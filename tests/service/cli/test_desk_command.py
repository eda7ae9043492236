"""``portolan desk``: export, import and agreement from the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_case import Desk, make_desk, make_judgement
from tiny_model import write_tiny_model

from service.cli import run
from service.desk.campaigns import set_closed
from service.desk.items import ItemFilter, list_items
from training.corpus import load_corpus


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A desk whose settings the command line finds, with three projects that ann and bob judged."""
    made = make_desk(tmp_path, doubled=1.0)
    write_tiny_model(tmp_path / "models")
    monkeypatch.setenv("PORTOLAN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PORTOLAN_MODELS", str(tmp_path / "models"))
    made.fill(3)
    for item in list_items(made.database, made.access("lea"), ItemFilter()).items:
        made.judge("ann", item.id)
        made.judge("bob", item.id, make_judgement(risk="high" if item.project_id == "P-3" else "low"))
    yield made
    made.database.close()


def test_labels_go_out_as_a_table(desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "labels.csv"
    assert run(["desk", "export", "Round one", str(target), "--format", "csv", "--user", "lea"]) == 0
    assert "2 projects, sha256" in capsys.readouterr().out
    assert len(target.read_text("utf-8").splitlines()) == 3
    assert run(["desk", "export", desk.campaign_id, str(target), "--format", "csv", "--user", "lea"]) == 2
    assert "exists already" in capsys.readouterr().err


def test_labels_go_out_as_a_part(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    call = ["desk", "export", desk.campaign_id, str(folder), "--format", "labelled-data", "--user", "lea"]
    assert run(call) == 0
    assert [one.id for one in load_corpus(folder)] == ["P-1", "P-2"]
    assert run(["corpus", "check", str(folder)]) == 0


def test_labels_go_to_label_studio_and_come_back(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "tasks.json"
    assert run(["desk", "export", desk.campaign_id, str(target), "--format", "label-studio", "--user", "lea"]) == 0
    assert (tmp_path / "tasks.json.config.xml").read_text("utf-8").startswith("<View>")
    other = desk.campaign(name="Round two")
    judges = json.loads(target.read_text("utf-8"))[0]["data"]["judges"]
    call = ["desk", "import", other, str(target), "--format", "label-studio", "--user", "lea"]
    call += ["--judge", f"{judges[0]}=ann", "--judge", f"{judges[1]}=bob", "--corpus", str(tmp_path / "none")]
    capsys.readouterr()
    assert run(call) == 0
    assert capsys.readouterr().out == "2 new projects, 4 judgements\n"
    assert run([*call, "--judge", "nobody"]) == 2


def test_a_file_that_does_not_fit_is_named(desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "all.jsonl"
    file.write_text('{"id": 9, "text": "x", "label": ["positive"]}\n')
    call = ["desk", "import", desk.campaign_id, str(file), "--format", "doccano", "--user", "lea"]
    assert run([*call, "--corpus", str(tmp_path / "none")]) == 1
    assert "Line 1: 'positive' is no label of the desk." in capsys.readouterr().err


def test_what_nobody_judged_is_tagged_by_the_current_model(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.fill(2, first=4)
    write_tiny_model(tmp_path / "models", "newer")
    call = ["desk", "retag", "Round one", "--as", "lea"]
    assert run(call) == 0
    assert capsys.readouterr().out == "2 projects tagged anew by newer\n"
    items = list_items(desk.database, desk.access("lea"), ItemFilter()).items
    assert [one.model_version for one in items] == ["tiny", "tiny", "tiny", "newer", "newer"]
    set_closed(desk.database, desk.access("lea"), closed=True, actor="lea")
    assert run(call) == 1
    assert "The campaign is closed." in capsys.readouterr().err


def test_agreement_is_told(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["desk", "agreement", desk.campaign_id, "--user", "lea"]) == 0
    out = capsys.readouterr().out
    assert "3 projects were judged by two people or more." in out
    assert "ann and bob" in out
    assert run(["desk", "agreement", desk.campaign_id, "--user", "lea", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["overall"]["projects"] == 3


def test_an_unknown_campaign_is_named(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["desk", "agreement", "nowhere", "--user", "lea"]) == 2
    assert "There is no campaign 'nowhere'." in capsys.readouterr().err
