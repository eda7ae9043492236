"""Promotes the model of a training or declines it, and goes back: with a reason, and in the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from classifier.errors import UsageError
from service.access.audit import Action, record
from service.access.promotions import promoting
from service.clock import now
from service.desk.faults import DeskStateError
from service.desk.retraining import Verdict, find_run
from service.desk.staging import plain
from service.store.desk_tables import Retraining
from training import versions
from training.comparison import Comparison

if TYPE_CHECKING:
    from pathlib import Path

    from service.store.database import Database
    from training.versions import HistoryEntry

_LONGEST_REASON = 2_000


@dataclass(frozen=True, slots=True)
class Judge:
    """The administrator who decides, and why."""

    user_id: str
    name: str
    reason: str

    def require_reason(self) -> None:
        """Refuse to do without a reason.

        Raises
        ------
        UsageError
            ``reason-missing``, ``reason-too-long``.
        """
        if not self.reason.strip():
            raise UsageError("This needs a reason.", code="reason-missing", remedy="Say why.")
        if len(self.reason) > _LONGEST_REASON:
            detail = f"The reason is longer than {_LONGEST_REASON:,} characters."
            raise UsageError(detail, code="reason-too-long", facts={"most": _LONGEST_REASON})


def promote_run(database: Database, models: Path, run_id: str, judge: Judge, *, force: bool = False) -> HistoryEntry:
    """Make the model of a training the current one.

    Raises
    ------
    UsageError, DeskStateError, ModelError
        No reason, no model, not compared with the current version, worse beyond noise and not forced, or changed.
    """
    judge.require_reason()
    run = find_run(database, run_id).run
    _require_model(run)
    comparison = None if run.comparison is None else Comparison.from_json(run.comparison)
    with promoting(database, judge.name) as note:
        entry = versions.promote(
            models,
            run.model_version,
            when=now().isoformat(timespec="seconds"),
            comparison=comparison,
            reason=plain(judge.reason),
            who=judge.name,
            force=force,
        )
        note(entry)
    _put_verdict(database, run_id, Verdict.PROMOTED, judge)
    return entry


def decline_run(database: Database, run_id: str, judge: Judge) -> None:
    """Write down that the model of a training is not promoted, and why.

    Raises
    ------
    UsageError, DeskStateError
        No reason, or no model.
    """
    judge.require_reason()
    _require_model(find_run(database, run_id).run)
    _put_verdict(database, run_id, Verdict.DECLINED, judge)


def roll_back(database: Database, models: Path, judge: Judge) -> HistoryEntry:
    """Go back to the version that was current before.

    Raises
    ------
    UsageError, ModelError
        No reason, or no version to go back to.
    """
    judge.require_reason()
    with promoting(database, judge.name) as note:
        entry = versions.rollback(
            models, when=now().isoformat(timespec="seconds"), reason=plain(judge.reason), who=judge.name
        )
        note(entry)
    return entry


def _require_model(run: Retraining) -> None:
    if not run.model_version:
        raise DeskStateError("This training made no model.", code="retraining-unfinished")


def _put_verdict(database: Database, run_id: str, verdict: Verdict, judge: Judge) -> None:
    with database.writing() as session:
        run = session.get_one(Retraining, run_id)
        run.verdict, run.verdict_reason = verdict, plain(judge.reason)
        run.verdict_by, run.verdict_at = judge.user_id, now()
        if verdict is Verdict.DECLINED:
            record(
                session, judge.name, Action.RETRAINING, run_id, f"declined {run.model_version}: {run.verdict_reason}"
            )
