"""The current view, what it is derived from, and how it is taken back."""

from __future__ import annotations

import uuid

import pytest
from desk_case import Desk, make_judgement
from sqlalchemy import func, select

from classifier.errors import UsageError
from service.desk.events import undo
from service.desk.faults import DeskStateError, JudgementError, StaleFormError
from service.desk.judgement import Judgement
from service.desk.opening import open_item
from service.desk.queue import take_next
from service.desk.states import ItemState, SaveKind, Seat, SettledBy, Suggestion
from service.desk.views import history, iterate_views, replay, settled_view
from service.store.desk_tables import DeskItem, LabelEvent, LabelView


def first_item(desk: Desk, name: str = "ann") -> int:
    task = take_next(desk.database, desk.access(name))
    assert task is not None
    return task.item_id


def take_back(desk: Desk, name: str, item_id: int, seat: Seat = Seat.ANNOTATOR, token: str = "") -> ItemState:
    access = desk.access(name)
    revision = open_item(desk.database, access, item_id, seat).revision
    token = token or str(uuid.uuid4())
    return undo(desk.database, access, token=token, item_id=item_id, seat=seat, revision=revision).state


def item(desk: Desk, item_id: int) -> DeskItem:
    with desk.database.reading() as session:
        return session.get_one(DeskItem, item_id)


def own_areas(desk: Desk, name: str, item_id: int) -> tuple[str, ...] | None:
    own = open_item(desk.database, desk.access(name), item_id, Seat.ANNOTATOR).own
    return None if own is None else own.judgement.areas()


def test_a_second_save_adds_only_what_changed(desk: Desk) -> None:
    desk.fill()
    item_id = first_item(desk)
    desk.judge("ann", item_id, make_judgement("3.2"))
    desk.judge("ann", item_id, make_judgement("3.2", gender="1"))
    entries = history(desk.database, desk.access("ann"), item_id)
    [event] = entries[1].events
    assert (event.label, event.before, event.after) == ("gender", "0", "1")
    assert (event.model_version, event.shown, event.suggested) == ("tiny", True, "0")


def test_undo_is_a_further_event_step_by_step(desk: Desk) -> None:
    desk.fill()
    item_id = first_item(desk)
    desk.judge("ann", item_id, make_judgement("3.2", note="First."))
    desk.judge("ann", item_id, make_judgement("3.1", note="Second."))
    assert take_back(desk, "ann", item_id) is ItemState.SETTLED
    assert own_areas(desk, "ann", item_id) == ("3.2",)
    assert take_back(desk, "ann", item_id) is ItemState.OPEN
    assert own_areas(desk, "ann", item_id) is None
    with pytest.raises(DeskStateError) as refused:
        take_back(desk, "ann", item_id)
    assert refused.value.code == "nothing-to-undo"
    kinds = [entry.save.kind for entry in history(desk.database, desk.access("ann"), item_id)]
    assert kinds == [SaveKind.JUDGEMENT, SaveKind.JUDGEMENT, SaveKind.UNDO, SaveKind.UNDO]
    desk.judge("bob", item_id, make_judgement("4.6"))
    assert item(desk, item_id).state == ItemState.SETTLED


def test_undo_with_the_same_token_is_done_once(desk: Desk) -> None:
    desk.fill()
    item_id = first_item(desk)
    desk.judge("ann", item_id, make_judgement("3.2"))
    desk.judge("ann", item_id, make_judgement("3.1"))
    token = str(uuid.uuid4())
    take_back(desk, "ann", item_id, token=token)
    take_back(desk, "ann", item_id, token=token)
    assert own_areas(desk, "ann", item_id) == ("3.2",)


def test_two_who_agree_settle_and_two_who_do_not_dispute(desk: Desk) -> None:
    desk.campaign(doubled=1.0)
    desk.fill(2)
    agreed = first_item(desk)
    desk.judge("ann", agreed, make_judgement("3.2"))
    assert item(desk, agreed).state == ItemState.OPEN
    desk.judge("bob", agreed, make_judgement("3.2"))
    assert item(desk, agreed).settled_by == SettledBy.AGREEMENT
    disputed = first_item(desk)
    desk.judge("ann", disputed, make_judgement("3.2"))
    desk.judge("bob", disputed, make_judgement("3.1"))
    assert item(desk, disputed).state == ItemState.DISPUTED
    desk.judge("lea", disputed, make_judgement("3.1", note="Rights."), seat=Seat.ADJUDICATOR)
    assert item(desk, disputed).settled_by == SettledBy.ADJUDICATOR
    with pytest.raises(DeskStateError) as refused:
        desk.judge("ann", disputed, make_judgement("3.1"))
    assert refused.value.code == "item-decided"
    with desk.database.reading() as session:
        found = list(iterate_views(session, desk.campaign_id))
    assert [settled_view(one, views) is not None for one, views in found] == [True, True]
    held = {one.id: settled_view(one, views) for one, views in found}
    decision = held[disputed]
    assert decision is not None
    assert decision.seat is Seat.ADJUDICATOR
    assert take_back(desk, "lea", disputed, Seat.ADJUDICATOR) is ItemState.DISPUTED


def test_annotators_do_not_see_each_other(desk: Desk) -> None:
    desk.campaign(doubled=1.0)
    desk.fill(1)
    item_id = first_item(desk)
    desk.judge("ann", item_id, make_judgement("3.2"))
    opened = open_item(desk.database, desk.access("bob"), item_id, Seat.ANNOTATOR)
    assert (opened.revision, opened.own, list(opened.others)) == (0, None, [])
    assert history(desk.database, desk.access("bob"), item_id) == []
    assert len(open_item(desk.database, desk.access("lea"), item_id, Seat.ADJUDICATOR).others) == 1


def test_two_reviewers_do_not_overwrite_each_other(desk: Desk) -> None:
    desk.fill(1)
    item_id = first_item(desk)
    seen = open_item(desk.database, desk.access("rex"), item_id, Seat.REVIEWER).revision
    desk.judge("lea", item_id, make_judgement("3.2"), seat=Seat.REVIEWER)
    with pytest.raises(StaleFormError):
        desk.judge("rex", item_id, make_judgement("3.1"), seat=Seat.REVIEWER, revision=seen)
    with pytest.raises(DeskStateError) as refused:
        take_back(desk, "rex", item_id, Seat.REVIEWER)
    assert refused.value.code == "nothing-to-undo"
    desk.judge("rex", item_id, make_judgement("3.1"), seat=Seat.REVIEWER)
    assert item(desk, item_id).settled_by == SettledBy.REVIEWER


def test_the_suggestion_comes_when_the_campaign_wants_it(desk: Desk) -> None:
    desk.campaign(suggestion=Suggestion.AFTER)
    desk.fill(2)
    item_id = first_item(desk)
    assert open_item(desk.database, desk.access("ann"), item_id, Seat.ANNOTATOR).tagging is None
    assert open_item(desk.database, desk.access("lea"), item_id, Seat.ADJUDICATOR).tagging is not None
    desk.judge("ann", item_id)
    assert open_item(desk.database, desk.access("ann"), item_id, Seat.ANNOTATOR).tagging is not None
    desk.judge("ann", item_id, make_judgement("3.2"))
    shown = [entry.events[0].shown for entry in history(desk.database, desk.access("ann"), item_id)]
    assert shown == [False, True]
    desk.campaign(suggestion=Suggestion.NEVER)
    desk.fill(1)
    other = first_item(desk)
    desk.judge("ann", other)
    assert open_item(desk.database, desk.access("ann"), other, Seat.ANNOTATOR).tagging is None


def test_every_view_follows_from_its_events(desk: Desk) -> None:
    desk.fill(4)
    for areas in (("3.2",), ("3.1", "3.2"), ()):
        item_id = first_item(desk)
        desk.judge("ann", item_id, make_judgement("4.6"))
        desk.judge("ann", item_id, make_judgement(*areas))
        take_back(desk, "ann", item_id)
        desk.judge("ann", item_id, make_judgement(*areas, gender="2"))
    with desk.database.reading() as session:
        views = session.scalars(select(LabelView)).all()
        assert len(views) == 3
        for view in views:
            answers = replay(session, view.item_id, Seat(view.seat), view.owner).answers
            assert {label: one.value for label, one in answers.items()} == {k: v[0] for k, v in view.answers.items()}


def test_a_refused_save_leaves_nothing(desk: Desk) -> None:
    desk.fill(1)
    item_id = first_item(desk)
    judgement = make_judgement("3.2")
    broken = Judgement({**judgement.answers, "gender": judgement.answers["3.2"]})
    with pytest.raises(JudgementError):
        desk.judge("ann", item_id, broken)
    for token, code in (("", "bad-token"), ("x" * 80, "bad-token"), ("a b" * 8, "bad-token")):
        with pytest.raises(UsageError) as refused:
            undo(desk.database, desk.access("ann"), token=token, item_id=item_id, seat=Seat.ANNOTATOR, revision=0)
        assert refused.value.code == code
    with desk.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(LabelEvent)) == 0
    assert item(desk, item_id).revision == 0


def test_a_token_belongs_to_one_save(desk: Desk) -> None:
    desk.fill(2)
    token = str(uuid.uuid4())
    first = first_item(desk)
    desk.judge("ann", first, token=token)
    with pytest.raises(UsageError) as refused:
        desk.judge("ann", first_item(desk), token=token)
    assert refused.value.code == "token-reused"
