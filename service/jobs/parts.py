"""The taggings of the finished parts of a job, kept so that a killed job goes on where it was."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import select, update

from service.jobs.states import State
from service.records import read_tagging, write_tagging
from service.store.tables import Job, JobPart

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from classifier.project import Project
    from classifier.tagging import Tagging
    from service.store.database import Database


class LeaseLostError(Exception):
    """The job is another worker's now, or was cancelled or deleted."""


@dataclass(frozen=True, slots=True)
class PartStore:
    """The finished parts of one job.

    Parameters
    ----------
    job_id, worker
        The job, and the worker that holds it.
    folder
        Where the files stand.
    """

    database: Database
    job_id: str
    worker: str
    folder: Path

    def finished(self) -> dict[int, JobPart]:
        """Return the finished parts by number."""
        with self.database.reading() as session:
            parts = session.scalars(select(JobPart).where(JobPart.job_id == self.job_id)).all()
        return {part.number: part for part in parts}

    def load(self, part: JobPart, projects: Sequence[Project]) -> list[Tagging] | None:
        """Return the taggings of a part, None when its file is not what was written, or of other projects."""
        try:
            content = self._path(part.number).read_bytes()
        except OSError:
            return None
        if hashlib.sha256(content).hexdigest() != part.sha256:
            return None
        taggings = [read_tagging(row) for row in json.loads(content)]
        same = [one.project_id for one in taggings] == [one.id for one in projects]
        return taggings if same else None

    def save(self, number: int, taggings: Sequence[Tagging], progress: float | None) -> None:
        """Keep a part: the file first, then its row.

        Raises
        ------
        LeaseLostError
            When the job is not this worker's any more.
        """
        content = json.dumps([write_tagging(one) for one in taggings], ensure_ascii=True).encode()
        self._write(number, content)
        with self.database.writing() as session:
            done = session.execute(
                update(Job)
                .where(Job.id == self.job_id, Job.worker == self.worker, Job.state == State.RUNNING)
                .values(attempts=0, progress=progress)
            )
            if not cast("Any", done).rowcount:
                raise LeaseLostError
            session.merge(
                JobPart(
                    job_id=self.job_id,
                    number=number,
                    projects=len(taggings),
                    sha256=hashlib.sha256(content).hexdigest(),
                )
            )

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:08d}.json"

    def _write(self, number: int, content: bytes) -> None:
        part = self.folder / f".{number:08d}.{secrets.token_hex(4)}.part"
        try:
            with part.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._path(number))
        except FileNotFoundError:
            # The owner deleted the job, and its folder with it.
            raise LeaseLostError from None
