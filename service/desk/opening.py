"""Opens an item for somebody: everything that the page of one project shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.desk.drafts import Draft, find_draft
from service.desk.items import find_item, read_content
from service.desk.queue import hold, is_held_for_long
from service.desk.states import ItemState, Role, Seat
from service.desk.views import JudgeView, has_saved, owner_of, revision_of, views_of

if TYPE_CHECKING:
    from classifier.project import Project
    from classifier.tagging import Tagging
    from service.desk.access import Access
    from service.store.database import Database
    from service.store.desk_tables import DeskItem


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An item before somebody.

    Parameters
    ----------
    tagging
        What the model says; None where this person shall not see it (yet).
    revision
        What the form must send back with its save.
    own
        What this person (or, for adjudicators and reviewers, their seat) now says.
    others
        What others say; empty for annotators, who judge for themselves.
    draft
        What this person left unsaved.
    is_held
        False when somebody else has the item before them now.
    """

    item: DeskItem
    seat: Seat
    project: Project
    tagging: Tagging | None
    revision: int
    own: JudgeView | None
    others: Sequence[JudgeView]
    draft: Draft | None
    is_held: bool


def open_item(database: Database, access: Access, item_id: int, seat: Seat) -> OpenItem:
    """Open an item, and hold it while it wants a judgement.

    Raises
    ------
    DeskMissingError
        ``item-missing``.
    """
    is_held = _hold(database, access, item_id, seat)
    with database.reading() as session:
        item = find_item(session, access, item_id)
        views = views_of(session, item_id)
        key = (seat, owner_of(seat, access.user_id))
        own = next((one for one in views if (one.seat, one.owner) == key), None)
        others = [one for one in views if one is not own and access.role is not Role.ANNOTATOR]
        project, tagging = read_content(session, item_id)
        revision = revision_of(session, item, seat, access.user_id)
        # Who undid a save has seen what the model says, and is not made to forget it.
        shown = access.shows_suggestion(seat, has_judged=has_saved(seat, item, revision))
        return OpenItem(
            item=item,
            seat=seat,
            project=project,
            tagging=tagging if shown else None,
            revision=revision,
            own=own,
            others=() if seat is Seat.ANNOTATOR else others,
            draft=find_draft(session, access, item_id, seat),
            is_held=is_held,
        )


def _hold(database: Database, access: Access, item_id: int, seat: Seat) -> bool:
    """Hold an item that wants a judgement; writes only where the person does not hold it for long yet."""
    with database.reading() as session:
        item = find_item(session, access, item_id)
        if item.state != ItemState.OPEN or not access.may_sit(seat) or access.campaign.closed is not None:
            return True
        if is_held_for_long(session, access, item_id):
            return True
    with database.writing() as session:
        return hold(session, access, item_id)
