"""A project whose eligibility a person has to settle, with everything that the person needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from classifier.tagging import Risk
from classifier.text import read_text
from service.reporting.excerpt import make_excerpts
from service.reporting.subject import make_subject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.oda.rulebook import RuleBook
    from classifier.portfolio.serialise import Json
    from classifier.project import Project
    from classifier.tagging import Finding, Polarity, Tagging, Verdict
    from classifier.text import Text
    from service.reporting.excerpt import Excerpt
    from service.reporting.subject import Measured, Subject

AT_RISK: Final = (Risk.HIGH, Risk.REVIEW)
_ODA_FLOWS: Final = frozenset({"10", "11", "13"})
_RISKS: Final = tuple(Risk)

DECLARED: Final = "declared as ODA"
DECLARED_OTHER: Final = "declared as another flow"
NOT_DECLARED: Final = "flow type not stated"


@dataclass(frozen=True, slots=True)
class Cited:
    """A rule that fired, with its words in their sentences or the code (`given`) that decided."""

    rule: str
    verdict: Verdict
    polarity: Polarity
    section: str
    given: tuple[str, ...]
    excerpts: tuple[Excerpt, ...]


@dataclass(frozen=True, slots=True)
class ModelView:
    """What the trained model says of the risk."""

    risk: Risk
    probability: float
    disagrees: bool


@dataclass(frozen=True, slots=True)
class Settling:
    """One entry of the list to settle.

    Parameters
    ----------
    findings
        The rules that counted, one entry for each.
    noted
        Rules that fired and did not count: negated, context, eligible.
    declared
        How the source declares the money: `DECLARED`, `DECLARED_OTHER` or `NOT_DECLARED`.
    """

    subject: Subject
    risk: Risk
    rules_risk: Risk
    decided_by: str
    findings: tuple[Cited, ...]
    noted: tuple[Cited, ...]
    remarks: tuple[str, ...]
    declared: str
    flow_type: str
    purpose_codes: tuple[str, ...]
    model: ModelView | None

    def to_json(self, book: RuleBook) -> dict[str, Json]:
        """Return plain data, with what the rule book says of each rule."""
        model = self.model
        return {
            **self.subject.to_json(),
            "risk": self.risk.value,
            "rules_risk": self.rules_risk.value,
            "decided_by": self.decided_by,
            "declared": self.declared,
            "flow_type": self.flow_type,
            "purpose_codes": list(self.purpose_codes),
            "findings": [_cited_json(one, book, self.subject.language) for one in self.findings],
            "noted": [_cited_json(one, book, self.subject.language) for one in self.noted],
            "remarks": list(self.remarks),
            "model": None
            if model is None
            else {"risk": model.risk.value, "probability": round(model.probability, 4), "disagrees": model.disagrees},
        }


def _cited_json(cited: Cited, book: RuleBook, language: str) -> dict[str, Json]:
    rule = book.rule(cited.rule)
    return {
        "rule": cited.rule,
        "group": rule.group,
        "verdict": cited.verdict.value,
        "polarity": cited.polarity.value,
        "section": cited.section,
        "activity": rule.activity,
        "reason": rule.reason,
        "source_status": rule.status,
        "sources": list(rule.sources),
        "question": rule.questions(language),
        "given": list(cited.given),
        "excerpts": [one.to_json() for one in cited.excerpts],
    }


def make_settling(project: Project, tagging: Tagging, measured: Measured) -> Settling:
    """Return the entry of a project."""
    oda = tagging.oda
    text = read_text(project)
    return Settling(
        subject=make_subject(project, tagging, measured),
        risk=oda.risk,
        rules_risk=oda.rules_risk,
        decided_by=oda.decided_by,
        findings=_cite(project, text, [one for one in oda.findings if one.counts]),
        noted=_cite(project, text, [one for one in oda.findings if not one.counts]),
        remarks=oda.remarks,
        declared=name_declaration(project),
        flow_type=project.flow_type,
        purpose_codes=project.purpose_codes,
        model=view_model(tagging),
    )


def _cite(project: Project, text: Text, findings: Sequence[Finding]) -> tuple[Cited, ...]:
    """Put the findings of one rule and polarity together."""
    by_rule: dict[tuple[str, Polarity], list[Finding]] = {}
    for one in findings:
        by_rule.setdefault((one.rule, one.polarity), []).append(one)
    return tuple(
        Cited(
            rule,
            found[0].verdict,
            polarity,
            found[0].section,
            tuple(dict.fromkeys(one.given for one in found if one.given)),
            make_excerpts(project, text, [evidence for one in found for evidence in one.evidence]),
        )
        for (rule, polarity), found in by_rule.items()
    )


def name_declaration(project: Project) -> str:
    """Return how the source declares the money, by its flow type."""
    flow = project.flow_type.strip()
    if not flow:
        return NOT_DECLARED
    return DECLARED if flow in _ODA_FLOWS or flow.upper().startswith("ODA") else DECLARED_OTHER


def view_model(tagging: Tagging) -> ModelView | None:
    """Return what the model says of the risk, None where it says nothing."""
    oda = tagging.oda
    if oda.model_risk is None:
        return None
    probability = dict(zip(_RISKS, oda.probabilities, strict=False)).get(oda.model_risk, 0.0)
    return ModelView(oda.model_risk, probability, "models_disagree" in oda.reasons)
