"""Runs the processes of the service: those that answer, and those that work on jobs."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from types import FrameType
from typing import TYPE_CHECKING

from service.logs import start_logging
from service.settings import Settings, load_settings

if TYPE_CHECKING:
    from fastapi import FastAPI

_NICENESS = 10
_WATCH_SECONDS = 1.0
_RESTART_SECONDS = 2.0
_STOP_SECONDS = 20.0
_GRACE_SECONDS = 10


def make_app() -> FastAPI:
    """Return the application with the settings of the environment: what each process that answers calls."""
    from service.api.app import create_app

    settings = load_settings()
    start_logging(settings.log_level)
    _spool_at_home(settings)
    # A single project must not wait long for the thread that tags a thousand.
    sys.setswitchinterval(0.001)
    return create_app(settings)


def serve() -> None:
    """Serve until interrupted, with the settings of the environment."""
    import uvicorn

    settings = load_settings()
    start_logging(settings.log_level)
    _refuse_unready(settings)
    with _sharing(settings), _working(settings):
        uvicorn.run(
            "service.serving:make_app",
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=settings.workers,
            forwarded_allow_ips=settings.trusted_proxies,
            proxy_headers=True,
            server_header=False,
            access_log=False,
            log_config=None,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )


def work(settings: Settings, *, with_parent: bool) -> None:
    """Work on jobs until told to stop.

    Parameters
    ----------
    with_parent
        Stop when the process that started this one is gone.
    """
    from service.jobs.worker import Worker
    from service.store.database import Database
    from service.store.upkeep import require_current

    start_logging(settings.log_level)
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    # Whoever waits for an answer comes before the jobs.
    os.nice(_NICENESS)
    if with_parent:
        threading.Thread(target=_stop_with_parent, args=(os.getppid(), stop), daemon=True).start()
    _spool_at_home(settings)
    database = Database(settings.database)
    require_current(database)
    Worker(database, settings, stop).run()
    database.close()


def _spool_at_home(settings: Settings) -> None:
    """Let the temporary files of this process, such as uploads that are not whole yet, lie in the data folder."""
    from service.jobs.folders import JobFolders
    from service.store.database import make_private_folder

    spool = JobFolders(settings.data_dir).spool
    make_private_folder(settings.data_dir)
    make_private_folder(spool)
    tempfile.tempdir = str(spool)


def _refuse_unready(settings: Settings) -> None:
    """Say in one line what is missing, before any process is started."""
    from classifier.model import current_version, find_models_dir
    from service.store.database import Database
    from service.store.upkeep import require_current

    database = Database(settings.database)
    require_current(database)
    database.close()
    current_version(settings.models or find_models_dir())


@contextlib.contextmanager
def _sharing(settings: Settings) -> Iterator[None]:
    """Let several processes count together: what they did, and who asks how often."""
    from service.api import metrics, rates

    if settings.workers == 1:
        yield
        return
    folder = tempfile.mkdtemp(prefix="portolan-shared-")
    os.environ[metrics.FOLDER_VARIABLE] = os.environ[rates.FOLDER_VARIABLE] = folder
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _working(settings: Settings) -> Iterator[None]:
    """Keep the workers of the jobs alive."""
    over = threading.Event()
    keepers = [threading.Thread(target=_keep_worker, args=(over,)) for _ in range(settings.job_workers)]
    for keeper in keepers:
        keeper.start()
    try:
        yield
    finally:
        over.set()
        for keeper in keepers:
            keeper.join()


def _keep_worker(over: threading.Event) -> None:
    command = (sys.executable, "-m", "service", "work", "--with-parent")
    while not over.is_set():
        process = subprocess.Popen(command)  # noqa: S603 - our own program
        while process.poll() is None and not over.wait(_WATCH_SECONDS):
            continue
        if over.is_set():
            _end(process)
            return
        over.wait(_RESTART_SECONDS)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _stop_with_parent(parent: int, stop: threading.Event) -> None:
    while os.getppid() == parent:
        time.sleep(_WATCH_SECONDS)
    stop.set()
