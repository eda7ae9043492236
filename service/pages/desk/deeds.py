"""What the routes of a project do in the store, and what the page shall say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.desk.drafts import keep_draft
from service.desk.events import Form, save, undo
from service.desk.faults import DeskMissingError, DeskStateError, JudgementError, StaleFormError
from service.desk.items import find_item, read_content
from service.desk.opening import OpenItem, open_item
from service.desk.queue import seat_of
from service.desk.views import revision_of
from service.pages.desk.forms import Filled, Posted
from service.pages.desk.project_page import Done, Notice, Shown

if TYPE_CHECKING:
    from service.desk.access import Access
    from service.store.database import Database

_UNPROCESSABLE = 422
_CONFLICT = 409
_SHOWN_CONFLICTS = frozenset({"item-decided", "campaign-closed"})


def open_project(database: Database, access: Access, item_id: int) -> OpenItem:
    """Open a project in the seat in which the queue of the campaign is worked through."""
    return open_item(database, access, item_id, seat_of(access))


def save_posted(database: Database, access: Access, item_id: int, posted: Posted) -> Shown | None:
    """Save a form; return None, or what to show where it was refused and nothing was changed."""
    seat = seat_of(access)
    with database.reading() as session:
        find_item(session, access, item_id)
        project, _ = read_content(session, item_id)
    judgement = posted.filled.judge(access.questions.labels, project)
    form = Form(posted.token, item_id, seat, posted.revision, judgement, posted.seconds, posted.model_version)
    try:
        save(database, access, form)
    except JudgementError as fault:
        notice = Notice(f"desk.error.{fault.code}", is_bad=True, wrong=fault.label)
        status = _UNPROCESSABLE
    except DeskStateError as fault:
        if not isinstance(fault, StaleFormError) and fault.code not in _SHOWN_CONFLICTS:
            raise
        notice = Notice(f"desk.conflict.{fault.code}", is_bad=True)
        status = _CONFLICT
    else:
        return None
    opened = open_project(database, access, item_id)
    return Shown(access, opened, posted.filled, notice, compares=status == _CONFLICT, status=status)


def undo_last(database: Database, access: Access, item_id: int, token: str, revision: int) -> OpenItem:
    """Take the last save of a project back; what it said stays in the form, unsaved, where nothing else is saved."""
    seat = seat_of(access)
    before = open_item(database, access, item_id, seat).own
    done = undo(database, access, token=token, item_id=item_id, seat=seat, revision=revision)
    opened = open_item(database, access, item_id, seat)
    if before is None or opened.own is not None or done.repeated:
        return opened
    keep_draft(database, access, item_id, seat, opened.revision, Filled.of(before.judgement).write())
    return open_item(database, access, item_id, seat)


def find_done(database: Database, access: Access, item_id: int, deed: str) -> Done | None:
    """Return what was done with a project, None where there is no such project."""
    try:
        with database.reading() as session:
            item = find_item(session, access, item_id)
            return Done(deed, item_id, item.title, revision_of(session, item, seat_of(access), access.user_id))
    except DeskMissingError:
        return None
