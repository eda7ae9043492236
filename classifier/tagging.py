"""What Portolan says about one project, with the words that led to it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from classifier.project import TextField

Score: TypeAlias = int


class Risk(StrEnum):
    """ODA risk of a project; `INSUFFICIENT` when the text does not show what is done."""

    LOW = "low"
    REVIEW = "review"
    HIGH = "high"
    INSUFFICIENT = "insufficient"


class Verdict(StrEnum):
    """What a rule says about the activity that it describes."""

    ELIGIBLE = "eligible"
    CONDITIONAL = "conditional"
    INELIGIBLE = "ineligible"


class Polarity(StrEnum):
    """Whether the project itself finances what the words name."""

    AFFIRMED = "affirmed"
    NEGATED = "negated"
    CONTEXT = "context"
    UNCLEAR = "unclear"


class Decision(StrEnum):
    """What may happen with an output without a person."""

    ACCEPTED = "accepted"
    TO_REVIEW = "to review"
    ABSTAINED = "abstained"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words of the project: ``getattr(project, field)[start:end] == quote``, always."""

    field: TextField
    start: int
    end: int
    quote: str


class AreaTag(NamedTuple):
    """One result area with its calibrated probability; evidence only where selected.

    Every project has eighteen: a tuple is made and sent several times as fast as a data class.
    """

    code: str
    probability: float
    threshold: float
    selected: bool
    decision: Decision
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkerTag:
    """An ordinal marker: score 0, 1, 2, or None when the text cannot tell.

    `at_least_1` and `at_least_2` are calibrated cumulative probabilities, never increasing.
    """

    score: Score | None
    at_least_1: float
    at_least_2: float
    thresholds: tuple[float, float]
    decision: Decision
    reasons: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that fired on a project.

    Parameters
    ----------
    rule
        Rule id, ``RET-02``.
    verdict
        The rule's own verdict.
    polarity
        Whether the words are affirmed, negated, context or unclear. Negated findings are reported but never count.
    section
        ``objective``, ``activity``, ``context``, ``title`` or ``field``.
    evidence
        The words; empty when a code or field decided.
    given
        The code or field that decided, as ``name=value`` (``aid_type=H02``); empty when words decided.
    counts
        Whether the finding took part in the risk (an affirmed ineligible rule does; a negated one does not).
    """

    rule: str
    verdict: Verdict
    polarity: Polarity
    section: str
    evidence: tuple[Evidence, ...] = ()
    given: str = ""
    counts: bool = True


@dataclass(frozen=True, slots=True)
class OdaAssessment:
    """The ODA risk of one project, and everything behind it.

    Parameters
    ----------
    risk
        The assessed risk.
    decided_by
        Id of the rule that decided, ``model`` when the trained head did, empty for plain low.
    rules_risk
        What the rules alone say.
    model_risk
        What the trained head alone says; None when it abstained or there is no model.
    probabilities
        Calibrated probability of each risk by the trained head, in the order of `Risk`; empty without model.
    questions
        The questions that would settle the doubt, one per counting conditional or ineligible rule, and what is done
        where the risk is insufficient.
    remarks
        Codes of remarks apart from the risk, with their subject: ``DRV-02``, ``recipient-unknown: Foo``.
    """

    risk: Risk
    decided_by: str
    rules_risk: Risk
    findings: tuple[Finding, ...]
    decision: Decision
    reasons: tuple[str, ...] = ()
    model_risk: Risk | None = None
    probabilities: tuple[float, ...] = ()
    questions: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tagging:
    """Everything the system says about one project.

    `decision` is the worst of the decisions of its parts; `reasons` are slugs: ``too_short``, ``no_text``,
    ``language``, ``near_threshold``, ``models_disagree``, ``rules`` ...
    """

    project_id: str
    language: str
    areas: tuple[AreaTag, ...]
    main_area: str | None
    gender: MarkerTag
    human_rights: MarkerTag
    oda: OdaAssessment
    decision: Decision
    reasons: tuple[str, ...]
    model_version: str
    rules_version: str

    def selected_areas(self) -> tuple[str, ...]:
        """Return the codes of the selected result areas, in the order of the taxonomy."""
        return tuple(area.code for area in self.areas if area.selected)
