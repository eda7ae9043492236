"""Brings the suggestions of a campaign up to date after another model was promoted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import exists, select, update

from service.access.audit import Action, record
from service.clock import now
from service.desk.order import order_queue
from service.desk.scores import gaps
from service.desk.staging import describe_tagging
from service.desk.states import ItemState
from service.records import read_project, write_tagging
from service.store.desk_tables import DeskContent, DeskItem, DeskLease

if TYPE_CHECKING:
    from classifier.tagger import Tagger
    from service.desk.access import Access
    from service.store.database import Database

_CHUNK: Final = 256


def retag_open(database: Database, access: Access, tagger: Tagger, *, actor: str) -> int:
    """Tag the open items that nobody has before them with another model; return their number.

    What was judged keeps the tagging that people saw. The order of the queue is computed anew.

    Raises
    ------
    DeskMissingError, DeskStateError
        ``campaign-missing`` for all but leads; ``campaign-closed``.
    """
    access.require_lead()
    access.require_open()
    leased = exists().where(DeskLease.item_id == DeskItem.id, DeskLease.until > now())
    wanted = (
        select(DeskItem.id, DeskContent.project)
        .join(DeskContent, DeskContent.item_id == DeskItem.id)
        .where(DeskItem.campaign_id == access.campaign.id, DeskItem.state == ItemState.OPEN, DeskItem.judged == 0)
        .where(DeskItem.model_version != tagger.model_version, ~leased)
        .order_by(DeskItem.id)
        .limit(_CHUNK)
    )
    done, last = 0, 0
    while True:
        with database.reading() as session:
            rows = session.execute(wanted.where(DeskItem.id > last)).all()
        if not rows:
            break
        last = rows[-1].id
        projects = [read_project(row.project) for row in rows]
        found = zip(rows, tagger.tag(projects), gaps(tagger, projects), strict=True)
        with database.writing() as session:
            for row, tagging, gap in found:
                open_still = (DeskItem.id == row.id, DeskItem.state == ItemState.OPEN, DeskItem.judged == 0, ~leased)
                taken = update(DeskItem).where(*open_still).values(**describe_tagging(tagging, gap))
                if session.execute(taken.returning(DeskItem.id)).first() is not None:
                    content = update(DeskContent).where(DeskContent.item_id == row.id)
                    session.execute(content.values(tagging=write_tagging(tagging)))
                    done += 1
    order_queue(database, access)
    with database.writing() as session:
        detail = f"{done} projects tagged anew by {tagger.model_version}"
        record(session, actor, Action.CAMPAIGN_CHANGED, access.campaign.id, detail)
    return done
