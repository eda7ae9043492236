"""Who may come in, under which name, and what every answer carries."""

from __future__ import annotations

import io
import json
import logging
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI
from serving_case import BASE, PASSWORD, PROJECT, Case, NewCase, assert_problem, open_client

from service.access.keys import make_key, revoke_key
from service.access.scopes import Scope
from service.access.users import add_user, set_disabled
from service.api.access import Kind, access_of, everybody, walk_routes
from service.logs import JsonLines

if TYPE_CHECKING:
    from starlette.testclient import TestClient

PUBLIC = {"/healthz", "/readyz", "/openapi.json", "/docs", "/sign-in", "/language", "/static/{name}"}
PUBLIC |= {"/oidc", "/oidc/return"}


def test_every_route_denies_unless_it_says_otherwise(client: TestClient) -> None:
    app = client.app
    assert isinstance(app, FastAPI)
    walked = 0
    for route in walk_routes(app.routes):
        access = access_of(getattr(route, "endpoint", None))
        path = getattr(route, "path", "")
        assert access is not None, f"{path} says nothing about who may come in"
        assert (access.kind is Kind.PUBLIC) == (path in PUBLIC), path
        if access.kind is Kind.PUBLIC:
            continue
        for method in getattr(route, "methods", ()):
            response = client.request(method, path.replace("{job_id}", "0" * 32))
            if access.kind is Kind.PAGE:
                assert response.status_code == 303
                assert response.headers["location"] == "/sign-in"
            elif method == "HEAD":
                assert response.status_code == 401
            else:
                assert_problem(response, 401, "key-missing")
            walked += 1
    assert walked >= 12


def test_a_route_that_says_nothing_lets_nobody_in(new_case: NewCase) -> None:
    case = new_case()
    with open_client(case) as client:
        app = client.app
        assert isinstance(app, FastAPI)

        @app.get("/forgotten")
        async def forgotten() -> dict[str, str]:
            return {"secret": "seen"}

        assert_problem(client.get("/forgotten", headers=case.headers()), 403, "no-access-rule")


@pytest.mark.parametrize(
    "value",
    ["Bearer", "Bearer x", "Bearer ptl_0000000000_abc", "Basic YTpi", "", "Bearer " + "a" * 10_000, "Bearer \xff"],
)
def test_a_wrong_key_is_refused(client: TestClient, value: str) -> None:
    response = client.get("/v1/areas", headers={b"Authorization": value.encode("latin-1")})
    assert_problem(response, 401, "key-invalid")
    assert response.headers["www-authenticate"].startswith("Bearer")


def test_a_key_ends_with_its_time_its_revocation_or_its_user(new_case: NewCase) -> None:
    case = new_case(key_cache_seconds=0)
    add_user(case.database, "zoe", "reader", PASSWORD, actor="test")
    short = make_key(case.database, "ann", "", (Scope.READ,), 1e-9, actor="test").secret
    revoked, of_eve = (make_key(case.database, who, "", (Scope.READ,), 1, actor="test") for who in ("ann", "zoe"))
    with open_client(case) as client:
        assert client.get("/v1/areas", headers=case.headers(revoked.secret)).status_code == 200
        revoke_key(case.database, revoked.prefix, actor="test")
        set_disabled(case.database, "zoe", disabled=True, actor="test")
        for key in (short, revoked.secret, of_eve.secret):
            assert_problem(client.get("/v1/areas", headers=case.headers(key)), 401, "key-invalid")


@pytest.mark.parametrize("host", ["evil.example", "", "127.0.0.1.evil.example", "[::1", "a b"])
def test_another_host_is_refused(client: TestClient, host: str) -> None:
    assert_problem(client.get("/healthz", headers={"Host": host}), 421, "wrong-host")


def test_what_is_not_there_and_what_cannot_be_done_are_problems(client: TestClient) -> None:
    assert_problem(client.get("/v1/nothing"), 404, "not-found")
    response = client.put("/v1/tag")
    assert_problem(response, 405, "method-not-allowed")
    assert response.headers["allow"] == "POST"


def test_every_answer_is_guarded_and_named(client: TestClient) -> None:
    response = client.get("/healthz", headers={"X-Request-Id": "abcdef-123456"})
    assert response.headers["x-request-id"] == "abcdef-123456"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in response.headers["content-security-policy"]
    forged = client.get("/healthz", headers={"X-Request-Id": 'a"b\\ncde fgh'})
    assert '"' not in forged.headers["x-request-id"]


def test_the_log_has_a_line_a_request_and_no_text_of_a_project(client: TestClient, case: Case) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("portolan")
    logger.addHandler(handler)
    logger.setLevel("INFO")
    try:
        project = {**PROJECT, "title": "Zanzibar refugees"}
        client.post("/v1/tag?zanzibar=1", json={"projects": [project]}, headers=case.headers())
        client.get("/zanzibar")
    finally:
        logger.removeHandler(handler)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(one["route"], one["status"]) for one in lines] == [("/v1/tag", 200), ("(none)", 404)]
    assert lines[0]["who"].startswith("key:")
    assert "zanzibar" not in stream.getvalue().lower()


def test_a_fault_of_ours_shows_nothing_of_itself(new_case: NewCase) -> None:
    case = new_case()
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logging.getLogger("portolan").addHandler(handler)
    with open_client(case) as client:
        app = client.app
        assert isinstance(app, FastAPI)

        @app.get("/broken")
        @everybody
        async def broken() -> None:
            raise ValueError("zanzibar")

        response = client.get("/broken")
    logging.getLogger("portolan").removeHandler(handler)
    assert_problem(response, 500, "unexpected")
    assert "zanzibar" not in response.text + stream.getvalue()
    assert "ValueError" in stream.getvalue()


def test_the_page_is_served_under_our_names_only(client: TestClient) -> None:
    assert client.get(f"{BASE}/healthz").status_code == 200
    assert client.get("http://localhost:9/healthz").status_code == 200
