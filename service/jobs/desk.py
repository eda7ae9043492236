"""What an owner does with jobs: hand one in, look at it, cancel it, delete it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import IO, TYPE_CHECKING

from sqlalchemy import func, select

from classifier.errors import PortolanError, UsageError
from classifier.portfolio.headers import header_names
from classifier.portfolio.registry import find_format
from service.access.audit import Action, record
from service.clock import now
from service.jobs.folders import JobFolders, check_file_name, new_job_id
from service.jobs.products import REPORTS, formats_of
from service.jobs.states import FINISHED, UNFINISHED, State
from service.store.database import Lock
from service.store.tables import Job

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from service.settings import Settings
    from service.store.database import Database

#: What the name of a sheet may be.
SHEET_PATTERN = r"^[^\u0000-\u001f\u007f]{0,200}$"
_JOB_ID = re.compile(r"[0-9a-f]{32}")


class QueueFullError(PortolanError):
    """Too many jobs wait."""

    title = "Too many jobs wait"


class JobMissingError(PortolanError):
    """There is no such job, or it is another user's."""

    title = "There is no such job"


class JobStateError(PortolanError):
    """The job is in a state that does not fit."""

    title = "The state of the job does not fit"


@dataclass(frozen=True, slots=True)
class JobOrder:
    """What an owner says about an upload.

    Parameters
    ----------
    file_name
        Name of the upload, without folders.
    output_format
        Format of the result.
    report
        A report of `REPORTS` instead of the tagged portfolio.
    input_format, sheet, columns
        See `ReadOptions`.
    """

    file_name: str
    output_format: str
    report: str = ""
    input_format: str = ""
    sheet: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


class JobDesk:
    """The jobs of all owners, one owner at a time."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._folders = JobFolders(settings.data_dir)

    def check_room(self, user_id: str) -> None:
        """Refuse an upload that would be one too many.

        Raises
        ------
        QueueFullError
            When the owner has too many unfinished jobs, or too many wait.
        """
        with self._database.reading() as session:
            self._check_room(session, user_id)

    def submit(self, order: JobOrder, source: IO[bytes], user_id: str) -> Job:
        """Keep an upload as a job; once this returns, the job survives any restart.

        Raises
        ------
        UsageError
            When the name, a format or a column is none.
        QueueFullError
            When it is one too many.
        """
        _check_order(order)
        job_id = new_job_id()
        folder = self._folders.of(job_id)
        size = folder.make(source, order.file_name)
        job = Job(
            id=job_id,
            user_id=user_id,
            state=State.QUEUED,
            file_name=order.file_name,
            input_format=order.input_format,
            report=order.report,
            output_format=order.output_format,
            sheet=order.sheet,
            columns=dict(order.columns),
            input_bytes=size,
            created=now(),
        )
        try:
            with self._database.writing() as session:
                self._database.hold(session, Lock.JOBS)
                self._check_room(session, user_id)
                session.add(job)
        except BaseException:
            folder.remove()
            raise
        return job

    def list_jobs(self, user_id: str, limit: int = 100) -> Sequence[Job]:
        """Return the newest jobs of an owner, newest first."""
        wanted = select(Job).where(Job.user_id == user_id, Job.state != State.DELETED)
        with self._database.reading() as session:
            return session.scalars(wanted.order_by(Job.created.desc(), Job.id).limit(limit)).all()

    def find(self, job_id: str, user_id: str) -> Job:
        """Return a job of an owner.

        Raises
        ------
        JobMissingError
            When there is none, or it is another's.
        """
        with self._database.reading() as session:
            return _find(session, job_id, user_id)

    def cancel(self, job_id: str, user_id: str) -> Job:
        """Stop a job; what was done so far is thrown away, the job stays in the list.

        Raises
        ------
        JobStateError
            When it has ended already.
        """
        with self._database.writing() as session:
            job = _find(session, job_id, user_id)
            if job.state in FINISHED:
                raise JobStateError(f"The job is {job.state} already.", code="job-ended")
            job.state = State.CANCELLED
            job.ended = now()
            job.expires = job.ended + timedelta(days=self._settings.job_days)
            return job

    def delete(self, job_id: str, user_id: str, *, actor: str) -> None:
        """Make a job and its files go; a running one is stopped."""
        with self._database.writing() as session:
            job = _find(session, job_id, user_id)
            job.state = State.DELETED
            record(session, actor, Action.DELETION, job_id)
        # A worker that still runs it notices and clears what is left.
        self._folders.of(job_id).remove()

    def result(self, job_id: str, user_id: str, *, actor: str) -> tuple[Job, Path]:
        """Return a finished job and the file of its result, and write the export down.

        Raises
        ------
        JobStateError
            When there is no result.
        """
        with self._database.writing() as session:
            job = _find(session, job_id, user_id)
            path = self._folders.of(job_id).result / job.result_name
            if job.state != State.DONE or not path.is_file():
                raise JobStateError("The job has no result.", code="no-result", remedy="Wait until its state is done.")
            record(session, actor, Action.EXPORT, job_id, job.output_format)
            return job, path

    def rejections(self, job_id: str, user_id: str) -> Path | None:
        """Return the file of the rejected rows of a finished job, None when no row was rejected."""
        job = self.find(job_id, user_id)
        path = self._folders.of(job_id).result / f"{job.result_name}.rejected.csv"
        return path if job.state == State.DONE and path.is_file() else None

    def count_states(self) -> dict[str, int]:
        """Return the number of jobs in each state."""
        with self._database.reading() as session:
            counts = dict.fromkeys((state.value for state in State), 0)
            for state, count in session.execute(select(Job.state, func.count()).group_by(Job.state)):
                counts[state] = count
            return counts

    def _check_room(self, session: Session, user_id: str) -> None:
        unfinished = select(func.count()).select_from(Job).where(Job.state.in_(UNFINISHED))
        own = session.scalar(unfinished.where(Job.user_id == user_id)) or 0
        waiting = select(func.count()).select_from(Job).where(Job.state == State.QUEUED)
        if own >= self._settings.uploads_per_key:
            raise QueueFullError(
                f"You have {own:,} unfinished jobs.", code="too-many-jobs", remedy="Wait for one to end."
            )
        if (session.scalar(waiting) or 0) >= self._settings.jobs_waiting:
            raise QueueFullError("Too many jobs wait already.", code="queue-full", remedy="Try again later.")


def _find(session: Session, job_id: str, user_id: str) -> Job:
    job = session.get(Job, job_id) if _JOB_ID.fullmatch(job_id) else None
    if job is None or job.user_id != user_id or job.state == State.DELETED:
        raise JobMissingError("There is no such job.", code="job-missing")
    return job


def _check_order(order: JobOrder) -> None:
    check_file_name(order.file_name)
    if order.report and order.report not in REPORTS:
        raise UsageError(
            "There is no such report.", code="unknown-report", remedy=f"Choose one of {', '.join(REPORTS)}."
        )
    formats = formats_of(order.report)
    if order.output_format not in formats:
        raise UsageError(
            "There is no such output format.", code="unknown-format", remedy=f"Choose one of {', '.join(formats)}."
        )
    if order.input_format:
        find_format(order.input_format)
    if not re.fullmatch(SHEET_PATTERN, order.sheet):
        raise UsageError("The name of the sheet is too long, or none.", code="bad-sheet")
    unknown = set(order.columns) - header_names().fields
    if unknown:
        raise UsageError("A mapped field is none of ours.", code="unknown-field", remedy="See portolan tag --help.")
