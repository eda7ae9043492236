"""Jobs in the hands of workers: taken up again, given back, run out of time, cleared away."""

from __future__ import annotations

import gzip
import io
import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from serving_case import Case, NewCase
from sqlalchemy import select, update
from tiny_model import write_tiny_model

from classifier.model import CURRENT
from classifier.tagger import Tagger
from service.access.users import find_user
from service.clock import now
from service.jobs.desk import JobDesk, JobMissingError, JobOrder
from service.jobs.queue import MOST_ATTEMPTS
from service.jobs.states import State
from service.jobs.worker import Worker
from service.store.tables import Job, JobPart

ROWS = 40


def portfolio() -> bytes:
    lines = [f"P-{number},Refugees {number},A lawyer helps refugees in district {number}." for number in range(ROWS)]
    return ("id,title,description\n" + "\n".join(lines) + "\n").encode()


@pytest.fixture
def case(new_case: NewCase) -> Case:
    return new_case(part_projects=8, lease_seconds=0.4, job_days=1)


def user_id(case: Case) -> str:
    with case.database.reading() as session:
        return find_user(session, "ann").id


def submit(case: Case, output: str = "jsonl", report: str = "") -> str:
    order = JobOrder("portfolio.csv", output, report)
    return JobDesk(case.database, case.settings).submit(order, io.BytesIO(portfolio()), user_id(case)).id


def worker(case: Case, stop: threading.Event | None = None) -> Worker:
    return Worker(case.database, case.settings, stop or threading.Event())


def job_of(case: Case, job_id: str) -> Job:
    with case.database.reading() as session:
        return session.get_one(Job, job_id)


def result(case: Case, job_id: str) -> bytes:
    return JobDesk(case.database, case.settings).result(job_id, user_id(case), actor="test")[1].read_bytes()


class DiesError(Exception):
    """What stands for the end of the process."""


def die_after(monkeypatch: pytest.MonkeyPatch, calls: int) -> list[int]:
    """Let the tagger break at a call; return the sizes of the batches that it tagged."""
    tagged: list[int] = []
    whole = Tagger.tag

    def tag(self: Tagger, projects: object) -> object:
        if len(tagged) == calls:
            raise DiesError
        tagged.append(len(projects))  # type: ignore[arg-type]
        return whole(self, projects)  # type: ignore[arg-type]

    monkeypatch.setattr(Tagger, "tag", tag)
    return tagged


@pytest.mark.parametrize(
    ("output", "report"),
    [
        *((output, "") for output in ("jsonl", "csv", "xlsx", "parquet")),
        *((output, report) for output in ("html", "xlsx", "json") for report in ("oda", "portfolio")),
    ],
)
def test_a_job_goes_on_from_its_last_part_with_the_same_bytes(
    case: Case, monkeypatch: pytest.MonkeyPatch, output: str, report: str
) -> None:
    whole, broken = submit(case, output, report), submit(case, output, report)
    worker(case).work_once()
    first = worker(case)
    job = first._queue.claim()
    assert job is not None
    assert job.id == broken
    die_after(monkeypatch, 3)
    folder = first._folders.of(job.id)
    with pytest.raises(DiesError):
        first._tag(job, folder, first._prepare(job, folder), threading.Event())
    monkeypatch.undo()
    with case.database.writing() as session:
        assert len(session.scalars(select(JobPart).where(JobPart.job_id == broken)).all()) == 3
        session.execute(update(Job).where(Job.id == broken).values(lease_until=now() - timedelta(seconds=1)))
    tagged = die_after(monkeypatch, 99)
    assert worker(case).work_once()
    assert tagged == [8, 8]
    assert job_of(case, broken).state == State.DONE
    assert result(case, broken) == result(case, whole)
    assert not list((case.settings.data_dir / "jobs" / broken / "result").glob(".*"))


def test_a_report_bears_the_day_of_its_upload(case: Case) -> None:
    job_id = submit(case, "json", "oda")
    with case.database.writing() as session:
        session.execute(update(Job).where(Job.id == job_id).values(created=datetime(2025, 3, 1, 23, 59, tzinfo=UTC)))
    worker(case).work_once()
    assert json.loads(result(case, job_id))["date"] == "2025-03-01"


def test_temporary_files_lie_with_the_job_and_go_with_it(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    order = JobOrder("portfolio.csv.gz", "csv")
    upload = io.BytesIO(gzip.compress(portfolio()))
    job_id = JobDesk(case.database, case.settings).submit(order, upload, user_id(case)).id
    parts = case.settings.data_dir / "jobs" / job_id / "parts"
    seen: list[Path] = []
    whole = Tagger.tag

    def tag(self: Tagger, projects: object) -> object:
        seen.extend((parts / "scratch").iterdir())
        return whole(self, projects)  # type: ignore[arg-type]

    monkeypatch.setattr(Tagger, "tag", tag)
    worker(case).work_once()
    assert job_of(case, job_id).state == State.DONE
    assert seen
    assert not parts.exists()


def test_a_spoiled_part_is_made_anew(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    job_id = submit(case)
    first = worker(case)
    job = first._queue.claim()
    assert job is not None
    folder = first._folders.of(job_id)
    die_after(monkeypatch, 2)
    with pytest.raises(DiesError):
        first._tag(job, folder, first._prepare(job, folder), threading.Event())
    monkeypatch.undo()
    (folder.parts / "00000001.json").write_bytes(b"[]")
    first._queue.release(job_id)
    tagged = die_after(monkeypatch, 99)
    worker(case).work_once()
    assert len(tagged) == 4
    assert job_of(case, job_id).state == State.DONE


def test_a_job_keeps_its_model_when_another_is_promoted(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    job_id = submit(case)
    first = worker(case)
    job = first._queue.claim()
    assert job is not None
    first._prepare(job, first._folders.of(job_id))
    first._queue.release(job_id)
    assert case.settings.models is not None
    write_tiny_model(case.settings.models, "second")
    assert (case.settings.models / CURRENT).read_text().strip() == "second"
    worker(case).work_once()
    assert job_of(case, job_id).model_version == "tiny"
    later = submit(case)
    worker(case).work_once()
    assert job_of(case, later).model_version == "second"


def test_nobody_takes_a_job_that_is_held(case: Case) -> None:
    submit(case)
    assert worker(case)._queue.claim() is not None
    assert worker(case)._queue.claim() is None


def test_a_worker_that_was_overtaken_changes_nothing(case: Case) -> None:
    job_id = submit(case)
    slow, quick = worker(case), worker(case)
    assert slow._queue.claim() is not None
    with case.database.writing() as session:
        session.execute(update(Job).where(Job.id == job_id).values(lease_until=now() - timedelta(seconds=1)))
    assert quick._queue.claim() is not None
    assert not slow._queue.renew(job_id)
    assert not slow._queue.settle(job_id, {"state": State.DONE})
    assert job_of(case, job_id).state == State.RUNNING


def test_a_stopped_worker_gives_its_job_back(case: Case) -> None:
    job_id = submit(case)
    stop = threading.Event()
    stop.set()
    worker(case, stop).work_once()
    assert job_of(case, job_id).state == State.QUEUED
    worker(case).work_once()
    assert job_of(case, job_id).state == State.DONE


def test_a_worker_that_ends_before_the_work_begins_counts_for_nothing(case: Case) -> None:
    job_id = submit(case)
    for _ in range(2 * MOST_ATTEMPTS):
        first = worker(case)
        job = first._queue.claim()
        assert job is not None
        first._prepare(job, first._folders.of(job_id))
        with case.database.writing() as session:
            session.execute(update(Job).where(Job.id == job_id).values(lease_until=now() - timedelta(seconds=1)))
    worker(case).work_once()
    assert job_of(case, job_id).state == State.DONE


def test_a_job_that_kills_its_workers_fails_in_the_end(case: Case) -> None:
    job_id = submit(case)
    for _ in range(MOST_ATTEMPTS):
        first = worker(case)
        job = first._queue.claim()
        assert job is not None
        assert first._queue.begin(job_id)
        with case.database.writing() as session:
            session.execute(update(Job).where(Job.id == job_id).values(lease_until=now() - timedelta(seconds=1)))
    worker(case).work_once()
    assert (job_of(case, job_id).problem or {})["code"] == "worker-lost"


def test_a_job_runs_out_of_time(case: Case) -> None:
    job_id = submit(case)
    with case.database.writing() as session:
        session.execute(update(Job).where(Job.id == job_id).values(started=now() - timedelta(days=9)))
    worker(case).work_once()
    assert (job_of(case, job_id).problem or {})["code"] == "job-out-of-time"


def test_a_cancelled_job_stops_in_the_middle(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    job_id = submit(case)
    desk = JobDesk(case.database, case.settings)
    whole = Tagger.tag

    def tag(self: Tagger, projects: object) -> object:
        desk.cancel(job_id, user_id(case))
        return whole(self, projects)  # type: ignore[arg-type]

    monkeypatch.setattr(Tagger, "tag", tag)
    assert worker(case).work_once()
    assert job_of(case, job_id).state == State.CANCELLED
    assert list((case.settings.data_dir / "jobs" / job_id / "result").iterdir()) == []


def test_a_job_deleted_while_it_runs_is_cleared_away(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    job_id = submit(case)
    desk = JobDesk(case.database, case.settings)
    whole = Tagger.tag

    def tag(self: Tagger, projects: object) -> object:
        desk.delete(job_id, user_id(case), actor="test")
        return whole(self, projects)  # type: ignore[arg-type]

    monkeypatch.setattr(Tagger, "tag", tag)
    assert worker(case).work_once()
    assert not (case.settings.data_dir / "jobs" / job_id).exists()
    with case.database.reading() as session:
        assert session.get(Job, job_id) is None


def test_what_has_expired_is_cleared_away(case: Case) -> None:
    job_id = submit(case)
    one = worker(case)
    one.work_once()
    one.clean()
    assert job_of(case, job_id).state == State.DONE
    with case.database.writing() as session:
        session.execute(update(Job).where(Job.id == job_id).values(expires=now()))
    one.clean()
    with pytest.raises(JobMissingError):
        JobDesk(case.database, case.settings).find(job_id, user_id(case))
    assert not (case.settings.data_dir / "jobs" / job_id).exists()
