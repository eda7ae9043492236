"""``/docs``: every call with its examples in three languages, under the same strict policy as the page."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING

import pytest
from serving_case import BASE

from service.api.examples import PROJECTS
from service.pages.catalogue import load_catalogue

if TYPE_CHECKING:
    from starlette.testclient import TestClient


def test_every_call_of_the_document_stands_there(client: TestClient) -> None:
    page = html.unescape(client.get("/docs").text)
    for path, operations in client.get("/openapi.json").json()["paths"].items():
        for method, operation in operations.items():
            assert f"<code>{method.upper()} {path}</code> {operation['summary']}" in page
            assert operation["description"] in page


@pytest.mark.parametrize(("language", "first"), [("en", "english"), ("fr", "français"), ("nl", "nederlands")])
def test_the_examples_begin_with_the_language_of_the_page(client: TestClient, language: str, first: str) -> None:
    page = client.get("/docs", headers={"Accept-Language": language}).text
    assert load_catalogue(language)["docs_intro"] in html.unescape(page)
    bodies = [html.unescape(one) for one in re.findall(r'<option value="(\{.*?)">', page, re.DOTALL)]
    assert len(bodies) == 2 * len(PROJECTS)
    assert json.loads(bodies[0]) == {"projects": [PROJECTS[first]]}


def test_the_commands_name_our_address_and_guard_every_quote(client: TestClient) -> None:
    page = html.unescape(client.get("/docs", headers={"Accept-Language": "fr"}).text)
    assert f'curl -s {BASE}/v1/jobs -H "Authorization: Bearer $KEY" -F file=@portfolio.xlsx' in page
    assert f"curl -s -X DELETE '{BASE}/v1/jobs/{{job_id}}' -H \"Authorization: Bearer $KEY\"" in page
    assert "d'\"'\"'accueil" in page
    assert f"curl -s {BASE}/healthz<" in page


def test_the_policy_is_as_strict_as_that_of_the_page(client: TestClient) -> None:
    page = client.get("/docs")
    assert "unsafe" not in page.headers["content-security-policy"]
    assert "<script>" not in page.text
    assert "style=" not in page.text
    assert not re.search(r'(src|href|action)="(https?:)?//', page.text)


def test_the_language_switch_leads_back(client: TestClient) -> None:
    origin = {"Origin": BASE}
    for referer, place in ((f"{BASE}/docs", "/docs"), (f"{BASE}/job-list", "/"), ("https://evil.example/docs", "/")):
        response = client.post("/language", data={"language": "en"}, headers={**origin, "Referer": referer})
        assert response.headers["location"] == place
