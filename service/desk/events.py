"""Saves what people say: every change of a label is an event, and nothing is ever taken back but by a further one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, insert, select

from classifier.errors import UsageError
from service.clock import now
from service.desk.faults import DeskStateError, StaleFormError
from service.desk.items import find_item, read_content
from service.desk.judgement import Answer, Judgement, check_judgement, write_answers
from service.desk.labels import UNSAID, suggested_values
from service.desk.settling import Said, settle
from service.desk.states import ItemState, SaveKind, Seat, SettledBy
from service.desk.views import is_shared, owner_of, replay, revision_of, said_by, views_of
from service.records import write_evidence
from service.store.desk_tables import DeskDraft, DeskLease, DeskSave, DeskSkip, LabelEvent, LabelView

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from classifier.tagging import Tagging
    from service.desk.access import Access
    from service.store.database import Database
    from service.store.desk_tables import DeskItem

_TOKEN: Final = re.compile(r"[A-Za-z0-9-]{16,64}")
#: Later than every save.
_LAST: Final = 2**63
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
    """

    token: str
    item_id: int
    seat: Seat
    revision: int
    judgement: Judgement
    seconds: float | None = None


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
    with database.writing() as session:
        item = find_item(session, access, form.item_id, lock=True)
        done = _find_repeated(session, form.token, access, form.item_id, form.seat)
        if done is not None:
            return done
        _require_fresh(session, access, item, form.seat, form.revision)
        project, tagging = read_content(session, item.id)
        check_judgement(form.judgement, access.questions, project)
        answers, note = form.judgement.answers, form.judgement.note
        deed = _Deed(access, item, form.seat, form.token, form.revision, kind, answers, note, form.seconds)
        return _write(session, deed, tagging)


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
        note = before.saves[-1].note if before.saves else ""
        undone = standing[-1].id
        deed = _Deed(access, item, seat, token, revision, SaveKind.UNDO, before.answers, note, undoes=undone)
        return _write(session, deed, read_content(session, item.id)[1])


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
    return Saved(found.id, found.item_id, found.revision, ItemState(found.state), repeated=True)


def _require_fresh(session: Session, access: Access, item: DeskItem, seat: Seat, revision: int) -> None:
    """Refuse a save of somebody who may not, or who has not seen what was said last."""
    access.require_open()
    if not access.may_sit(seat):
        raise DeskStateError("You do not judge in this campaign like that.", code="seat-refused")
    if revision != revision_of(session, item, seat, access.user_id):
        raise StaleFormError(
            "This project was judged meanwhile.", code="form-stale", remedy="Look at what was said, then judge again."
        )
    if seat is not Seat.ANNOTATOR:
        return
    if item.settled_by in _DECISIONS:
        raise DeskStateError("This project was decided.", code="item-decided", remedy="Ask the lead of the campaign.")
    if item.state != ItemState.OPEN and session.get(LabelView, (item.id, seat, access.user_id)) is None:
        raise StaleFormError(
            "Others judged this project meanwhile.", code="item-taken", remedy="Go on with the next project."
        )


@dataclass(frozen=True, slots=True)
class _Deed:
    """A save on its way into the database."""

    access: Access
    item: DeskItem
    seat: Seat
    token: str
    revision: int
    kind: SaveKind
    answers: Mapping[str, Answer]
    note: str
    seconds: float | None = None
    undoes: int | None = None


def _write(session: Session, deed: _Deed, tagging: Tagging) -> Saved:
    item, owner, moment = deed.item, owner_of(deed.seat, deed.access.user_id), now()
    views = views_of(session, item.id)
    own = next((one for one in views if (one.seat, one.owner) == (deed.seat, owner)), None)
    said = [said_by(one) for one in views if one is not own]
    if deed.answers:
        said.append(Said(deed.seat, owner, _LAST, {label: one.value for label, one in deed.answers.items()}))
    settle(item, said)
    item.revision += 1
    item.decisions += is_shared(deed.seat)
    item.changed = moment
    made = _add_save(session, deed, moment)
    _put_view(session, deed, owner, made)
    before = {} if own is None else own.judgement.answers
    shown = deed.access.shows_suggestion(deed.seat, has_judged=own is not None)
    _add_events(session, deed, made, before, tagging, shown=shown)
    _tidy(session, deed)
    return Saved(made.id, item.id, made.revision, ItemState(item.state))


def _add_save(session: Session, deed: _Deed, moment: datetime) -> DeskSave:
    made = DeskSave(
        token=deed.token,
        campaign_id=deed.access.campaign.id,
        item_id=deed.item.id,
        user_id=deed.access.user_id,
        seat=deed.seat,
        kind=deed.kind,
        at=moment,
        note=deed.note,
        seconds=deed.seconds,
        undoes=deed.undoes,
        revision=deed.revision + 1,
        state=deed.item.state,
    )
    session.add(made)
    session.flush()
    return made


def _put_view(session: Session, deed: _Deed, owner: str, made: DeskSave) -> None:
    if not deed.answers:
        key = (LabelView.item_id == deed.item.id, LabelView.seat == deed.seat, LabelView.owner == owner)
        session.execute(delete(LabelView).where(*key))
        return
    session.merge(
        LabelView(
            item_id=deed.item.id,
            seat=deed.seat,
            owner=owner,
            campaign_id=made.campaign_id,
            user_id=made.user_id,
            answers=write_answers(deed.answers),
            note=deed.note,
            save_id=made.id,
            saved=made.at,
        )
    )


def _add_events(
    session: Session, deed: _Deed, made: DeskSave, before: Mapping[str, Answer], tagging: Tagging, *, shown: bool
) -> None:
    """Add an event for each label of which something else is said now, or with other words."""
    suggested = suggested_values(tagging)
    nothing = Answer(UNSAID)
    rows = [
        {
            "save_id": made.id,
            "campaign_id": made.campaign_id,
            "item_id": made.item_id,
            "user_id": made.user_id,
            "seat": made.seat,
            "at": made.at,
            "label": label,
            "before": before.get(label, nothing).value,
            "after": deed.answers.get(label, nothing).value,
            "evidence": write_evidence(deed.answers.get(label, nothing).evidence),
            "suggested": suggested.get(label, UNSAID),
            "shown": shown,
            "model_version": tagging.model_version,
            "rules_version": tagging.rules_version,
            "guideline_version": deed.access.campaign.guideline_version,
        }
        for label in dict.fromkeys((*deed.answers, *before))
        if deed.answers.get(label, nothing) != before.get(label, nothing)
    ]
    if rows:
        session.execute(insert(LabelEvent), rows)


def _tidy(session: Session, deed: _Deed) -> None:
    """End what led to the save: the lease, the draft, an earlier skip."""
    user_id = deed.access.user_id
    item_id = deed.item.id
    session.execute(delete(DeskLease).where(DeskLease.item_id == item_id, DeskLease.user_id == user_id))
    session.execute(delete(DeskSkip).where(DeskSkip.item_id == item_id, DeskSkip.user_id == user_id))
    draft = (DeskDraft.item_id == item_id, DeskDraft.user_id == user_id, DeskDraft.seat == deed.seat)
    session.execute(delete(DeskDraft).where(*draft))
