"""What a worker asks of the database: the next job, its lease, and how it ended."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import and_, delete, or_, select, update

from service.clock import now
from service.jobs.states import FINISHED, State
from service.store.tables import Job, JobPart

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.store.database import Database

#: After so many beginnings without a finished part a job is held to be what kills its workers.
MOST_ATTEMPTS = 20


class Queue:
    """The jobs that wait, and those whose worker went silent.

    Parameters
    ----------
    worker
        Name of the worker, never used twice.
    lease
        How long a silent worker keeps its job.
    """

    def __init__(self, database: Database, worker: str, lease: timedelta) -> None:
        self._database = database
        self.worker = worker
        self._lease = lease

    def claim(self) -> Job | None:
        """Take the oldest job that nobody works on, None when there is none."""
        moment = now()
        abandoned = and_(Job.state == State.RUNNING, Job.lease_until < moment)
        oldest = select(Job).where(or_(Job.state == State.QUEUED, abandoned)).order_by(Job.created, Job.id).limit(1)
        with self._database.reading() as session:
            if session.scalar(oldest) is None:
                return None
        with self._database.writing() as session:
            job = session.scalar(oldest.with_for_update(skip_locked=True))
            if job is not None:
                job.state = State.RUNNING
                job.worker = self.worker
                job.started = job.started or moment
                job.lease_until = moment + self._lease
            return job

    def begin(self, job_id: str) -> bool:
        """Count a beginning of the work itself; False when the job is not this worker's any more."""
        return self._update(job_id, {"attempts": Job.attempts + 1})

    def renew(self, job_id: str) -> bool:
        """Go on holding a job; False when it is not this worker's any more."""
        return self._update(job_id, {"lease_until": now() + self._lease})

    def settle(self, job_id: str, values: Mapping[str, object]) -> bool:
        """Write down something about a job; False when it is not this worker's any more."""
        return self._update(job_id, values)

    def release(self, job_id: str) -> None:
        """Give a job back to the queue, for a worker that is asked to stop."""
        self._update(job_id, {"state": State.QUEUED, "worker": "", "lease_until": None, "attempts": 0})

    def drop_parts(self, job_id: str) -> None:
        """Forget the parts of a job."""
        with self._database.writing() as session:
            session.execute(delete(JobPart).where(JobPart.job_id == job_id))

    def expired(self) -> Sequence[str]:
        """Return the jobs whose time is over, and those that their owner deleted."""
        over = and_(Job.state.in_(FINISHED), Job.expires <= now())
        with self._database.reading() as session:
            return session.scalars(select(Job.id).where(or_(over, Job.state == State.DELETED))).all()

    def known(self) -> set[str]:
        """Return the ids of all jobs."""
        with self._database.reading() as session:
            return set(session.scalars(select(Job.id)))

    def forget(self, job_id: str) -> None:
        """Remove a job from the database."""
        with self._database.writing() as session:
            session.execute(delete(JobPart).where(JobPart.job_id == job_id))
            session.execute(delete(Job).where(Job.id == job_id))

    def _update(self, job_id: str, values: Mapping[str, object]) -> bool:
        mine = (Job.id == job_id, Job.worker == self.worker, Job.state == State.RUNNING)
        with self._database.writing() as session:
            done = session.execute(update(Job).where(*mine).values(**values))
            return bool(cast("Any", done).rowcount)
