"""Looks through a portfolio before anything of it is taken in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from classifier.errors import RowError
from classifier.portfolio.reading import ReadOptions
from classifier.portfolio.registry import open_portfolio
from service.desk.faults import ImportRefusedError
from service.desk.repeats import Occurrences, Repeated
from service.store.desk_tables import DeskItem

if TYPE_CHECKING:
    from classifier.project import Project
    from service.desk.access import Access
    from service.store.database import Database

#: The most projects of a campaign.
MOST_PROJECTS: Final = 200_000
LONGEST_ID: Final = 255
_SHOWN: Final = 5
_LOOKED_UP: Final = 500


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
    occurrences
        Which of the projects with its identifier each one is, where that is known; else they are counted.
    """

    path: Path
    file_name: str
    read: ReadOptions = field(default_factory=ReadOptions)
    skip_rejected: bool = False
    occurrences: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file holds that can be taken in: its rejected rows, and the identifiers that occur more than once."""

    rejected: int
    repeated: Repeated | None


def vet(database: Database, access: Access, upload: Upload) -> Looked:
    """Read the whole file once; return what is to be said of it.

    Raises
    ------
    ImportRefusedError
        At the first fault.
    """
    seen = Occurrences()
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
    if not seen.projects:
        raise ImportRefusedError("The file holds no project.", code="no-projects")
    _refuse_present(database, access, seen.identifiers())
    return Looked(len(rejected), seen.repeated())


def _refuse_rejected(rejected: Sequence[RowError], upload: Upload) -> None:
    if not upload.skip_rejected:
        first = rejected[0]
        raise ImportRefusedError(
            f"Line {first.line} cannot be read: {first.message}",
            code="rejected-rows",
            remedy="Mend the file, or leave out what cannot be read.",
            facts={"line": first.line, "why": first.message},
        )


def _note(project: Project, seen: Occurrences, room: int) -> None:
    line = project.source.line
    if len(project.id) > LONGEST_ID:
        raise ImportRefusedError(
            f"The id in line {line} has more than {LONGEST_ID} characters.",
            code="id-too-long",
            remedy="Shorten it.",
            facts={"line": line, "most": LONGEST_ID},
        )
    seen.count(project.id)
    if seen.projects > room:
        raise ImportRefusedError(
            f"A campaign holds at most {MOST_PROJECTS:,} projects; there is room for {room:,} more.",
            code="too-many-projects",
            remedy="Split the file, or make another campaign.",
            facts={"most": MOST_PROJECTS, "room": room},
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
                    facts={"ids": shown},
                )
