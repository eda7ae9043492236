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
_SHOWN: Final = 40
_LISTED: Final = 10
_OCCURRENCE: Final = "Say which of them is meant: occurrence counts them from 1, in the order in which they came in."
_JUDGES_REMEDY: Final = "Say who is who, for example with --judge 7=ann."


@dataclass(frozen=True, slots=True)
class Vetted:
    """A judgement that can be saved; `line` is where it stands in the file."""

    line: int
    project_id: str
    occurrence: int
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
        #: Which of the projects with its identifier each new one is.
        self.new: list[int] = []
        self._database = database
        self._access = access
        self._judges = judges
        self._portfolio = portfolio
        self._lines: dict[str, dict[int | None, int]] = {}
        self._count = 0

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
                    self._take_one(session, task, _choose(task, known.get(task.project_id, {})))
        if not self._count:
            raise ImportRefusedError("The file holds no task.", code="no-projects")

    def _numbered(self, tasks: Iterator[LabelTask]) -> Iterator[LabelTask]:
        """Refuse ids that cannot be, and more tasks than a campaign holds."""
        for task in tasks:
            if len(task.project_id) > LONGEST_ID:
                raise refuse(task.line, f"The id has more than {LONGEST_ID} characters.", "id-too-long")
            lines = self._lines.setdefault(task.project_id, {})
            if lines and (task.occurrence is None or lines.keys() & {None, task.occurrence}):
                first = lines.get(task.occurrence) or min(lines.values())
                detail = f"The id {task.project_id[:_SHOWN]!r} stands already in line {first}."
                raise refuse(task.line, detail, "duplicate-ids", f"Give each project an id of its own. {_OCCURRENCE}")
            lines[task.occurrence] = task.line
            self._count += 1
            if self._count > MOST_PROJECTS:
                detail = f"A campaign holds at most {MOST_PROJECTS:,} projects."
                raise refuse(task.line, detail, "too-many-projects", "Split the file.")
            yield task

    def _find_items(self, session: Session, ids: Sequence[str]) -> dict[str, dict[int, DeskItem]]:
        """Return the projects of the campaign with these identifiers, by identifier and occurrence."""
        wanted = select(DeskItem).where(DeskItem.campaign_id == self._access.campaign.id)
        found: dict[str, dict[int, DeskItem]] = {}
        for item in session.scalars(wanted.where(DeskItem.project_id.in_(ids))):
            found.setdefault(item.project_id, {})[item.occurrence] = item
        return found

    def _take_one(self, session: Session, task: LabelTask, item: DeskItem | None) -> None:
        occurrence = (task.occurrence or 1) if item is None else item.occurrence
        if item is None:
            self.new.append(occurrence)
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
            judgement = self._judgement(task, said, project)
            self.judgements.append(Vetted(task.line, task.project_id, occurrence, user_id, judgement))
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


def _choose(task: LabelTask, held: Mapping[int, DeskItem]) -> DeskItem | None:
    """Return the project of the campaign that a task means; None when the campaign holds none of its identifier."""
    if not held:
        return None
    name = repr(task.project_id[:_SHOWN])
    if task.occurrence is None:
        if len(held) > 1:
            detail = f"The campaign holds {len(held)} projects with the id {name}."
            raise refuse(task.line, detail, "ambiguous-id", _OCCURRENCE)
        return next(iter(held.values()))
    if task.occurrence not in held:
        detail = f"The campaign holds the id {name}, but not as occurrence {task.occurrence}."
        remedy = f"It holds: {', '.join(map(str, sorted(held)[:_LISTED]))}."
        raise refuse(task.line, detail, "occurrence-missing", remedy)
    return held[task.occurrence]


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
