"""Settles what annotators see differently: who said what, side by side, and the decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from service.desk.events import Form, save
from service.desk.faults import DeskMissingError
from service.desk.items import ItemFilter, list_items
from service.desk.judgement import MOST_QUOTES, Answer, Judgement
from service.desk.labels import AREAS, MAIN_AREA, MARKERS, NO, NONE, RULES, UNSAID
from service.desk.members import list_members
from service.desk.opening import open_item
from service.desk.states import ItemState, Seat
from service.desk.views import views_of

if TYPE_CHECKING:
    from classifier.tagging import Evidence
    from service.desk.access import Access
    from service.desk.events import Saved
    from service.desk.opening import OpenItem
    from service.desk.views import JudgeView
    from service.store.database import Database
    from service.store.desk_tables import DeskItem

#: Values that say that there is nothing: words behind them are no evidence in the labelled data.
_NOTHING: Final = {**dict.fromkeys(AREAS, NO), **dict.fromkeys(MARKERS, "0"), MAIN_AREA: NONE, RULES: NONE}


@dataclass(frozen=True, slots=True)
class Difference:
    """A label of which the annotators say different things: the values in the order of the judges."""

    label: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DisputeLine:
    """An item that waits for a decision, and the labels that divide its annotators."""

    item: DeskItem
    differences: Sequence[Difference]


@dataclass(frozen=True, slots=True)
class DisputePage:
    """One page of what waits for a decision, and how much waits in all."""

    lines: Sequence[DisputeLine]
    count: int


@dataclass(frozen=True, slots=True)
class JudgeLine:
    """What one annotator says, under their name."""

    name: str
    view: JudgeView


@dataclass(frozen=True, slots=True)
class Dispute:
    """An item before an adjudicator: what everybody says, where they differ, and what was decided, if anything was."""

    opened: OpenItem
    judges: Sequence[JudgeLine]
    differences: Sequence[Difference]
    labels: Sequence[str]

    @property
    def decided(self) -> Judgement | None:
        """What adjudicators decided before."""
        return None if self.opened.own is None else self.opened.own.judgement

    def value(self, label: str) -> str:
        """Return what the form shows first: the decision, else what all judges say, else nothing."""
        said = [self.decided] if self.decided is not None else [one.view.judgement for one in self.judges]
        values = {judgement.answers[label].value if label in judgement.answers else UNSAID for judgement in said}
        return values.pop() if len(values) == 1 else UNSAID


def find_differences(judges: Sequence[JudgeView], labels: Sequence[str]) -> list[Difference]:
    """Return the labels of which several judges say different things, in the order of the page."""
    values = [judge.judgement.values for judge in judges]
    said = {label: tuple(one.get(label, UNSAID) for one in values) for label in labels}
    return [Difference(label, one) for label, one in said.items() if len(set(one)) > 1]


def list_disputes(database: Database, access: Access, *, page: int = 1, size: int = 50) -> DisputePage:
    """Return one page of the items whose annotators differ, in the order in which they came.

    Items with one annotator, and those whose annotators agree, settle by themselves and are never here.

    Raises
    ------
    DeskMissingError
        ``campaign-missing`` for all but leads.
    """
    access.require_lead()
    found = list_items(database, access, ItemFilter(states=(ItemState.DISPUTED,)), page=page, size=size)
    labels = access.questions.labels
    lines = []
    with database.reading() as session:
        for item in found.items:
            judges = [view for view in views_of(session, item.id) if view.seat is Seat.ANNOTATOR]
            lines.append(DisputeLine(item, find_differences(judges, labels)))
    return DisputePage(lines, found.count)


def open_dispute(database: Database, access: Access, item_id: int) -> Dispute:
    """Open an item for a decision; one that was decided already can be decided anew.

    Raises
    ------
    DeskMissingError
        ``item-missing``, also when nobody has judged it yet; ``campaign-missing`` for all but leads.
    """
    access.require_lead()
    opened = open_item(database, access, item_id, Seat.ADJUDICATOR)
    names = {member.user_id: member.name for member in list_members(database, access)}
    judges = [view for view in opened.others if view.seat is Seat.ANNOTATOR]
    if not judges:
        raise DeskMissingError("Nobody has judged this project yet.", code="item-missing")
    labels = access.questions.labels
    lines = [JudgeLine(names[view.user_id], view) for view in judges]
    return Dispute(opened, lines, find_differences(judges, labels), labels)


def decide(
    database: Database,
    access: Access,
    dispute: Dispute,
    values: Mapping[str, str],
    *,
    revision: int,
    token: str,
    note: str,
) -> Saved:
    """Settle an item: a label event for each label, with the words that judges cited for what was decided.

    Parameters
    ----------
    values
        The decided value of each label; a label without one keeps what all judges say.
    revision
        What `OpenItem.revision` was when the decision was begun.

    Raises
    ------
    StaleFormError
        ``form-stale``: somebody judged or decided meanwhile. Nothing was changed.
    JudgementError
        The decision cannot be meant: a label without decision, a main area that is none of the areas ...
    """
    judgement = compose_decision(dispute, values, note)
    return save(database, access, Form(token, dispute.opened.item.id, Seat.ADJUDICATOR, revision, judgement))


def compose_decision(dispute: Dispute, values: Mapping[str, str], note: str = "") -> Judgement:
    """Return the decision as a judgement, with the words cited by whoever said the same."""
    chosen = {label: values.get(label) or dispute.value(label) for label in dispute.labels}
    said = [one.view.judgement for one in dispute.judges]
    if dispute.decided is not None:
        said.insert(0, dispute.decided)
    return Judgement({label: Answer(value, _cited(label, value, said)) for label, value in chosen.items()}, note)


def _cited(label: str, value: str, said: Sequence[Judgement]) -> tuple[Evidence, ...]:
    if _NOTHING.get(label) == value:
        return ()
    answers = [judgement.answers[label] for judgement in said if label in judgement.answers]
    cited = (one for answer in answers if answer.value == value for one in answer.evidence)
    return tuple(dict.fromkeys(cited))[:MOST_QUOTES]
