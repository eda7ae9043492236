"""Load on a service that this script starts on the loopback: single projects, calls of 1,000, and both beside a job.

Run ``python -m benchmarks.service_load`` from the checkout. It takes the model in use (``PORTOLAN_MODELS``), an
invented portfolio and a database in a folder that is removed at the end. ``--seconds`` bounds each part.
``--memory-requests N`` sends N requests of one project instead, and prints the memory at twenty moments.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles

import httpx2

SENTENCE = "The project trains {number} social workers who help displaced families to find shelter, school and work. "
WORDS = 100
PORT = 8765
URL = f"http://127.0.0.1:{PORT}"


def project(number: int) -> dict[str, str]:
    text = SENTENCE.format(number=number)
    return {"id": f"P-{number}", "title": f"Support {number}", "description": text * (WORDS // len(text.split()))}


@contextmanager
def serve(workers: int) -> Iterator[str]:
    """Start the service; yield a key."""
    with tempfile.TemporaryDirectory(prefix="portolan-bench-") as folder:
        settings = {"DATA_DIR": folder, "PORT": PORT, "WORKERS": workers, "LOG_LEVEL": "ERROR"}
        settings["REQUESTS_PER_MINUTE"] = 1_000_000_000
        environment = {**os.environ, **{f"PORTOLAN_{name}": str(value) for name, value in settings.items()}}

        def run(*arguments: str) -> str:
            command = [sys.executable, "-m", "service", *arguments]
            return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.strip()

        run("db", "upgrade")
        run("users", "add", "bench", "--no-password")
        key = run("keys", "make", "bench", "--days", "1")
        process = subprocess.Popen([sys.executable, "-m", "service", "serve"], env=environment)
        try:
            wait_until_ready()
            yield key
        finally:
            process.terminate()
            process.wait(30)


def wait_until_ready() -> None:
    for _ in range(600):
        try:
            if httpx2.get(f"{URL}/readyz").status_code == 200:
                return
        except httpx2.HTTPError:
            pass
        time.sleep(0.1)
    raise TimeoutError


def load(key: str, clients: int, size: int, goes_on: Callable[[], bool]) -> dict[str, float]:
    """Let clients call with `size` projects each; return the rate and the latencies in milliseconds."""
    times: list[float] = []
    started = time.perf_counter()

    def ask(seed: int) -> None:
        with httpx2.Client(headers={"Authorization": f"Bearer {key}"}, timeout=60) as client:
            number = seed * 1_000_000
            while goes_on():
                body = {"projects": [project(number + place) for place in range(size)]}
                before = time.perf_counter()
                client.post(f"{URL}/v1/tag", json=body).raise_for_status()
                times.append(time.perf_counter() - before)
                number += size

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    cuts = quantiles(times, n=100)
    return {
        "projects_per_second": round(len(times) * size / (time.perf_counter() - started), 1),
        "p50_ms": round(cuts[49] * 1000, 1),
        "p99_ms": round(cuts[98] * 1000, 1),
        "requests": len(times),
    }


def load_beside_job(key: str, projects: int, most_seconds: float) -> dict[str, float]:
    """Ask single projects while a job of so many projects runs."""
    lines = (json.dumps(project(number)) for number in range(projects))
    headers = {"Authorization": f"Bearer {key}"}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "portfolio.jsonl"
        path.write_text("\n".join(lines), "utf-8")
        with path.open("rb") as file:
            response = httpx2.post(f"{URL}/v1/jobs", files={"file": (path.name, file)}, headers=headers, timeout=300)
    job = response.raise_for_status().json()["id"]
    started = time.perf_counter()
    checked, active = 0.0, True

    def goes_on() -> bool:
        nonlocal checked, active
        if time.perf_counter() - checked > 1:
            checked = time.perf_counter()
            state = httpx2.get(f"{URL}/v1/jobs/{job}", headers=headers).json()["state"]
            active = state in {"queued", "running"} and checked - started < most_seconds
        return active

    figures = load(key, 4, 1, goes_on)
    return {**figures, "job_seconds": round(time.perf_counter() - started, 1)}


def memory_of_children() -> float:
    """Return the resident memory of the largest process of the service in MB (Linux only)."""
    largest = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            command = (status.parent / "cmdline").read_bytes()
            if b"service\0serve" in command or b"multiprocessing" in command:
                text = status.read_text()
                largest = max(largest, int(text.split("VmRSS:")[1].split()[0]))
        except (OSError, IndexError):
            continue
    return round(largest / 1024, 1)


def watch_memory(key: str, requests: int) -> None:
    """Send so many requests; print the memory of the largest process as they go."""
    step = max(1, requests // 20)
    for done in range(0, requests, step):
        left = iter(range(step))
        figures = load(key, 4, 1, lambda left=left: next(left, None) is not None)  # type: ignore[misc]
        print(f"{done + figures['requests']:>10,.0f} requests: {memory_of_children()} MB", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="longest time of each part")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--job-projects", type=int, default=100_000)
    parser.add_argument("--memory-requests", type=int, default=0, help="only watch the memory over so many requests")
    given = parser.parse_args()
    with serve(given.workers) as key:
        if given.memory_requests:
            watch_memory(key, given.memory_requests)
            return

        def timed() -> Callable[[], bool]:
            end = time.perf_counter() + given.seconds
            return lambda: time.perf_counter() < end

        load(key, 4, 1, timed())
        before = memory_of_children()
        print("one project, 4 clients:", load(key, 4, 1, timed()), flush=True)
        print("1,000 projects, 2 clients:", load(key, 2, 1_000, timed()), flush=True)
        print("one project, 4 clients, beside a job:", load_beside_job(key, given.job_projects, given.seconds * 10))
        print(f"memory of the largest process: {before} MB before, {memory_of_children()} MB after")


if __name__ == "__main__":
    main()
