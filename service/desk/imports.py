"""Takes a portfolio into a campaign: all of its projects, tagged, or none."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, select, update

from classifier.errors import PortolanError, RowError
from classifier.portfolio.registry import open_portfolio
from service.access.audit import Action, record
from service.clock import now
from service.desk.faults import DeskMissingError, DeskStateError, ImportRefusedError
from service.desk.frozen import FrozenTexts
from service.desk.order import order_queue
from service.desk.repeats import Occurrences
from service.desk.scores import gaps
from service.desk.staging import plain, stage
from service.desk.states import ImportState, ItemState
from service.desk.vetting import Upload, vet
from service.store.desk_tables import Campaign, DeskContent, DeskImport, DeskItem

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from classifier.tagger import Tagger
    from service.desk.access import Access
    from service.desk.vetting import Looked
    from service.store.database import Database

#: An import that gave no sign of life for so long is dead.
SILENCE: Final = timedelta(minutes=2)
_CHUNK: Final = 256
_CLEARED: Final = 500
_LONGEST_NAME: Final = 200
_UNEXPECTED: Final = {
    "code": "import-broken-off",
    "title": ImportRefusedError.title,
    "detail": "The import broke off.",
    "remedy": "Try again.",
}


class _CancelledError(Exception):
    """Somebody cancelled the import."""


def start_import(database: Database, access: Access, file_name: str) -> DeskImport:
    """Write down that an import begins; hand its id to `run_import`.

    Raises
    ------
    DeskStateError
        ``campaign-closed``, or ``import-running`` when there is one on its way already.
    """
    access.require_lead()
    access.require_open()
    sweep_imports(database)
    moment = now()
    made = DeskImport(
        id=secrets.token_hex(16),
        campaign_id=access.campaign.id,
        user_id=access.user_id,
        file_name=plain(file_name)[:_LONGEST_NAME],
        state=ImportState.RUNNING,
        started=moment,
        alive=moment,
        ended=None,
        problem=None,
    )
    with database.writing() as session:
        # PostgreSQL would let two who begin at once both see that nothing is on its way.
        session.get_one(Campaign, access.campaign.id, with_for_update={"key_share": True})
        running = select(DeskImport.id).where(DeskImport.campaign_id == access.campaign.id)
        if session.scalar(running.where(DeskImport.state == ImportState.RUNNING)):
            raise DeskStateError("Another import is on its way.", code="import-running", remedy="Wait until it ends.")
        session.add(made)
    return made


def run_import(
    database: Database,
    access: Access,
    import_id: str,
    upload: Upload,
    tagger: Tagger,
    frozen: FrozenTexts,
    *,
    actor: str,
    also: Callable[[Session], None] | None = None,
) -> DeskImport:
    """Read, tag and take in a portfolio; a fault is written down in the import and nothing is taken in.

    The desk goes on meanwhile: projects come in small transactions and become visible in one, in which `also` does
    what belongs to them.
    """
    try:
        looked = vet(database, access, upload)
        _stage_all(database, access, import_id, upload, tagger, frozen)
        _finish(database, access, import_id, looked, actor, also)
    except _CancelledError:
        _clear(database, import_id, ImportState.CANCELLED, None)
    except PortolanError as fault:
        _clear(database, import_id, ImportState.FAILED, fault.to_record())
    except BaseException:
        _clear(database, import_id, ImportState.FAILED, _UNEXPECTED)
        raise
    else:
        order_queue(database, access)
    return find_import(database, access, import_id)


def import_portfolio(
    database: Database,
    access: Access,
    upload: Upload,
    tagger: Tagger,
    frozen: FrozenTexts = FrozenTexts(),  # noqa: B008 - it holds nothing and never changes
    *,
    actor: str,
    also: Callable[[Session], None] | None = None,
) -> DeskImport:
    """Start and run an import at once.

    Raises
    ------
    ImportRefusedError
        With the code of what was wrong: ``ids-present``, ``too-many-projects``, ``rejected-rows``,
        ``id-too-long``, ``no-projects``, or that of the portfolio's reader.
    """
    started = start_import(database, access, upload.file_name)
    done = run_import(database, access, started.id, upload, tagger, frozen, actor=actor, also=also)
    if done.state != ImportState.DONE:
        problem = done.problem or _UNEXPECTED
        raise ImportRefusedError(str(problem["detail"]), code=problem["code"], remedy=problem["remedy"])
    return done


def find_import(database: Database, access: Access, import_id: str) -> DeskImport:
    """Return an import of the campaign.

    Raises
    ------
    DeskMissingError
        ``import-missing``.
    """
    with database.reading() as session:
        found = session.get(DeskImport, import_id)
    if found is None or found.campaign_id != access.campaign.id:
        raise DeskMissingError("There is no such import.", code="import-missing")
    return found


def list_imports(database: Database, access: Access) -> Sequence[DeskImport]:
    """Return the imports of a campaign, newest first."""
    wanted = select(DeskImport).where(DeskImport.campaign_id == access.campaign.id)
    with database.reading() as session:
        return session.scalars(wanted.order_by(DeskImport.started.desc())).all()


def cancel_import(database: Database, access: Access, import_id: str) -> None:
    """Ask a running import to stop; it then takes nothing in."""
    access.require_lead()
    with database.writing() as session:
        running = (DeskImport.id == import_id, DeskImport.campaign_id == access.campaign.id)
        wanted = update(DeskImport).where(*running, DeskImport.state == ImportState.RUNNING)
        session.execute(wanted.values(state=ImportState.CANCELLED))


def sweep_imports(database: Database) -> int:
    """Clear away what dead imports left; return their number. Called when the service starts.

    Those that were cancelled after their process was gone, or whose process went while it cleared up, are among them.
    """
    dead = select(DeskImport.id).where(DeskImport.ended.is_(None), DeskImport.alive < now() - SILENCE)
    with database.reading() as session:
        ids = session.scalars(dead).all()
    for import_id in ids:
        _clear(database, import_id, ImportState.FAILED, _UNEXPECTED)
    return len(ids)


def _stage_all(
    database: Database, access: Access, import_id: str, upload: Upload, tagger: Tagger, frozen: FrozenTexts
) -> None:
    done, seen = 0, Occurrences()
    with open_portfolio(str(upload.path), upload.read) as reader:
        projects = (row for row in reader if not isinstance(row, RowError))
        while chunk := list(islice(projects, _CHUNK)):
            tagged = list(zip(chunk, tagger.tag(chunk), gaps(tagger, chunk), strict=True))
            occurrences = upload.occurrences[done : done + len(chunk)] or [seen.count(one.id) for one in chunk]
            with database.writing() as session:
                campaign, found = _hold_running(session, access, import_id)
                stage(session, campaign, import_id, tagged, frozen, done, occurrences)
                done += len(chunk)
                found.staged, found.alive, found.model_version = done, now(), tagger.model_version


def _finish(
    database: Database,
    access: Access,
    import_id: str,
    looked: Looked,
    actor: str,
    also: Callable[[Session], None] | None,
) -> None:
    """Make everything visible at once."""
    with database.writing() as session:
        _, found = _hold_running(session, access, import_id)
        mine = (DeskItem.import_id == import_id, DeskItem.state == ItemState.STAGED)
        session.execute(update(DeskItem).where(*mine).values(state=ItemState.OPEN))
        found.state, found.ended, found.projects = ImportState.DONE, now(), found.staged
        found.rejected_rows = looked.rejected
        found.repeated = looked.repeated.to_json() if looked.repeated else None
        record(session, actor, Action.IMPORT, found.campaign_id, f"{found.projects} projects, {found.model_version}")
        if also is not None:
            also(session)


def _hold_running(session: Session, access: Access, import_id: str) -> tuple[Campaign, DeskImport]:
    """Return a campaign as it is planned now and a running import; neither changes before the transaction ends."""
    campaign = session.get_one(Campaign, access.campaign.id, with_for_update={"read": True})
    found = session.get_one(DeskImport, import_id, with_for_update=True)
    if found.state != ImportState.RUNNING:
        raise _CancelledError
    return campaign, found


def _clear(database: Database, import_id: str, state: ImportState, problem: Mapping[str, Any] | None) -> None:
    """Write down how an import ended, and remove what it had staged, some hundreds at a time.

    One that has ended meanwhile stays as it is; the end is written down last, so that a sweep goes on with the rest.
    """
    with database.writing() as session:
        found = session.get_one(DeskImport, import_id, with_for_update=True)
        if found.ended is not None:
            return
        if found.state == ImportState.RUNNING:
            found.state, found.problem = state, None if problem is None else dict(problem)
    staged = select(DeskItem.id).where(DeskItem.import_id == import_id, DeskItem.state == ItemState.STAGED)
    while True:
        with database.writing() as session:
            ids = session.scalars(staged.limit(_CLEARED)).all()
            if not ids:
                session.get_one(DeskImport, import_id).ended = now()
                return
            session.execute(delete(DeskContent).where(DeskContent.item_id.in_(ids)))
            session.execute(delete(DeskItem).where(DeskItem.id.in_(ids)))
