"""Tags batches in this process or in several, in the order in which they came."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

from classifier.errors import PortolanError
from classifier.project import Project
from classifier.tagging import Tagging

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future
    from pathlib import Path

    from classifier.tagger import Tagger

Batch: TypeAlias = list[Project]
Tagged: TypeAlias = tuple[Batch, list[Tagging]]

_MOST_PROCESSES = 4
#: Batches under way for each process: one in work, the rest so that no process waits for the reader.
_AHEAD = 3

_worker_tagger: Tagger | None = None


def choose_jobs() -> int:
    """Return how many processes suit this machine."""
    return min(
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, _MOST_PROCESSES
    )


def _load(model_dir: Path) -> Tagger:
    """Load a tagger for many projects, while the garbage collector rests; what it holds is never looked at again."""
    import gc

    from classifier.tagger import Tagger

    gc.disable()
    try:
        tagger = Tagger.load(model_dir)
    finally:
        gc.enable()
    gc.freeze()
    return tagger


def tag_here(model_dir: Path, batches: Iterable[Batch]) -> Iterator[Tagged]:
    """Tag batches in this process; a portfolio that is refused at its start costs no model."""
    tagger: Tagger | None = None
    for batch in batches:
        tagger = tagger or _load(model_dir)
        yield batch, tagger.tag(batch)


def tag_in_processes(model_dir: Path, batches: Iterable[Batch], jobs: int) -> Iterator[Tagged]:
    """Tag batches in `jobs` processes; only a bounded number of batches is under way at any time."""
    from concurrent.futures.process import BrokenProcessPool

    from classifier.model import verify
    from service.transport import prepare_transport

    verify(model_dir)
    prepare_transport()
    executor = _start(model_dir, jobs)
    try:
        yield from _in_order(executor, batches, jobs * _AHEAD)
    except BrokenProcessPool:
        raise PortolanError(
            "A process that tags ended unexpectedly, perhaps for want of memory.",
            code="worker-lost",
            remedy="Try again with --jobs 1.",
        ) from None
    finally:
        executor.shutdown(cancel_futures=True)


def _start(model_dir: Path, jobs: int) -> Executor:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_all_start_methods, get_context

    # Never plain fork: threads of numeric libraries do not survive it.
    method = "forkserver" if "forkserver" in get_all_start_methods() else "spawn"
    if method == "forkserver":
        _start_deaf_server()
    context = get_context(method)
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=_prepare_worker, initargs=(model_dir,))


def _start_deaf_server() -> None:
    """Start the server that makes processes so that neither it nor they hear an interrupt.

    An interrupt reaches the whole group; this process decides what happens then.
    """
    from multiprocessing import forkserver, resource_tracker

    # Starting the tracker lets signals through again, so it goes first.
    resource_tracker.ensure_running()
    with _held_back(signal.SIGINT):
        forkserver.ensure_running()


@contextmanager
def _held_back(*signals: signal.Signals) -> Iterator[None]:
    """Let signals of this moment arrive a moment later, where the system can."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _in_order(executor: Executor, batches: Iterable[Batch], window: int) -> Iterator[Tagged]:
    pending: deque[tuple[Batch, Future[list[Tagging]]]] = deque()
    for batch in batches:
        # Submitting also starts processes; one that is half started would not be waited for.
        with _held_back(signal.SIGINT, signal.SIGTERM):
            pending.append((batch, executor.submit(_tag_in_worker, batch)))
        if len(pending) >= window:
            yield _next_of(pending)
    while pending:
        yield _next_of(pending)


def _next_of(pending: deque[tuple[Batch, Future[list[Tagging]]]]) -> Tagged:
    batch, future = pending.popleft()
    return batch, future.result()


def _prepare_worker(model_dir: Path) -> None:
    global _worker_tagger  # noqa: PLW0603 - a process pool has no other place for what each process keeps
    from service.transport import prepare_transport

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    prepare_transport()
    _worker_tagger = _load(model_dir)


def _tag_in_worker(batch: Batch) -> list[Tagging]:
    if _worker_tagger is None:
        raise RuntimeError("the process was not prepared")
    return _worker_tagger.tag(batch)
