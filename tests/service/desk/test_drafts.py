"""Forms that were left."""

from __future__ import annotations

import pytest
from desk_case import Desk

from classifier.errors import UsageError
from service.desk.drafts import drop_draft, keep_draft
from service.desk.faults import DeskStateError
from service.desk.opening import open_item
from service.desk.queue import take_next
from service.desk.states import Seat


def test_a_draft_waits_until_it_is_saved_or_dropped(desk: Desk) -> None:
    desk.fill(1)
    ann = desk.access("ann")
    task = take_next(desk.database, ann)
    assert task is not None
    content = {"answers": {"3.2": ["yes", []]}, "note": "Half a <b>thought</b> \u0000 é"}
    for _ in range(2):
        keep_draft(desk.database, ann, task.item_id, Seat.ANNOTATOR, 0, content)
    opened = open_item(desk.database, ann, task.item_id, Seat.ANNOTATOR)
    assert opened.draft is not None
    assert (dict(opened.draft.content), opened.draft.revision) == (content, 0)
    assert open_item(desk.database, desk.access("bob"), task.item_id, Seat.ANNOTATOR).draft is None
    desk.judge("ann", task.item_id)
    assert open_item(desk.database, ann, task.item_id, Seat.ANNOTATOR).draft is None
    keep_draft(desk.database, ann, task.item_id, Seat.ANNOTATOR, 1, content)
    drop_draft(desk.database, ann, task.item_id, Seat.ANNOTATOR)
    assert open_item(desk.database, ann, task.item_id, Seat.ANNOTATOR).draft is None


def test_drafts_that_cannot_be_kept_are_named(desk: Desk) -> None:
    desk.fill(1)
    task = take_next(desk.database, desk.access("ann"))
    assert task is not None
    with pytest.raises(UsageError) as refused:
        keep_draft(desk.database, desk.access("ann"), task.item_id, Seat.ANNOTATOR, 0, {"note": "x" * 200_000})
    assert refused.value.code == "draft-too-large"
    with pytest.raises(DeskStateError):
        keep_draft(desk.database, desk.access("rex"), task.item_id, Seat.ANNOTATOR, 0, {})
