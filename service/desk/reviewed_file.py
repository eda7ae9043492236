"""Writes a reviewed portfolio: the columns it came with, what people said, and what the model said."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from classifier.errors import UsageError
from classifier.portfolio.outputs import open_writer
from classifier.portfolio.tagged_row import SEPARATOR, project_cells
from classifier.portfolio.writing import Origin, WriteOptions
from service.desk.export_record import record_export
from service.desk.labels import GENDER, HUMAN_RIGHTS, MAIN_AREA, RISK, RULES, UNSAID
from service.desk.members import list_members
from service.desk.review import compare_with_model, gives, require_reviewer
from service.desk.states import ItemState
from service.desk.streaming import iterate_ids, uncollected
from service.desk.views import JudgeView, read_view, settled_view
from service.records import read_project, read_tagging
from service.store.desk_tables import DeskContent, DeskItem, LabelView

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from classifier.project import Cell, Project
    from classifier.tagging import Tagging
    from service.desk.access import Access
    from service.store.database import Database

#: The formats in which a reviewed portfolio is written.
FORMATS: Final = ("csv", "xlsx", "jsonl")
#: What people said, in columns of these names.
COLUMNS: Final = (
    "reviewed_state",
    "reviewed_result_areas",
    "reviewed_main_area",
    "reviewed_gender",
    "reviewed_human_rights",
    "reviewed_oda_risk",
    "reviewed_oda_rules",
    "reviewed_by",
    "reviewed_at",
    "reviewed_note",
)
KEPT, CORRECTED = "accepted", "corrected"


def write_reviewed(
    database: Database, access: Access, target: Path, form: str, *, actor: str, names: bool = False
) -> int:
    """Write all projects of a campaign in order of import; return their number.

    Parameters
    ----------
    names
        Name people instead of giving their pseudonyms.

    Raises
    ------
    UsageError
        ``unknown-format``.
    DeskMissingError
        For annotators.
    OutputError
        The file cannot be written.
    """
    require_reviewer(access)
    if form not in FORMATS:
        raise UsageError("This format is not offered.", code="unknown-format", remedy=f"Choose: {', '.join(FORMATS)}.")
    people = {one.user_id: one.name if names else one.pseudonym for one in list_members(database, access)}
    count = 0
    writer = open_writer(WriteOptions(str(target), form, force=True), Origin(form, None, target))
    with database.reading() as session, uncollected(), writer:
        for item, project, tagging, view in _iterate(session, access.campaign.id):
            cells = dict(project.columns or project_cells(project))
            cells |= _cells(item, tagging, view, people)
            writer.write(replace(project, columns=cells), tagging)
            count += 1
        writer.finish({"projects": count})
    _note(database, access, target, form, count, actor, names=names)
    return count


def _iterate(session: Session, campaign_id: str) -> Iterator[tuple[DeskItem, Project, Tagging, JudgeView | None]]:
    wanted = select(DeskItem, DeskContent).join(DeskContent, DeskContent.item_id == DeskItem.id).order_by(DeskItem.id)
    said = select(LabelView).order_by(LabelView.save_id)
    for ids in iterate_ids(session, DeskItem.campaign_id == campaign_id, DeskItem.state != ItemState.STAGED):
        views: dict[int, list[JudgeView]] = {}
        for view in session.scalars(said.where(LabelView.item_id.in_(ids))):
            views.setdefault(view.item_id, []).append(read_view(view))
        for item, content in session.execute(wanted.where(DeskItem.id.in_(ids))):
            held = settled_view(item, views.get(item.id, ()))
            yield item, read_project(content.project), read_tagging(content.tagging), held
        session.expunge_all()


def _cells(item: DeskItem, tagging: Tagging, view: JudgeView | None, people: Mapping[str, str]) -> dict[str, Cell]:
    """Return what people said; only its state where nobody has settled the project."""
    if view is None:
        return dict.fromkeys(COLUMNS) | {"reviewed_state": item.state}
    values = view.judgement.values
    said = (values.get(label, UNSAID) for label in (MAIN_AREA, GENDER, HUMAN_RIGHTS, RISK, RULES))
    return dict(
        zip(
            COLUMNS,
            (
                CORRECTED if compare_with_model(view, tagging) else KEPT,
                SEPARATOR.join(gives(view)),
                *said,
                people.get(view.user_id, ""),
                item.changed.isoformat(timespec="seconds") if item.changed else "",
                view.judgement.note,
            ),
            strict=True,
        )
    )


def _note(database: Database, access: Access, target: Path, form: str, count: int, actor: str, *, names: bool) -> None:
    """Write down that a file left the desk."""
    with target.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    record_export(
        database,
        access,
        actor,
        f"reviewed portfolio, {form}, {count} projects",
        form=form,
        file_name=f"reviewed.{form}",
        projects=count,
        sha256=digest,
        pseudonymised=not names,
    )
