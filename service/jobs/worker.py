"""A process that works on jobs, one at a time, until it is told to stop."""

from __future__ import annotations

import hashlib
import logging
import secrets
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from classifier.errors import ModelError, PortolanError
from classifier.model import current_version, find_models_dir
from service.clock import now
from service.extent import measure_extent
from service.jobs.folders import JobFolder, JobFolders
from service.jobs.parts import LeaseLostError, PartStore
from service.jobs.products import make_result, name_result
from service.jobs.queue import MOST_ATTEMPTS, Queue
from service.jobs.states import State
from service.jobs.tagging import PartTagger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from classifier.tagger import Tagger
    from service.run import Progress
    from service.settings import Settings
    from service.store.database import Database
    from service.store.tables import Job
    from service.summary import RunSummary

_LOG = logging.getLogger("portolan.jobs")
_IDLE_SECONDS = 0.5
_CLEANING_SECONDS = 60.0
_ORPHAN_SECONDS = 3_600.0


class _StoppedError(Exception):
    """The worker was told to stop; the job goes back to the queue."""


class _OutOfTimeError(Exception):
    """The job ran longer than it may."""


class Worker:
    """Works on jobs.

    Parameters
    ----------
    stop
        Set from outside to end the work; the job in hand goes back to the queue.
    """

    def __init__(self, database: Database, settings: Settings, stop: threading.Event) -> None:
        self._database = database
        self._settings = settings
        self._stop = stop
        self._folders = JobFolders(settings.data_dir)
        self._queue = Queue(database, secrets.token_hex(8), timedelta(seconds=settings.lease_seconds))
        self._tagger: Tagger | None = None
        self._next_cleaning = 0.0

    def run(self) -> None:
        """Work until told to stop."""
        while not self._stop.is_set():
            try:
                worked = self.work_once()
                self._clean_now_and_then()
            except SQLAlchemyError as error:
                _LOG.error("database fault", extra={"fault": type(error).__name__})
                worked = False
            if not worked:
                self._stop.wait(_IDLE_SECONDS)

    def work_once(self) -> bool:
        """Work on one job; False when there is none."""
        job = self._queue.claim()
        if job is None:
            return False
        try:
            self._work_on(job)
        except LeaseLostError:
            self._forget_work(job.id)
        except _StoppedError:
            self._queue.release(job.id)
        return True

    def clean(self) -> None:
        """Remove what has expired, and uploads that never became a job."""
        for job_id in self._queue.expired():
            self._folders.of(job_id).remove()
            self._queue.forget(job_id)
        known, old = self._queue.known(), time.time() - _ORPHAN_SECONDS
        for folder in self._folders.all():
            if folder.path.name not in known and folder.path.stat().st_mtime < old:
                folder.remove()

    def _clean_now_and_then(self) -> None:
        if time.monotonic() >= self._next_cleaning:
            self._next_cleaning = time.monotonic() + _CLEANING_SECONDS
            self.clean()

    def _work_on(self, job: Job) -> None:
        folder = self._folders.of(job.id)
        if job.attempts >= MOST_ATTEMPTS:
            self._fail(job, PortolanError("The work on the portfolio broke off again and again.", code="worker-lost"))
            return
        try:
            tagger = self._prepare(job, folder)
            self._begin(job)
            with self._holding(job) as lost:
                summary = self._tag(job, folder, tagger, lost)
        except PortolanError as error:
            self._fail(job, error)
        except _OutOfTimeError:
            limit = self._settings.job_seconds
            self._fail(job, PortolanError(f"The job ran longer than {limit:,} seconds.", code="job-out-of-time"))
        except (_StoppedError, LeaseLostError):
            raise
        except Exception as error:  # noqa: BLE001 - one broken portfolio must not end the worker
            _LOG.error("job broke", extra={"job": job.id, "fault": type(error).__name__})
            self._fail(job, PortolanError("Something went wrong here; it is in the log.", code="unexpected"))
        else:
            self._end(job, folder, summary)

    def _prepare(self, job: Job, folder: JobFolder) -> Tagger:
        """Return the tagger that the job began with, or the current one for a job that begins (anew)."""
        models = self._settings.models or find_models_dir()
        try:
            tagger = self._load(models / job.model_version) if job.model_version else None
        except ModelError:
            tagger = None
        if tagger is not None and tagger.rules_version == job.rules_version:
            return tagger
        tagger = self._load(current_version(models))
        self._queue.drop_parts(job.id)
        folder.parts.mkdir(parents=True, exist_ok=True)
        versions = {"model_version": tagger.model_version, "rules_version": tagger.rules_version}
        if not self._queue.settle(job.id, versions):
            raise LeaseLostError
        return tagger

    def _begin(self, job: Job) -> None:
        # Not before: a machine that goes down while the model is loaded says nothing about the portfolio.
        if not self._queue.begin(job.id):
            raise LeaseLostError

    def _load(self, model_dir: Path) -> Tagger:
        from classifier.tagger import Tagger

        if self._tagger is None or self._tagger.model_version != model_dir.name:
            self._tagger = Tagger.load(model_dir)
        return self._tagger

    def _tag(self, job: Job, folder: JobFolder, tagger: Tagger, lost: threading.Event) -> RunSummary:
        meter = _Meter()
        deadline = (job.started or now()) + timedelta(seconds=self._settings.job_seconds)

        def guard() -> None:
            if lost.is_set():
                raise LeaseLostError
            if self._stop.is_set():
                raise _StoppedError
            if now() > deadline:
                raise _OutOfTimeError

        parts = PartStore(self._database, job.id, self._queue.worker, folder.parts)
        part_tagger = PartTagger(tagger, parts, self._settings.part_projects, guard, meter.read)
        with folder.spooling():
            return make_result(job, folder, Path(tagger.model_version), meter.note, part_tagger.tag)

    @contextmanager
    def _holding(self, job: Job) -> Iterator[threading.Event]:
        """Renew the lease while the work goes on; the event is set when the job is not ours any more."""
        lost, over = threading.Event(), threading.Event()

        def hold() -> None:
            while not over.wait(self._settings.lease_seconds / 4):
                try:
                    if not self._queue.renew(job.id):
                        lost.set()
                        return
                except SQLAlchemyError:
                    continue

        thread = threading.Thread(target=hold, name="portolan-lease", daemon=True)
        thread.start()
        try:
            yield lost
        finally:
            over.set()
            thread.join()

    def _end(self, job: Job, folder: JobFolder, summary: RunSummary) -> None:
        facts = summary.facts()
        facts["first_rejections"] = summary.to_json()["first_rejections"]
        counts = {"summary": facts, "projects": summary.projects, "rejected_rows": summary.rejected_rows}
        if summary.fault is not None:
            self._fail(job, summary.fault, **counts)
            return
        path = folder.result / name_result(job)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        result = {"result_name": path.name, "result_bytes": path.stat().st_size, "result_sha256": digest}
        self._settle(job, State.DONE, {**counts, **result, "progress": 1.0})

    def _fail(self, job: Job, error: PortolanError, **values: object) -> None:
        problem = error.to_json()
        # What a reader says may name the file as it stands here.
        place = f"{self._folders.of(job.id).upload(job.file_name).parent}/"
        problem["detail"] = problem["detail"].replace(place, "")
        self._settle(job, State.FAILED, {**values, "problem": problem})

    def _settle(self, job: Job, state: State, values: dict[str, object]) -> None:
        moment = now()
        ended = {"ended": moment, "expires": moment + timedelta(days=self._settings.job_days), "lease_until": None}
        if not self._queue.settle(job.id, {**values, **ended, "state": state}):
            raise LeaseLostError
        self._queue.drop_parts(job.id)
        self._folders.of(job.id).clear_parts()
        _LOG.info("job ended", extra={"job": job.id, "state": state.value, "projects": values.get("projects", 0)})

    def _forget_work(self, job_id: str) -> None:
        """Clear what is left of a job that its owner cancelled or deleted under our hands."""
        if job_id in self._queue.expired():
            self._folders.of(job_id).remove()
            self._queue.forget(job_id)


class _Meter:
    """How far the reading of a portfolio is."""

    def __init__(self) -> None:
        self._share: float | None = None
        self._extent: int | None = None
        self._measured = False

    def note(self, progress: Progress) -> None:
        if not self._measured:
            self._extent, self._measured = measure_extent(progress.origin), True
        self._share = min(1.0, progress.line / self._extent) if self._extent else None

    def read(self) -> float | None:
        return self._share
