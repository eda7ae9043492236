"""The page of one project: what it shows, what it saves, and what it never overwrites."""

from __future__ import annotations

import re
import uuid
from html import unescape

import pytest
from desk_pages import DeskPages, checked, hidden

from classifier.taxonomy import LANGUAGES
from service.desk.drafts import keep_draft
from service.desk.members import set_member
from service.desk.opening import open_item
from service.desk.states import Seat, Suggestion
from service.desk.views import history

MARKUP = "<img src=x onerror=alert(1)>"


def item_of(path: str) -> int:
    return int(path.split("?")[0].rsplit("/", 1)[1])


def said(pages: DeskPages, name: str, path: str) -> dict[str, str]:
    own = open_item(pages.desk.database, pages.desk.access(name), item_of(path), Seat.ANNOTATOR).own
    return {} if own is None else own.judgement.values


def test_the_page_shows_everything_that_is_asked_and_why_it_came(pages: DeskPages) -> None:
    pages.desk.fill()
    path = pages.take("ann")
    page = pages.get("ann", path).text
    assert len(set(re.findall(r'data-label="([^"]+)"', page))) == 22
    assert len(set(re.findall(r'id="objective-(\d)"', page))) == 4
    assert 'class="why"' in page
    others = [f"{path.rsplit('/', 1)[0]}/{number}" for number in range(1, 6)]
    assert any('<mark data-labels="3.2' in pages.get("ann", one).text for one in others)
    assert 'data-guide="3.2"' in page
    assert "style=" not in page
    assert not re.search(r'(src|href|action)="(https?:)?//', page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_speaks_every_language(pages: DeskPages, language: str) -> None:
    pages.desk.fill()
    path = pages.take("ann")
    for one in (path, pages.home, "/desk", f"{path}/history", "/desk/guideline"):
        headers = pages.headers("ann")
        headers["Cookie"] += f"; portolan_language={language}"
        response = pages.client.get(one, headers=headers)
        assert response.status_code == 200
        assert f'<html lang="{language}">' in response.text


def test_a_save_leads_to_the_next_project_at_once(pages: DeskPages) -> None:
    pages.desk.fill()
    path = pages.take("ann")
    response = pages.save("ann", path, "3.2", piece=True, note="Clear.")
    assert response.status_code == 200
    assert response.headers["hx-push-url"] != path
    assert "<html" not in response.text
    assert f"{path}/undo" in response.text
    assert said(pages, "ann", path)["3.2"] == "yes"


def test_a_plain_form_saves_too_and_can_be_taken_back(pages: DeskPages) -> None:
    pages.desk.fill()
    path = pages.take("ann")
    response = pages.save("ann", path, "3.2")
    assert response.status_code == 303
    after = pages.get("ann", response.headers["location"]).text
    back = re.search(r'<form id="back".*?</form>', after, re.DOTALL)
    assert back
    fields = {"token": hidden(back[0], "token"), "revision": hidden(back[0], "revision")}
    assert pages.post("ann", f"{path}/undo", fields).headers["location"] == path
    assert said(pages, "ann", path) == {}
    again = pages.get("ann", path).text
    assert checked(again)["3.2"] == "yes"
    assert len(history(pages.desk.database, pages.desk.access("ann"), item_of(path))) == 2


def test_the_same_form_twice_is_saved_once(pages: DeskPages) -> None:
    pages.desk.fill()
    path = pages.take("ann")
    form = pages.form("ann", path, "3.2")
    assert [pages.post("ann", f"{path}/save", form).status_code for _ in range(2)] == [303, 303]
    assert len(history(pages.desk.database, pages.desk.access("ann"), item_of(path))) == 1


def test_what_does_not_fit_comes_back_as_it_was_filled_in(pages: DeskPages) -> None:
    pages.desk.fill()
    path = pages.take("ann")
    response = pages.save("ann", path, "3.2", main_area="1.1", gender="2", note=MARKUP)
    assert response.status_code == 422
    assert 'role="alert"' in response.text
    assert 'href="#row-main_area"' in response.text
    assert checked(response.text)["gender"] == "2"
    assert "&lt;img" in response.text
    assert "<img" not in response.text
    assert said(pages, "ann", path) == {}


def test_a_label_without_an_answer_is_named(pages: DeskPages) -> None:
    pages.desk.campaign(suggestion=Suggestion.NEVER)
    pages.desk.fill()
    path = pages.take("ann")
    form = pages.form("ann", path)
    del form["risk"]
    response = pages.post("ann", f"{path}/save", form, piece=True)
    assert response.status_code == 422
    assert 'data-wrong="risk"' in response.text


def test_words_are_cited_by_their_place(pages: DeskPages) -> None:
    pages.desk.fill(1)
    path = pages.take("ann")
    cites = ["3.2|title|0|7", "1.1|title|0|7"]
    assert pages.save("ann", path, "3.2", cite=cites).status_code in {200, 303}
    own = open_item(pages.desk.database, pages.desk.access("ann"), item_of(path), Seat.ANNOTATOR).own
    assert own is not None
    assert [one.quote for one in own.judgement.answers["3.2"].evidence] == ["Project"]
    assert own.judgement.answers["1.1"].evidence == ()
    assert pages.save("ann", path, "3.2", cite="3.2|title|0|700").status_code == 422
    assert pages.save("ann", path, "3.2", cite="nonsense").status_code == 422


def test_words_can_be_typed_where_nothing_can_be_selected(pages: DeskPages) -> None:
    pages.desk.fill(1)
    path = pages.take("ann")
    assert pages.save("ann", path, "3.2", cite_label="3.2", cite_words="nowhere at all").status_code == 422
    pages.save("ann", path, "3.2", cite_label="3.2", cite_words="ASYLUM  seekers")
    own = open_item(pages.desk.database, pages.desk.access("ann"), item_of(path), Seat.ANNOTATOR).own
    assert own is not None
    assert [one.quote for one in own.judgement.answers["3.2"].evidence] == ["asylum seekers"]


def test_a_stale_form_is_shown_beside_what_is_saved(pages: DeskPages) -> None:
    pages.desk.fill()
    path = pages.take("ann")
    old = {**pages.form("ann", path, "3.1"), "note": "from the first tab"}
    assert pages.save("ann", path, "3.2").status_code == 303
    response = pages.post("ann", f"{path}/save", old, piece=True)
    assert response.status_code == 409
    assert checked(response.text)["3.1"] == "yes"
    assert "from the first tab" in response.text
    assert response.text.count('class="saved"') >= 3
    assert said(pages, "ann", path)["3.1"] == "no"
    again = {**old, "token": hidden(response.text, "token"), "revision": hidden(response.text, "revision")}
    assert pages.post("ann", f"{path}/save", again).status_code == 303
    assert said(pages, "ann", path)["3.1"] == "yes"


def test_a_project_that_others_judged_or_decided_stays_theirs(pages: DeskPages) -> None:
    pages.desk.fill(2)
    path = pages.take("ann")
    form = pages.form("ann", path, "3.2")
    pages.desk.judge("bob", item_of(path))
    taken = pages.post("ann", f"{path}/save", form, piece=True)
    assert taken.status_code == 409
    assert checked(taken.text)["3.2"] == "yes"
    assert 'id="save"' not in taken.text
    other = pages.take("ann")
    form = pages.form("ann", other)
    pages.desk.judge("lea", item_of(other), seat=Seat.ADJUDICATOR)
    assert pages.post("ann", f"{other}/save", form, piece=True).status_code == 409


def test_the_model_is_shown_only_after_the_own_judgement(pages: DeskPages) -> None:
    pages.desk.campaign(suggestion=Suggestion.AFTER)
    pages.desk.fill(1)
    path = pages.take("ann")
    before = pages.get("ann", path).text
    assert "<mark" not in before
    assert 'class="share"' not in before
    assert "findings" not in before
    response = pages.save("ann", path, "1.1", piece=True)
    assert response.headers["hx-push-url"] == path
    assert "<mark" in response.text
    assert "data-judged" in response.text
    assert "differs" in response.text
    revised = pages.save("ann", path, "3.1", piece=True)
    assert revised.headers["hx-push-url"] == f"{pages.home}/next"
    events = [
        one for entry in history(pages.desk.database, pages.desk.access("ann"), item_of(path)) for one in entry.events
    ]
    assert [one.shown for one in events if one.label == "3.1"] == [False, True]


def test_who_undid_a_judgement_has_seen_what_the_model_says(pages: DeskPages) -> None:
    pages.desk.campaign(suggestion=Suggestion.AFTER)
    pages.desk.fill(1)
    path = pages.take("ann")
    pages.save("ann", path, "1.1")
    undone = pages.post("ann", f"{path}/undo", {"token": str(uuid.uuid4()), "revision": "1"})
    assert undone.status_code == 303
    assert "findings" in pages.get("ann", path).text
    pages.save("ann", path, "3.1")
    saves = history(pages.desk.database, pages.desk.access("ann"), item_of(path))
    assert [one.events[0].shown for one in saves] == [False, True, True]
    assert "findings" not in pages.get("bob", path).text


def test_a_project_is_skipped_with_a_reason_and_taken_up_again(pages: DeskPages) -> None:
    pages.desk.fill(2)
    path = pages.take("ann")
    assert pages.post("ann", f"{path}/skip", {"reason": "bored"}, piece=True).status_code == 422
    response = pages.post("ann", f"{path}/skip", {"reason": "too-hard", "note": MARKUP}, piece=True)
    assert f"{path}/unskip" in response.text
    assert pages.take("ann") != path
    home = pages.get("ann", pages.home).text
    assert "&lt;img" in home
    assert "<img" not in home
    assert pages.post("ann", f"{path}/unskip", {}).headers["location"] == path


def test_a_form_that_was_left_comes_back(pages: DeskPages) -> None:
    pages.desk.fill()
    path = pages.take("ann")
    form = {**pages.form("ann", path, "2.1"), "note": "half done", "cite": "2.1|title|0|7"}
    assert pages.post("ann", f"{path}/draft", form).status_code == 204
    page = pages.get("ann", path).text
    assert checked(page)["2.1"] == "yes"
    assert "half done" in page
    assert 'value="2.1|title|0|7" checked' in page
    assert pages.post("ann", f"{path}/forget", {}).status_code == 303
    assert "half done" not in pages.get("ann", path).text


def test_a_draft_from_before_a_save_is_offered_not_shown(pages: DeskPages) -> None:
    pages.desk.fill()
    path = pages.take("ann")
    form = {**pages.form("ann", path, "2.1"), "note": "in the other tab"}
    pages.save("ann", path, "3.2")
    pages.post("ann", f"{path}/draft", form)
    page = pages.get("ann", path).text
    assert "in the other tab" not in page
    assert f"{path}?draft=old" in page
    old = pages.get("ann", f"{path}?draft=old").text
    assert "in the other tab" in old
    assert 'class="saved"' in old


def test_a_draft_of_another_shape_breaks_nothing(pages: DeskPages) -> None:
    pages.desk.fill(1)
    path = pages.take("ann")
    access = pages.desk.access("ann")
    keep_draft(pages.desk.database, access, item_of(path), Seat.ANNOTATOR, 0, {"unknown": 1})
    assert pages.get("ann", path).status_code == 200


def test_nothing_left_is_said(pages: DeskPages) -> None:
    pages.desk.fill(1)
    path = pages.take("ann")
    response = pages.save("ann", path, piece=True)
    assert 'id="nothing"' in response.text
    assert f"{path}/undo" in response.text
    assert pages.get("ann", f"{pages.home}/next").status_code == 200


def test_texts_come_through_to_the_character(pages: DeskPages) -> None:
    text = f"One\r\ntwo\rthree {MARKUP} 👩🏽‍🌾 refugees & lawyers."
    path = pages.desk.write_portfolio([{"id": "X", "title": "Refugees", "description": text}], "odd.jsonl")
    response = pages.send("lea", f"/desk/import?campaign={pages.desk.campaign_id}", path.name, path.read_bytes())
    assert response.status_code == 303
    while "every 1s" in pages.get("lea", f"{pages.home}/imports").text:
        pass
    page = pages.get("ann", pages.take("ann")).text
    found = re.search(r'data-field="description">(.*?)</p>', page, re.DOTALL)
    assert found
    shown = unescape(re.sub(r"</?mark[^>]*>", "", found[1]).replace("&#13;", "\x00")).replace("\x00", "\r")
    assert shown == text
    assert "<img" not in page


def test_money_in_millions_is_shown_in_full(pages: DeskPages) -> None:
    content = b"CrsID|ProjectTitle|LongDescription|USD_Commitment\nX-1|Shelter|Refugees receive shelter.|0.22\n"
    response = pages.send("lea", f"/desk/import?campaign={pages.desk.campaign_id}", "crs.csv", content)
    assert response.status_code == 303
    while "every 1s" in pages.get("lea", f"{pages.home}/imports").text:
        pass
    assert "220,000 USD" in pages.get("ann", pages.take("ann")).text


def test_the_history_is_a_page(pages: DeskPages) -> None:
    pages.desk.campaign(guideline_version="2026-10")
    pages.desk.fill(1)
    path = pages.take("ann")
    pages.save("ann", path, "3.2", cite="3.2|title|0|7", note=MARKUP, seconds="12.5")
    page = pages.get("ann", f"{path}/history").text
    for words in ("ann", "2026-10", "tiny", "<q", "Project", "3.2", "&lt;img"):
        assert words in page
    assert page.count("<tr>") == 24
    assert "<img" not in page


def test_a_campaign_that_is_not_theirs_is_not_there(pages: DeskPages) -> None:
    pages.desk.fill()
    path = pages.take("ann")
    for one in (pages.home, f"{pages.home}/next", path, f"{path}/history", f"{pages.home}/imports", "/desk/c/none"):
        assert pages.get("eve", one).status_code == 404
    for one in ("save", "undo", "skip", "unskip", "draft", "forget"):
        assert pages.post("eve", f"{path}/{one}", {"token": "x" * 20, "revision": "0"}).status_code == 404
    set_member(pages.desk.database, pages.desk.access("lea"), "ann", None, actor="lea")
    assert pages.get("ann", path).status_code == 404
    first = pages.desk.campaign_id
    pages.desk.campaign()
    assert pages.get("bob", path.replace(first, pages.desk.campaign_id)).status_code == 404


def test_a_post_of_another_site_changes_nothing(pages: DeskPages) -> None:
    pages.desk.fill()
    path = pages.take("ann")
    form = pages.form("ann", path)
    headers = {**pages.headers("ann"), "Origin": "https://evil.example"}
    for one in ("save", "draft", "skip"):
        assert pages.client.post(f"{path}/{one}", data=form, headers=headers).status_code == 403
    assert said(pages, "ann", path) == {}
