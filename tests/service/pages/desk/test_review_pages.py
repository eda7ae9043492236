"""The review as a page: the table, one press to accept, the stale row, the file."""

from __future__ import annotations

import json
import os
import re
from html import unescape

import pytest
from desk_case import make_judgement
from desk_pages import DeskPages
from sqlalchemy import select, update

from classifier.taxonomy import LANGUAGES
from service.desk.states import CampaignKind, Seat
from service.store.desk_tables import DeskContent, DeskItem

MARKUP = "<img src=x onerror=alert(1)>"


@pytest.fixture
def review(pages: DeskPages) -> DeskPages:
    pages.desk.campaign(kind=CampaignKind.REVIEW)
    pages.desk.fill(5)
    return pages


def item_of(pages: DeskPages, project: str) -> int:
    with pages.desk.database.reading() as session:
        wanted = select(DeskItem.id).where(
            DeskItem.project_id == project, DeskItem.campaign_id == pages.desk.campaign_id
        )
        return session.scalars(wanted).one()


def form_of(page: str, item: int) -> dict[str, str]:
    """Return the fields of the form in the row of a project."""
    [row] = re.findall(rf'<tr id="row-{item}".*?</tr>', page, re.DOTALL)
    return {name: unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', row)}


def test_the_table_shows_what_is_left_and_is_filtered(review: DeskPages) -> None:
    page = review.get("rex", f"{review.home}/review").text
    assert page.count('<tr id="row-') == 5
    assert "5 of 5" in page
    assert "style=" not in page
    assert not re.search(r'(src|href|action)="(https?:)?//', page)
    filtered = review.get("rex", f"{review.home}/review?area=3.2&least=x&risk=odd&country=").text
    assert filtered.count('<tr id="row-') == 1
    assert 'value="3.2" selected' in filtered


def test_one_press_accepts_and_counts_what_is_left(review: DeskPages) -> None:
    item = item_of(review, "P-5")
    fields = form_of(review.get("rex", f"{review.home}/review").text, item)
    answer = review.post("rex", f"{review.home}/review/{item}/accept", fields, piece=True)
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith(f'<tr id="row-{item}" class="settled"')
    assert "4 of 5" in answer.text
    again = review.post("rex", f"{review.home}/review/{item}/accept", fields, piece=True)
    assert again.status_code == 200
    assert review.get("rex", f"{review.home}/review").text.count('<tr id="row-') == 4
    settled = review.get("rex", f"{review.home}/review?show=settled").text
    back = review.post("rex", f"{review.home}/review/{item}/undo", form_of(settled, item), piece=True)
    assert "5 of 5" in back.text


def test_without_scripts_the_same_form_leads_back_to_the_table(review: DeskPages) -> None:
    item = item_of(review, "P-5")
    fields = form_of(review.get("rex", f"{review.home}/review?area=3.2").text, item)
    answer = review.post("rex", f"{review.home}/review/{item}/accept", fields)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{review.home}/review?show=left&area=3.2"


@pytest.mark.parametrize("piece", [True, False])
def test_the_stale_one_is_shown_what_the_other_decided(review: DeskPages, piece: bool) -> None:
    item = item_of(review, "P-5")
    fields = form_of(review.get("rex", f"{review.home}/review").text, item)
    review.desk.judge("lea", item, make_judgement("3.1", note=MARKUP), seat=Seat.REVIEWER)
    answer = review.post("rex", f"{review.home}/review/{item}/accept", fields, piece=piece)
    assert answer.status_code == 409
    assert "lea" in answer.text
    assert 'role="alert"' in answer.text
    assert "<del>Yes</del> <ins>No</ins>" in answer.text
    assert "<img" not in answer.text
    assert 'class="accept"' not in answer.text


def test_what_cannot_be_accepted_must_be_opened(review: DeskPages) -> None:
    review.desk.campaign(kind=CampaignKind.REVIEW, evidence_required=True)
    review.desk.fill(1)
    item = item_of(review, "P-1")
    # Words must be cited here, and the areas of this tagging have none.
    with review.desk.database.writing() as session:
        content = session.get_one(DeskContent, item)
        tagging = json.loads(json.dumps(content.tagging))
        tagging[2] = [[*one[:5], []] for one in tagging[2]]
        content.tagging = tagging
    fields = form_of(review.get("rex", f"{review.home}/review").text, item)
    answer = review.post("rex", f"{review.home}/review/{item}/accept", fields, piece=True)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_the_file_is_downloaded_with_both_words(review: DeskPages) -> None:
    review.desk.judge("rex", item_of(review, "P-5"), make_judgement("3.1"), seat=Seat.REVIEWER)
    left = review.desk.folder / "data" / "downloads" / "left.csv"
    left.parent.mkdir(parents=True, exist_ok=True)
    left.touch()
    os.utime(left, (0, 0))
    file = review.get("rex", f"{review.home}/review/file?form=csv&people_as=names")
    assert file.status_code == 200
    assert "reviewed.csv" in file.headers["content-disposition"]
    assert ",3.1,3.1," in file.text
    assert "rex" in file.text
    assert review.get("rex", f"{review.home}/review/file?form=pdf").status_code == 422
    assert not list((review.desk.folder / "data" / "downloads").iterdir())


def test_pages_follow_one_another(review: DeskPages) -> None:
    review.desk.fill(60, first=6)
    first = review.get("rex", f"{review.home}/review").text
    [following] = re.findall(r'rel="next" href="([^"]+)"', first)
    second = review.get("rex", following.replace("&amp;", "&")).text
    rows = [re.findall(r'<tr id="row-(\d+)"', page) for page in (first, second)]
    assert [len(one) for one in rows] == [50, 15]
    assert not set(rows[0]) & set(rows[1])
    assert 'rel="next"' not in second
    assert review.get("rex", f"{review.home}/review?after=x").status_code == 422


def test_annotators_and_strangers_find_nothing(review: DeskPages) -> None:
    item = item_of(review, "P-5")
    for name in ("ann", "eve"):
        assert review.get(name, f"{review.home}/review").status_code == 404
        assert review.get(name, f"{review.home}/review/file").status_code == 404
        fields = {"token": "0" * 32, "revision": "0"}
        assert review.post(name, f"{review.home}/review/{item}/accept", fields).status_code == 404
    assert review.post("rex", f"{review.home}/review/{item}/accept", {"revision": "x"}).status_code == 422


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_speaks_every_language(review: DeskPages, language: str) -> None:
    item = item_of(review, "P-5")
    review.desk.judge("lea", item, make_judgement("3.1"), seat=Seat.REVIEWER)
    with review.desk.database.writing() as session:
        session.execute(update(DeskItem).values(title=MARKUP))
    headers = review.headers("rex", piece=False)
    headers["Cookie"] += f"; portolan_language={language}"
    page = review.client.get(f"{review.home}/review?show=all", headers=headers).text
    assert f'<html lang="{language}">' in page
    assert "<img" not in page
