"""The page over plain HTTP: signing in, the text, the upload, other sites, languages, markup."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from serving_case import BASE, PASSWORD, Case, NewCase, assert_problem, open_client
from sqlalchemy import select

from classifier.tagging import Evidence
from classifier.taxonomy import LANGUAGES
from service.jobs.worker import Worker
from service.pages.catalogue import load_catalogue
from service.pages.highlight import part_text
from service.store.tables import AuditEntry

if TYPE_CHECKING:
    from httpx2 import Response
    from starlette.testclient import TestClient

OURS = {"Origin": BASE}
PAGES = Path(__file__).parents[3] / "service" / "pages"
MARKUP = "<img src=x onerror=alert(1)>"


def sign_in(client: TestClient, password: str = PASSWORD) -> Response:
    return client.post("/sign-in", data={"name": "ann", "password": password}, headers=OURS)


@pytest.fixture
def person(case: Case) -> Iterator[TestClient]:
    with open_client(case) as client:
        assert sign_in(client).status_code == 303
        yield client


def test_a_person_signs_in_and_out(case: Case) -> None:
    with open_client(case) as client:
        assert client.get("/").headers["location"] == "/sign-in"
        refused = sign_in(client, "wrong")
        assert refused.status_code == 401
        assert "alert" in refused.text
        response = sign_in(client)
        cookie = response.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert "ann" in client.get("/").text
        assert client.get("/v1/jobs").status_code == 200
        assert client.post("/sign-out", headers=OURS).status_code == 303
        assert client.get("/").status_code == 303
    with case.database.reading() as session:
        actions = list(session.scalars(select(AuditEntry.action)))
    assert {"sign-in", "sign-in-refused", "sign-out"} <= set(actions)


def test_signing_in_is_limited(new_case: NewCase) -> None:
    case = new_case(sign_ins_per_minute=2)
    with open_client(case) as client:
        assert [sign_in(client, "wrong").status_code for _ in range(3)] == [401, 401, 429]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": BASE},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
    ],
)
def test_a_form_of_another_site_changes_nothing(person: TestClient, headers: dict[str, str]) -> None:
    for path in ("/sign-in", "/sign-out", "/language", "/text", "/upload", f"/job/{'0' * 32}/delete", "/v1/tag"):
        assert_problem(person.post(path, headers=headers), 403, "cross-site")
    assert_problem(person.delete(f"/v1/jobs/{'0' * 32}", headers=headers), 403, "cross-site")
    assert person.get("/").status_code == 200


def test_a_text_is_shown_with_its_words(person: TestClient) -> None:
    fields = {"title": "Aid", "description": "Refugees receive shelter in the district, and a lawyer helps them."}
    response = person.post("/text", data=fields, headers={**OURS, "HX-Request": "true"})
    assert response.status_code == 200
    assert re.search(r"<mark[^>]*>[^<]*[Rr]efugees", response.text)
    assert "<html" not in response.text
    whole = person.post("/text", data=fields, headers=OURS)
    assert "<html" in whole.text
    assert "<mark" in whole.text


def test_markup_in_every_field_is_shown_as_text(person: TestClient, case: Case) -> None:
    fields = {"title": MARKUP, "description": f"Refugees receive shelter {MARKUP} in the district."}
    shown = person.post("/text", data=fields, headers={**OURS, "HX-Request": "true"}).text
    assert "onerror" in shown
    name = f"{MARKUP}.csv"
    taken = person.post(
        "/upload", files={"file": (name, f"title\n{MARKUP}\n".encode())}, headers={**OURS, "HX-Request": "true"}
    )
    Worker(case.database, case.settings, threading.Event()).work_once()
    for text in (shown, taken.text, person.get("/").text):
        assert "<img" not in text


def test_an_upload_appears_in_the_list(person: TestClient, case: Case) -> None:
    files = {"file": ("list.csv", b"title\nShelter for refugees\n")}
    taken = person.post("/upload", files=files, data={"format": ""}, headers={**OURS, "HX-Request": "true"})
    assert taken.headers["hx-trigger"] == "jobs-changed"
    assert "list.csv" in person.get("/job-list").text
    Worker(case.database, case.settings, threading.Event()).work_once()
    found = re.search(r"/v1/jobs/([0-9a-f]{32})/result", person.get("/job-list").text)
    assert found
    assert person.get(found[0]).status_code == 200
    assert found[1] not in person.post(f"/job/{found[1]}/delete", headers={**OURS, "HX-Request": "true"}).text


def test_a_report_can_be_chosen(person: TestClient, case: Case) -> None:
    offered = re.findall(r'<option value="([a-z]+-[a-z]+)"', person.get("/").text)
    assert len(offered) == 6
    for choice in offered:
        files = {"file": ("list.csv", b"title\nShelter for refugees\n")}
        assert person.post("/upload", files=files, data={"format": choice}, headers=OURS).status_code == 303
        Worker(case.database, case.settings, threading.Event()).work_once()
    names = {(job["report"], job["output_format"]) for job in person.get("/v1/jobs").json()["jobs"] if job["report"]}
    assert {"-".join(one) for one in names} == set(offered)
    assert load_catalogue("en")["report_oda"] in person.get("/job-list").text


def test_a_problem_is_a_piece_of_the_page_for_htmx(person: TestClient) -> None:
    response = person.post("/upload", files={"other": ("a", b"x")}, headers={**OURS, "HX-Request": "true"})
    assert response.status_code == 422
    assert 'role="alert"' in response.text


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("", "en"), ("fr-BE,nl;q=0.5", "fr"), ("de, nl;q=0.8, en;q=0.2", "nl"), ("xx;q=z", "en"), ("fr;q=z, nl", "nl")],
)
def test_the_page_speaks_the_language_of_the_browser(client: TestClient, accepted: str, language: str) -> None:
    response = client.get("/sign-in", headers={"Accept-Language": accepted})
    assert f'<html lang="{language}">' in response.text


def test_the_switch_wins(person: TestClient) -> None:
    person.post("/language", data={"language": "nl"}, headers=OURS)
    assert load_catalogue("nl")["jobs_title"] in person.get("/", headers={"Accept-Language": "fr"}).text
    person.post("/language", data={"language": "xx"}, headers=OURS)
    assert '<html lang="nl">' in person.get("/").text


def test_the_catalogues_have_the_same_texts_and_places() -> None:
    catalogues = [load_catalogue(language) for language in LANGUAGES]
    for key in catalogues[0]:
        places = [sorted(re.findall(r"\{\w+\}", catalogue[key])) for catalogue in catalogues]
        assert places[0] == places[1] == places[2], key
    assert len({frozenset(catalogue) for catalogue in catalogues}) == 1


def test_every_text_of_the_templates_is_in_the_catalogue() -> None:
    texts = load_catalogue("en")
    used = {
        key
        for template in (PAGES / "templates").glob("*.html")
        for key in re.findall(r't\("(\w+)"[,)]', template.read_text("utf-8"))
    }
    assert used <= set(texts)


def test_nothing_comes_from_outside_and_the_policy_is_strict(person: TestClient) -> None:
    page = person.get("/")
    assert not re.search(r'(src|href|action)="(https?:)?//', page.text)
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "style=" not in page.text
    for name in re.findall(r"/static/([\w.]+)", page.text):
        response = person.get(f"/static/{name}")
        assert response.status_code == 200
        assert person.get(f"/static/{name}", headers={"If-None-Match": response.headers["etag"]}).status_code == 304
    assert person.get("/static/..%2f__init__.py").status_code == 404


def test_over_tls_the_cookie_is_bound_to_the_host(new_case: NewCase) -> None:
    case = new_case(public_url="https://tags.example.org")
    with open_client(case) as client:
        headers = {"Host": "tags.example.org", "Origin": "https://tags.example.org"}
        response = client.post("/sign-in", data={"name": "ann", "password": PASSWORD}, headers=headers)
        cookie = response.headers["set-cookie"]
        assert cookie.startswith("__Host-portolan=")
        assert "Secure" in cookie
        assert "max-age" in response.headers["strict-transport-security"]


def test_the_pieces_of_a_text_are_the_text() -> None:
    text = "abcdefgh"
    evidence = [(str(n), Evidence("title", s, e, text[s:e])) for n, (s, e) in enumerate(((1, 4), (2, 6), (7, 8)))]
    parts = part_text(text, "title", evidence)
    assert "".join(one.text for one in parts) == text
    assert [one.labels for one in parts] == [(), ("0",), ("0", "1"), ("1",), (), ("2",)]
    assert json.dumps([one.text for one in part_text("", "title", [])]) == "[]"


@pytest.mark.parametrize(
    "description", ["", " ", "Kort.", "Der Fluss wird vom Verein mit Hilfe der Gemeinde gereinigt."]
)
def test_a_text_that_says_nothing_is_shown_too(person: TestClient, description: str) -> None:
    fields = {"title": "", "description": description}
    assert person.post("/text", data=fields, headers={**OURS, "HX-Request": "true"}).status_code == 200
