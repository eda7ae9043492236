"""Gathers the ODA eligibility of a portfolio in one pass: sums for all projects, an entry for each to settle."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from classifier.tagging import Risk
from service.reporting.about import MoneyRemarks
from service.reporting.settling import AT_RISK, Settling, make_settling, name_declaration
from service.reporting.subject import measure, most_money_first, name_agency
from service.reporting.tally import Breakdown, Tally

if TYPE_CHECKING:
    from classifier.oda.rulebook import RuleBook
    from classifier.portfolio.serialise import Json
    from classifier.project import Project
    from classifier.tagging import Tagging
    from service.reporting.about import About
    from service.reporting.money import Rates

RISKS: Final = (Risk.HIGH, Risk.REVIEW, Risk.INSUFFICIENT, Risk.LOW)
RISK_NAMES: Final = tuple(risk.value for risk in RISKS)
AT_RISK_NAMES: Final = tuple(risk.value for risk in AT_RISK)


@dataclass(slots=True)
class Eligibility:
    """The eligibility of a portfolio; memory grows with the projects to settle, not with the portfolio.

    Parameters
    ----------
    book
        The rules, for their words.
    rates
        Converts money, if given.
    total, declared, groups, rules, countries, years, agencies
        Projects and money by risk: in all, by what the source declares, by what fired and counted, by where,
        when and who. Under several rules, years or countries a project counts under each; its money is shared
        among countries and years, not among rules.
    at_risk
        Projects of high risk or to review.
    unjudged
        Projects whose text does not show what is done.
    """

    book: RuleBook
    rates: Rates | None = None
    total: Tally = field(default_factory=Tally)
    declared: Breakdown = field(default_factory=Breakdown)
    groups: Breakdown = field(default_factory=Breakdown)
    rules: Breakdown = field(default_factory=Breakdown)
    countries: Breakdown = field(default_factory=Breakdown)
    years: Breakdown = field(default_factory=Breakdown)
    agencies: Breakdown = field(default_factory=Breakdown)
    money: MoneyRemarks = field(default_factory=MoneyRemarks)
    remarks: Counter[str] = field(default_factory=Counter)
    disagreements: int = 0
    at_risk: list[Settling] = field(default_factory=list)
    unjudged: list[Settling] = field(default_factory=list)

    def count(self, project: Project, tagging: Tagging) -> None:
        """Count one project."""
        oda, risk = tagging.oda, tagging.oda.risk.value
        measured = measure(project, self.rates)
        totals = measured.counted.totals()
        self.total.add(risk, totals)
        self.declared.add(name_declaration(project), risk, totals)
        self.agencies.add(name_agency(project), risk, totals)
        for name, share in measured.countries.items():
            self.countries.add(name, risk, totals, share)
        for year, sums in measured.years(project).items():
            self.years.add(year, risk, sums)
        counting = dict.fromkeys(finding.rule for finding in oda.findings if finding.counts)
        for rule in counting:
            self.rules.add(rule, risk, totals)
        for group in dict.fromkeys(self.book.rule(rule).group for rule in counting):
            self.groups.add(group, risk, totals)
        self.money.count(measured.own, self.rates)
        self.remarks.update({remark.partition(":")[0] for remark in oda.remarks})
        self.disagreements += "models_disagree" in oda.reasons
        if oda.risk in AT_RISK:
            self.at_risk.append(make_settling(project, tagging, measured))
        elif oda.risk is Risk.INSUFFICIENT:
            self.unjudged.append(make_settling(project, tagging, measured))

    def to_settle(self) -> int:
        """Return how many projects a person has to look at."""
        return len(self.at_risk)

    def close(self) -> None:
        """Put the lists in order, most money first; call it after the last project."""
        self.at_risk = most_money_first(self.at_risk)
        self.unjudged = most_money_first(self.unjudged)

    def to_json(self, about: About) -> dict[str, Json]:
        """Return everything as plain data."""
        return {
            "report": "eligibility",
            **about.to_json(),
            "by_risk": self.total.to_json(),
            "by_declaration": self.declared.to_json(),
            "by_rule_group": self.groups.to_json(),
            "by_rule": self.rules.to_json(),
            "by_country": self.countries.to_json(),
            "by_year": self.years.to_json(),
            "by_agency": self.agencies.to_json(),
            "money_remarks": self.money.to_json(),
            "remarks": dict(self.remarks),
            "rules_and_model_disagree": self.disagreements,
            "to_settle": [one.to_json(self.book) for one in self.at_risk],
            "cannot_be_judged": [one.to_json(self.book) for one in self.unjudged],
        }
