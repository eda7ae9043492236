"""The calls that explain the labels, and those about health."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from serving_case import PROJECT, Case, NewCase, assert_problem, open_client

if TYPE_CHECKING:
    from starlette.testclient import TestClient


@pytest.mark.parametrize(
    ("path", "member", "count"),
    [
        ("/v1/areas", "areas", 18),
        ("/v1/rules", "rules", 100),
        ("/v1/recipients", "recipients", 140),
        ("/v1/models", "models", 1),
    ],
)
def test_the_labels_are_explained_with_an_etag(
    client: TestClient, case: Case, path: str, member: str, count: int
) -> None:
    response = client.get(path, headers=case.headers())
    assert response.status_code == 200
    assert len(response.json()[member]) >= count
    tag = response.headers["etag"]
    again = client.get(path, headers={**case.headers(), "If-None-Match": f'"x", W/{tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)


def test_the_models_say_which_is_in_use(client: TestClient, case: Case) -> None:
    answer = client.get("/v1/models", headers=case.headers()).json()
    assert answer["in_use"] == "tiny"
    assert answer["models"][0]["current"] is True


def test_it_is_alive_and_ready(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json()["model_version"] == "tiny"


def test_it_is_not_ready_when_the_tables_are_old(new_case: NewCase) -> None:
    case = new_case()
    with open_client(case) as client:
        with case.database.engine.begin() as connection:
            connection.exec_driver_sql("update alembic_version set version_num = '0000'")
        assert_problem(client.get("/readyz"), 503, "migrations-pending")


def test_the_counters_are_for_whoever_may_read(client: TestClient, case: Case) -> None:
    assert_problem(client.get("/metrics"), 401, "key-missing")
    client.post("/v1/tag", json={"projects": [PROJECT, {"title": "x"}]}, headers=case.headers())
    text = client.get("/metrics", headers=case.headers()).text
    assert 'portolan_projects_total{language="en",model_version="tiny"}' in text
    assert "portolan_abstentions_total" in text
    assert 'portolan_requests_total{method="POST",route="/v1/tag",status="200"}' in text
    assert 'portolan_jobs{state="queued"} 0.0' in text
