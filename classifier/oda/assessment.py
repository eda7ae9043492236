"""Assess the ODA risk of a project: rules first, the trained head as a second opinion."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import NamedTuple, Self

from classifier.oda.coding import coding_findings, coding_remarks
from classifier.oda.combination import Combined, Fired, admit_at_home, combine
from classifier.oda.conditions import Facts, facts_of
from classifier.oda.findings import Hit, Line, RuleReader
from classifier.oda.recipients import Place, list_year_remark, resolve
from classifier.oda.rulebook import Rule, RuleBook, rules_folder
from classifier.oda.shipped import load_rules
from classifier.oda.sufficiency import NOT_SAID, missing_description, shows_what_is_done
from classifier.project import Project
from classifier.tagging import Decision, Evidence, Finding, OdaAssessment, Polarity, Risk, Verdict
from classifier.text import Sentence, Text

_RISKS = tuple(Risk)
_CONFIDENT = 0.7
_HIGH_ENOUGH = 0.6
_MODEL = "model"
_MEMORY = 4_096


@dataclass(frozen=True, slots=True)
class ModelOpinion:
    """What the trained head says: the probability of each risk in the order of `Risk`."""

    probabilities: tuple[float, ...]
    abstained: bool = False

    def risk(self) -> Risk | None:
        """Return the most probable risk, or None when the head abstained."""
        if self.abstained or not self.probabilities:
            return None
        best = max(range(len(self.probabilities)), key=self.probabilities.__getitem__)
        return _RISKS[best]

    def probability(self, risk: Risk) -> float:
        """Return the probability of one risk."""
        return self.probabilities[_RISKS.index(risk)]


class RuleEngine:
    """Judges projects one at a time; holds no state that a project changes.

    Examples
    --------
    >>> engine = RuleEngine.load()
    >>> engine.assess(project, read_text(project)).risk  # doctest: +SKIP
    <Risk.LOW: 'low'>
    """

    def __init__(self, book: RuleBook, reader: RuleReader) -> None:
        self.book = book
        self.version = book.version
        self._reader = reader
        # Portfolios say the same few codes again and again.
        self._fields = lru_cache(maxsize=_MEMORY)(partial(_from_fields, tuple(rule for rule in book if rule.fields)))

    @classmethod
    def load(cls) -> Self:
        """Return an engine over the rules that Portolan ships; the patterns are compiled once."""
        return cls(load_rules(), _shipped_reader())

    def assess(self, project: Project, text: Text, model: ModelOpinion | None = None) -> OdaAssessment:
        """Assess one project.

        Parameters
        ----------
        project
            The record, with its codes and recipients.
        text
            What `read_text` made of it.
        model
            The opinion of the trained head, if there is one.
        """
        places = resolve(project)
        facts = facts_of(project, places)
        lines = _lines(text)
        around = self._reader.surroundings(facts.recipient, _countries(places), lines[:1])
        hits = self._reader.read(lines, around, text.words)
        fired = [*self._fields(facts), *_from_hits(hits, text, project)]
        fired = admit_at_home(fired, self.book.rules["GEO-05"])
        fired += coding_findings(self.book, project, places, around, fired)
        fired.sort(key=_weightiest_first)
        short = missing_description(text, fired)
        combined = combine(fired, insufficient=short)
        remarks = _remarks(project, places, combined) + coding_remarks(project, fired)
        return self._assessment(combined, remarks, text, _second_opinion(combined, model, fired))

    def _assessment(self, combined: Combined, remarks: tuple[str, ...], text: Text, opinion: Opinion) -> OdaAssessment:
        """Put the rules' risk and the model's opinion together."""
        findings, asking = combined.findings, combined.counting
        not_said = self.book.rules[NOT_SAID]
        if opinion.risk is Risk.INSUFFICIENT:
            asking += (not_said,)
            if not any(one.rule == NOT_SAID and one.counts for one in findings):
                findings += (Finding(NOT_SAID, not_said.verdict, Polarity.AFFIRMED, "field"),)
        return OdaAssessment(
            risk=opinion.risk,
            decided_by=opinion.decided_by,
            rules_risk=combined.risk,
            findings=findings,
            decision=_decision(text, opinion),
            reasons=_reasons(text, opinion),
            model_risk=opinion.model_risk,
            probabilities=opinion.probabilities,
            questions=_questions(asking, text.language),
            remarks=remarks,
        )


def _from_fields(rules: Sequence[Rule], facts: Facts) -> tuple[Fired, ...]:
    """Return the rules that codes and recipients fire."""
    told = facts.by_name()
    given = ((rule, next((found for one in rule.fields if (found := one.holds(told))), None)) for rule in rules)
    return tuple(Fired(rule, Polarity.AFFIRMED, "field", given=found) for rule, found in given if found is not None)


@lru_cache(maxsize=1)
def _shipped_reader() -> RuleReader:
    """Compile the shipped rules, once per process."""
    return RuleReader(load_rules(), rules_folder())


def _lines(text: Text) -> list[Line]:
    """Return the sentences as lines to read."""
    return [Line(one.field, number, one.text, one.language) for number, one in enumerate(text.sentences)]


def _countries(places: Sequence[Place]) -> frozenset[str]:
    """Return the ISO 3 codes of the recipient countries."""
    return frozenset(place.country.iso3 for place in places if place.country)


def _from_hits(hits: Sequence[Hit], text: Text, project: Project) -> Iterator[Fired]:
    """Yield findings of hits, each with evidence from the original text."""
    for hit in hits:
        sentence: Sentence = text.sentences[hit.line.number]
        evidence: Evidence = sentence.evidence(project, hit.start, hit.end)
        yield Fired(hit.rule, hit.polarity, hit.section, (evidence,), "", hit.line.number, hit.sole, hit.strong)


def _weightiest_first(one: Fired) -> tuple[int, int, str]:
    """Return the order of findings: weight, place in the text, rule."""
    weights = (Risk.HIGH, Risk.REVIEW, Risk.LOW)
    eligible = one.rule.verdict is Verdict.ELIGIBLE
    return weights.index(one.weight()) * 2 + eligible, one.sentence, one.rule.id


def _remarks(project: Project, places: Sequence[Place], combined: Combined) -> tuple[str, ...]:
    """Return the remarks on recipients, years, amounts and mixed components."""
    remarks = [f"recipient-unknown: {place.given}" for place in places if place.status == "unknown"]
    if places and (remark := list_year_remark(project.year)):
        remarks.append(remark)
    if any(amount.value is None for amount in project.amounts):
        remarks.append("amount-unreadable")
    if combined.risk is Risk.HIGH and _is_mixed(combined):
        remarks.append("GEN-07")
    return tuple(remarks)


def _is_mixed(combined: Combined) -> bool:
    """Tell whether an eligible activity stands beside an ineligible one."""
    return any(
        one.verdict is Verdict.ELIGIBLE and one.evidence and not one.rule.startswith(("GEN", "PRI"))
        for one in combined.findings
    )


class Opinion(NamedTuple):
    """What rules and model say together, and what the model alone says."""

    risk: Risk
    decided_by: str
    disagree: bool
    model_risk: Risk | None
    probabilities: tuple[float, ...]


def _second_opinion(combined: Combined, model: ModelOpinion | None, fired: Sequence[Fired]) -> Opinion:
    """Hear the model on what the rules said.

    The model alone never gives more than a review and never takes a risk of the rules away; where they find no risk
    and nothing that is done, it may find that the text shows nothing. It reads words only: where codes and recipients
    decide, it has nothing to say.
    """
    risk, decided_by, disagree = combined.risk, combined.decided_by, False
    model_risk = model.risk() if model else None
    if model and model_risk and model_risk is not risk and not combined.rests_on_codes():
        disagree = model.probability(model_risk) >= (_HIGH_ENOUGH if model_risk is Risk.HIGH else _CONFIDENT)
        if disagree and risk is Risk.LOW:
            if model_risk is not Risk.INSUFFICIENT:
                risk, decided_by = Risk.REVIEW, _MODEL
            elif not shows_what_is_done(fired):
                risk, decided_by = Risk.INSUFFICIENT, _MODEL
    return Opinion(risk, decided_by, disagree, model_risk, model.probabilities if model else ())


def _decision(text: Text, opinion: Opinion) -> Decision:
    """Return what may happen without a person; where rules and model disagree, one looks."""
    if not text.words or (opinion.risk is Risk.INSUFFICIENT and not opinion.disagree):
        return Decision.ABSTAINED
    return Decision.ACCEPTED if opinion.risk is Risk.LOW and not opinion.disagree else Decision.TO_REVIEW


def _reasons(text: Text, opinion: Opinion) -> tuple[str, ...]:
    """Return why a person should look."""
    reasons = []
    if not text.words:
        reasons.append("no_text")
    elif opinion.risk is Risk.INSUFFICIENT and not opinion.disagree:
        reasons.append("too_short")
    if opinion.risk in {Risk.HIGH, Risk.REVIEW}:
        reasons.append("rules")
    if opinion.disagree:
        reasons.append("models_disagree")
    return tuple(reasons)


def _questions(rules: Sequence[Rule], language: str) -> tuple[str, ...]:
    """Return the settling questions of the rules that count, each once."""
    return tuple(dict.fromkeys(question for rule in rules if (question := rule.questions(language))))
