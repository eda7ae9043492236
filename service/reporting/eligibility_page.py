"""The eligibility report as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from classifier.oda.sufficiency import NOT_SAID
from classifier.tagging import Polarity
from service.reporting.eligibility import AT_RISK_NAMES, RISK_NAMES
from service.reporting.markup import Html, element, join, make_list, make_table
from service.reporting.sections import (
    LISTED,
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
from service.reporting.settling import DECLARED, DECLARED_OTHER, NOT_DECLARED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from service.reporting.about import About
    from service.reporting.eligibility import Eligibility
    from service.reporting.settling import Cited, Settling

#: How well a rule is documented, by its status.
STATUS_WORDS: Final = {
    "C": "confirmed in its source",
    "C+J": "confirmed rule, our reading for this activity",
    "M": "from memory of the directives, not confirmed",
    "J": "our judgement, no text of the DAC",
}
_REMARK_WORDS: Final = {
    "recipient-list-year": "judged by the list of recipients of the nearest year",
    "recipient-unknown": "recipient not recognised, kept as given",
    "amount-unreadable": "an amount cannot be read",
    "GEN-07": "mixed programme, to be judged by its components",
    "DRV-02": "root causes under the code of migration",
}
_SECTIONS: Final = (
    ("risk", "Money and projects by risk"),
    ("declared", "Declared as ODA but at risk"),
    ("groups", "By rule group"),
    ("rules", "By rule"),
    ("countries", "By country"),
    ("years", "By year"),
    ("agencies", "By agency"),
    ("settle", "To settle"),
    ("unjudged", "Cannot be judged"),
    ("reading", "How to read this"),
)
_RISK_WORDS: Final = (
    "high: the text affirms an activity that the rules exclude",
    "review: eligible only under conditions that the text leaves open, or rules and model disagree",
    "insufficient: the text does not show what is done",
    "low: nothing in text and codes speaks against it",
)
#: A rule that counts leaves no project at low risk.
_DOUBTS: Final = Scale(RISK_NAMES[:-1], AT_RISK_NAMES)
_SCALE: Final = Scale(RISK_NAMES, AT_RISK_NAMES)
_UNJUDGED_SHOWN: Final = 100


def render_eligibility(report: Eligibility, about: About) -> Iterator[str]:
    """Yield the page in pieces."""
    words = (
        "A working opinion on texts and codes for the reporting officer, not a ruling: each doubt names its rule, "
        "its words and the question that settles it."
    )
    contents = {
        "risk": [
            draw_tally(report.total, RISK_NAMES, "risk"),
            make_tally_table("Projects and money by risk", report.total, RISK_NAMES),
            make_list(_RISK_WORDS),
        ],
        "declared": _declared(report),
        **{anchor: [table] for anchor, table in _breakdowns(report).items()},
        "settle": _list(report),
        "unjudged": _unjudged(report),
        "reading": [make_remarks(about, report.money, _facts(report))],
    }
    opening = [element("p", words), make_cards(report.total, RISK_NAMES)]
    yield from make_report(f"ODA eligibility: {about.portfolio}", about, opening, _SECTIONS, contents, "settle")


def _declared(report: Eligibility) -> Iterator[Html]:
    tallies = report.declared.tallies
    declared = tallies.get(DECLARED)
    risky = sum(declared.projects[name] for name in AT_RISK_NAMES) if declared else 0
    if declared and risky:
        money = show_money(declared.amounts(AT_RISK_NAMES))
        share = f"{risky:,} of {declared.total():,} projects declared as ODA are at risk: "
        yield element("p", element("b", share), money)
    else:
        yield element("p", "No project that is declared as ODA is at risk.")
    names = [name for name in (DECLARED, DECLARED_OTHER, NOT_DECLARED) if name in tallies]
    yield make_breakdown_table(
        "What the source declares (flow types 10, 11 and 13 are ODA)",
        "declaration",
        [(name, tallies[name]) for name in names],
        _SCALE,
    )


def _breakdowns(report: Eligibility) -> dict[str, Html]:
    """Return the tables by anchor."""
    book = report.book
    named = {code: f"{code} {name}" for code, name in book.groups.items()}
    ruled = {rule.id: f"{rule.id} {rule.activity}" for rule in book}
    groups, rules = report.groups.most_first(AT_RISK_NAMES), report.rules.most_first(AT_RISK_NAMES)
    none = element("p", "No rule counted against a project.")
    return {
        "groups": make_breakdown_table("Rule groups that counted", "rule group", groups, _DOUBTS, names=named)
        if groups
        else none,
        "rules": make_breakdown_table("Rules that counted", "rule", rules, _DOUBTS, names=ruled) if rules else none,
        "countries": make_breakdown_table(
            "Recipients, those with most projects at risk first",
            "recipient",
            report.countries.most_first(AT_RISK_NAMES),
            _SCALE,
        ),
        "years": make_breakdown_table("Years of the amounts", "year", report.years.by_name(), _SCALE),
        "agencies": make_breakdown_table(
            "Donors and agencies, those with most projects at risk first",
            "agency",
            report.agencies.most_first(AT_RISK_NAMES),
            _SCALE,
        ),
    }


def _list(report: Eligibility) -> Iterator[Html]:
    shown = report.at_risk[:LISTED]
    if not shown:
        yield element("p", "Nothing to settle.")
        return
    yield element(
        "p",
        f"{len(report.at_risk):,} projects, most money first; amounts of different currencies are not compared. "
        "The Excel form of this report has a place for each answer.",
    )
    for one in shown:
        yield _entry(one, report)
    if len(report.at_risk) > LISTED:
        yield say_more(len(report.at_risk) - LISTED, "projects to settle")


def _entry(one: Settling, report: Eligibility) -> Html:
    tags = [element("span", one.risk.value, class_=f"tag {one.risk.value}")]
    if one.declared == DECLARED:
        tags.append(element("span", one.declared, class_="tag light"))
    return element(
        "article",
        show_title(one.subject, *tags),
        show_subject(one.subject),
        *_opinions(one),
        *(_finding(cited, report, one) for cited in one.findings),
        *_noted(one.noted),
        *_remarks(one.remarks),
        element("p", "Answer: ______________________ Name: ______________________ Date: ____________", class_="answer"),
        class_=one.risk.value,
    )


def _opinions(one: Settling) -> Iterator[Html]:
    if one.model is not None and one.model.disagrees:
        yield element(
            "p",
            element("b", "The model disagrees: "),
            f"it says {one.model.risk.value} ({one.model.probability:.0%}), the rules say {one.rules_risk.value}.",
        )
    elif one.decided_by == "model":
        yield element("p", "Decided by the model.")


def _finding(cited: Cited, report: Eligibility, one: Settling) -> Html:
    rule = report.book.rule(cited.rule)
    decided = " · decided the risk" if one.decided_by == cited.rule else ""
    unclear = " · read as unclear" if cited.polarity is Polarity.UNCLEAR else ""
    status = f"{STATUS_WORDS[rule.status]} ({', '.join(rule.sources)})"
    question = rule.questions(one.subject.language)
    language = one.subject.language if one.subject.language in rule.question else "en"
    return element(
        "div",
        element("p", element("b", cited.rule), f" {cited.verdict.value} · {rule.activity}{unclear}{decided}"),
        *(show_excerpt(excerpt, one.subject.language) for excerpt in cited.excerpts),
        *(element("p", "Code: ", element("mark", given)) for given in cited.given),
        element("p", f"Why: {rule.reason} ", element("small", status)),
        *([element("p", question, class_="question", lang=language)] if question else []),
        class_="finding",
    )


def _noted(noted: Iterable[Cited]) -> Iterator[Html]:
    pieces = [
        join(
            (
                f"{one.rule} {one.verdict.value}, {one.polarity.value}",
                *(f" “{quote}”" for excerpt in one.excerpts for quote in excerpt.quotes()[:1]),
            )
        )
        for one in noted
    ]
    if pieces:
        yield element("p", element("small", "Noted, did not count: ", join(pieces, "; ")), class_="given")


def _remarks(remarks: Iterable[str]) -> Iterator[Html]:
    if words := "; ".join(map(explain_remark, remarks)):
        yield element("p", element("small", f"Remarks: {words}"), class_="given")


def _unjudged(report: Eligibility) -> Iterator[Html]:
    if not report.unjudged:
        yield element("p", "Every text shows what is done.")
        return
    rows = [
        (
            one.subject.id,
            one.subject.title,
            show_language(one.subject.language),
            show_money(dict(one.subject.counted)),
        )
        for one in report.unjudged[:_UNJUDGED_SHOWN]
    ]
    yield element("p", f"To ask of each: {report.book.rule(NOT_SAID).questions('en')}")
    yield make_table("Texts that do not show what is done", ("id", "title", "language", "money"), rows, texts=(1, 2))
    if len(report.unjudged) > _UNJUDGED_SHOWN:
        yield say_more(len(report.unjudged) - _UNJUDGED_SHOWN, "projects that cannot be judged")


def _facts(report: Eligibility) -> Iterator[str]:
    yield (
        "A project counts under each rule and rule group that counted, with all its money, so these rows overlap; "
        "at risk means high or review."
    )
    if report.disagreements:
        yield f"Rules and model disagree on {report.disagreements:,} projects; those go to review."
    if report.remarks:
        found = "; ".join(f"{explain_remark(remark)}: {count:,}" for remark, count in report.remarks.most_common())
        yield f"Remarks, by projects: {found}."


def explain_remark(remark: str) -> str:
    """Return a remark in words, with its subject."""
    code, _colon, subject = remark.partition(":")
    words = _REMARK_WORDS.get(code, "")
    return f"{words} ({subject.strip() or code})" if words else remark
