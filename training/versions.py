"""Promotes a model version, or goes back to the one before, and remembers who did it and why."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias, get_args

from classifier.errors import ModelError, UsageError
from classifier.model import CURRENT, current_name, current_version, verify
from classifier.portfolio.target import Target
from training.comparison import Comparison

Action: TypeAlias = Literal["promote", "rollback"]

HISTORY: Final = "history.jsonl"
_LOSSES_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One change of the current version; never changed, never removed.

    Parameters
    ----------
    when
        ISO 8601, given by the caller.
    previous, version
        From which version (empty for the first) to which.
    who
        As the caller says; may be empty.
    forced
        Whether the version was promoted although it is worse, or was not compared.
    """

    when: str
    action: Action
    previous: str
    version: str
    who: str
    reason: str
    forced: bool


def promote(
    models_dir: Path,
    version: str,
    *,
    when: str,
    comparison: Comparison | None = None,
    reason: str = "",
    who: str = "",
    force: bool = False,
) -> HistoryEntry:
    """Make a version the current one.

    Parameters
    ----------
    models_dir
        Folder of the model versions.
    version
        Name of the version; its files are verified first.
    when
        The time of the promotion, ISO 8601.
    comparison
        The version against the current one on the frozen part. Needed unless there is no current version.
    reason
        Why; needed with `force`.
    force
        Promote although the version is worse beyond noise, or was not compared.

    Raises
    ------
    ModelError
        When the version is missing or changed, or worse beyond noise on a label or language.
    UsageError
        When a version is forced without a reason, not compared, or current already.
    """
    if force and not reason.strip():
        raise UsageError("A forced promotion needs a reason.", code="reason-missing", remedy="Give one with --reason.")
    verify(_folder(models_dir, version))
    previous = current_name(models_dir)
    if previous == version:
        raise UsageError(f"{version} is the current version already.", code="already-current")
    if previous and not force:
        _refuse_worse(previous, version, comparison)
    entry = HistoryEntry(when, "promote", previous, version, who, reason, force)
    _switch(models_dir, entry)
    return entry


def rollback(models_dir: Path, *, when: str, reason: str, who: str = "") -> HistoryEntry:
    """Go back to the version that was current before the present one was promoted.

    Raises
    ------
    ModelError
        When there is no current version, none before it, or the one before is missing or changed.
    UsageError
        When no reason is given.
    """
    if not reason.strip():
        raise UsageError("A rollback needs a reason.", code="reason-missing", remedy="Give one with --reason.")
    present = current_version(models_dir).name
    promotions = [one for one in read_history(models_dir) if one.action == "promote" and one.version == present]
    if not promotions or not promotions[-1].previous:
        raise ModelError(f"There is no version before {present} to go back to.", code="no-previous-model")
    verify(_folder(models_dir, promotions[-1].previous))
    entry = HistoryEntry(when, "rollback", present, promotions[-1].previous, who, reason, forced=False)
    _switch(models_dir, entry)
    return entry


def read_history(models_dir: Path) -> list[HistoryEntry]:
    """Return every change of the current version, oldest first.

    Raises
    ------
    ModelError
        When the history was tampered with.
    """
    path = models_dir / HISTORY
    if not path.exists():
        return []
    return list(_entries(path))


def _entries(path: Path) -> Iterator[HistoryEntry]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            entry = HistoryEntry(**json.loads(line))
        except (ValueError, TypeError):
            raise _broken(path, number) from None
        if entry.action not in get_args(Action):
            raise _broken(path, number)
        yield entry


def _broken(path: Path, line: int) -> ModelError:
    return ModelError(
        f"{path}, line {line} is no entry of the history.",
        code="history-invalid",
        remedy="Restore the file from where it came.",
    )


def _folder(models_dir: Path, version: str) -> Path:
    if not version or Path(version).name != version or not (models_dir / version).is_dir():
        raise ModelError(
            f"There is no model version {version!r} in {models_dir}.",
            code="model-missing",
            remedy="List them with: portolan models list.",
        )
    return models_dir / version


def _refuse_worse(previous: str, version: str, comparison: Comparison | None) -> None:
    if comparison is None or (comparison.current, comparison.candidate) != (previous, version):
        raise UsageError(
            f"{version} was not compared with {previous}.",
            code="not-compared",
            remedy="Compare them on the frozen part, or use --force with a reason.",
        )
    if comparison.losses:
        named = "; ".join(
            f"{one.name} {one.current:.2f} to {one.candidate:.2f}" for one in comparison.losses[:_LOSSES_NAMED]
        )
        raise ModelError(
            f"{version} is worse than {previous} beyond noise: {named}.",
            code="model-worse",
            remedy="Improve it, or use --force with a reason.",
            facts={"losses": named},
        )


def _switch(models_dir: Path, entry: HistoryEntry) -> None:
    """Write the history first and the pointer last: a cut in between leaves the old version current."""
    line = json.dumps(asdict(entry), ensure_ascii=False) + "\n"
    target = Target(str(models_dir / CURRENT), force=True)
    with target.faults_named():
        descriptor = os.open(models_dir / HISTORY, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            os.write(descriptor, line.encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    try:
        stream = target.open()
        with target.faults_named():
            stream.write(f"{entry.version}\n".encode())
        target.commit()
    except BaseException:
        target.abort()
        raise
