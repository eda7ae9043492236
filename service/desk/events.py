"""Saves what people say: every change of a label is an event, and nothing is ever taken back but by a further one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from classifier.errors import UsageError
from service.desk.faults import DeskStateError, StaleFormError
from service.desk.items import find_item, read_content
from service.desk.judgement import Judgement, check_judgement
from service.desk.staging import plain
from service.desk.states import ItemState, SaveKind, Seat, SettledBy
from service.desk.views import owner_of, replay, revision_of
from service.desk.writing import Deed, write_save
from service.store.desk_tables import DeskSave, LabelView

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from service.desk.access import Access
    from service.store.database import Database
    from service.store.desk_tables import DeskItem

_TOKEN: Final = re.compile(r"[A-Za-z0-9-]{16,64}")
_DECISIONS: Final = (SettledBy.ADJUDICATOR, SettledBy.REVIEWER)


@dataclass(frozen=True, slots=True)
class Form:
    """One save as the page sends it.

    Parameters
    ----------
    token
        Made by the client for this save alone (a UUID): the same token twice is answered twice and saved once.
    revision
        What `OpenItem.revision` was when the form was opened.
    seconds
        How long the person looked at the project, where the page knows it.
    model_version
        Version of the model whose suggestion the form showed, where it did.
    """

    token: str
    item_id: int
    seat: Seat
    revision: int
    judgement: Judgement
    seconds: float | None = None
    model_version: str = ""


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save led to; `repeated` when the token was known already and nothing was done."""

    save_id: int
    item_id: int
    revision: int
    state: ItemState
    repeated: bool = False


def save(database: Database, access: Access, form: Form, *, kind: SaveKind = SaveKind.JUDGEMENT) -> Saved:
    """Save a judgement: its events, the view, the state of the item, the end of lease, draft and skip, in one.

    Raises
    ------
    JudgementError
        The judgement cannot be meant.
    StaleFormError
        ``form-stale``: the same person saved meanwhile, or somebody decided; ``item-taken``: others gave all the
        judgements that the item wants. Nothing was changed.
    DeskStateError
        ``campaign-closed``, ``seat-refused`` or ``item-decided`` (an annotator after an adjudicator).
    DeskMissingError
        ``item-missing``.
    UsageError
        ``bad-token`` or ``token-reused`` (for another item, seat or person).
    """
    _check_token(form.token)
    with database.reading() as session:
        find_item(session, access, form.item_id)
        project, tagging = read_content(session, form.item_id)
    check_judgement(form.judgement, access.questions, project)
    # Writers wait for each other: all that can be done before is done before.
    with database.writing() as session:
        access = access.refreshed(session)
        item = find_item(session, access, form.item_id, lock=True)
        done = _find_repeated(session, form.token, access, form.item_id, form.seat)
        if done is not None:
            return done
        _require_fresh(session, access, item, form.seat, form.revision)
        if item.model_version != tagging.model_version or form.model_version not in {"", tagging.model_version}:
            raise _stale("Another model tagged this project meanwhile.")
        answers, note = form.judgement.answers, plain(form.judgement.note)
        deed = Deed(access, item, form.seat, form.token, form.revision, kind, answers, note, form.seconds)
        return _saved(write_save(session, deed, tagging))


def undo(database: Database, access: Access, *, token: str, item_id: int, seat: Seat, revision: int) -> Saved:
    """Take back the person's last save of an item that is not undone yet, by events that say so.

    Raises
    ------
    DeskStateError
        ``nothing-to-undo``, or as `save`.
    StaleFormError, DeskMissingError, UsageError
        As `save`.
    """
    _check_token(token)
    with database.writing() as session:
        access = access.refreshed(session)
        item = find_item(session, access, item_id, lock=True)
        done = _find_repeated(session, token, access, item_id, seat)
        if done is not None:
            return done
        _require_fresh(session, access, item, seat, revision)
        owner = owner_of(seat, access.user_id)
        standing = replay(session, item.id, seat, owner).saves
        if not standing or standing[-1].user_id != access.user_id:
            raise DeskStateError("There is nothing of yours to undo.", code="nothing-to-undo")
        before = replay(session, item.id, seat, owner, without=standing[-1].id)
        last = before.saves[-1] if before.saves else None
        deed = Deed(
            access,
            item,
            seat,
            token,
            revision,
            SaveKind.UNDO,
            before.answers,
            last.note if last else "",
            undoes=standing[-1].id,
            judge=last.user_id if last else "",
        )
        return _saved(write_save(session, deed, read_content(session, item.id)[1]))


def _check_token(token: str) -> None:
    if not _TOKEN.fullmatch(token):
        raise UsageError("The token of the save is none.", code="bad-token", remedy="Send a new UUID with each save.")


def _find_repeated(session: Session, token: str, access: Access, item_id: int, seat: Seat) -> Saved | None:
    found = session.scalar(select(DeskSave).where(DeskSave.token == token))
    if found is None:
        return None
    if (found.campaign_id, found.item_id, found.user_id, found.seat) != (
        access.campaign.id,
        item_id,
        access.user_id,
        seat,
    ):
        raise UsageError("The token belongs to another save.", code="token-reused")
    return _saved(found, repeated=True)


def _saved(made: DeskSave, *, repeated: bool = False) -> Saved:
    return Saved(made.id, made.item_id, made.revision, ItemState(made.state), repeated)


def _require_fresh(session: Session, access: Access, item: DeskItem, seat: Seat, revision: int) -> None:
    """Refuse a save of somebody who may not, or who has not seen what was said last."""
    access.require_open()
    access.require_seat(seat)
    if revision != revision_of(session, item, seat, access.user_id):
        raise _stale("This project was judged meanwhile.")
    if seat is not Seat.ANNOTATOR:
        return
    if item.settled_by in _DECISIONS:
        raise DeskStateError("This project was decided.", code="item-decided", remedy="Ask the lead of the campaign.")
    if item.state != ItemState.OPEN and session.get(LabelView, (item.id, seat, access.user_id)) is None:
        raise StaleFormError(
            "Others judged this project meanwhile.", code="item-taken", remedy="Go on with the next project."
        )


def _stale(detail: str) -> StaleFormError:
    return StaleFormError(detail, code="form-stale", remedy="Look at what was said, then judge again.")
