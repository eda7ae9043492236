"""Decides on the projects of a tagged portfolio: accepted as they are or corrected, one word for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from classifier.tagging import Risk
from service.desk.events import Form, Saved, save
from service.desk.faults import DeskMissingError
from service.desk.items import find_item, read_content
from service.desk.judgement import MOST_QUOTES, Answer, Judgement
from service.desk.labels import AREAS, MARKERS, RISK, RULES, YES, suggested_values
from service.desk.states import Role, Seat

if TYPE_CHECKING:
    from classifier.tagging import Evidence, Tagging
    from service.desk.access import Access
    from service.desk.views import JudgeView
    from service.store.database import Database


@dataclass(frozen=True, slots=True)
class Difference:
    """A label on which the person and the model differ."""

    label: str
    machine: str
    human: str


def accept(database: Database, access: Access, item_id: int, *, revision: int, token: str) -> Saved:
    """Save what the model says as the word of the reviewers.

    Raises
    ------
    StaleFormError
        Somebody judged the project after the row was shown; nothing was changed.
    JudgementError
        What the model says cannot be a judgement in this campaign: it must be opened.
    DeskStateError, DeskMissingError, UsageError
        See `service.desk.events.save`.
    """
    require_reviewer(access)
    with database.reading() as session:
        find_item(session, access, item_id)
        _, tagging = read_content(session, item_id)
    judgement = judge_like_model(tagging, access.questions.labels)
    form = Form(token, item_id, Seat.REVIEWER, revision, judgement, model_version=tagging.model_version)
    return save(database, access, form)


def judge_like_model(tagging: Tagging, labels: Sequence[str]) -> Judgement:
    """Return what the model says as a judgement, with the words that led to it."""
    values = suggested_values(tagging)
    words = _words(tagging)
    return Judgement({label: Answer(values[label], words.get(label, ())) for label in labels})


def compare_with_model(view: JudgeView, tagging: Tagging) -> tuple[Difference, ...]:
    """Return the labels on which a person and the model differ; not the rules, which only describe a risk."""
    suggested = suggested_values(tagging)
    return tuple(
        Difference(label, suggested[label], answer.value)
        for label, answer in view.judgement.answers.items()
        if label != RULES and answer.value != suggested[label]
    )


def require_reviewer(access: Access) -> None:
    """Hide the review from annotators.

    Raises
    ------
    DeskMissingError
        ``campaign-missing``.
    """
    if access.role is Role.ANNOTATOR:
        raise DeskMissingError("There is no such campaign.", code="campaign-missing")


def _words(tagging: Tagging) -> dict[str, tuple[Evidence, ...]]:
    """Return the words behind what the model gives."""
    found = {area.code: area.evidence for area in tagging.areas if area.selected}
    found |= {name: tag.evidence for name, tag in zip(MARKERS, (tagging.gender, tagging.human_rights), strict=True)}
    if tagging.oda.risk in {Risk.HIGH, Risk.REVIEW}:
        found[RISK] = tuple(one for finding in tagging.oda.findings if finding.counts for one in finding.evidence)
    return {label: tuple(dict.fromkeys(words))[:MOST_QUOTES] for label, words in found.items()}


def gives(view: JudgeView) -> list[str]:
    """Return the result areas that a person gave."""
    return [code for code, answer in view.judgement.answers.items() if code in AREAS and answer.value == YES]
