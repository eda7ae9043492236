"""Writes a save: what changed as events, and everything that is derived from them, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, insert

from service.clock import now
from service.desk.judgement import Answer, write_answers
from service.desk.labels import UNSAID, suggested_values
from service.desk.settling import Said, settle
from service.desk.states import SaveKind, Seat
from service.desk.views import has_saved, is_shared, owner_of, said_by, views_of
from service.records import write_evidence
from service.store.desk_tables import DeskDraft, DeskLease, DeskSave, DeskSkip, LabelEvent, LabelView

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from classifier.tagging import Tagging
    from service.desk.access import Access
    from service.store.desk_tables import DeskItem

#: Later than every save.
_LAST: Final = 2**63


@dataclass(frozen=True, slots=True)
class Deed:
    """A save that was checked, on its way into the database.

    Parameters
    ----------
    revision
        The revision that it goes on from.
    answers
        What the judge says from now on; nothing withdraws all.
    undoes
        The save that it takes back, if any.
    judge
        Who says it, where that is not who saves it: an undone decision leaves that of a colleague.
    """

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
    judge: str = ""


def write_save(session: Session, deed: Deed, tagging: Tagging) -> DeskSave:
    """Write a save that may be made: its row, its events, the view and the item, and end what led to it."""
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
    # Labels that come in with a file were given without our suggestion before anybody.
    has_judged = has_saved(deed.seat, item, deed.revision)
    shown = deed.kind is not SaveKind.IMPORT and deed.access.shows_suggestion(deed.seat, has_judged=has_judged)
    _add_events(session, deed, made, before, tagging, shown=shown)
    _tidy(session, deed)
    return made


def _add_save(session: Session, deed: Deed, moment: datetime) -> DeskSave:
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


def _put_view(session: Session, deed: Deed, owner: str, made: DeskSave) -> None:
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
            user_id=deed.judge or made.user_id,
            answers=write_answers(deed.answers),
            note=deed.note,
            save_id=made.id,
            saved=made.at,
        )
    )


def _add_events(
    session: Session, deed: Deed, made: DeskSave, before: Mapping[str, Answer], tagging: Tagging, *, shown: bool
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


def _tidy(session: Session, deed: Deed) -> None:
    """End what led to the save: the lease, the draft, an earlier skip."""
    user_id = deed.access.user_id
    item_id = deed.item.id
    session.execute(delete(DeskLease).where(DeskLease.item_id == item_id, DeskLease.user_id == user_id))
    session.execute(delete(DeskSkip).where(DeskSkip.item_id == item_id, DeskSkip.user_id == user_id))
    draft = (DeskDraft.item_id == item_id, DeskDraft.user_id == user_id, DeskDraft.seat == deed.seat)
    session.execute(delete(DeskDraft).where(*draft))
