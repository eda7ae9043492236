"""The service in processes of its own: killed at any moment, promoted under way, hung up on."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from running import RunningService
from serving_case import PROJECT, Case, NewCase
from tiny_model import write_tiny_model

ROWS = 1_000
REPORTS = ("", "oda")
FAST = {"PORTOLAN_LEASE_SECONDS": "0.6", "PORTOLAN_PART_PROJECTS": "50", "PORTOLAN_MODEL_CHECK_SECONDS": "0.1"}


@pytest.fixture
def case(new_case: NewCase) -> Case:
    return new_case()


@pytest.fixture
def running(case: Case) -> Iterator[RunningService]:
    service = RunningService(case, settings=dict(FAST))
    yield service
    service.kill()


def portfolio() -> bytes:
    lines = [f"P-{row},Refugees {row},A lawyer helps refugees in the district {row} court." for row in range(ROWS)]
    return ("id,title,description\n" + "\n".join(lines) + "\n").encode()


def upload(running: RunningService, report: str = "") -> str:
    files, data = {"file": ("portfolio.csv", portfolio())}, {"report": report}
    headers = running.case.headers()
    response = httpx2.post(f"{running.url}/v1/jobs", files=files, data=data, headers=headers, timeout=30)
    response.raise_for_status()
    job_id: str = response.json()["id"]
    return job_id


def finish(running: RunningService, job_id: str, seconds: float = 90) -> dict[str, Any]:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        response = httpx2.get(f"{running.url}/v1/jobs/{job_id}", headers=running.case.headers(), timeout=10)
        job: dict[str, Any] = response.json()
        if job["state"] not in {"queued", "running"}:
            return job
        time.sleep(0.1)
    raise TimeoutError


def kill_again_and_again(running: RunningService, times: int, seed: int) -> set[str]:
    """Kill the service at random moments while jobs are handed in; return the jobs that it acknowledged."""
    moments = random.Random(seed)
    acknowledged: set[str] = set()
    for _ in range(times):
        running.start()
        if moments.random() < 0.3 or not acknowledged:
            acknowledged.add(upload(running, REPORTS[len(acknowledged) % 2]))
        time.sleep(moments.uniform(0.0, 4.0))
        running.kill()
    return acknowledged


@pytest.mark.parametrize("kills", [pytest.param(3), pytest.param(50, marks=pytest.mark.slow)])
def test_kills_lose_nothing_and_double_nothing(running: RunningService, kills: int) -> None:
    running.settings |= {"PORTOLAN_UPLOADS_PER_KEY": "100"}
    acknowledged = kill_again_and_again(running, kills, seed=kills)
    running.start()
    ended = [finish(running, job_id, 300) for job_id in acknowledged]
    jobs = httpx2.get(f"{running.url}/v1/jobs?limit=1000", headers=running.case.headers()).json()["jobs"]
    assert acknowledged == {job["id"] for job in jobs if job["id"] in acknowledged}
    assert len(jobs) == len(acknowledged)
    assert [(job["state"], job["projects"], job["problem"]) for job in jobs] == [("done", ROWS, None)] * len(jobs)
    whole = {report: finish(running, upload(running, report))["result"]["sha256"] for report in REPORTS}
    assert [job["result"]["sha256"] for job in ended] == [whole[job["report"]] for job in ended]


def answered_by(version: str, seen: list[tuple[int, str]], seconds: float = 60) -> None:
    """Wait until an answer names the model version; the assertions on `seen` tell when none ever did."""
    deadline = time.monotonic() + seconds
    while (200, version) not in seen and time.monotonic() < deadline:
        time.sleep(0.02)


def test_a_promotion_is_taken_up_while_no_request_fails(running: RunningService, case: Case) -> None:
    running.start()
    seen: list[tuple[int, str]] = []
    over = threading.Event()

    def ask() -> None:
        with httpx2.Client(headers=case.headers()) as client:
            while not over.is_set():
                response = client.post(f"{running.url}/v1/tag", json={"projects": [PROJECT]})
                seen.append((response.status_code, response.headers.get("portolan-model-version", "")))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    answered_by("tiny", seen)
    assert case.settings.models is not None
    write_tiny_model(case.settings.models, "second")
    answered_by("second", seen)
    over.set()
    for thread in threads:
        thread.join()
    assert {status for status, _ in seen} == {200}
    assert {version for _, version in seen} == {"tiny", "second"}


def open_files(folder: Path) -> set[str]:
    """Return the files in a folder that some process holds open, those without a name too."""
    found = set()
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            target = str(link.readlink())
        except OSError:
            continue
        if target.startswith(f"{folder}/"):
            found.add(target)
    return found


def test_clients_that_hang_up_or_stop_leave_nothing_behind(running: RunningService, case: Case) -> None:
    running.settings["PORTOLAN_BODY_IDLE_SECONDS"] = "0.5"
    running.start()
    head = (
        f"POST /v1/jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {case.key}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 9000000\r\n\r\n"
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\ntitle\nhalf'
    ).encode()
    with socket.create_connection(("127.0.0.1", running.port)) as hung_up:
        hung_up.sendall(head)
    spool = case.settings.data_dir / "spool"
    with socket.create_connection(("127.0.0.1", running.port)) as stopped:
        stopped.sendall(head + b"a,b\n" * 500_000)
        while Path("/proc/self/fd").exists() and not open_files(spool):
            time.sleep(0.02)
        stopped.settimeout(20)
        assert stopped.recv(4_096).startswith(b"HTTP/1.1 408")
    assert httpx2.get(f"{running.url}/v1/jobs", headers=case.headers()).json() == {"jobs": []}
    folder = case.settings.data_dir / "jobs"
    assert not folder.exists() or list(folder.iterdir()) == []
    assert list(spool.iterdir()) == []
    assert open_files(spool) == set()


def test_a_limit_holds_for_all_processes_together(running: RunningService, case: Case) -> None:
    running.settings |= {"PORTOLAN_WORKERS": "2", "PORTOLAN_REQUESTS_PER_MINUTE": "20"}
    running.start()
    statuses = [httpx2.get(f"{running.url}/v1/areas", headers=case.headers()).status_code for _ in range(60)]
    assert set(statuses) == {200, 429}
    # A bucket in each process would let 40 through; some seconds may let one or the other more through.
    assert 20 <= statuses.count(200) <= 30
