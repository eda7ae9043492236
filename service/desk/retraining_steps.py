"""Runs one command of the command line for a training, and watches it: its steps, its end, a cancellation."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any, Final

from classifier.errors import PortolanError
from service.desk.retraining_keeper import BEAT_SECONDS

if TYPE_CHECKING:
    from pathlib import Path

    from service.desk.retraining_keeper import RunKeeper

_STOP_SECONDS: Final = 10.0
_FOLD: Final = re.compile(r"Fold (\d+) of (\d+)")
#: The first words of a step of the training, the code of the stage and how far the whole is then.
_STAGES: Final = (("Reading", "reading", 0.05), ("Fitting on all", "fitting", 0.75), ("Writing", "writing", 0.92))
_FOLDS_BEGIN, _FOLDS_END = 0.1, 0.75


class RetrainingError(PortolanError):
    """A step of a training failed; the model in use was not touched."""

    title = "The training failed"


def run_step(arguments: Sequence[str], keeper: RunKeeper, folder: Path, environment: Mapping[str, str]) -> Any:  # noqa: ANN401
    """Run ``portolan ARGUMENTS --json`` and return what it printed.

    Raises
    ------
    RetrainingError
        With the problem that the command named, or that it was killed.
    RunCancelledError
        The training was cancelled; the command was stopped.
    """
    said: list[str] = []
    with (folder / "printed.json").open("w+", encoding="utf-8") as printed:
        with _running([sys.executable, "-m", "service", *arguments, "--json"], printed, environment) as process:
            for line in _listen(process, keeper):
                said.append(line)
                if known := stage_of(line):
                    keeper.tell(*known)
        if process.returncode:
            raise _name_fault(process.returncode, said)
        printed.seek(0)
        return json.load(printed)


def stage_of(line: str) -> tuple[str, float] | None:
    """Return the stage that a line of the training tells of, and how far the whole is."""
    if found := _FOLD.search(line):
        number, folds = int(found[1]), int(found[2])
        return f"fold {number} {folds}", _FOLDS_BEGIN + (_FOLDS_END - _FOLDS_BEGIN) * (number - 1) / folds
    return next(((stage, share) for words, stage, share in _STAGES if words in line), None)


@contextlib.contextmanager
def _running(
    command: Sequence[str], printed: IO[str], environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[str]]:
    """Start a process of its own group, and leave none of it behind."""
    process = subprocess.Popen(  # noqa: S603 - our own program
        command,
        stdin=subprocess.DEVNULL,
        stdout=printed,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
        start_new_session=True,
    )
    try:
        yield process
    finally:
        _stop(process)


def _listen(process: subprocess.Popen[str], keeper: RunKeeper) -> Iterator[str]:
    """Yield what a process says until it ends, with a sign of life between."""
    assert process.stderr is not None
    lines: queue.Queue[str | None] = queue.Queue()
    reader = threading.Thread(target=_read, args=(process.stderr, lines), daemon=True)
    reader.start()
    while True:
        with contextlib.suppress(queue.Empty):
            line = lines.get(timeout=BEAT_SECONDS)
            if line is None:
                break
            yield line
        keeper.beat()
    process.wait()


def _read(stream: IO[str], lines: queue.Queue[str | None]) -> None:
    with stream:
        for line in stream:
            lines.put(line.rstrip())
    lines.put(None)


def _stop(process: subprocess.Popen[str]) -> None:
    if process.poll() is not None:
        return
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_SECONDS)
            return


def _name_fault(returncode: int, said: Sequence[str]) -> RetrainingError:
    if returncode < 0:
        return RetrainingError(
            f"The training was killed (signal {-returncode}).",
            code="training-killed",
            remedy="The machine may lack memory. The model in use was not touched.",
            facts={"signal": -returncode},
        )
    with contextlib.suppress(ValueError, KeyError, IndexError, TypeError):
        problem = json.loads(said[-1])
        return RetrainingError(str(problem["detail"]), code=str(problem["code"]), remedy=str(problem["remedy"]))
    return RetrainingError("The training broke off; its log says more.", code="training-broken-off")
