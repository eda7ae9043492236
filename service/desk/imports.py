"""Takes a portfolio into a campaign: all of its projects, tagged, or none."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from sqlalchemy import delete, func, select, update

from classifier.errors import PortolanError, RowError
from classifier.portfolio.reading import ReadOptions
from classifier.portfolio.registry import open_portfolio
from service.access.audit import Action, record
from service.clock import now
from service.desk.faults import DeskMissingError, DeskStateError, ImportRefusedError
from service.desk.frozen import FrozenTexts
from service.desk.order import order_queue
from service.desk.staging import stage
from service.desk.states import ImportState, ItemState
from service.store.desk_tables import DeskContent, DeskImport, DeskItem

if TYPE_CHECKING:
    from classifier.project import Project
    from classifier.tagging import Tagging
    from service.desk.access import Access
    from service.store.database import Database

#: The most projects of a campaign.
MOST_PROJECTS: Final = 200_000
#: An import that gave no sign of life for so long is dead.
SILENCE: Final = timedelta(minutes=2)
_CHUNK: Final = 256
_LONGEST_ID: Final = 255
_SHOWN: Final = 5
_LOOKED_UP: Final = 500


class Tags(Protocol):
    """What tags projects: `classifier.tagger.Tagger`."""

    @property
    def model_version(self) -> str:
        """Name of the model version."""
        ...

    def tag(self, projects: Sequence[Project]) -> list[Tagging]:
        """Tag projects, in order."""
        ...


@dataclass(frozen=True, slots=True)
class Upload:
    """A portfolio that shall go into a campaign.

    Parameters
    ----------
    path
        Where it lies.
    file_name
        What people call it.
    read
        See `ReadOptions`.
    skip_rejected
        Leave out rows that cannot be read instead of refusing the file.
    """

    path: Path
    file_name: str
    read: ReadOptions = field(default_factory=ReadOptions)
    skip_rejected: bool = False


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
        file_name=file_name[:200],
        state=ImportState.RUNNING,
        started=moment,
        alive=moment,
        ended=None,
        problem=None,
    )
    with database.writing() as session:
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
    tagger: Tags,
    frozen: FrozenTexts,
    *,
    actor: str,
) -> DeskImport:
    """Read, tag and take in a portfolio; a fault is written down in the import and nothing is taken in.

    The desk goes on meanwhile: projects come in small transactions and become visible in one.
    """
    try:
        rejected = _check(database, access, upload)
        _stage_all(database, access, import_id, upload, tagger, frozen)
        _finish(database, import_id, rejected, actor)
    except _CancelledError:
        _clear(database, import_id, ImportState.CANCELLED, None)
    except PortolanError as fault:
        _clear(database, import_id, ImportState.FAILED, fault.to_json())
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
    tagger: Tags,
    frozen: FrozenTexts = FrozenTexts(),  # noqa: B008 - it holds nothing and never changes
    *,
    actor: str,
) -> DeskImport:
    """Start and run an import at once.

    Raises
    ------
    ImportRefusedError
        With the code of what was wrong: ``duplicate-ids``, ``ids-present``, ``too-many-projects``,
        ``rejected-rows``, ``id-too-long``, ``no-projects``, or that of the portfolio's reader.
    """
    started = start_import(database, access, upload.file_name)
    done = run_import(database, access, started.id, upload, tagger, frozen, actor=actor)
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
    """Clear away what dead imports left; return their number. Called when the service starts."""
    dead = select(DeskImport.id).where(DeskImport.state == ImportState.RUNNING, DeskImport.alive < now() - SILENCE)
    with database.reading() as session:
        ids = session.scalars(dead).all()
    for import_id in ids:
        _clear(database, import_id, ImportState.FAILED, _UNEXPECTED)
    return len(ids)


_UNEXPECTED: Final = {
    "code": "import-broken-off",
    "title": ImportRefusedError.title,
    "detail": "The import broke off.",
    "remedy": "Try again.",
}


def _check(database: Database, access: Access, upload: Upload) -> int:
    """Read the whole file once and refuse it at the first fault; return the number of rejected rows."""
    seen: dict[str, int] = {}
    rejected: list[RowError] = []
    with database.reading() as session:
        own = select(func.count()).select_from(DeskItem).where(DeskItem.campaign_id == access.campaign.id)
        room = MOST_PROJECTS - (session.scalar(own) or 0)
    with open_portfolio(str(upload.path), upload.read) as reader:
        for row in reader:
            if isinstance(row, RowError):
                rejected.append(row)
                _refuse_rejected(rejected, upload)
            else:
                _note(row, seen, room)
    if not seen:
        raise ImportRefusedError("The file holds no project.", code="no-projects")
    _refuse_present(database, access, list(seen))
    return len(rejected)


def _refuse_rejected(rejected: Sequence[RowError], upload: Upload) -> None:
    if not upload.skip_rejected:
        first = rejected[0]
        raise ImportRefusedError(
            f"Line {first.line} cannot be read: {first.message}",
            code="rejected-rows",
            remedy="Mend the file, or leave out what cannot be read.",
        )


def _note(project: Project, seen: dict[str, int], room: int) -> None:
    line = project.source.line
    if len(project.id) > _LONGEST_ID:
        raise ImportRefusedError(
            f"The id in line {line} has more than {_LONGEST_ID} characters.", code="id-too-long", remedy="Shorten it."
        )
    if project.id in seen:
        raise ImportRefusedError(
            f"The id {project.id[:40]!r} stands in line {seen[project.id]} and in line {line}.",
            code="duplicate-ids",
            remedy="Give each project an id of its own.",
        )
    seen[project.id] = line
    if len(seen) > room:
        raise ImportRefusedError(
            f"A campaign holds at most {MOST_PROJECTS:,} projects; there is room for {room:,} more.",
            code="too-many-projects",
            remedy="Split the file, or make another campaign.",
        )


def _refuse_present(database: Database, access: Access, ids: Sequence[str]) -> None:
    present = select(DeskItem.project_id).where(DeskItem.campaign_id == access.campaign.id)
    with database.reading() as session:
        for start in range(0, len(ids), _LOOKED_UP):
            found = session.scalars(present.where(DeskItem.project_id.in_(ids[start : start + _LOOKED_UP]))).all()
            if found:
                shown = ", ".join(repr(one[:40]) for one in sorted(found)[:_SHOWN])
                raise ImportRefusedError(
                    f"The campaign holds these ids already: {shown}.",
                    code="ids-present",
                    remedy="Leave them out, or make another campaign.",
                )


def _stage_all(
    database: Database, access: Access, import_id: str, upload: Upload, tagger: Tags, frozen: FrozenTexts
) -> None:
    done = 0
    with open_portfolio(str(upload.path), upload.read) as reader:
        projects = (row for row in reader if not isinstance(row, RowError))
        while chunk := list(islice(projects, _CHUNK)):
            taggings = tagger.tag(chunk)
            with database.writing() as session:
                found = session.get_one(DeskImport, import_id)
                if found.state != ImportState.RUNNING:
                    raise _CancelledError
                stage(session, access.campaign, import_id, chunk, taggings, frozen, done)
                done += len(chunk)
                found.staged, found.alive, found.model_version = done, now(), tagger.model_version


def _finish(database: Database, import_id: str, rejected: int, actor: str) -> None:
    """Make everything visible at once."""
    with database.writing() as session:
        found = session.get_one(DeskImport, import_id)
        if found.state != ImportState.RUNNING:
            raise _CancelledError
        mine = (DeskItem.import_id == import_id, DeskItem.state == ItemState.STAGED)
        session.execute(update(DeskItem).where(*mine).values(state=ItemState.OPEN))
        found.state, found.ended, found.projects, found.rejected_rows = ImportState.DONE, now(), found.staged, rejected
        record(session, actor, Action.IMPORT, found.campaign_id, f"{found.projects} projects, {found.model_version}")


def _clear(database: Database, import_id: str, state: ImportState, problem: dict[str, str] | None) -> None:
    """Write down how an import ended, and remove what it had staged, some thousands at a time."""
    with database.writing() as session:
        found = session.get_one(DeskImport, import_id)
        found.state, found.ended, found.problem = state, now(), problem
    staged = select(DeskItem.id).where(DeskItem.import_id == import_id, DeskItem.state == ItemState.STAGED)
    while True:
        with database.writing() as session:
            ids = session.scalars(staged.limit(_LOOKED_UP)).all()
            if not ids:
                return
            session.execute(delete(DeskContent).where(DeskContent.item_id.in_(ids)))
            session.execute(delete(DeskItem).where(DeskItem.id.in_(ids)))
