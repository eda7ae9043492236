"""The review of a tagged portfolio: its order, its pages, accepting, two reviewers at once, the reviewed file."""

from __future__ import annotations

import csv
import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path

import openpyxl
import pytest
from desk_case import TEXTS, Desk, make_judgement
from sqlalchemy import func, select, update

from classifier.errors import UsageError
from service.desk.events import Saved
from service.desk.faults import DeskMissingError, DeskStateError, StaleFormError
from service.desk.imports import import_portfolio
from service.desk.items import ItemFilter, list_items
from service.desk.review import Difference, accept
from service.desk.review_table import LEFT, count_left, find_row, list_review
from service.desk.reviewed_file import COLUMNS, FORMATS, write_reviewed
from service.desk.states import CampaignKind, ItemState, Seat
from service.desk.vetting import Upload
from service.store.desk_tables import DeskExport, DeskItem, LabelEvent
from service.store.tables import AuditEntry


@pytest.fixture
def portfolio(desk: Desk) -> Desk:
    """P-1 speaks of a lawyer (3.1), P-5 of refugees (3.2)."""
    desk.campaign(kind=CampaignKind.REVIEW)
    desk.fill(5)
    return desk


def items(desk: Desk) -> dict[str, int]:
    with desk.database.reading() as session:
        return {one.project_id: one.id for one in session.scalars(select(DeskItem).order_by(DeskItem.id))}


def take(desk: Desk, name: str, item_id: int, revision: int = 0, token: str = "") -> Saved:
    return accept(desk.database, desk.access(name), item_id, revision=revision, token=token or str(uuid.uuid4()))


def pages(desk: Desk, wanted: ItemFilter | None = None, size: int = 2) -> list[list[str]]:
    found, after = [], ""
    while True:
        page = list_review(desk.database, desk.access("rex"), wanted or ItemFilter(), after=after, size=size)
        found.append([row.item.project_id for row in page.rows])
        after = page.following
        if not after:
            return found


def test_what_needs_a_person_comes_first_and_every_project_once(portfolio: Desk) -> None:
    own = items(portfolio)
    with portfolio.database.writing() as session:
        for number, (project, need) in enumerate(
            {"P-1": "accepted", "P-2": "to review", "P-3": "abstained", "P-4": "to review", "P-5": "accepted"}.items()
        ):
            values = {"decision": need, "uncertainty": number / 10, "risk": "high" if project == "P-2" else "low"}
            session.execute(update(DeskItem).where(DeskItem.id == own[project]).values(**values))
    assert pages(portfolio) == [["P-2", "P-4"], ["P-3", "P-5"], ["P-1"]]
    take(portfolio, "rex", own["P-2"])
    assert list(chain(*pages(portfolio))) == ["P-4", "P-3", "P-5", "P-1", "P-2"]
    assert list(chain(*pages(portfolio, ItemFilter(states=LEFT)))) == ["P-4", "P-3", "P-5", "P-1"]
    left = count_left(portfolio.database, portfolio.access("rex"))
    assert left.total == {"accepted": 2, "to review": 2, "abstained": 1}
    assert left.left == {"accepted": 2, "to review": 1, "abstained": 1}


def test_the_table_is_filtered(portfolio: Desk) -> None:
    own = items(portfolio)
    with portfolio.database.writing() as session:
        changed = update(DeskItem).where(DeskItem.id == own["P-2"])
        session.execute(changed.values(countries=" UG KE ", amount=5_000.0, risk="high", decision="abstained"))
    assert pages(portfolio, ItemFilter(area="3.2")) == [["P-5"]]
    for wanted in (ItemFilter(country="KE"), ItemFilter(least=1_000), ItemFilter(decision="abstained", risk="high")):
        assert pages(portfolio, wanted) == [["P-2"]]
    assert pages(portfolio, ItemFilter(country="U")) == [[]]


def test_accepting_saves_what_the_model_says_with_its_words(portfolio: Desk) -> None:
    item = items(portfolio)["P-5"]
    saved = take(portfolio, "rex", item)
    assert saved.state is ItemState.SETTLED
    row = find_row(portfolio.database, portfolio.access("rex"), item)
    assert (row.judge, row.differences) == ("rex", ())
    with portfolio.database.reading() as session:
        event = session.scalars(select(LabelEvent).where(LabelEvent.label == "3.2")).one()
        assert (event.suggested, event.after, event.seat, event.shown) == ("yes", "yes", "reviewer", True)
        assert [quote for *_, quote in event.evidence] == ["Refugees receive shelter"]


def test_a_key_that_is_pressed_twice_accepts_once(portfolio: Desk) -> None:
    item, token = items(portfolio)["P-5"], str(uuid.uuid4())
    assert not take(portfolio, "rex", item, token=token).repeated
    assert take(portfolio, "rex", item, token=token).repeated


def test_two_reviewers_at_once_do_not_overwrite_each_other(portfolio: Desk) -> None:
    item = items(portfolio)["P-5"]
    portfolio.judge("lea", item, make_judgement("3.1"), seat=Seat.REVIEWER)
    with pytest.raises(StaleFormError):
        take(portfolio, "rex", item)
    row = find_row(portfolio.database, portfolio.access("rex"), item)
    assert row.judge == "lea"
    assert Difference("3.2", "yes", "no") in row.differences
    assert {one.label for one in row.differences} == {"3.1", "3.2", "main_area"}


def test_many_reviewers_of_one_project_leave_one_decision(portfolio: Desk) -> None:
    item = items(portfolio)["P-1"]

    def try_it(name: str) -> str:
        try:
            take(portfolio, name, item)
        except StaleFormError:
            return "stale"
        return "saved"

    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(try_it, ["rex", "lea"] * 5))
    assert sorted(told) == ["saved"] + ["stale"] * 9
    with portfolio.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(LabelEvent).where(LabelEvent.label == "3.1")) == 1


def test_annotators_and_strangers_have_no_review(portfolio: Desk) -> None:
    item = items(portfolio)["P-5"]
    with pytest.raises(DeskMissingError):
        list_review(portfolio.database, portfolio.access("ann"), ItemFilter())
    with pytest.raises(DeskMissingError):
        take(portfolio, "ann", item)
    with pytest.raises(DeskMissingError):
        portfolio.access("eve")
    with pytest.raises(DeskStateError):
        accept(
            portfolio.database,
            portfolio.access("eve", is_admin=True),
            item,
            revision=0,
            token=str(uuid.uuid4()),
        )
    with pytest.raises(UsageError):
        list_review(portfolio.database, portfolio.access("rex"), ItemFilter(), after="1-2; DROP TABLE")


def test_the_reviewed_file_matches_the_portfolio_row_by_row(desk: Desk, tmp_path: Path) -> None:
    desk.campaign(kind=CampaignKind.REVIEW)
    rows = [{"id": name, "title": "Project", "description": TEXTS[place]} for place, name in enumerate("ABA")]
    path = desk.write_portfolio(rows)
    import_portfolio(desk.database, desk.access("lea"), Upload(path, path.name), desk.tagger, actor="lea")
    last = max(item.id for item in list_items(desk.database, desk.access("lea"), ItemFilter()).items)
    desk.judge("rex", last, make_judgement("4.1"), seat=Seat.REVIEWER)
    write_reviewed(desk.database, desk.access("rex"), tmp_path / "out.csv", "csv", actor="rex")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        found = [(row["id"], row["description"], row["reviewed_result_areas"]) for row in csv.DictReader(file)]
    assert found == [("A", TEXTS[0], ""), ("B", TEXTS[1], ""), ("A", TEXTS[2], "4.1")]


def test_the_reviewed_file_holds_both_the_machine_and_the_person(portfolio: Desk, tmp_path: Path) -> None:
    own = items(portfolio)
    take(portfolio, "rex", own["P-5"])
    portfolio.judge("lea", own["P-1"], make_judgement("3.2", note="=1+1"), seat=Seat.REVIEWER)
    access = portfolio.access("rex")
    for form in FORMATS:
        path = tmp_path / f"reviewed.{form}"
        assert write_reviewed(portfolio.database, access, path, form, actor="rex", names=form == "csv") == 5
    with (tmp_path / "reviewed.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    assert list(rows["P-1"])[:3] == ["id", "title", "description"]
    first, fifth = rows["P-1"], rows["P-5"]
    assert (first["reviewed_state"], first["reviewed_result_areas"], first["portolan_result_areas"]) == (
        "corrected",
        "3.2",
        "3.1",
    )
    assert (first["reviewed_by"], first["reviewed_note"]) == ("lea", "'=1+1")
    assert (fifth["reviewed_state"], fifth["reviewed_main_area"], fifth["reviewed_by"]) == ("accepted", "3.2", "rex")
    assert {rows[name]["reviewed_state"] for name in ("P-2", "P-3", "P-4")} == {"open"}

    lines = [json.loads(line) for line in (tmp_path / "reviewed.jsonl").read_text("utf-8").splitlines()]
    assert lines[0]["input"]["reviewed_result_areas"] == "3.2"
    assert lines[0]["input"]["reviewed_by"] not in {"", "lea"}
    book = openpyxl.load_workbook(tmp_path / "reviewed.xlsx", read_only=True)
    header = [cell.value for cell in next(book.worksheets[0].iter_rows())]
    book.close()
    assert set(COLUMNS) < set(header)
    with portfolio.database.reading() as session:
        exports = session.scalars(select(DeskExport).order_by(DeskExport.at)).all()
        told = session.scalars(select(AuditEntry.detail).where(AuditEntry.action == "export")).all()
    assert [(one.format, one.projects, one.pseudonymised) for one in exports] == [
        ("csv", 5, False),
        ("xlsx", 5, True),
        ("jsonl", 5, True),
    ]
    assert len(told) == 3
    with pytest.raises(UsageError):
        write_reviewed(portfolio.database, access, tmp_path / "x", "parquet", actor="rex")
