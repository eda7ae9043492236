"""The lead's pages of agreement, disagreements and suspected labels."""

from __future__ import annotations

import re

import pytest
from desk_case import make_judgement
from desk_pages import DeskPages, hidden

from classifier.taxonomy import LANGUAGES
from service.desk.items import ItemFilter, list_items
from service.desk.states import ItemState
from service.desk.suspects import list_suspects
from service.pages.catalogue import load_catalogue

MARKUP = "<img src=x onerror=alert(1)>"


def judge_all(pages: DeskPages, doubled: float = 1.0) -> list[int]:
    """Judge three projects; ann and bob differ on the first."""
    desk = pages.desk
    desk.campaign(doubled=doubled)
    desk.fill(3, first=5)
    items = [item.id for item in list_items(desk.database, desk.access("lea"), ItemFilter()).items]
    for item_id in items:
        desk.judge("ann", item_id, make_judgement("3.2", note=MARKUP) if item_id == items[0] else make_judgement())
        if doubled:
            desk.judge("bob", item_id, make_judgement())
    return items


def test_a_lead_sees_the_agreement(pages: DeskPages) -> None:
    judge_all(pages)
    page = pages.get("lea", f"{pages.home}/agreement").text
    assert "ann – bob" in page
    assert "3 projects were judged" in page
    assert "0.67" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_speak_three_languages(pages: DeskPages, language: str) -> None:
    [first, *_] = judge_all(pages)
    pages.client.cookies.set("portolan_language", language)
    texts = load_catalogue(language)
    for path, key in (
        ("agreement", "desk.agreement.areas"),
        ("disagreements", "desk.agreement.suspects_note"),
        (f"disagreements/{first}", "desk.agreement.side_by_side"),
    ):
        headers = {"Accept-Language": language}
        pages.get("lea", pages.home)
        page = pages.client.get(
            f"{pages.home}/{path}", headers={**headers, "Cookie": f"portolan={pages.tokens['lea']}"}
        ).text
        assert texts[key].split("{")[0].replace("'", "&#39;") in page


def test_a_page_beyond_all_numbers_is_refused(pages: DeskPages) -> None:
    judge_all(pages)
    assert pages.get("lea", f"{pages.home}/disagreements?page=1000000").status_code == 200
    assert pages.get("lea", f"{pages.home}/disagreements?page=99999999999999999999").status_code == 422


def test_a_disagreement_is_settled_on_its_page(pages: DeskPages) -> None:
    [first, *_] = judge_all(pages)
    listed = pages.get("lea", f"{pages.home}/disagreements").text
    assert f"{pages.home}/disagreements/{first}" in listed
    address = f"{pages.home}/disagreements/{first}"
    page = pages.get("lea", address).text
    assert MARKUP not in page
    assert "&lt;img src=x" in page
    fields = {"revision": hidden(page, "revision"), "token": hidden(page, "token"), "note": "Shelter is given."}
    missing = pages.post("lea", address, {**fields, "label:3.2": "yes"})
    assert missing.status_code == 422
    assert "main_area" in missing.text
    assert re.search(r'<select name="label:3.2".*?<option value="yes" selected>', missing.text)
    done = pages.post("lea", address, {**fields, "label:3.2": "yes", "label:main_area": "3.2"})
    assert done.headers["location"] == f"{pages.home}/disagreements"
    desk = pages.desk
    item = list_items(desk.database, desk.access("lea"), ItemFilter()).items[0]
    assert (item.state, item.settled_by) == (ItemState.SETTLED, "adjudicator")


def test_a_form_without_a_revision_is_refused(pages: DeskPages) -> None:
    [first, *_] = judge_all(pages)
    for revision in ("", "x", "\u0663", "9" * 3_000):
        fields = {"revision": revision, "token": "0" * 32}
        assert pages.post("lea", f"{pages.home}/disagreements/{first}", fields).status_code == 422
        assert pages.post("ann", f"{pages.home}/p/{first}/undo", fields).status_code == 422
        assert pages.post("lea", f"{pages.home}/review/{first}/accept", fields).status_code == 422


def test_a_stale_decision_is_shown_and_changes_nothing(pages: DeskPages) -> None:
    [first, *_] = judge_all(pages)
    address = f"{pages.home}/disagreements/{first}"
    old, other = (pages.get("lea", address).text for _ in range(2))
    said = {"label:3.2": "yes", "label:main_area": "3.2"}
    for page, status in ((other, 303), (old, 409)):
        fields = {name: hidden(page, name) for name in ("revision", "token")}
        answer = pages.post("lea", address, {**said, **fields})
        assert answer.status_code == status
        said = {"label:3.2": "no", "label:main_area": "none"}
    assert 'role="alert"' in answer.text
    assert hidden(answer.text, "revision") == "3"


def test_a_suspected_label_goes_back_with_a_click(pages: DeskPages) -> None:
    pages.desk.campaign()
    pages.desk.fill(1, first=5)
    desk = pages.desk
    [item] = list_items(desk.database, desk.access("lea"), ItemFilter()).items
    desk.judge("ann", item.id)
    assert pages.post("lea", f"{pages.home}/suspects", {}).status_code == 303
    page = pages.get("lea", f"{pages.home}/disagreements").text
    [(suspect, _)] = list_suspects(desk.database, desk.access("lea")).lines
    action = f"{pages.home}/suspects/{suspect.id}/send-back"
    assert f'action="{action}"' in page
    assert pages.post("lea", action, {}).status_code == 303
    assert pages.take("bob").endswith(f"/p/{item.id}")
    assert pages.post("lea", action, {}).status_code == 404


def test_a_suspected_label_can_be_kept(pages: DeskPages) -> None:
    judge_all(pages, doubled=0.0)
    pages.post("lea", f"{pages.home}/suspects", {})
    desk = pages.desk
    for suspect, _ in list_suspects(desk.database, desk.access("lea")).lines:
        assert pages.post("lea", f"{pages.home}/suspects/{suspect.id}/keep", {}).status_code == 303
    pages.post("lea", f"{pages.home}/suspects", {})
    assert list_suspects(desk.database, desk.access("lea")).count == 0


def test_nobody_but_leads_comes_in(pages: DeskPages) -> None:
    [first, *_] = judge_all(pages)
    for name in ("ann", "rex", "eve"):
        for path in ("agreement", "disagreements", f"disagreements/{first}"):
            assert pages.get(name, f"{pages.home}/{path}").status_code == 404
        for path in ("suspects", "suspects/1/keep", "suspects/1/send-back", f"disagreements/{first}"):
            assert pages.post(name, f"{pages.home}/{path}", {}).status_code == 404
