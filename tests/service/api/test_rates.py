"""Buckets that fill with time, alone and shared by several processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from service.api.rates import RateLimit

ROOT = Path(__file__).parents[3]
TAKE = """
import sys
from pathlib import Path
from service.api.rates import RateLimit
limit = RateLimit(60, Path(sys.argv[1]), clock=lambda: 7.0)
print(sum(limit.take("ann") == 0 for _ in range(40)))
"""


class Clock:
    """Seconds that the test lets pass."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.mark.parametrize("shared", [False, True])
def test_a_bucket_empties_and_fills_with_time(tmp_path: Path, shared: bool) -> None:
    clock = Clock()
    limit = RateLimit(60, tmp_path / "rates" if shared else None, clock)
    assert [limit.take("ann") for _ in range(60)] == [0.0] * 60
    assert 0 < limit.take("ann") <= 1
    assert limit.take("bob") == 0
    clock.seconds += 2
    assert [limit.take("ann") > 0 for _ in range(3)] == [False, False, True]
    clock.seconds += 1_000
    assert [limit.take("ann") for _ in range(60)] == [0.0] * 60
    limit.close()


def test_processes_share_the_buckets(tmp_path: Path) -> None:
    command = [sys.executable, "-c", TAKE, str(tmp_path / "rates")]
    running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert sum(int(process.communicate()[0]) for process in running) == 60


def test_the_names_of_strangers_do_not_crowd_out_whoever_asks_again_and_again() -> None:
    clock = iter(range(10**9))
    limit = RateLimit(1, clock=lambda: next(clock) / 10**9)
    assert limit.take("ann") == 0
    refused = 0
    for number in range(20_000):
        limit.take(f"stranger {number}")
        if number % 100 == 0:
            refused += limit.take("ann") > 0
    assert refused == 200
    limit.close()


def test_any_text_can_be_a_name() -> None:
    limit = RateLimit(1)
    assert [limit.take(name) for name in ("", "\ud800", "é" * 1_000)] == [0.0] * 3
    limit.close()
