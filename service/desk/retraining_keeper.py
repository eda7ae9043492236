"""What the process of a training writes into the database: that it lives, how far it is, how it ended."""

from __future__ import annotations

import os
import secrets
import time
from typing import TYPE_CHECKING, Final

from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError

from service.clock import now
from service.desk.retraining import RunState
from service.store.desk_tables import Retraining

if TYPE_CHECKING:
    from service.store.database import Database

#: How often a sign of life is given and a cancellation is looked for.
BEAT_SECONDS: Final = 1.0


class RunCancelledError(Exception):
    """The training is not ours any more: it was cancelled, or given up as lost."""


class RunKeeper:
    """The hold of one process on one training."""

    def __init__(self, database: Database, run_id: str) -> None:
        self._database = database
        self._run_id = run_id
        self._worker = secrets.token_hex(8)
        self._stage, self._progress = "", 0.0
        self._next_beat = 0.0

    def claim(self) -> Retraining | None:
        """Take the training; None when it was cancelled, or another process has it."""
        mine = update(Retraining).where(Retraining.id == self._run_id, Retraining.state == RunState.QUEUED)
        moment = now()
        mine = mine.values(
            state=RunState.RUNNING, worker=self._worker, process=os.getpid(), started=moment, alive=moment
        )
        with self._database.writing() as session:
            return session.scalar(mine.returning(Retraining))

    def tell(self, stage: str, progress: float) -> None:
        """Say how far the training is.

        Raises
        ------
        RunCancelledError
            See there.
        """
        self._stage, self._progress = stage, progress
        self._next_beat = 0.0
        self.beat()

    def beat(self) -> None:
        """Give a sign of life, now and then.

        Raises
        ------
        RunCancelledError
            See there.
        """
        if time.monotonic() < self._next_beat:
            return
        self._next_beat = time.monotonic() + BEAT_SECONDS
        try:
            is_ours = self._put(alive=now(), stage=self._stage, progress=self._progress)
        except SQLAlchemyError:
            # The database may be away for a moment; whether the training is still ours shows at the next beat.
            return
        if not is_ours:
            raise RunCancelledError

    def put(self, **values: object) -> None:
        """Write down what is known of the training.

        Raises
        ------
        RunCancelledError
            See there.
        """
        if not self._put(**values):
            raise RunCancelledError

    def end(self, state: RunState, **values: object) -> None:
        """Write down how the training ended, unless it is not ours any more."""
        self._put(state=state, ended=now(), **values)

    def _put(self, **values: object) -> bool:
        ours = (Retraining.id == self._run_id, Retraining.worker == self._worker, Retraining.state == RunState.RUNNING)
        with self._database.writing() as session:
            found = session.scalar(update(Retraining).where(*ours).values(**values).returning(Retraining.id))
        return found is not None
