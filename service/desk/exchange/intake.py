"""Takes the tasks and labels of another tool into a campaign: everything of a file, or nothing.

The whole file is looked through first. New projects then wait invisibly until they are tagged; they become visible
in the transaction that saves all labels.
"""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from service.access.audit import Action, record
from service.desk.access import enter_in
from service.desk.exchange.doccano import read_doccano
from service.desk.exchange.label_studio import read_label_studio
from service.desk.exchange.tasks import refuse
from service.desk.exchange.vetting import Judges, Vetting
from service.desk.frozen import FrozenTexts
from service.desk.imports import import_portfolio
from service.desk.staging import plain
from service.desk.states import ItemState, SaveKind, Seat
from service.desk.vetting import Upload
from service.desk.views import revision_of
from service.desk.writing import Deed, write_save
from service.records import read_tagging
from service.store.desk_tables import DeskContent, DeskItem

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from classifier.tagger import Tagger
    from service.desk.access import Access
    from service.desk.exchange.vetting import Vetted
    from service.store.database import Database

_NO_JUDGES: Final[Mapping[str, str]] = {}
_NO_FROZEN: Final = FrozenTexts()


class ExchangeFormat(StrEnum):
    """Whose file it is."""

    LABEL_STUDIO = "label-studio"
    DOCCANO = "doccano"


_READERS: Final = {ExchangeFormat.LABEL_STUDIO: read_label_studio, ExchangeFormat.DOCCANO: read_doccano}


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What a file brought: projects that the campaign did not hold, and judgements."""

    projects: int
    judgements: int


def import_labels(
    database: Database,
    access: Access,
    path: Path,
    form: ExchangeFormat,
    tagger: Tagger,
    frozen: FrozenTexts = _NO_FROZEN,
    *,
    judges: Mapping[str, str] = _NO_JUDGES,
    actor: str,
) -> TakenIn:
    """Take a file of Label Studio or doccano into a campaign.

    Projects that the campaign holds already, by their id and occurrence, get the labels; others are taken in with
    them. An id that several projects of the campaign bear must come with the occurrence that it means.

    Parameters
    ----------
    judges
        Whom the names in the file mean, as names of members; names of members and their pseudonyms mean them anyhow,
        all others whoever brings the file.

    Raises
    ------
    ImportRefusedError
        ``wrong-format``, ``bad-json``, ``id-missing``, ``duplicate-ids``, ``ambiguous-id``, ``occurrence-missing``,
        ``unknown-label``, ``label-twice``, ``too-many-projects``, ``too-many-judgements``, ``judge-unknown``,
        ``judged-twice``, ``judged-already``, ``item-taken``, or the code of a judgement that cannot be meant.
        Nothing is taken in.
    DeskStateError
        ``campaign-closed`` or ``import-running``.
    """
    access.require_lead()
    access.require_open()
    with tempfile.TemporaryDirectory(prefix="portolan-") as folder:
        portfolio = Path(folder) / "projects.jsonl"
        with portfolio.open("w", encoding="utf-8") as new:
            found = Vetting(database, access, Judges(database, access, judges), new)
            found.take(_READERS[form](path, access.questions.labels))

        def save_all(session: Session) -> None:
            _save_all(session, access, found.judgements)
            detail = f"{len(found.judgements)} judgements, {form.value}"
            record(session, actor, Action.IMPORT, access.campaign.id, detail)

        if found.new:
            upload = Upload(portfolio, plain(path.name), occurrences=found.new)
            import_portfolio(database, access, upload, tagger, frozen, actor=actor, also=save_all)
        else:
            with database.writing() as session:
                save_all(session)
    return TakenIn(len(found.new), len(found.judgements))


def _save_all(session: Session, access: Access, judgements: Sequence[Vetted]) -> None:
    """Save every judgement as its judge's own; an item wants as many judges as the file has for it."""
    access.refreshed(session).require_open()
    judges = {
        user_id: enter_in(session, access.campaign.id, user_id) for user_id in {one.user_id for one in judgements}
    }
    mine = select(DeskItem).where(DeskItem.campaign_id == access.campaign.id).with_for_update()
    for (project_id, occurrence), group in groupby(judgements, key=lambda one: (one.project_id, one.occurrence)):
        found = list(group)
        item = session.scalar(mine.where(DeskItem.project_id == project_id, DeskItem.occurrence == occurrence))
        if item is None or item.state != ItemState.OPEN:
            raise refuse(found[0].line, "Somebody judged this project meanwhile.", "item-taken", "Try again.")
        content = session.get_one(DeskContent, item.id)
        tagging = read_tagging(content.tagging)
        item.wanted = max(item.wanted, item.judged + len(found))
        for one in found:
            judge = judges[one.user_id]
            revision = revision_of(session, item, Seat.ANNOTATOR, one.user_id)
            answers, note = one.judgement.answers, plain(one.judgement.note)
            token = str(uuid.uuid4())
            write_save(
                session, Deed(judge, item, Seat.ANNOTATOR, token, revision, SaveKind.IMPORT, answers, note), tagging
            )
        session.flush()
        session.expunge(content)
