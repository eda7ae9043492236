"""Disagreements side by side, and the decision."""

from __future__ import annotations

import uuid

import pytest
from desk_case import Desk, make_judgement

from classifier.tagging import Evidence
from service.desk.adjudication import decide, list_disputes, open_dispute
from service.desk.faults import DeskMissingError, JudgementError, StaleFormError
from service.desk.items import ItemFilter, list_items
from service.desk.judgement import Answer, Judgement
from service.desk.states import ItemState, Seat
from service.desk.views import history, settled_view, views_of
from service.store.desk_tables import DeskItem


def dispute_first(desk: Desk) -> int:
    """Let ann and bob differ on the areas and on gender of the first of two projects; both agree on the second."""
    desk.campaign(doubled=1.0)
    desk.fill(2, first=5)
    first, second = (item.id for item in list_items(desk.database, desk.access("lea"), ItemFilter()).items)
    cited = make_judgement("3.2", gender="1", note="They flee.")
    words = Evidence("description", 0, 8, "Refugees")
    desk.judge("ann", first, Judgement({**cited.answers, "3.2": Answer("yes", (words,))}, cited.note))
    desk.judge("bob", first, make_judgement("3.1"))
    for name in ("ann", "bob"):
        desk.judge(name, second)
    return first


def settle(desk: Desk, item_id: int, values: dict[str, str], revision: int | None = None) -> None:
    dispute = open_dispute(desk.database, desk.access("lea"), item_id)
    revision = dispute.opened.revision if revision is None else revision
    lead = desk.access("lea")
    decide(desk.database, lead, dispute, values, revision=revision, token=str(uuid.uuid4()), note="Both.")


def test_only_what_divides_the_annotators_waits(desk: Desk) -> None:
    item_id = dispute_first(desk)
    page = list_disputes(desk.database, desk.access("lea"))
    assert page.count == 1
    [line] = page.lines
    assert line.item.id == item_id
    assert [one.label for one in line.differences] == ["gender", "3.1", "3.2", "main_area"]


def test_both_sides_are_shown_with_names_and_notes(desk: Desk) -> None:
    item_id = dispute_first(desk)
    dispute = open_dispute(desk.database, desk.access("lea"), item_id)
    assert [one.name for one in dispute.judges] == ["ann", "bob"]
    assert dispute.judges[0].view.judgement.note == "They flee."
    assert (dispute.value("risk"), dispute.value("gender")) == ("low", "")


def test_a_decision_settles_with_the_words_of_who_said_so(desk: Desk) -> None:
    item_id = dispute_first(desk)
    settle(desk, item_id, {"gender": "0", "3.1": "yes", "3.2": "yes", "main_area": "3.2"})
    assert list_disputes(desk.database, desk.access("lea")).count == 0
    with desk.database.reading() as session:
        item = session.get_one(DeskItem, item_id)
        view = settled_view(item, views_of(session, item_id))
    assert view is not None
    assert (item.state, item.settled_by, view.seat) == (ItemState.SETTLED, "adjudicator", Seat.ADJUDICATOR)
    assert view.judgement.areas() == ("3.1", "3.2")
    assert [one.quote for one in view.judgement.answers["3.2"].evidence] == ["Refugees"]
    last = history(desk.database, desk.access("lea"), item_id)[-1]
    assert last.save.seat == Seat.ADJUDICATOR
    assert {event.seat for event in last.events} == {"adjudicator"}


def test_a_decision_can_be_taken_anew(desk: Desk) -> None:
    item_id = dispute_first(desk)
    settle(desk, item_id, {"gender": "0", "3.1": "yes", "3.2": "yes", "main_area": "3.2"})
    dispute = open_dispute(desk.database, desk.access("lea"), item_id)
    assert dispute.value("main_area") == "3.2"
    settle(desk, item_id, {"gender": "1"})
    with desk.database.reading() as session:
        view = settled_view(session.get_one(DeskItem, item_id), views_of(session, item_id))
    assert view is not None
    assert view.judgement.values["gender"] == "1"
    assert view.judgement.areas() == ("3.1", "3.2")


def test_a_stale_decision_is_refused(desk: Desk) -> None:
    item_id = dispute_first(desk)
    revision = open_dispute(desk.database, desk.access("lea"), item_id).opened.revision
    settle(desk, item_id, {"gender": "0", "3.1": "no", "3.2": "yes", "main_area": "3.2"})
    with pytest.raises(StaleFormError):
        settle(desk, item_id, {"gender": "2", "3.1": "yes", "3.2": "no", "main_area": "3.1"}, revision)
    assert len(history(desk.database, desk.access("lea"), item_id)) == 3


def test_a_label_without_decision_is_named(desk: Desk) -> None:
    item_id = dispute_first(desk)
    with pytest.raises(JudgementError) as refused:
        settle(desk, item_id, {"gender": "0"})
    assert (refused.value.code, refused.value.label) == ("value-invalid", "3.1")


def test_annotators_do_not_see_disputes(desk: Desk) -> None:
    item_id = dispute_first(desk)
    with pytest.raises(DeskMissingError):
        list_disputes(desk.database, desk.access("ann"))
    with pytest.raises(DeskMissingError):
        open_dispute(desk.database, desk.access("bob"), item_id)
