"""Looks through a file of another tool before anything of it is taken in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, TextIO

from sqlalchemy import select

from classifier.project import Project, Source
from classifier.tagging import Evidence
from service.desk.exchange.tasks import refuse
from service.desk.faults import ImportRefusedError, JudgementError
from service.desk.judgement import Answer, Judgement, check_judgement
from service.desk.members import list_members
from service.desk.states import ItemState, Role, Seat
from service.desk.texts import BODY, join_texts
from service.desk.vetting import LONGEST_ID, MOST_PROJECTS
from service.records import read_project, write_project
from service.store.desk_tables import DeskContent, DeskItem, LabelView

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from service.desk.access import Access
    from service.desk.exchange.tasks import Cited, LabelTask, SaidElsewhere
    from service.store.database import Database

#: The most judgements of one file: they are saved in one transaction, and the desk waits for its end.
MOST_JUDGEMENTS: Final = 5_000
_CHUNK: Final = 500
_JUDGES_REMEDY: Final = "Say who is who, for example with --judge 7=ann."


@dataclass(frozen=True, slots=True)
class Vetted:
    """A judgement that can be saved; `line` is where it stands in the file."""

    line: int
    project_id: str
    user_id: str
    judgement: Judgement


class Judges:
    """Who is meant by the names in a file: members by name or pseudonym, everybody else is who brings the file.

    Parameters
    ----------
    given
        Names in the file, and the names of the members who are meant.

    Raises
    ------
    ImportRefusedError
        ``judge-unknown`` when a given member is none, or does not annotate.
    """

    def __init__(self, database: Database, access: Access, given: Mapping[str, str]) -> None:
        members = [one for one in list_members(database, access) if one.role in {Role.LEAD, Role.ANNOTATOR}]
        self._users = {name: one.user_id for one in members for name in (one.name, one.pseudonym)}
        self._own = access.user_id if access.may_sit(Seat.ANNOTATOR) else ""
        for name, member in given.items():
            if member not in self._users:
                detail = f"{member[:40]!r} annotates nothing in this campaign."
                raise ImportRefusedError(detail, code="judge-unknown", remedy="Make them a member first.")
            self._users[name] = self._users[member]

    def find(self, line: int, name: str) -> str:
        """Return the user of a name."""
        found = self._users.get(name, self._own)
        if not found:
            raise refuse(line, f"Nobody knows the judge {name[:40]!r}.", "judge-unknown", _JUDGES_REMEDY)
        return found


class Vetting:
    """Gathers what a file holds; new projects are written down as a portfolio.

    Parameters
    ----------
    portfolio
        Where the new projects go, as JSON Lines.
    """

    def __init__(self, database: Database, access: Access, judges: Judges, portfolio: TextIO) -> None:
        self.judgements: list[Vetted] = []
        self.new = 0
        self._database = database
        self._access = access
        self._judges = judges
        self._portfolio = portfolio
        self._lines: dict[str, int] = {}

    def take(self, tasks: Iterable[LabelTask]) -> None:
        """Look through all tasks.

        Raises
        ------
        ImportRefusedError
            At the first fault; the detail names the line.
        """
        rest = iter(tasks)
        while chunk := list(self._numbered(islice(rest, _CHUNK))):
            with self._database.reading() as session:
                known = self._find_items(session, [task.project_id for task in chunk])
                for task in chunk:
                    self._take_one(session, task, known.get(task.project_id))
        if not self._lines:
            raise ImportRefusedError("The file holds no task.", code="no-projects")

    def _numbered(self, tasks: Iterator[LabelTask]) -> Iterator[LabelTask]:
        """Refuse ids that cannot be, and more tasks than a campaign holds."""
        for task in tasks:
            if len(task.project_id) > LONGEST_ID:
                raise refuse(task.line, f"The id has more than {LONGEST_ID} characters.", "id-too-long")
            if task.project_id in self._lines:
                first = self._lines[task.project_id]
                detail = f"The id {task.project_id[:40]!r} stands already in line {first}."
                raise refuse(task.line, detail, "duplicate-ids", "Give each project an id of its own.")
            self._lines[task.project_id] = task.line
            if len(self._lines) > MOST_PROJECTS:
                detail = f"A campaign holds at most {MOST_PROJECTS:,} projects."
                raise refuse(task.line, detail, "too-many-projects", "Split the file.")
            yield task

    def _find_items(self, session: Session, ids: Sequence[str]) -> dict[str, DeskItem]:
        wanted = select(DeskItem).where(DeskItem.campaign_id == self._access.campaign.id)
        return {item.project_id: item for item in session.scalars(wanted.where(DeskItem.project_id.in_(ids)))}

    def _take_one(self, session: Session, task: LabelTask, item: DeskItem | None) -> None:
        if item is None:
            self.new += 1
            row = {"id": task.project_id, "title": task.title, "description": task.text}
            self._portfolio.write(json.dumps(row) + "\n")
            project = Project(task.project_id, Source(task.line), title=task.title, description=task.text)
        elif task.said:
            project = read_project(session.get_one(DeskContent, item.id).project)
        taken: set[str] = set()
        for said in task.said:
            user_id = self._judges.find(task.line, said.judge)
            if user_id in taken:
                raise refuse(task.line, "One person judges it twice.", "judged-twice", _JUDGES_REMEDY)
            taken.add(user_id)
            if item is not None:
                _refuse_judged(session, task, item, user_id)
            self.judgements.append(Vetted(task.line, task.project_id, user_id, self._judgement(task, said, project)))
        if len(self.judgements) > MOST_JUDGEMENTS:
            detail = f"A file brings at most {MOST_JUDGEMENTS:,} judgements."
            raise refuse(task.line, detail, "too-many-judgements", "Split the file.")

    def _judgement(self, task: LabelTask, said: SaidElsewhere, project: Project) -> Judgement:
        cited: dict[str, list[Evidence]] = {}
        texts = write_project(project)
        for one in said.cited:
            cited.setdefault(one.label, []).append(_evidence(task.line, one, texts))
        answers = {label: Answer(value, tuple(cited.get(label, ()))) for label, value in said.values.items()}
        judgement = Judgement(answers, said.note)
        try:
            check_judgement(judgement, self._access.questions, project)
        except JudgementError as fault:
            raise refuse(task.line, f"{fault.detail} ({fault.label or 'note'})", fault.code, fault.remedy) from None
        return judgement


def _evidence(line: int, cited: Cited, texts: Mapping[str, str]) -> Evidence:
    """Return words as evidence in the field that they stand in."""
    fields = {"title": ("title",), "text": BODY}.get(cited.where)
    joined = join_texts(texts) if fields is None else join_texts(texts, fields)
    found = joined.find(cited.start, cited.end)
    quote = joined.text[cited.start : cited.end]
    if found is None or (cited.quote and cited.quote != quote):
        raise refuse(line, f"The words cited for {cited.label} are not in the project.", "evidence-invalid")
    return Evidence(*found, quote)


def _refuse_judged(session: Session, task: LabelTask, item: DeskItem, user_id: str) -> None:
    if item.state != ItemState.OPEN:
        raise refuse(task.line, "The desk has all the judgements of this project that it wants.", "item-taken")
    if session.get(LabelView, (item.id, Seat.ANNOTATOR, user_id)) is not None:
        raise refuse(task.line, "This person has judged this project already.", "judged-already")
