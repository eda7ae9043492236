"""Tags batches in this process or in several, in the order in which they came."""

from __future__ import annotations

import os
import signal
import sys
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
#: Objects before a first look of the garbage collector, and first looks before a second and a third.
_COLLECTIONS = (50_000, 20, 20)
#: Settings of the numeric libraries that numpy may be built with.
_THREAD_COUNTS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")

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
    _disturb_rarely()
    return tagger


def _disturb_rarely() -> None:
    """Let the garbage collector look seldom, and never at what is there now: what tagging makes holds no circles.

    For good, as suits a process that only tags; any other process tags within `_collector_restored`.
    """
    import gc

    gc.freeze()
    gc.set_threshold(*_COLLECTIONS)


@contextmanager
def _collector_restored() -> Iterator[None]:
    """Let the garbage collector be afterwards as it was; where something was frozen before, all of it stays so."""
    import gc

    thresholds, had_frozen = gc.get_threshold(), gc.get_freeze_count() > 0
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        if not had_frozen:
            gc.unfreeze()


def tag_here(model_dir: Path, batches: Iterable[Batch]) -> Iterator[Tagged]:
    """Tag batches in this process; a portfolio that is refused at its start costs no model."""
    tagger: Tagger | None = None
    with _collector_restored():
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
    with _collector_restored():
        _disturb_rarely()
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
    context = get_context(method)
    if method == "forkserver":
        if sys.platform == "linux":
            context.set_forkserver_preload(["service.preload"])
        with single_threaded_numbers():
            _start_deaf_server()
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
def single_threaded_numbers() -> Iterator[None]:
    """Let processes started now, and those that they make, calculate without threads of numeric libraries.

    Threads would not survive in the processes that the server makes, and each process has its own core anyway.
    """
    before = {name: os.environ.get(name) for name in _THREAD_COUNTS}
    os.environ.update(dict.fromkeys(_THREAD_COUNTS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


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
