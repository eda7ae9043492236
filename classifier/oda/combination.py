"""Combine what fired into one risk, by the table of the criteria."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from classifier.oda.rulebook import Rule
from classifier.tagging import Evidence, Finding, Polarity, Risk, Verdict

#: Rules on places that an admitted purpose turns into GEO-05.
_AT_HOME = frozenset({"GEO-02", "GEO-06", "REF-05"})
#: Conditional rules on activities that happen at home in part.
_PARTLY_AT_HOME = frozenset({"LAB-03", "LAB-07", "PRI-3", "RET-03", "IDR-14", "STU-04", "GEO-05"})
_DOMESTIC = "recipient=domestic"
_LEVELS = {Risk.LOW: 0, Risk.REVIEW: 1, Risk.HIGH: 2}


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that fired: on words (with their sentence number) or on a code or field (`given`)."""

    rule: Rule
    polarity: Polarity
    section: str
    evidence: tuple[Evidence, ...] = ()
    given: str = ""
    sentence: int = -1
    sole: bool = True
    strong: bool = False

    def weight(self) -> Risk:
        """Return the risk that this finding alone would give."""
        rule = self.rule
        if rule.verdict is Verdict.ELIGIBLE or rule.effect in {"remark", "insufficient"}:
            return Risk.LOW
        if self.polarity in {Polarity.NEGATED, Polarity.CONTEXT}:
            return Risk.LOW
        if self._rises():
            return Risk.HIGH
        if rule.verdict is Verdict.CONDITIONAL or rule.effect == "review" or self.polarity is Polarity.UNCLEAR:
            return Risk.REVIEW
        return Risk.REVIEW if self.section == "context" else Risk.HIGH

    def _rises(self) -> bool:
        """Tell whether the section lifts the rule to high."""
        if self.polarity is not Polarity.AFFIRMED:
            return False
        if self.strong or not self.rule.rises:
            return self.strong
        if self.rule.rises == "overall":
            return self.section == "overall" and self.sole
        return self.section in {"objective", "overall"}


@dataclass(frozen=True, slots=True)
class Combined:
    """The risk by the rules, the rule that decided, and the findings with what counted."""

    risk: Risk
    decided_by: str
    findings: tuple[Finding, ...]
    counting: tuple[Rule, ...]

    def rests_on_codes(self) -> bool:
        """Tell whether codes or recipients alone give a risk above low."""
        counting = [one for one in self.findings if one.counts]
        return self.risk in {Risk.REVIEW, Risk.HIGH} and not any(one.evidence for one in counting)


def admit_at_home(fired: Sequence[Fired], admitted: Rule) -> list[Fired]:
    """Turn spending at home for an admitted purpose into the conditional rule for it (GEO-05).

    The purpose must be affirmed in the same component: awareness, students, refugees' first months.
    """
    purposes = [
        one
        for one in fired
        if one.polarity is Polarity.AFFIRMED and (admitted.id in one.rule.lowers or one.rule.id in _PARTLY_AT_HOME)
    ]
    return [
        replace(one, rule=admitted)
        if one.rule.id in _AT_HOME and one.given != _DOMESTIC and any(_same_component(one, other) for other in purposes)
        else one
        for one in fired
    ]


def combine(fired: Sequence[Fired], *, insufficient: str = "") -> Combined:
    """Combine findings; `insufficient` names the rule that found too little text, if any."""
    lowered = _lowered(fired)
    weights = [Risk.LOW if index in lowered else one.weight() for index, one in enumerate(fired)]
    risk = max(weights, key=_LEVELS.__getitem__, default=Risk.LOW)
    decisive = [one for one, weight in zip(fired, weights, strict=True) if weight is risk]
    decided_by = decisive[0].rule.id if decisive and risk is not Risk.LOW else ""
    if risk is Risk.LOW and insufficient:
        risk, decided_by = Risk.INSUFFICIENT, insufficient
    findings = tuple(
        Finding(
            rule=one.rule.id,
            verdict=one.rule.verdict,
            polarity=one.polarity,
            section="objective" if one.section == "overall" else one.section,
            evidence=one.evidence,
            given=one.given,
            counts=weight is not Risk.LOW or one.rule.id == insufficient,
        )
        for one, weight in zip(fired, weights, strict=True)
    )
    counting = {one.rule.id: one.rule for one, weight in zip(fired, weights, strict=True) if weight is not Risk.LOW}
    return Combined(risk, decided_by, findings, tuple(counting.values()))


def _lowered(fired: Sequence[Fired]) -> Collection[int]:
    """Return the conditional findings that an eligible rule settles in the same component."""
    settling = [one for one in fired if one.rule.lowers and one.polarity is Polarity.AFFIRMED]
    return {
        index
        for index, one in enumerate(fired)
        if one.rule.verdict is Verdict.CONDITIONAL
        and any(one.rule.id in other.rule.lowers and _same_component(one, other) for other in settling)
    }


def _same_component(one: Fired, other: Fired) -> bool:
    """Tell whether two findings concern one component: the same sentence, its neighbour, or a field."""
    return bool(one.given or other.given) or abs(one.sentence - other.sentence) <= 1
