"""Settled labels that look wrong."""

from __future__ import annotations

import pytest
from desk_case import Desk, make_judgement

from service.desk.faults import DeskMissingError, DeskStateError
from service.desk.items import ItemFilter, list_items
from service.desk.order import order_queue
from service.desk.queue import take_next
from service.desk.states import ItemState, Reason
from service.desk.suspects import find_suspects, keep_label, list_suspects, send_back
from service.store.desk_tables import DeskItem

LAWYERS = make_judgement("3.1", human_rights="1")
SAID = {"P-1": LAWYERS, "P-6": LAWYERS, "P-10": make_judgement("3.2")}


def settle_all(desk: Desk, **plan: object) -> list[DeskItem]:
    """Settle ten projects; one of the two that speak of refugees gets no area."""
    desk.campaign(**plan)
    desk.fill(12)
    items = [*list_items(desk.database, desk.access("lea"), ItemFilter()).items]
    for item in items[:10]:
        judgement = SAID.get(item.project_id, make_judgement())
        for name in ("ann", "bob")[: item.wanted]:
            desk.judge(name, item.id, judgement)
    return items


def find_first(desk: Desk) -> int:
    lead = desk.access("lea")
    assert find_suspects(desk.database, lead, actor="lea") > 0
    return list_suspects(desk.database, lead).lines[0][0].id


def test_the_worst_come_first(desk: Desk) -> None:
    settle_all(desk)
    lead = desk.access("lea")
    found = find_suspects(desk.database, lead, actor="lea")
    page = list_suspects(desk.database, lead)
    assert page.count == found == len(page.lines)
    suspect, item = page.lines[0]
    assert (item.project_id, suspect.label, suspect.given, suspect.proposed) == ("P-5", "3.2", "no", "yes")
    assert suspect.score < 0.1
    scores = [one.score for one, _ in page.lines]
    assert scores == sorted(scores)
    assert {item.project_id for _, item in page.lines} == {"P-5"}


def test_looking_again_finds_the_same(desk: Desk) -> None:
    settle_all(desk)
    lead = desk.access("lea")
    assert find_suspects(desk.database, lead, actor="lea") == find_suspects(desk.database, lead, actor="lea")
    assert list_suspects(desk.database, lead).count == find_suspects(desk.database, lead, actor="lea")


def test_a_click_sends_it_to_the_front_of_the_queue_of_somebody_else(desk: Desk) -> None:
    items = settle_all(desk)
    lead = desk.access("lea")
    send_back(desk.database, lead, find_first(desk), actor="lea")
    order_queue(desk.database, lead)
    task = take_next(desk.database, desk.access("bob"))
    assert task is not None
    assert (task.item_id, task.reason) == (items[4].id, Reason.SUSPECT)
    other = take_next(desk.database, desk.access("ann"))
    assert other is not None
    assert other.item_id != items[4].id
    assert list_suspects(desk.database, lead).count == 0
    saved = desk.judge("bob", items[4].id, make_judgement("3.2"))
    assert saved.state is ItemState.DISPUTED


def test_who_agrees_settles_it_again(desk: Desk) -> None:
    items = settle_all(desk)
    send_back(desk.database, desk.access("lea"), find_first(desk), actor="lea")
    assert desk.judge("bob", items[4].id, make_judgement()).state is ItemState.SETTLED


def test_what_two_people_said_wants_a_decision(desk: Desk) -> None:
    settle_all(desk, doubled=1.0)
    with pytest.raises(DeskStateError) as refused:
        send_back(desk.database, desk.access("lea"), find_first(desk), actor="lea")
    assert refused.value.code == "needs-decision"


def test_a_label_that_was_kept_does_not_come_again(desk: Desk) -> None:
    settle_all(desk)
    lead = desk.access("lea")
    keep_label(desk.database, lead, find_first(desk))
    find_suspects(desk.database, lead, actor="lea")
    assert "3.2" not in {suspect.label for suspect, _ in list_suspects(desk.database, lead).lines}


def test_suspects_are_for_leads(desk: Desk) -> None:
    settle_all(desk)
    suspect = find_first(desk)
    for call in (
        lambda: find_suspects(desk.database, desk.access("ann"), actor="ann"),
        lambda: list_suspects(desk.database, desk.access("ann")),
        lambda: send_back(desk.database, desk.access("ann"), suspect, actor="ann"),
        lambda: keep_label(desk.database, desk.access("rex"), suspect),
        lambda: keep_label(desk.database, desk.access("lea"), 999),
    ):
        with pytest.raises(DeskMissingError):
            call()
