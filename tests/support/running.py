"""A service in processes of its own, as an administrator runs it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
from serving_case import Case

ROOT = Path(__file__).parents[2]
_START_SECONDS = 300.0


@dataclass(slots=True)
class RunningService:
    """``portolan serve`` on a port of this machine; its process group can be killed at any moment."""

    case: Case
    port: int = 0
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, *, wait: bool = True) -> None:
        self.port = self.port or _free_port()
        chosen = self.case.settings
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PORTOLAN_DATA_DIR": str(chosen.data_dir),
            "PORTOLAN_DATABASE_URL": chosen.database_url.get_secret_value(),
            "PORTOLAN_MODELS": str(chosen.models),
            "PORTOLAN_PORT": str(self.port),
            "PORTOLAN_LOG_LEVEL": "WARNING",
            **self.settings,
        }
        command = [sys.executable, "-m", "service", "serve"]
        self.process = subprocess.Popen(command, cwd=chosen.data_dir.parent, env=environment, start_new_session=True)
        if wait:
            self.wait()

    def wait(self) -> None:
        """Wait until it is ready."""
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            try:
                if httpx2.get(f"{self.url}/readyz", timeout=2).status_code == 200:
                    return
            except httpx2.HTTPError:
                pass
            time.sleep(0.05)
        raise TimeoutError

    def kill(self) -> None:
        """Kill every process of it at once, as a power cut would."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        """Ask it to stop."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()
            self.process = None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
