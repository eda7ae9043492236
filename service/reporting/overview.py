"""Gathers the tagging of a portfolio in one pass: areas, markers, languages, decisions, and what needs review."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from classifier.tagging import Decision
from classifier.text import read_text
from service.reporting.about import MoneyRemarks
from service.reporting.excerpt import make_excerpts
from service.reporting.subject import make_subject, measure, most_money_first, name_agency
from service.reporting.tally import Breakdown, Tally

if TYPE_CHECKING:
    from classifier.portfolio.serialise import Json
    from classifier.project import Project
    from classifier.tagging import MarkerTag, Tagging
    from service.reporting.about import About
    from service.reporting.excerpt import Excerpt
    from service.reporting.money import Rates
    from service.reporting.subject import Measured, Subject

NO_AREA: Final = "none"
UNSAID: Final = "none"
MARKERS: Final = ("gender", "human_rights")
SCORES: Final = ("0", "1", "2", UNSAID)
DECISIONS: Final = tuple(decision.value for decision in Decision)


@dataclass(frozen=True, slots=True)
class SaidArea:
    """A result area in the list of what needs review: selected, or close to it."""

    code: str
    probability: float
    selected: bool
    decision: Decision
    excerpts: tuple[Excerpt, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """A project that a person has to look at."""

    subject: Subject
    decision: Decision
    reasons: tuple[str, ...]
    areas: tuple[SaidArea, ...]
    scores: tuple[tuple[str, str, Decision], ...]
    risk: str

    def to_json(self) -> dict[str, Json]:
        """Return plain data."""
        return {
            **self.subject.to_json(),
            "decision": self.decision.value,
            "reasons": list(self.reasons),
            "result_areas": [
                {
                    "code": one.code,
                    "probability": round(one.probability, 4),
                    "selected": one.selected,
                    "decision": one.decision.value,
                    "excerpts": [excerpt.to_json() for excerpt in one.excerpts],
                }
                for one in self.areas
            ],
            "markers": {name: {"score": score, "decision": said.value} for name, score, said in self.scores},
            "oda_risk": self.risk,
        }


@dataclass(slots=True)
class Overview:
    """The tagging of a portfolio; memory grows with the projects to review, not with the portfolio.

    Parameters
    ----------
    rates
        Converts money, if given.
    decisions
        Projects and money by decision.
    areas
        By result area, categories are the decisions on that area; a project counts under each of its areas.
    countries
        By recipient, categories are result areas; `country_totals` counts each project once.
    markers
        Declared against predicted scores of each marker, as counts.
    reviews
        What needs review or was abstained from.
    """

    rates: Rates | None = None
    decisions: Tally = field(default_factory=Tally)
    areas: Breakdown = field(default_factory=Breakdown)
    countries: Breakdown = field(default_factory=Breakdown)
    country_totals: Breakdown = field(default_factory=Breakdown)
    years: Breakdown = field(default_factory=Breakdown)
    agencies: Breakdown = field(default_factory=Breakdown)
    languages: Breakdown = field(default_factory=Breakdown)
    risks: Tally = field(default_factory=Tally)
    markers: dict[str, Counter[tuple[str, str]]] = field(default_factory=lambda: {name: Counter() for name in MARKERS})
    reasons: Counter[str] = field(default_factory=Counter)
    money: MoneyRemarks = field(default_factory=MoneyRemarks)
    reviews: list[Review] = field(default_factory=list)

    def count(self, project: Project, tagging: Tagging) -> None:
        """Count one project."""
        measured = measure(project, self.rates)
        totals = measured.counted.totals()
        decision = tagging.decision.value
        self.decisions.add(decision, totals)
        self.risks.add(tagging.oda.risk.value, totals)
        self.languages.add(tagging.language or "none", decision, totals)
        self.agencies.add(name_agency(project), decision, totals)
        for year, sums in measured.years(project).items():
            self.years.add(year, decision, sums)
        self._count_areas(tagging, measured, totals)
        declared = (project.declared_gender, project.declared_human_rights)
        for name, given, said in zip(MARKERS, declared, (tagging.gender, tagging.human_rights), strict=True):
            self.markers[name][UNSAID if given is None else str(given), _score(said)] += 1
        self.reasons.update(tagging.reasons)
        self.money.count(measured.own, self.rates)
        if tagging.decision is not Decision.ACCEPTED:
            self.reviews.append(_make_review(project, tagging, measured))

    def _count_areas(self, tagging: Tagging, measured: Measured, totals: dict[str, float]) -> None:
        selected = {area.code: area.decision.value for area in tagging.areas if area.selected}
        for code, decision in (selected or {NO_AREA: tagging.decision.value}).items():
            self.areas.add(code, decision, totals)
        for country, share in measured.countries.items():
            self.country_totals.add(country, tagging.decision.value, totals, share)
            for code in selected or (NO_AREA,):
                self.countries.add(country, code, totals, share)

    def to_settle(self) -> int:
        """Return how many projects a person has to look at."""
        return len(self.reviews)

    def close(self) -> None:
        """Put the list in order, most money first; call it after the last project."""
        self.reviews = most_money_first(self.reviews)

    def to_json(self, about: About) -> dict[str, Json]:
        """Return everything as plain data."""
        return {
            "report": "overview",
            **about.to_json(),
            "by_decision": self.decisions.to_json(),
            "by_area": self.areas.to_json(),
            "by_country": self.country_totals.to_json(),
            "by_country_and_area": self.countries.to_json(),
            "by_year": self.years.to_json(),
            "by_agency": self.agencies.to_json(),
            "by_language": self.languages.to_json(),
            "by_oda_risk": self.risks.to_json(),
            "markers": {
                name: [
                    {"declared": declared, "predicted": said, "projects": count}
                    for (declared, said), count in sorted(counts.items())
                ]
                for name, counts in self.markers.items()
            },
            "reasons": dict(self.reasons),
            "money_remarks": self.money.to_json(),
            "to_review": [one.to_json() for one in self.reviews],
        }


def _make_review(project: Project, tagging: Tagging, measured: Measured) -> Review:
    text = read_text(project)
    unsure = [area for area in tagging.areas if area.selected or area.decision is Decision.TO_REVIEW]
    return Review(
        subject=make_subject(project, tagging, measured),
        decision=tagging.decision,
        reasons=tagging.reasons,
        areas=tuple(
            SaidArea(
                area.code,
                area.probability,
                area.selected,
                area.decision,
                make_excerpts(project, text, area.evidence),
            )
            for area in sorted(unsure, key=lambda area: -area.probability)
        ),
        scores=tuple(
            (name, _score(said), said.decision)
            for name, said in zip(MARKERS, (tagging.gender, tagging.human_rights), strict=True)
        ),
        risk=tagging.oda.risk.value,
    )


def _score(marker: MarkerTag) -> str:
    return UNSAID if marker.score is None else str(marker.score)
