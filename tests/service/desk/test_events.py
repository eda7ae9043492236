"""What is saved, how it is derived, and what is refused."""

from __future__ import annotations

import uuid

import pytest
from desk_case import Desk, make_judgement
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from service.desk.events import undo
from service.desk.faults import StaleFormError
from service.desk.opening import open_item
from service.desk.queue import take_next
from service.desk.states import ItemState, Seat
from service.desk.views import history


def first_item(desk: Desk, name: str = "ann") -> int:
    task = take_next(desk.database, desk.access(name))
    assert task is not None
    return task.item_id


def test_a_save_is_kept_label_by_label(desk: Desk) -> None:
    desk.fill()
    item_id = first_item(desk)
    saved = desk.judge("ann", item_id, make_judgement("3.2", note="Shelter."))
    assert saved.state is ItemState.SETTLED
    [entry] = history(desk.database, desk.access("lea"), item_id)
    assert entry.user_name == "ann"
    assert entry.save.note == "Shelter."
    assert {event.label: event.after for event in entry.events}["3.2"] == "yes"
    assert len(entry.events) == 22


def test_the_same_token_is_saved_once(desk: Desk) -> None:
    desk.fill()
    item_id = first_item(desk)
    token = str(uuid.uuid4())
    first = desk.judge("ann", item_id, token=token)
    again = desk.judge("ann", item_id, token=token, revision=0)
    assert again.repeated
    assert (again.save_id, again.revision, again.state) == (first.save_id, first.revision, first.state)
    assert len(history(desk.database, desk.access("lea"), item_id)) == 1


def test_a_stale_form_changes_nothing(desk: Desk) -> None:
    desk.fill()
    item_id = first_item(desk)
    desk.judge("ann", item_id, make_judgement("3.2"))
    with pytest.raises(StaleFormError) as refused:
        desk.judge("ann", item_id, make_judgement("3.1"), revision=0)
    assert refused.value.code == "form-stale"
    with pytest.raises(StaleFormError) as refused:
        desk.judge("bob", item_id, make_judgement("3.1"))
    assert refused.value.code == "item-taken"
    own = open_item(desk.database, desk.access("ann"), item_id, Seat.ANNOTATOR).own
    assert own is not None
    assert own.judgement.areas() == ("3.2",)


@pytest.mark.parametrize(
    "deed", ["UPDATE desk_events SET after = 'x'", "DELETE FROM desk_events", "DELETE FROM desk_saves"]
)
def test_the_database_refuses_to_change_events(desk: Desk, deed: str) -> None:
    desk.fill()
    desk.judge("ann", first_item(desk))
    with pytest.raises(DBAPIError, match="append-only"), desk.database.writing() as session:
        session.execute(text(deed))


def test_an_undone_decision_leaves_that_of_the_colleague_under_their_name(desk: Desk) -> None:
    desk.fill()
    item_id = first_item(desk)
    desk.judge("rex", item_id, make_judgement("3.2", note="Shelter."), seat=Seat.REVIEWER)
    second = desk.judge("lea", item_id, make_judgement("4.6"), seat=Seat.REVIEWER)
    lead = desk.access("lea")
    undo(desk.database, lead, token=str(uuid.uuid4()), item_id=item_id, seat=Seat.REVIEWER, revision=second.revision)
    own = open_item(desk.database, lead, item_id, Seat.REVIEWER).own
    assert own is not None
    assert (own.user_id, own.judgement.areas(), own.judgement.note) == (desk.users["rex"].id, ("3.2",), "Shelter.")
