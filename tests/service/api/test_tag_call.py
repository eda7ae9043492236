"""``POST /v1/tag`` and ``/v1/oda``: the answers, the limits, and everything that does not fit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from serving_case import PROJECT, Case, NewCase, assert_problem, open_client

from service.access.scopes import Scope
from service.batch import Order, tag_portfolio

if TYPE_CHECKING:
    from httpx2 import Response
    from starlette.testclient import TestClient

SECRET = "zanzibar-words-that-must-not-come-back"


def tag(client: TestClient, case: Case, *projects: dict[str, Any]) -> Response:
    return client.post("/v1/tag", json={"projects": projects}, headers=case.headers())


def test_a_project_is_tagged_with_its_evidence(client: TestClient, case: Case) -> None:
    response = tag(client, case, PROJECT)
    assert response.status_code == 200
    answer = response.json()
    [tagging] = answer["taggings"]
    assert tagging["id"] == "P-1"
    [quote] = [one["evidence"][0] for one in tagging["result_areas"] if one["code"] == "3.2"]
    assert PROJECT[quote["field"]][quote["start"] : quote["end"]] == quote["quote"]
    assert answer["model_version"] == "tiny" == response.headers["portolan-model-version"]
    assert answer["rules_version"] == response.headers["portolan-rules-version"]


def test_the_answer_is_what_the_batch_command_writes(client: TestClient, case: Case, tmp_path: Path) -> None:
    source = tmp_path / "portfolio.jsonl"
    projects: list[dict[str, Any]] = [
        PROJECT,
        {"titre": "Puits", "description": "Le projet creuse des puits.", "année": 2024},
    ]
    source.write_text("".join(json.dumps(one) + "\n" for one in projects), "utf-8")
    assert case.settings.models is not None
    target = tmp_path / "tagged.jsonl"
    tag_portfolio(Order(str(source), case.settings.models / "tiny", str(target), jobs=1))
    written = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    for line in written:
        del line["input"]
    assert tag(client, case, *projects).json()["taggings"] == written


def test_a_project_that_cannot_be_read_is_rejected_and_the_rest_goes_on(client: TestClient, case: Case) -> None:
    answer = tag(client, case, {**PROJECT, "year": "not a year"}, PROJECT).json()
    assert [one["code"] for one in answer["rejected"]] == ["bad-date"]
    assert len(answer["taggings"]) == 1


def test_the_risk_comes_with_what_the_rules_say(client: TestClient, case: Case) -> None:
    project = {"title": "Return", "description": "The project finances the forced return of rejected asylum seekers."}
    response = client.post("/v1/oda?language=fr", json={"projects": [project]}, headers=case.headers())
    [assessment] = response.json()["assessments"]
    fired = {one["rule"] for one in assessment["oda"]["findings"]}
    assert fired
    assert set(assessment["rules"]) == fired


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{", 400, "bad-json"),
        ("[" * 10_000 + "]" * 10_000, 400, "bad-json"),
        ('{"projects": [' + '{"a":' * 10_000 + "1" + "}" * 10_000 + "]}", 400, "bad-json"),
        ('{"projects": []}', 422, "invalid-content"),
        ('{"projects": [7]}', 422, "invalid-content"),
        ('{"projects": [{"title": 7}]}', 422, "invalid-content"),
        (f'{{"projects": [{{}}], "{SECRET}": "{SECRET}"}}', 422, "invalid-content"),
        (f'{{"projects": [{{"title": ["{SECRET}"]}}]}}', 422, "invalid-content"),
        ("\x00", 400, "bad-json"),
        ("", 400, "bad-json"),
    ],
)
def test_a_body_that_does_not_fit_is_a_problem(
    client: TestClient, case: Case, body: str, status: int, code: str
) -> None:
    headers = {**case.headers(), "Content-Type": "application/json"}
    response = client.post("/v1/tag", content=body, headers=headers)
    assert_problem(response, status, code)
    assert SECRET not in response.text


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
def test_another_content_type_is_refused(client: TestClient, case: Case, kind: str) -> None:
    response = client.post("/v1/tag", content=b"{}", headers={**case.headers(), "Content-Type": kind})
    assert_problem(response, 415, "not-json")


def test_text_with_half_a_surrogate_pair_is_bad_json(client: TestClient, case: Case) -> None:
    headers = {**case.headers(), "Content-Type": "application/json"}
    response = client.post("/v1/tag", content=b'{"projects": [{"title": "\\ud800"}]}', headers=headers)
    assert_problem(response, 400, "bad-json")


def test_markup_comes_back_as_json_text(client: TestClient, case: Case) -> None:
    markup = "<script>alert(1)</script>"
    response = tag(client, case, {"id": markup, "title": markup, "description": "Refugees " + markup})
    assert response.headers["content-type"] == "application/json"
    assert response.json()["taggings"][0]["id"] == markup


@pytest.fixture
def tight(new_case: NewCase) -> Case:
    return new_case(
        body_bytes=2_000, upload_bytes=4_000, projects_per_call=2, text_characters=100, requests_per_minute=3
    )


def test_over_each_limit_is_a_problem(tight: Case) -> None:
    with open_client(tight) as client:
        assert_problem(tag(client, tight, PROJECT, PROJECT, PROJECT), 422, "too-many-projects")
        assert_problem(tag(client, tight, {"title": "a" * 101}), 422, "text-too-long")
        assert_problem(tag(client, tight, {"title": "a" * 2_000}), 413, "body-too-large")
        response = tag(client, tight, PROJECT)
        assert_problem(response, 429, "rate-limited")
        assert int(response.headers["retry-after"]) >= 1
        assert client.get("/v1/areas", headers=tight.headers(tight.other_key)).status_code == 200


def test_a_body_without_length_is_counted_as_it_comes(tight: Case) -> None:
    with open_client(tight) as client:
        headers = {**tight.headers(), "Content-Type": "application/json"}
        response = client.post("/v1/tag", content=iter([b"a" * 1_000] * 3), headers=headers)
        assert_problem(response, 413, "body-too-large")


def test_a_key_needs_the_scope(client: TestClient, case: Case) -> None:
    key = case.key_with(Scope.READ)
    assert_problem(client.post("/v1/tag", json={}, headers=case.headers(key)), 403, "scope-missing")
