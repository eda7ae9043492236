"""Trainings that are started from the desk: one at a time, each in processes of its own, known to the database."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select, update

from classifier.errors import PortolanError, UsageError
from service.access.audit import Action, record
from service.clock import now
from service.desk.faults import DeskMissingError, DeskStateError
from service.store.database import Lock
from service.store.desk_tables import Retraining
from service.store.tables import User

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from service.store.database import Database

#: A training that gave no sign of life for so long is lost.
SILENCE: Final = timedelta(seconds=60)
_SHOWN: Final = 30


class RunState(StrEnum):
    """Where a training stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Verdict(StrEnum):
    """What was decided on the model of a training."""

    OPEN = ""
    PROMOTED = "promoted"
    DECLINED = "declined"


#: States in which a training may still have a process.
UNFINISHED: Final = (RunState.QUEUED, RunState.RUNNING)


@dataclass(frozen=True, slots=True)
class Choice:
    """What to train on.

    Parameters
    ----------
    parts
        Names of files of the labelled data, of their training part.
    settled
        Names of files of settled labels that were exported from the desk.
    """

    parts: tuple[str, ...]
    settled: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"parts": list(self.parts), "settled": list(self.settled)}


@dataclass(frozen=True, slots=True)
class RunLine:
    """A training with the names of who started it and who decided on its model."""

    run: Retraining
    starter: str
    judge: str


def start_run(database: Database, choice: Choice, *, user_id: str, actor: str, base_version: str) -> Retraining:
    """Write down that a training shall begin; `service.desk.retraining_process` takes it up.

    Raises
    ------
    UsageError
        ``no-parts``: nothing was chosen.
    DeskStateError
        ``retraining-running``: another one is on its way.
    """
    if not choice.parts and not choice.settled:
        raise UsageError("No part of the corpus was chosen.", code="no-parts", remedy="Choose at least one.")
    sweep_runs(database)
    made = _new_run(choice, user_id, base_version)
    with database.writing() as session:
        database.hold(session, Lock.RETRAINING)
        _require_none(session)
        session.add(made)
        files = ", ".join((*choice.parts, *choice.settled))
        record(session, actor, Action.RETRAINING, made.id, f"started on {files}")
    return made


def compare_again(database: Database, run_id: str, *, actor: str, base_version: str) -> None:
    """Let a trained model be compared with the version that is current now.

    Raises
    ------
    DeskMissingError, DeskStateError
        ``retraining-missing``, ``retraining-unfinished`` (it has no model), ``retraining-running``.
    """
    sweep_runs(database)
    with database.writing() as session:
        database.hold(session, Lock.RETRAINING)
        run = _find(session, run_id)
        if not run.model_version:
            raise DeskStateError("This training made no model.", code="retraining-unfinished")
        _require_none(session)
        run.state, run.alive, run.ended, run.problem, run.process = RunState.QUEUED, now(), None, None, None
        run.base_version, run.comparison, run.stage, run.progress = base_version, None, "", None
        record(session, actor, Action.RETRAINING, run.id, f"compared again with {base_version}")


def find_run(database: Database, run_id: str) -> RunLine:
    """Return a training.

    Raises
    ------
    DeskMissingError
        ``retraining-missing``.
    """
    with database.reading() as session:
        return _name_people(session, [_find(session, run_id)])[0]


def list_runs(database: Database) -> list[RunLine]:
    """Return the newest trainings first."""
    with database.reading() as session:
        found = session.scalars(select(Retraining).order_by(Retraining.created.desc()).limit(_SHOWN)).all()
        return _name_people(session, found)


def cancel_run(database: Database, run_id: str, *, actor: str) -> None:
    """Stop a training; its process ends itself as soon as it sees that.

    Raises
    ------
    DeskMissingError, DeskStateError
        ``retraining-missing``, ``retraining-ended``.
    """
    with database.writing() as session:
        run = _find(session, run_id)
        if run.state not in UNFINISHED:
            raise DeskStateError("This training has ended already.", code="retraining-ended")
        run.state, run.ended = RunState.CANCELLED, now()
        record(session, actor, Action.RETRAINING, run.id, "cancelled")


def sweep_runs(database: Database) -> int:
    """Mark as failed what lost its process; return the number."""
    silent = (Retraining.state.in_(UNFINISHED), Retraining.alive < now() - SILENCE)
    with database.reading() as session:
        ids = session.scalars(select(Retraining.id).where(*silent)).all()
    for run_id in ids:
        note_lost(database, run_id)
    return len(ids)


def note_process(database: Database, run_id: str, process: int) -> None:
    """Write down which process a training was given to."""
    waiting = update(Retraining).where(Retraining.id == run_id, Retraining.state == RunState.QUEUED)
    with database.writing() as session:
        session.execute(waiting.values(process=process))


def note_lost(database: Database, run_id: str, *, process: int | None = None) -> None:
    """Mark a training as failed whose process is gone before it could say how it ended.

    Parameters
    ----------
    process
        The process that is known to have ended; None asks for a long silence instead.
    """
    lost = PortolanError(
        "The process of the training is gone: it was killed, or the machine restarted.",
        code="retraining-lost",
        remedy="The model in use was not touched. Start it again; it may need more memory.",
    )
    wanted = update(Retraining).where(Retraining.id == run_id, Retraining.state.in_(UNFINISHED))
    gone = Retraining.alive < now() - SILENCE if process is None else Retraining.process == process
    with database.writing() as session:
        session.execute(wanted.where(gone).values(state=RunState.FAILED, ended=now(), problem=lost.to_record()))


def _new_run(choice: Choice, user_id: str, base_version: str) -> Retraining:
    moment = now()
    return Retraining(
        id=secrets.token_hex(16),
        user_id=user_id,
        state=RunState.QUEUED,
        choice=choice.to_json(),
        created=moment,
        started=None,
        ended=None,
        process=None,
        alive=moment,
        progress=None,
        base_version=base_version,
        comparison=None,
        problem=None,
        verdict=Verdict.OPEN,
        verdict_reason="",
        verdict_by=None,
        verdict_at=None,
    )


def _find(session: Session, run_id: str) -> Retraining:
    found = session.get(Retraining, run_id[:40])
    if found is None:
        raise DeskMissingError("There is no such training.", code="retraining-missing")
    return found


def _require_none(session: Session) -> None:
    if session.scalar(select(Retraining.id).where(Retraining.state.in_(UNFINISHED)).limit(1)):
        raise DeskStateError(
            "Another training is on its way.", code="retraining-running", remedy="Wait until it ends, or cancel it."
        )


def _name_people(session: Session, runs: Sequence[Retraining]) -> list[RunLine]:
    ids = {one for run in runs for one in (run.user_id, run.verdict_by) if one}
    names = {user.id: user.name for user in session.scalars(select(User).where(User.id.in_(ids)))}
    return [RunLine(run, names.get(run.user_id, ""), names.get(run.verdict_by or "", "")) for run in runs]
