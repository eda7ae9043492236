"""The campaigns as pages: who sees them, who makes them, and how projects and people come in."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from desk_pages import DeskPages
from sqlalchemy import update

from service.desk.access import enter
from service.desk.campaigns import list_campaigns
from service.desk.states import Suggestion
from service.pages.catalogue import load_catalogue
from service.store.tables import User

if TYPE_CHECKING:
    from service.store.desk_tables import Campaign

PAGES = Path(__file__).parents[4] / "service" / "pages"
MARKUP = "<img src=x onerror=alert(1)>"
PLAN: dict[str, object] = {
    "name": "Autumn round",
    "description": MARKUP,
    "kind": "labelling",
    "per_project": "share",
    "share": "25",
    "groups": ["areas", "main_area", "risk", "rules"],
    "suggestion": "after",
    "evidence_required": "yes",
    "guideline_version": "2026-10",
}


def newest(pages: DeskPages, name: str) -> Campaign:
    return list_campaigns(pages.desk.database, pages.desk.users[name].id)[0].campaign


def wait_for_imports(pages: DeskPages, home: str) -> str:
    for _ in range(200):
        shown = pages.get("lea", f"{home}/imports").text
        if "every 1s" not in shown:
            return shown
        time.sleep(0.05)
    raise TimeoutError


def test_annotators_see_their_campaigns_and_what_is_left(pages: DeskPages) -> None:
    pages.desk.fill(3)
    page = pages.get("ann", "/desk").text
    assert "Round one" in page
    assert "<strong>3</strong>" in page
    assert 'action="/desk/campaigns"' not in page
    assert "Round one" not in pages.get("eve", "/desk").text
    assert 'action="/desk/campaigns"' in pages.get("lea", "/desk").text


def test_only_leads_and_administrators_make_campaigns(pages: DeskPages) -> None:
    assert pages.post("ann", "/desk/campaigns", PLAN).status_code == 403
    with pages.desk.database.writing() as session:
        session.execute(update(User).where(User.name == "eve").values(role="admin"))
    assert pages.post("eve", "/desk/campaigns", PLAN).status_code == 303
    assert pages.get("eve", pages.home).status_code == 200


def test_people_who_only_read_have_no_place_at_the_desk(pages: DeskPages) -> None:
    with pages.desk.database.writing() as session:
        session.execute(update(User).where(User.name == "ann").values(role="reader"))
    assert pages.get("ann", "/desk").status_code == 403
    assert pages.get("ann", f"{pages.home}/next").status_code == 403


def test_a_campaign_is_made_as_the_form_says(pages: DeskPages) -> None:
    response = pages.post("lea", "/desk/campaigns", PLAN)
    made = newest(pages, "lea")
    assert response.headers["location"] == f"/desk/c/{made.id}"
    assert (made.doubled, made.suggestion, made.evidence_required) == (0.25, Suggestion.AFTER, True)
    assert set(made.groups) == {"areas", "main_area", "risk", "rules"}
    page = pages.get("lea", f"/desk/c/{made.id}").text
    assert "&lt;img" in page
    assert "<img" not in page


def test_a_plan_that_does_not_fit_is_refused(pages: DeskPages) -> None:
    for wrong in ({"name": " "}, {"groups": ["main_area"]}, {"share": "many"}, {"share": "250"}, {"kind": "x"}):
        assert pages.post("lea", "/desk/campaigns", {**PLAN, **wrong}).status_code == 422
    headers = {**pages.headers("lea"), "Accept": "text/html"}
    shown = pages.client.post("/desk/campaigns", data={**PLAN, "name": ""}, headers=headers)
    assert shown.status_code == 422
    assert 'role="alert"' in shown.text


def test_a_lead_changes_and_closes_a_campaign(pages: DeskPages) -> None:
    pages.desk.fill(1)
    assert pages.post("ann", f"{pages.home}/plan", PLAN).status_code == 404
    assert pages.post("ann", f"{pages.home}/closed", {"closed": "yes"}).status_code == 404
    assert pages.post("lea", f"{pages.home}/plan", PLAN).status_code == 303
    assert pages.post("lea", f"{pages.home}/closed", {"closed": "yes"}).status_code == 303
    assert pages.get("ann", f"{pages.home}/next").status_code == 409
    assert pages.post("lea", f"{pages.home}/closed", {"closed": "no"}).status_code == 303
    assert pages.get("ann", f"{pages.home}/next").status_code == 303


def test_a_lead_lets_people_in_and_out(pages: DeskPages) -> None:
    members = f"{pages.home}/members"
    assert pages.post("lea", members, {"name": "eve", "role": "annotator"}).status_code == 303
    assert pages.get("eve", pages.home).status_code == 200
    assert pages.post("lea", members, {"name": "eve", "role": ""}).status_code == 303
    assert pages.get("eve", pages.home).status_code == 404
    for wrong in ({"name": "nobody", "role": "lead"}, {"name": "eve", "role": "king"}, {"name": "lea", "role": ""}):
        assert pages.post("lea", members, wrong).status_code == 422
    assert pages.post("ann", members, {"name": "eve", "role": "lead"}).status_code == 404


def test_a_file_is_imported_beside_the_requests(pages: DeskPages) -> None:
    address = f"/desk/import?campaign={pages.desk.campaign_id}"
    assert pages.send("ann", address, "list.csv", b"title\nShelter\n").status_code == 404
    name = f"{MARKUP[1:-1].replace('=', ' ')}.csv"
    taken = pages.send("lea", address, "list.csv", b"id,title\nA,Shelter for refugees\nB,Bridges\n")
    assert taken.status_code == 303
    assert "2 projects" in wait_for_imports(pages, pages.home)
    assert pages.get("ann", f"{pages.home}/next").status_code == 303
    again = pages.send("lea", address, name, b"id,title\nA,Shelter for refugees\n")
    assert again.status_code in {303, 422}
    assert "problem" in wait_for_imports(pages, pages.home)
    assert pages.post("lea", address, {}).status_code == 422
    assert not [one for one in (pages.desk.folder / "data" / "desk" / "jobs").iterdir() if one.is_dir()]


def test_people_are_refused_in_their_language(pages: DeskPages) -> None:
    headers = {**pages.headers("lea"), "Accept": "text/html", "Accept-Language": "fr"}
    shown = pages.client.post("/desk/campaigns", data={**PLAN, "name": ""}, headers=headers)
    assert "Une campagne a besoin d&#39;un nom" in shown.text
    pages.desk.fill(1)
    address = f"/desk/import?campaign={pages.desk.campaign_id}"
    pages.send("lea", address, "list.csv", b"id,title\nP-1,Shelter for refugees\n")
    wait_for_imports(pages, pages.home)
    dutch = pages.client.get(f"{pages.home}/imports", headers={**headers, "Accept-Language": "nl"})
    assert "bevat deze identificaties al: &#39;P-1&#39;" in dutch.text


def test_the_page_says_why_a_row_cannot_be_read(pages: DeskPages) -> None:
    pages.send("lea", f"/desk/import?campaign={pages.desk.campaign_id}", "list.csv", b"id,title\nA,Shelter\nB\n")
    assert "Line 3 cannot be read: The row has 1 field, the header 2. Mend" in wait_for_imports(pages, pages.home)
    french = pages.client.get(f"{pages.home}/imports", headers={**pages.headers("lea"), "Accept-Language": "fr"}).text
    assert "La ligne 3 est illisible." in french
    assert "(en anglais : The row has 1 field, the header 2.)" in french


def test_a_lead_is_told_which_identifiers_occur_more_than_once(pages: DeskPages) -> None:
    address = f"/desk/import?campaign={pages.desk.campaign_id}"
    rows = f"id,title\n{MARKUP},Shelter for refugees\nB,Bridges\n{MARKUP},Roads\n"
    assert pages.send("lea", address, "list.csv", rows.encode()).status_code == 303
    shown = wait_for_imports(pages, pages.home)
    assert "more than once: 1, with 2 projects" in shown
    assert "<img" not in shown
    page = pages.get("ann", f"{pages.home}/p/3").text
    assert "(2)" in pages.get("lea", f"{pages.home}/p/3/history").text
    assert "<img" not in page


def test_an_import_can_be_cancelled_by_leads_only(pages: DeskPages) -> None:
    address = f"{pages.home}/imports/{'0' * 32}/cancel"
    assert pages.post("ann", address, {}).status_code == 404
    assert pages.post("lea", address, {}).status_code == 303


def test_a_job_of_somebody_else_is_not_there(pages: DeskPages) -> None:
    assert pages.post("lea", f"{pages.home}/import-job", {"job": "0" * 32}).status_code == 404
    assert pages.post("ann", f"{pages.home}/import-job", {"job": "0" * 32}).status_code == 404


def test_the_administrator_looks_on_without_judging(pages: DeskPages) -> None:
    pages.desk.fill(1)
    with pages.desk.database.writing() as session:
        session.execute(update(User).where(User.name == "eve").values(role="admin"))
    assert enter(pages.desk.database, pages.desk.campaign_id, pages.desk.users["eve"].id, is_admin=True).is_lead
    page = pages.get("eve", f"{pages.home}/p/1").text
    assert 'id="save"' not in page
    assert pages.get("eve", f"{pages.home}/next").status_code == 409


def test_every_text_of_the_desk_is_in_the_catalogue() -> None:
    texts = load_catalogue("en")
    used = {
        key
        for template in (PAGES / "templates" / "desk").glob("*.html")
        for key in re.findall(r'(?<!\w)t\("([\w.-]+)"[,)]', template.read_text("utf-8"))
    }
    assert used <= set(texts)
