"""The eligibility report as a workbook, with a form for the officer's answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.reporting.eligibility import RISK_NAMES
from service.reporting.eligibility_page import STATUS_WORDS, explain_remark
from service.reporting.tally import Breakdown
from service.reporting.workbook import Columns, Sheets, about_facts, tally_columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from classifier.project import Cell, Project
    from classifier.tagging import Tagging
    from service.reporting.about import About
    from service.reporting.eligibility import Eligibility
    from service.reporting.settling import Cited, Settling
    from service.reporting.subject import Subject

#: What the officer may answer.
ANSWERS: Final = ("eligible", "not eligible", "partly", "ask")

_SETTLE: Final = "To settle"
_UNJUDGED: Final = "Cannot be judged"
_FORM: Final[Columns] = (
    ("id", 22),
    ("title", 40),
    ("risk", 12),
    ("amount", 16),
    ("currency", 10),
    ("amount is", 13),
    ("counted as", 22),
    ("declaration", 18),
    ("rules", 14),
    ("why", 50),
    ("words in their sentence", 70),
    ("question", 50),
    ("answer", 14),
    ("name", 18),
    ("date", 12),
    ("remark of the officer", 32),
    ("source status", 30),
    ("model", 24),
    ("remarks", 30),
    ("recipients", 30),
    ("year", 8),
    ("agency", 30),
    ("language", 10),
    ("purpose codes", 14),
    ("line", 8),
)
_FINDINGS: Final[Columns] = (
    ("id", 22),
    ("rule", 10),
    ("group", 8),
    ("verdict", 12),
    ("counted", 9),
    ("polarity", 11),
    ("section", 11),
    ("words", 40),
    ("sentence", 70),
    ("field", 16),
    ("start", 8),
    ("end", 8),
    ("code", 22),
    ("activity", 44),
    ("why", 44),
    ("source status", 30),
    ("sources", 12),
    ("question", 44),
)
_BREAKDOWNS: Final = (
    ("By risk", "portfolio", 14),
    ("Declared", "declaration", 26),
    ("By rule group", "rule group", 44),
    ("By rule", "rule", 50),
    ("By country", "recipient", 32),
    ("By year", "year", 12),
    ("By agency", "agency", 44),
)


class EligibilityWorkbook:
    """Fills the sheets of the eligibility report."""

    sheets: Mapping[str, Columns] = {
        "About": (("what", 20), ("value", 100)),
        _SETTLE: _FORM,
        "Findings": _FINDINGS,
        **{name: tally_columns(first, width, RISK_NAMES) for name, first, width in _BREAKDOWNS},
        _UNJUDGED: _FORM,
        "All projects": (
            ("id", 22),
            ("title", 44),
            ("risk", 13),
            ("decided by", 12),
            ("rules that counted", 24),
            ("decision", 12),
            ("language", 10),
            ("line", 8),
        ),
    }

    def __init__(self, report: Eligibility) -> None:
        self._report = report

    def add(self, book: Sheets, project: Project, tagging: Tagging) -> None:
        """Write one project to the sheet of all."""
        oda = tagging.oda
        rules = ", ".join(dict.fromkeys(one.rule for one in oda.findings if one.counts))
        title, line = project.title, project.source.line
        book.add(
            "All projects",
            (project.id, title, oda.risk.value, oda.decided_by, rules, oda.decision.value, tagging.language, line),
        )

    def end(self, book: Sheets, about: About) -> None:
        """Write the lists and the sums."""
        report = self._report
        book.add_facts(
            {
                **about_facts(about, report.money),
                "to settle": len(report.at_risk),
                "cannot be judged": len(report.unjudged),
                "rules and model disagree": report.disagreements,
                "answers": f"In the sheet {_SETTLE}: {', '.join(ANSWERS)}.",
            }
        )
        for sheet, entries in ((_SETTLE, report.at_risk), (_UNJUDGED, report.unjudged)):
            for one in entries:
                book.add(sheet, self._row(one))
                for row in self._finding_rows(one):
                    book.add("Findings", row)
            book.colour(sheet, "risk")
            book.offer(sheet, "answer", ANSWERS)
            for column in ("name", "date", "remark of the officer"):
                book.offer(sheet, column)
        self._breakdowns(book)
        book.colour("All projects", "risk", "decision")

    def _breakdowns(self, book: Sheets) -> None:
        report = self._report
        groups = {code: f"{code} {name}" for code, name in report.book.groups.items()}
        rules = {rule.id: f"{rule.id} {rule.activity}" for rule in report.book}
        total = Breakdown({"all": report.total})
        found = (total, report.declared, report.groups, report.rules, report.countries, report.years, report.agencies)
        for (sheet, _first, _width), breakdown in zip(_BREAKDOWNS, found, strict=True):
            names = groups if breakdown is report.groups else rules if breakdown is report.rules else {}
            book.add_breakdown(sheet, breakdown, RISK_NAMES, names)

    def _row(self, one: Settling) -> tuple[Cell, ...]:
        subject, rules = one.subject, [self._report.book.rule(cited.rule) for cited in one.findings]
        questions = dict.fromkeys(filter(None, (rule.questions(subject.language) for rule in rules)))
        model = one.model
        return (
            subject.id,
            subject.title,
            one.risk.value,
            *money_cells(subject),
            f"{one.declared} {one.flow_type}".strip(),
            ", ".join(rule.id for rule in rules),
            "\n".join(f"{rule.id}: {rule.reason}" for rule in rules),
            "\n".join(_words(cited) for cited in one.findings),
            "\n".join(questions),
            None,
            None,
            None,
            None,
            "\n".join(f"{rule.id}: {STATUS_WORDS[rule.status]}" for rule in rules),
            ""
            if model is None
            else f"{model.risk.value} {model.probability:.0%}{', disagrees' if model.disagrees else ''}",
            "; ".join(map(explain_remark, one.remarks)),
            recipients_cell(subject),
            subject.year,
            subject.agency,
            subject.language,
            ", ".join(one.purpose_codes),
            subject.line,
        )

    def _finding_rows(self, one: Settling) -> list[tuple[Cell, ...]]:
        rows: list[tuple[Cell, ...]] = []
        for cited in (*one.findings, *one.noted):
            rule = self._report.book.rule(cited.rule)
            counted = "yes" if cited in one.findings else "no"
            said = (one.subject.id, rule.id, rule.group, cited.verdict.value, counted, cited.polarity.value)
            why = (rule.activity, rule.reason, STATUS_WORDS[rule.status], ", ".join(rule.sources))
            ends = (*why, rule.questions(one.subject.language))
            for excerpt in cited.excerpts:
                for (start, end), quote in zip(excerpt.spans, excerpt.quotes(), strict=True):
                    place = (excerpt.field, excerpt.start + start, excerpt.start + end)
                    rows.append((*said, cited.section, quote, excerpt.marked(), *place, None, *ends))
            rows += [(*said, cited.section, None, None, None, None, None, given, *ends) for given in cited.given]
        return rows


def money_cells(subject: Subject) -> tuple[Cell, ...]:
    """Return the amount, its currency, its kind, and what it counts as where that differs."""
    own = subject.money.totals()
    counted = dict(subject.counted)
    single = next(iter(own.items())) if len(own) == 1 else None
    several = "; ".join(f"{currency} {value:,.2f}" for currency, value in own.items())
    converted = "" if counted == own else "; ".join(f"{name} {value:,.2f}" for name, value in counted.items())
    if single is not None:
        return round(single[1], 2), single[0], subject.money.kind, converted
    return several, "", subject.money.kind, converted


def recipients_cell(subject: Subject) -> str:
    """Return the recipients with their shares."""
    return "; ".join(f"{name} {share:.0%}" for name, share in subject.countries)


def _words(cited: Cited) -> str:
    pieces = [excerpt.marked() for excerpt in cited.excerpts] + [f"code {given}" for given in cited.given]
    return f"{cited.rule}: {' | '.join(pieces)}"
