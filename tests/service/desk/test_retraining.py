"""Trainings from the desk: the same line as on the command line, one at a time, and no harm when one is lost."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from desk_case import Desk
from retraining_case import Trainable, make_trainable
from sqlalchemy import select, update

from classifier.errors import CorpusError, ModelError, UsageError
from classifier.model import current_version, read_manifest
from service.clock import now
from service.desk.faults import DeskMissingError, DeskStateError
from service.desk.retraining import Choice, cancel_run, compare_again, find_run, list_runs, start_run, sweep_runs
from service.desk.retraining_corpus import lay_out, list_frozen, list_training_parts
from service.desk.retraining_process import _without, work_on
from service.desk.retraining_steps import RetrainingError, stage_of
from service.desk.verdicts import Judge, decline_run, promote_run, roll_back
from service.pages.catalogue import refuser
from service.store.desk_tables import Retraining
from service.store.tables import AuditEntry
from training.corpus import corpus_hash, load_corpus, load_frozen, write_corpus
from training.versions import read_history


@pytest.fixture
def trainable(desk: Desk) -> Iterator[Trainable]:
    made = make_trainable(desk)
    yield made
    made.close()


def current(trainable: Trainable) -> str:
    return current_version(trainable.desk.folder / "models").name


def judge(trainable: Trainable, reason: str = "better on 3.2") -> Judge:
    return Judge(trainable.desk.users["lea"].id, "lea", reason)


def test_a_training_makes_a_model_and_a_comparison_in_processes_of_its_own(trainable: Trainable) -> None:
    database, models = trainable.desk.database, trainable.desk.folder / "models"
    run = trainable.start()
    trainable.launch(run.id)
    done = trainable.wait(run.id)
    assert done.problem is None
    assert (done.state, done.progress, current(trainable)) == ("done", 1.0, "tiny")
    assert trainable.settings.labelled_data is not None
    assert read_manifest(models / done.model_version).corpus_hash == corpus_hash(
        load_corpus(trainable.settings.labelled_data)
    )
    assert done.comparison is not None
    assert (done.comparison["current"], done.comparison["candidate"]) == ("tiny", done.model_version)
    assert {"area 3.2", "language en", "risk low"} <= {one["name"] for one in done.comparison["changes"]}
    assert done.comparison["projects"]
    assert not list((trainable.settings.data_dir / "retrainings").iterdir())

    with pytest.raises(UsageError, match="reason"):
        promote_run(database, models, run.id, judge(trainable, " "))
    promote_run(database, models, run.id, judge(trainable), force=True)
    assert current(trainable) == done.model_version
    assert (trainable.run(run.id).verdict, trainable.run(run.id).verdict_reason) == ("promoted", "better on 3.2")
    with pytest.raises(UsageError, match="current"):
        promote_run(database, models, run.id, judge(trainable))
    roll_back(database, models, judge(trainable, "complaints"))
    assert current(trainable) == "tiny"
    assert [(one.action, one.who, one.reason) for one in read_history(models)] == [
        ("promote", "lea", "better on 3.2"),
        ("rollback", "lea", "complaints"),
    ]
    with database.reading() as session:
        told = select(AuditEntry.actor, AuditEntry.action, AuditEntry.subject).order_by(AuditEntry.id)
        entries = [tuple(row) for row in session.execute(told) if row.action in {"promotion", "rollback", "retraining"}]
    assert entries == [
        ("lea", "retraining", run.id),
        ("lea", "promotion", done.model_version),
        ("lea", "rollback", "tiny"),
    ]


def test_what_cannot_be_trained_on_leaves_the_model_and_says_why(trainable: Trainable) -> None:
    assert trainable.settings.labelled_data is not None
    path = trainable.settings.labelled_data / "parts" / "broken.jsonl"
    path.write_text('{"id": "x"}\n', "utf-8")
    run = trainable.start("tiny.jsonl", "broken.jsonl")
    work_on(trainable.desk.database, trainable.settings, run.id)
    ended = trainable.run(run.id)
    assert ended.state == "failed"
    assert ended.problem is not None
    assert "parts/broken.jsonl, line 1" in ended.problem["detail"]
    assert str(trainable.desk.folder) not in ended.problem["detail"]
    assert current(trainable) == "tiny"


def test_a_fault_of_the_training_itself_is_named(trainable: Trainable) -> None:
    assert trainable.settings.training_configuration is not None
    trainable.settings.training_configuration.write_text("seed = 1\n", "utf-8")
    run = trainable.start()
    work_on(trainable.desk.database, trainable.settings, run.id)
    ended = trainable.run(run.id)
    assert ended.problem is not None
    assert ended.problem["code"] == "bad-configuration"


def test_a_killed_training_is_noticed_at_once(trainable: Trainable) -> None:
    run = trainable.start()
    process = trainable.launch(run.id).process
    process.kill()
    ended = trainable.wait(run.id)
    assert ended.state == "failed"
    assert ended.problem is not None
    assert ended.problem["code"] == "retraining-lost"
    assert current(trainable) == "tiny"


def test_a_training_whose_command_is_killed_says_so(trainable: Trainable) -> None:
    run = trainable.start()
    trainable.launch(run.id)
    while trainable.run(run.id).stage in {"", "preparing"}:
        assert trainable.run(run.id).state in {"queued", "running"}
        time.sleep(0.02)
    _kill_command(run.id)
    ended = trainable.wait(run.id)
    assert ended.problem is not None
    assert ended.problem["code"] == "training-killed"
    assert "a été tué (signal 9)" in refuser("fr")(ended.problem)


def test_a_frozen_text_in_a_part_is_named_in_the_language_of_the_page(trainable: Trainable) -> None:
    corpus = trainable.settings.labelled_data
    assert corpus is not None
    [first, *_] = load_frozen(corpus)
    write_corpus([replace(first, id="new", family="new")], corpus / "parts" / "leaky.jsonl")
    run = trainable.start("tiny.jsonl", "leaky.jsonl")
    work_on(trainable.desk.database, trainable.settings, run.id)
    problem = trainable.run(run.id).problem
    assert problem is not None
    assert problem["facts"] == {"count": 1, "first": "new"}
    assert refuser("nl")(problem).startswith("1 teksten van het bevroren deel")


def test_no_fact_of_a_fault_names_a_folder_of_the_service(tmp_path: Path) -> None:
    facts: dict[str, str | int] = {"part": f"{tmp_path}/corpus/parts/a.jsonl", "line": 3}
    fault = RetrainingError(f"{tmp_path}/corpus/parts/a.jsonl is broken.", code="x", facts=facts)
    told = _without(fault.to_record(), tmp_path)
    assert (told["detail"], told["facts"]) == ("parts/a.jsonl is broken.", {"part": "parts/a.jsonl", "line": 3})


def _kill_command(run_id: str) -> None:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                words = (folder / "cmdline").read_bytes().decode().split("\0")
            except OSError:
                continue
            if "train" in words and any(run_id in word for word in words):
                os.kill(int(folder.name), signal.SIGKILL)


def test_a_cancelled_training_ends_and_makes_no_model(trainable: Trainable) -> None:
    database = trainable.desk.database
    run = trainable.start()
    process = trainable.launch(run.id).process
    while trainable.run(run.id).stage in {"", "preparing"}:
        time.sleep(0.02)
    cancel_run(database, run.id, actor="lea")
    process.wait(60)
    assert trainable.run(run.id).state == "cancelled"
    assert trainable.run(run.id).model_version == ""
    assert [path.name for path in (trainable.desk.folder / "models").iterdir() if path.is_dir()] == ["tiny"]
    with pytest.raises(DeskStateError, match="ended"):
        cancel_run(database, run.id, actor="lea")


def test_a_training_that_was_lost_with_its_machine_is_noticed_after_a_restart(trainable: Trainable) -> None:
    database = trainable.desk.database
    run = trainable.start()
    assert sweep_runs(database) == 0
    with pytest.raises(DeskStateError, match="on its way"):
        trainable.start()
    with database.writing() as session:
        session.execute(update(Retraining).values(alive=now() - timedelta(minutes=5), state="running"))
    assert sweep_runs(database) == 1
    assert trainable.run(run.id).problem is not None
    again = trainable.start()
    assert [one.run.id for one in list_runs(database)] == [again.id, run.id]
    assert find_run(database, again.id).starter == "lea"


def test_a_training_starts_once(trainable: Trainable) -> None:
    database = trainable.desk.database
    run = trainable.start()
    cancel_run(database, run.id, actor="lea")
    work_on(database, trainable.settings, run.id)
    assert trainable.run(run.id).state == "cancelled"
    with pytest.raises(DeskMissingError):
        find_run(database, "none")
    with pytest.raises(UsageError, match="No part"):
        start_run(database, Choice(()), user_id="", actor="", base_version="")


def test_a_model_is_promoted_only_when_it_was_compared_with_the_current_one(trainable: Trainable) -> None:
    database, models = trainable.desk.database, trainable.desk.folder / "models"
    run = trainable.start(base_version="")
    with pytest.raises(DeskStateError, match="no model"):
        promote_run(database, models, run.id, judge(trainable))
    with pytest.raises(DeskStateError, match="no model"):
        compare_again(database, run.id, actor="lea", base_version="tiny")
    work_on(database, trainable.settings, run.id)
    assert trainable.run(run.id).comparison is None
    with pytest.raises(UsageError, match="not compared"):
        promote_run(database, models, run.id, judge(trainable))
    compare_again(database, run.id, actor="lea", base_version="tiny")
    work_on(database, trainable.settings, run.id)
    compared = trainable.run(run.id)
    assert compared.comparison is not None
    decline_run(database, run.id, judge(trainable, "too early"))
    assert trainable.run(run.id).verdict == "declined"
    with pytest.raises(ModelError):
        roll_back(database, models, judge(trainable))


def test_no_frozen_text_is_trained_on_under_any_name(trainable: Trainable, tmp_path: Path) -> None:
    corpus = trainable.settings.labelled_data
    assert corpus is not None
    settled = tmp_path / "settled"
    settled.mkdir()
    [first, *_] = load_frozen(corpus)
    for name, changed in (
        ("other-id", replace(first, id="new", family="new")),
        ("same-family", replace(first, id="new")),
        ("same-id", replace(first, family="new")),
    ):
        write_corpus([changed], settled / f"{name}.jsonl")
        with pytest.raises(CorpusError):
            lay_out(Choice(("tiny.jsonl",), (f"{name}.jsonl",)), corpus, settled, tmp_path / name)
    for bad in ("../frozen/tiny.jsonl", "none.jsonl"):
        with pytest.raises(UsageError, match="no part"):
            lay_out(Choice((bad,)), corpus, settled, tmp_path / f"bad-{len(bad)}")
    assert list_training_parts(corpus)[0].records == len(load_corpus(corpus))
    assert [one.name for one in list_frozen(corpus)] == ["tiny.jsonl"]


@pytest.mark.parametrize(
    ("line", "stage"),
    [
        ("     0 s  Reading 96 labelled projects", ("reading", 0.05)),
        ("     9 s  Fold 3 of 4", ("fold 3 4", 0.425)),
        ("    40 s  Fitting on all projects", ("fitting", 0.75)),
        ("    50 s  Writing 2026-11-22-0123abcd", ("writing", 0.92)),
        ("something else", None),
    ],
)
def test_the_steps_of_the_training_line_are_known(line: str, stage: tuple[str, float] | None) -> None:
    found = stage_of(line)
    assert found == stage or (found and stage and found[0] == stage[0] and found[1] == pytest.approx(stage[1]))
