"""Runs a command and measures its time and the memory of all its processes."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

PORTOLAN = (sys.executable, "-m", "service")
ROOT = Path(__file__).parents[1]
_PERIOD = 0.25


@dataclass(slots=True)
class Measured:
    """Wall time in seconds, exit code, what was printed, and the memory (MB) of the process tree over time."""

    seconds: float
    status: int
    printed: str
    memory: list[float] = field(default_factory=list)


def run(command: Sequence[str], *, watch_memory: bool = False) -> Measured:
    """Run a command to its end."""
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    memory: list[float] = []
    while watch_memory and process.poll() is None:
        memory.append(tree_memory(process.pid))
        time.sleep(_PERIOD)
    printed, _ = process.communicate()
    return Measured(time.perf_counter() - started, process.returncode, printed, memory)


def repeat(command: Sequence[str], times: int) -> list[float]:
    """Return the sorted wall times of a command after one run that warms the disk."""
    run(command)
    return sorted(run(command).seconds for _ in range(times))


def describe(seconds: Sequence[float]) -> str:
    """Return the figures of repeated runs in one line."""
    return f"median {statistics.median(seconds):.3f} s, best {seconds[0]:.3f} s, worst {seconds[-1]:.3f} s"


def tree_memory(pid: int) -> float:
    """Return the proportional memory of a process and its descendants in MB (Linux)."""
    return sum(_own_memory(one) for one in _tree(pid))


def _tree(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        try:
            tasks = list(Path(f"/proc/{parent}/task").iterdir())
            for task in tasks:
                found.extend(int(child) for child in (task / "children").read_text().split())
        except OSError:
            continue
    return found


def _own_memory(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
