"""Who gets which project, and when."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from desk_case import Desk, make_judgement
from sqlalchemy import select

from service.desk.campaigns import set_closed
from service.desk.faults import DeskMissingError, DeskStateError
from service.desk.opening import open_item
from service.desk.order import order_queue
from service.desk.queue import list_skips, release, skip, take_next, unskip
from service.desk.states import CampaignKind, Reason, Seat, SkipReason
from service.store.desk_tables import DeskItem


def take(desk: Desk, name: str, **options: timedelta) -> int | None:
    task = take_next(desk.database, desk.access(name), **options)
    return None if task is None else task.item_id


def ranked(desk: Desk) -> list[int]:
    with desk.database.reading() as session:
        return list(session.scalars(select(DeskItem.id).order_by(DeskItem.rank)))


def test_the_first_by_rank_comes_first_and_says_why(desk: Desk) -> None:
    desk.fill(8)
    task = take_next(desk.database, desk.access("ann"))
    assert task is not None
    assert task.item_id == ranked(desk)[0]
    assert task.reason in set(Reason)


def test_two_people_do_not_get_the_same_and_two_tabs_do(desk: Desk) -> None:
    desk.fill(3)
    first = take(desk, "ann")
    assert take(desk, "ann") == first
    assert take(desk, "bob") == ranked(desk)[1]
    assert not open_item(desk.database, desk.access("bob"), first or 0, Seat.ANNOTATOR).is_held


def test_a_lease_ends_by_itself_or_when_given_back(desk: Desk) -> None:
    desk.fill(3)
    first = take(desk, "ann", lease=timedelta(seconds=-1))
    assert take(desk, "bob") == first
    release(desk.database, desk.access("bob"), first or 0)
    assert take(desk, "ann") == first


def test_many_at_once_all_get_different_ones(desk: Desk) -> None:
    desk.fill(12)
    names = ("lea", "ann", "bob")
    found: dict[str, list[int]] = {name: [] for name in names}

    def work(name: str) -> None:
        while (item_id := take(desk, name)) is not None:
            desk.judge(name, item_id)
            found[name].append(item_id)

    threads = [threading.Thread(target=work, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    everything = [item_id for one in found.values() for item_id in one]
    assert sorted(everything) == sorted(ranked(desk))


def test_a_doubled_project_comes_to_two_people_and_not_to_a_third(desk: Desk) -> None:
    desk.campaign(doubled=1.0)
    desk.fill(2)
    for _ in range(2):
        desk.judge("ann", take(desk, "ann") or 0)
    assert take(desk, "ann") is None
    for _ in range(2):
        desk.judge("bob", take(desk, "bob") or 0, make_judgement("3.2"))
    assert take(desk, "lea") is None


def test_only_who_judges_skips_and_the_note_is_plain(desk: Desk) -> None:
    desk.fill(1)
    with pytest.raises(DeskStateError) as refused:
        skip(desk.database, desk.access("rex"), 1, SkipReason.OTHER)
    assert refused.value.code == "seat-refused"
    skip(desk.database, desk.access("ann"), 1, SkipReason.OTHER, "No\0pe\ud800")
    [line] = list_skips(desk.database, desk.access("lea"))
    assert line.note == "Nope?"
    set_closed(desk.database, desk.access("lea"), closed=True, actor="lea")
    with pytest.raises(DeskStateError):
        skip(desk.database, desk.access("ann"), 1, SkipReason.OTHER)


def test_a_skipped_project_comes_to_others(desk: Desk) -> None:
    desk.fill(2)
    first = take(desk, "ann") or 0
    skip(desk.database, desk.access("ann"), first, SkipReason.LANGUAGE, "Not my language.")
    assert take(desk, "ann") != first
    assert take(desk, "bob") == first
    [line] = list_skips(desk.database, desk.access("lea"))
    assert (line.item.id, line.user_name, line.reason) == (first, "ann", SkipReason.LANGUAGE)
    assert list_skips(desk.database, desk.access("bob")) == []
    with pytest.raises(DeskMissingError):
        unskip(desk.database, desk.access("bob"), first, desk.users["ann"].id)
    release(desk.database, desk.access("bob"), first)
    unskip(desk.database, desk.access("ann"), first)
    release(desk.database, desk.access("ann"), ranked(desk)[1])
    assert take(desk, "ann") == first


def test_nothing_comes_from_a_closed_campaign_or_to_people_who_do_not_judge(desk: Desk) -> None:
    desk.fill(2)
    with pytest.raises(DeskStateError) as refused:
        take(desk, "rex")
    assert refused.value.code == "seat-refused"
    set_closed(desk.database, desk.access("lea"), closed=True, actor="lea")
    with pytest.raises(DeskStateError) as refused:
        take(desk, "ann")
    assert refused.value.code == "campaign-closed"


def test_reviewers_share_the_queue_of_a_review(desk: Desk) -> None:
    desk.campaign(kind=CampaignKind.REVIEW)
    desk.fill(2)
    first = take(desk, "rex") or 0
    desk.judge("rex", first, seat=Seat.REVIEWER)
    assert take(desk, "lea") == ranked(desk)[1]


def test_the_order_is_computed_anew(desk: Desk) -> None:
    desk.fill(6)
    with desk.database.writing() as session:
        last = session.scalars(select(DeskItem).order_by(DeskItem.rank.desc())).first()
        assert last is not None
        last.uncertainty = 5.0
        campaign = desk.access("lea").campaign
        session.merge(campaign).shares = {Reason.UNCERTAINTY.value: 1.0}
    assert order_queue(desk.database, desk.access("lea")) == 6
    assert take(desk, "ann") == last.id
