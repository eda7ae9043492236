"""``/v1/jobs``: from upload to download, other users, limits, and uploads that do not fit."""

from __future__ import annotations

import csv
import io
import json
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest
from serving_case import Case, NewCase, assert_problem, open_client

from service.jobs.worker import Worker
from service.reporting.run import ReportOrder, report_portfolio

if TYPE_CHECKING:
    from httpx2 import Response
    from starlette.testclient import TestClient

PORTFOLIO = (
    "id,title,description\n"
    "P-1,Shelter for refugees,Refugees receive shelter and food near the border of the district.\n"
    "P-2,Ponts ruraux,Le projet construit six ponts et forme une équipe locale d'entretien.\n"
)


def upload(
    client: TestClient, case: Case, content: bytes = PORTFOLIO.encode(), name: str = "portfolio.csv", **fields: object
) -> Response:
    return client.post("/v1/jobs", files={"file": (name, content)}, data=fields, headers=case.headers())


def work(case: Case) -> None:
    worker = Worker(case.database, case.settings, threading.Event())
    while worker.work_once():
        continue


def show(client: TestClient, case: Case, job_id: str) -> dict[str, Any]:
    job: dict[str, Any] = client.get(f"/v1/jobs/{job_id}", headers=case.headers()).json()
    return job


def test_a_portfolio_goes_in_and_comes_out_tagged(client: TestClient, case: Case) -> None:
    response = upload(client, case)
    assert response.status_code == 202
    job = response.json()
    assert (job["state"], job["output_format"], job["result"]) == ("queued", "csv", None)
    assert response.headers["location"] == f"/v1/jobs/{job['id']}"
    assert_problem(client.get(f"/v1/jobs/{job['id']}/result", headers=case.headers()), 409, "no-result")
    work(case)
    done = show(client, case, job["id"])
    assert (done["state"], done["progress"], done["projects"], done["rejected_rows"]) == ("done", 1.0, 2, 0)
    assert done["model_version"] == "tiny"
    assert done["summary"]["source"] == "portfolio.csv"
    result = client.get(done["result"]["href"], headers=case.headers())
    assert result.headers["content-disposition"] == 'attachment; filename="portfolio.tagged.csv"'
    rows = list(csv.DictReader(io.StringIO(result.content.decode("utf-8"))))
    assert [row["id"] for row in rows] == ["P-1", "P-2"]
    assert rows[0]["portolan_result_areas"] == "3.2"


@pytest.mark.parametrize("output", ["csv", "tsv", "xlsx", "jsonl", "json", "parquet"])
def test_any_output_format_can_be_chosen(client: TestClient, case: Case, output: str) -> None:
    job = upload(client, case, format=output).json()
    work(case)
    assert show(client, case, job["id"])["result"]["name"] == f"portfolio.tagged.{output}"


@pytest.mark.parametrize(("report", "kind"), [("oda", "eligibility"), ("portfolio", "overview")])
@pytest.mark.parametrize("output", ["", "html", "xlsx", "json"])
def test_a_report_is_what_the_command_writes(
    client: TestClient, case: Case, tmp_path: Path, report: str, kind: Literal["eligibility", "overview"], output: str
) -> None:
    job = upload(client, case, report=report, format=output).json()
    assert (job["report"], job["output_format"]) == (report, output or "html")
    work(case)
    done = show(client, case, job["id"])
    assert done["result"]["name"] == f"portfolio.{kind}.{output or 'html'}"
    source = tmp_path / "portfolio.csv"
    source.write_text(PORTFOLIO, "utf-8")
    assert case.settings.models is not None
    day = datetime.fromisoformat(job["created"]).date()
    order = ReportOrder(
        source=str(source), model_dir=case.settings.models / "tiny", kind=kind, day=day, format=output, jobs=1
    )
    written = Path(report_portfolio(order).output).read_bytes()
    assert client.get(done["result"]["href"], headers=case.headers()).content == written


def test_columns_can_be_mapped(client: TestClient, case: Case) -> None:
    content = b"nr;wat;uitleg\n1;Opvang;Refugees receive shelter and food here.\n"
    job = upload(client, case, content, map=["title=wat", "description=uitleg"], format="jsonl").json()
    work(case)
    line = json.loads(client.get(f"/v1/jobs/{job['id']}/result", headers=case.headers()).text)
    assert line["main_area"] == "3.2"


def test_rejected_rows_can_be_fetched(client: TestClient, case: Case) -> None:
    content = b'{"title": "Refugees in the district", "year": "never"}\n{"title": "Refugees again"}\n'
    job = upload(client, case, content, "p.jsonl").json()
    work(case)
    assert show(client, case, job["id"])["rejected_rows"] == 1
    response = client.get(f"/v1/jobs/{job['id']}/rejected", headers=case.headers())
    assert "bad-date" in response.text


def test_the_end_is_told_by_an_event(client: TestClient, case: Case) -> None:
    job = upload(client, case).json()
    work(case)
    response = client.get(f"/v1/jobs/{job['id']}/events", headers=case.headers())
    assert response.headers["content-type"].startswith("text/event-stream")
    event, data = response.text.strip().splitlines()
    assert event == "event: job"
    assert json.loads(data.removeprefix("data: "))["state"] == "done"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"a,b\n1,2\n", "no-text-column"),
        ("a.xlsx", b"PK\x03\x04 broken", ""),
        ("a.pdf", b"%PDF-1.7", "format-unsupported"),
        ("a.xml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><iati-activities>&a;', ""),
        ("a.csv.gz", b"\x1f\x8b\x08\x00broken", ""),
        ("a.csv", b"", "file-empty"),
    ],
)
def test_a_portfolio_that_cannot_be_read_fails_with_its_reason(
    client: TestClient, case: Case, name: str, content: bytes, code: str
) -> None:
    job = upload(client, case, content, name, format="jsonl").json()
    work(case)
    failed = show(client, case, job["id"])
    assert failed["state"] == "failed"
    assert failed["problem"]["code"] == code or not code
    assert str(case.settings.data_dir) not in json.dumps(failed)
    assert list((case.settings.data_dir / "jobs" / job["id"] / "result").iterdir()) == []


def test_another_users_job_is_not_there(client: TestClient, case: Case) -> None:
    job_id = upload(client, case).json()["id"]
    other = case.headers(case.other_key)
    for method, path in (
        ("GET", ""),
        ("GET", "/events"),
        ("GET", "/result"),
        ("GET", "/rejected"),
        ("POST", "/cancel"),
        ("DELETE", ""),
    ):
        assert_problem(client.request(method, f"/v1/jobs/{job_id}{path}", headers=other), 404, "job-missing")
    assert client.get("/v1/jobs", headers=other).json() == {"jobs": []}
    assert client.delete(f"/v1/jobs/{job_id}", headers=case.headers()).status_code == 204


@pytest.mark.parametrize("job_id", ["x", "0" * 32, "%00", "..%2f..", "ünknown"])
def test_a_job_that_never_was_is_not_there(client: TestClient, case: Case, job_id: str) -> None:
    assert client.get(f"/v1/jobs/{job_id}", headers=case.headers()).status_code == 404


def test_a_deleted_job_leaves_nothing_behind(client: TestClient, case: Case) -> None:
    job_id = upload(client, case).json()["id"]
    work(case)
    assert client.delete(f"/v1/jobs/{job_id}", headers=case.headers()).status_code == 204
    assert_problem(client.get(f"/v1/jobs/{job_id}", headers=case.headers()), 404, "job-missing")
    assert not (case.settings.data_dir / "jobs" / job_id).exists()
    assert_problem(client.delete(f"/v1/jobs/{job_id}", headers=case.headers()), 404, "job-missing")


def test_a_cancelled_job_stays_in_the_list_without_result(client: TestClient, case: Case) -> None:
    job_id = upload(client, case).json()["id"]
    assert client.post(f"/v1/jobs/{job_id}/cancel", headers=case.headers()).json()["state"] == "cancelled"
    work(case)
    assert show(client, case, job_id)["state"] == "cancelled"
    assert_problem(client.post(f"/v1/jobs/{job_id}/cancel", headers=case.headers()), 409, "job-ended")


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "..", "https://evil.example/a.csv", "a" * 200])
def test_a_path_or_url_is_no_file_name(client: TestClient, case: Case, name: str) -> None:
    before = set((case.settings.data_dir / "jobs").glob("*"))
    assert_problem(upload(client, case, name=name), 422, "bad-file-name")
    assert set((case.settings.data_dir / "jobs").glob("*")) == before


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"format": "docx"}, "unknown-format"),
        ({"input_format": "docx"}, "unknown-format"),
        ({"format": "html"}, "unknown-format"),
        ({"report": "oda", "format": "csv"}, "unknown-format"),
        ({"report": "money"}, "unknown-report"),
        ({"map": "title"}, "bad-mapping"),
        ({"map": "colour=x"}, "bad-mapping"),
        ({"sheet": ["a", "b"]}, "bad-form"),
        ({"format": ["csv", "xlsx"]}, "bad-form"),
        ({"sheet": "a" * 300}, "bad-sheet"),
    ],
)
def test_a_field_that_does_not_fit_is_a_problem(
    client: TestClient, case: Case, fields: dict[str, Any], code: str
) -> None:
    assert_problem(upload(client, case, **fields), 422, code)


def test_what_is_no_upload_is_a_problem(client: TestClient, case: Case) -> None:
    assert_problem(client.post("/v1/jobs", json={}, headers=case.headers()), 415, "not-a-form")
    form = {**case.headers(), "Content-Type": "multipart/form-data; boundary=x"}
    assert_problem(client.post("/v1/jobs", content=b"--x\r\nbroken", headers=form), 422, "file-missing")
    no_boundary = {**case.headers(), "Content-Type": "multipart/form-data"}
    assert_problem(client.post("/v1/jobs", content=b"", headers=no_boundary), 400, "bad-request")
    response = client.post("/v1/jobs", files={"other": ("a.csv", b"x")}, headers=case.headers())
    assert_problem(response, 422, "file-missing")


def test_ten_uploads_at_once_keep_to_the_limit(new_case: NewCase) -> None:
    case = new_case(uploads_per_key=3)
    with open_client(case) as client, ThreadPoolExecutor(10) as pool:
        responses = list(pool.map(lambda _: upload(client, case), range(10)))
        states = sorted(response.status_code for response in responses)
        assert states == [202] * 3 + [429] * 7
        refused = next(one for one in responses if one.status_code == 429)
        assert_problem(refused, 429, "too-many-jobs")
        assert int(refused.headers["retry-after"]) > 0
    assert len(list((case.settings.data_dir / "jobs").iterdir())) == 3


def test_an_upload_that_finds_no_room_is_a_problem(
    client: TestClient, case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    assert_problem(upload(client, case, b"a" * 2_000_000), 507, "disk-full")


def test_a_full_queue_and_a_large_upload_are_refused(new_case: NewCase) -> None:
    case = new_case(jobs_waiting=1, body_bytes=1_000, upload_bytes=2_000)
    with open_client(case) as client:
        assert_problem(upload(client, case, b"a" * 3_000), 413, "body-too-large")
        assert upload(client, case).status_code == 202
        assert_problem(upload(client, case), 429, "queue-full")
