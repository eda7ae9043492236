"""The report on the whole tagging as a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from classifier.taxonomy import area_name, load_areas
from service.reporting.eligibility import RISK_NAMES
from service.reporting.eligibility_workbook import money_cells, recipients_cell
from service.reporting.money import NO_CURRENCY
from service.reporting.overview import DECISIONS, NO_AREA
from service.reporting.tally import Breakdown
from service.reporting.workbook import Columns, Sheets, about_facts, tally_columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from classifier.project import Cell, Project
    from classifier.tagging import Tagging
    from service.reporting.about import About
    from service.reporting.money import NO_CURRENCY
from service.reporting.overview import Overview, Review

_REVIEW: Final = "To review"
_REVIEW_COLUMNS: Final[Columns] = (
    ("id", 22),
    ("title", 44),
    ("decision", 12),
    ("why", 34),
    ("amount", 16),
    ("currency", 10),
    ("amount is", 13),
    ("counted as", 22),
    ("areas", 40),
    ("words in their sentence", 70),
    ("gender", 10),
    ("human rights", 10),
    ("oda risk", 12),
    ("recipients", 30),
    ("year", 8),
    ("agency", 30),
    ("language", 10),
    ("line", 8),
)
_BREAKDOWNS: Final = (
    ("Decisions", "portfolio", 14),
    ("Areas", "result area", 48),
    ("Countries", "recipient", 32),
    ("Years", "year", 12),
    ("Agencies", "agency", 44),
    ("Languages", "language", 12),
)


class OverviewWorkbook:
    """Fills the sheets of the report on the tagging."""

    sheets: Mapping[str, Columns] = {
        "About": (("what", 20), ("value", 100)),
        **{name: tally_columns(first, width, DECISIONS) for name, first, width in _BREAKDOWNS},
        "Countries and areas": (
            ("recipient", 32),
            ("area", 10),
            ("name", 48),
            ("projects", 10),
            ("currency", 12),
            ("money", 18),
        ),
        "Markers": (("marker", 16), ("declared", 14), ("predicted", 14), ("projects", 10)),
        "ODA risk": tally_columns("portfolio", 14, RISK_NAMES),
        _REVIEW: _REVIEW_COLUMNS,
    }

    def __init__(self, report: Overview) -> None:
        self._report = report

    def add(self, book: Sheets, project: Project, tagging: Tagging) -> None:
        """Leave single projects to the tagged file."""

    def end(self, book: Sheets, about: About) -> None:
        """Write the sums and the list."""
        report = self._report
        reasons = {f"reason {name.replace('_', ' ')}": count for name, count in report.reasons.most_common()}
        book.add_facts({**about_facts(about, report.money), "to review": len(report.reviews), **reasons})
        areas = {area.code: f"{area.code} {area_name(area.code, 'en')}" for area in load_areas()}
        total = Breakdown({"all": report.decisions})
        found = (total, report.areas, report.country_totals, report.years, report.agencies, report.languages)
        for (sheet, _first, _width), breakdown in zip(_BREAKDOWNS, found, strict=True):
            book.add_breakdown(sheet, breakdown, DECISIONS, areas if breakdown is report.areas else {})
        book.add_breakdown("ODA risk", Breakdown({"all": report.risks}), RISK_NAMES)
        self._countries(book)
        for marker, counts in report.markers.items():
            for (declared, said), count in sorted(counts.items()):
                book.add("Markers", (marker.replace("_", " "), declared, said, count))
        for one in report.reviews:
            book.add(_REVIEW, _row(one))
        book.colour(_REVIEW, "decision", "oda risk")

    def _countries(self, book: Sheets) -> None:
        for country, tally in self._report.countries.by_name():
            for code, count in sorted(tally.projects.items()):
                name = "" if code == NO_AREA else area_name(code, "en")
                amounts = tally.amounts((code,))
                if not amounts:
                    book.add("Countries and areas", (country, code, name, count))
                for currency, value in amounts.items():
                    cells = (country, code, name, count, currency or NO_CURRENCY, round(value, 2))
                    book.add("Countries and areas", cells)


def _row(one: Review) -> tuple[Cell, ...]:
    subject = one.subject
    areas = "\n".join(
        f"{area.code} {area.probability:.0%} {'selected' if area.selected else 'not selected'}" for area in one.areas
    )
    words = "\n".join(f"{area.code}: {excerpt.marked()}" for area in one.areas for excerpt in area.excerpts)
    scores = {name: score for name, score, _decision in one.scores}
    return (
        subject.id,
        subject.title,
        one.decision.value,
        ", ".join(reason.replace("_", " ") for reason in one.reasons),
        *money_cells(subject),
        areas,
        words,
        scores["gender"],
        scores["human_rights"],
        one.risk,
        recipients_cell(subject),
        subject.year,
        subject.agency,
        subject.language,
        subject.line,
    )
