"""What one person says of one project, and whether it can be meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from classifier.project import TEXT_FIELDS
from classifier.tagging import Evidence
from service.desk.faults import JudgementError
from service.desk.labels import AREAS, CITABLE, MAIN_AREA, MARKERS, NONE, UNKNOWN, YES, is_value, labels_of
from service.records import read_evidence, write_evidence

if TYPE_CHECKING:
    from classifier.project import Project

LONGEST_NOTE: Final = 4_000
MOST_QUOTES: Final = 20


@dataclass(frozen=True, slots=True)
class Answer:
    """The value of one label, and the words of the project behind it."""

    value: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """An answer for every label that the campaign asks for.

    Parameters
    ----------
    answers
        By label code; see `service.desk.labels` for the values.
    note
        Why, in the person's own words; may be empty.
    """

    answers: Mapping[str, Answer]
    note: str = ""

    @property
    def values(self) -> dict[str, str]:
        """The values alone."""
        return {label: answer.value for label, answer in self.answers.items()}

    def areas(self) -> tuple[str, ...]:
        """Return the result areas that were given, in the order of the taxonomy."""
        return tuple(code for code in AREAS if code in self.answers and self.answers[code].value == YES)


@dataclass(frozen=True, slots=True)
class Questions:
    """What a campaign asks: groups of labels, and whether words must be cited for what is more than nothing."""

    groups: Sequence[str]
    evidence_required: bool = False
    labels: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", labels_of(self.groups))


def check_judgement(judgement: Judgement, questions: Questions, project: Project) -> None:
    """Refuse a judgement that cannot be meant.

    Raises
    ------
    JudgementError
        ``label-unknown``, ``label-missing``, ``value-invalid``, ``main-area``, ``evidence-invalid``,
        ``evidence-missing`` or ``note-too-long``; its `label` names the place, never a text.
    """
    if unknown := sorted(set(judgement.answers) - set(questions.labels)):
        raise JudgementError("This label is not asked for.", code="label-unknown", label=unknown[0][:40])
    for label in questions.labels:
        answer = judgement.answers.get(label)
        if answer is None:
            raise JudgementError(f"There is no answer for {label}.", code="label-missing", label=label)
        if not is_value(label, answer.value):
            raise JudgementError(f"The value of {label} is none of its own.", code="value-invalid", label=label)
        _check_evidence(label, answer, project)
        if questions.evidence_required and _needs_evidence(label, answer.value) and not answer.evidence:
            raise JudgementError(f"No words are cited for {label}.", code="evidence-missing", label=label)
    _check_main_area(judgement)
    if len(judgement.note) > LONGEST_NOTE:
        raise JudgementError(f"The note is longer than {LONGEST_NOTE:,} characters.", code="note-too-long")


def _needs_evidence(label: str, value: str) -> bool:
    return (label in AREAS and value == YES) or (label in MARKERS and value in {"1", "2"})


def _check_evidence(label: str, answer: Answer, project: Project) -> None:
    fits = not answer.evidence or (label in CITABLE and len(answer.evidence) <= MOST_QUOTES)
    if not (fits and all(_stands(one, project) for one in answer.evidence)):
        raise JudgementError(
            f"The words cited for {label} are not in the project.", code="evidence-invalid", label=label
        )


def _stands(evidence: Evidence, project: Project) -> bool:
    """Return whether words are those of a text at this place; a place beyond its end is none, though a slice clips."""
    text = project.text(evidence.field) if evidence.field in TEXT_FIELDS else ""
    is_place = 0 <= evidence.start < evidence.end <= len(text)
    return is_place and text[evidence.start : evidence.end] == evidence.quote and not evidence.quote.isspace()


def _check_main_area(judgement: Judgement) -> None:
    main = judgement.answers.get(MAIN_AREA)
    if main is None or main.value == UNKNOWN:
        return
    areas = judgement.areas()
    if (main.value == NONE) == bool(areas) or (areas and main.value not in areas):
        raise JudgementError(
            "The main area is not one of the areas.",
            code="main-area",
            label=MAIN_AREA,
            remedy="Choose one of the areas, or none where there is none.",
        )


def write_answers(answers: Mapping[str, Answer]) -> dict[str, Any]:
    """Return answers as plain data: ``{label: [value, [[field, start, end, quote], ...]]}``."""
    return {label: [one.value, write_evidence(one.evidence)] for label, one in answers.items()}


def read_answers(row: Mapping[str, Any]) -> dict[str, Answer]:
    """Return what `write_answers` wrote."""
    return {label: Answer(value, read_evidence(evidence)) for label, (value, evidence) in row.items()}
