"""The report on the whole tagging as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from classifier.tagging import Decision, Risk
from classifier.taxonomy import area_name, load_areas, load_objectives
from service.reporting.markup import Html, element, join, make_table
from service.reporting.overview import DECISIONS, MARKERS, NO_AREA, SCORES, UNSAID
from service.reporting.plots import Bar, draw_bars
from service.reporting.sections import (
    LISTED,
    ROWS,
    Scale,
    draw_tally,
    make_breakdown_table,
    make_cards,
    make_remarks,
    make_report,
    make_tally_table,
    say_more,
    show_excerpt,
    show_language,
    show_money,
    show_subject,
    show_title,
)
from service.reporting.tally import Tally

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    from service.reporting.about import About
    from service.reporting.overview import Overview, Review

_SECTIONS: Final = (
    ("areas", "Result areas by objective"),
    ("countries", "Countries"),
    ("markers", "Markers: declared and predicted"),
    ("languages", "Languages"),
    ("years", "Years"),
    ("agencies", "Agencies"),
    ("risk", "ODA risk"),
    ("decisions", "Decisions and why"),
    ("review", "What needs review"),
    ("reading", "How to read this"),
)
REASON_WORDS: Final = {
    "near_threshold": "a probability is close to its threshold",
    "rules": "an ODA rule asks for review",
    "models_disagree": "rules and model disagree on the ODA risk",
    "too_short": "the text is too short, or does not show what is done",
    "no_text": "there is no text",
    "language": "the text is in another language",
}
_SCALE: Final = Scale(DECISIONS, (Decision.TO_REVIEW.value,))
_AREAS_OF_COUNTRY: Final = 8
_AREAS_OF_ENTRY: Final = 5


def render_overview(report: Overview, about: About) -> Iterator[str]:
    """Yield the page in pieces."""
    words = "Labels are proposals for a reviewer. Areas are independent: a project may have several, or none."
    fact = (
        "A project counts under each of its result areas, with all its money, so these rows overlap; the bars by "
        "objective count it once for each area."
    )
    contents = {
        **_sections(report),
        "review": _list(report),
        "reading": [make_remarks(about, report.money, [fact])],
    }
    opening = [element("p", words), make_cards(report.decisions, DECISIONS)]
    yield from make_report(f"Migration portfolio: {about.portfolio}", about, opening, _SECTIONS, contents, "review")


def _sections(report: Overview) -> dict[str, tuple[Html, ...]]:
    spoken = {name: show_language(name) for name in report.languages.tallies}
    risks = [risk.value for risk in (Risk.HIGH, Risk.REVIEW, Risk.INSUFFICIENT, Risk.LOW)]
    return {
        "areas": tuple(_areas(report)),
        "countries": tuple(_countries(report)),
        "markers": tuple(_marker(name, report.markers[name]) for name in MARKERS),
        "languages": (
            make_breakdown_table(
                "Languages found", "language", report.languages.most_first(DECISIONS), _SCALE, names=spoken
            ),
        ),
        "years": (make_breakdown_table("Years of the amounts", "year", report.years.by_name(), _SCALE),),
        "agencies": (
            make_breakdown_table("Donors and agencies", "agency", report.agencies.most_first(DECISIONS), _SCALE),
        ),
        "risk": (
            draw_tally(report.risks, risks, "risk"),
            make_tally_table("Projects and money by ODA risk", report.risks, risks),
            element("p", "The eligibility report (portolan oda) gives the rules, words and questions."),
        ),
        "decisions": (make_tally_table("Decisions", report.decisions, DECISIONS), _reasons(report)),
    }


def _areas(report: Overview) -> Iterator[Html]:
    tallies = report.areas.tallies
    most = max((tally.total() for code, tally in tallies.items() if code != NO_AREA), default=0)
    plots = []
    tables = []
    for objective in load_objectives():
        codes = [area.code for area in load_areas() if area.objective == objective.code]
        rows = [(code, tallies.get(code, Tally())) for code in codes]
        names = {code: f"{code} {area_name(code, 'en')}" for code in codes}
        heading = f"{objective.code}. {objective.names['en']}"
        plots.append(
            draw_bars(heading, [Bar(names[code], tally.total(), f"{tally.total():,}") for code, tally in rows], most)
        )
        tables.append(make_breakdown_table(heading, "result area", rows, _SCALE, names=names))
    yield element("div", *plots, class_="plots")
    yield from tables
    if none := tallies.get(NO_AREA):
        yield element("p", f"Without a result area: {none.total():,} projects; ", show_money(none.amounts()))


def _countries(report: Overview) -> Iterator[Html]:
    found = report.country_totals.most_first(DECISIONS)
    rows = [
        (
            name,
            f"{tally.total():,}",
            f"{tally.projects[Decision.TO_REVIEW.value]:,}",
            show_money(tally.amounts()),
            _frequent_areas(report.countries.tallies[name]),
        )
        for name, tally in found[:ROWS]
    ]
    header = ("recipient", "projects", "to review", "money", "most frequent areas (projects)")
    yield make_table("Recipients, those of most projects first", header, rows, texts=(4,))
    if len(found) > ROWS:
        yield say_more(len(found) - ROWS, "recipients")


def _frequent_areas(tally: Tally) -> Html:
    most = [one for one in tally.projects.most_common() if one[0] != NO_AREA][:_AREAS_OF_COUNTRY]
    return join([f"{code} ({count:,})" for code, count in most], ", ") if most else Html("–")


def _marker(name: str, counts: Counter[tuple[str, str]]) -> Html:
    rows = []
    for declared in SCORES:
        cells = [f"{counts[declared, said]:,}" for said in SCORES]
        total = sum(counts[declared, said] for said in SCORES)
        rows.append((f"declared {declared}" if declared != UNSAID else "not declared", *cells, f"{total:,}"))
    given = [(pair, count) for pair, count in counts.items() if UNSAID not in pair]
    compared, equal = sum(count for _pair, count in given), sum(count for pair, count in given if pair[0] == pair[1])
    words = (
        f"{equal:,} of {compared:,} projects with both scores have the same ({equal / compared:.0%}). "
        "Declared scores are noisy: either side may be wrong."
        if compared
        else "No project has both a declared and a predicted score."
    )
    header = ("", *(f"predicted {score}" for score in SCORES[:-1]), "no score", "all")
    return join((make_table(name.replace("_", " ").capitalize(), header, rows), element("p", words)))


def _reasons(report: Overview) -> Html:
    rows = [
        (reason.replace("_", " "), REASON_WORDS.get(reason, ""), f"{count:,}")
        for reason, count in report.reasons.most_common()
    ]
    header = ("reason", "means", "projects")
    return make_table("Why projects were not accepted", header, rows, texts=(1,)) if rows else Html("")


def _list(report: Overview) -> Iterator[Html]:
    if not report.reviews:
        yield element("p", "Nothing needs review.")
        return
    yield element(
        "p",
        f"{len(report.reviews):,} projects, most money first; amounts of different currencies are not compared.",
    )
    for one in report.reviews[:LISTED]:
        yield _entry(one)
    if len(report.reviews) > LISTED:
        yield say_more(len(report.reviews) - LISTED, "projects to review")


def _entry(one: Review) -> Html:
    review = one.decision is Decision.TO_REVIEW
    tag = element("span", one.decision.value, class_="tag review" if review else "tag")
    reasons = ", ".join(reason.replace("_", " ") for reason in one.reasons)
    scores = ", ".join(
        f"{name.replace('_', ' ')} {score if score != UNSAID else 'no score'}"
        + (" (to review)" if said is Decision.TO_REVIEW else "")
        for name, score, said in one.scores
    )
    return element(
        "article",
        show_title(one.subject, tag),
        show_subject(one.subject),
        element("p", element("b", "Why: "), reasons or "–"),
        *_said_areas(one),
        element("p", f"Markers: {scores}. ODA risk: {one.risk}."),
        class_="review" if review else "abstained",
    )


def _said_areas(one: Review) -> Iterator[Html]:
    for area in one.areas[:_AREAS_OF_ENTRY]:
        state = "selected" if area.selected else "not selected"
        doubt = ", to review" if area.decision is Decision.TO_REVIEW else ""
        yield element(
            "p", element("b", area.code), f" {area_name(area.code, 'en')}: {area.probability:.0%}, {state}{doubt}"
        )
        yield from (show_excerpt(excerpt, one.subject.language) for excerpt in area.excerpts[:2])
