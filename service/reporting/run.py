"""Reports on one portfolio from file to file: the run behind ``portolan oda`` and ``portolan report``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from classifier.errors import UsageError
from classifier.portfolio.target import STANDARD_OUTPUT, Target
from service.reporting.about import About
from service.reporting.forms import Form, JsonForm, PageForm, Report, choose_format
from service.reporting.money import read_rates
from service.run import Progress, RunOrder, Tag, run_portfolio

if TYPE_CHECKING:
    from datetime import date

    from classifier.portfolio.writing import Origin
    from classifier.project import Project
    from classifier.tagging import Tagging
    from service.reporting.money import Rates
    from service.summary import RunSummary

Kind: TypeAlias = Literal["eligibility", "overview"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOrder(RunOrder):
    """What to report on, and how: see `RunOrder`; without a target the page is ``<stem>.<kind>.html``.

    Parameters
    ----------
    kind
        ``eligibility`` on the ODA risk, ``overview`` on the whole tagging.
    day
        Date of the report.
    rates
        File of rates to convert money with.
    """

    kind: Kind
    day: date
    rates: Path | None = None


def report_portfolio(
    order: ReportOrder, on_progress: Callable[[Progress], None] = lambda _progress: None, tag: Tag | None = None
) -> RunSummary:
    """Tag every project of a portfolio and write the report on it; see `run_portfolio`."""
    return run_portfolio(order, _ReportFile(order), on_progress, tag)


class _ReportFile:
    """The report that an order asks for."""

    def __init__(self, order: ReportOrder) -> None:
        self._order = order
        self._name = order.target or name_report(order.source, order.kind, order.format)
        self._rates = read_rates(order.rates) if order.rates else None
        self._report, self._form = _make_report(order.kind, choose_format(self._name, order.format), self._rates)

    def name(self, _origin: Origin) -> str:
        """Return the name of the output."""
        return self._name

    def open(self, name: str, _origin: Origin) -> _Output:
        """Return the file of the report."""
        self._target = Target(name, force=self._order.force)
        return _Output(self._target, self._report, self._form)

    def finish(self, summary: RunSummary) -> None:
        """Write what stands at the end."""
        self._report.close()
        about = self._about(summary)
        summary.notes.append(f"projects that need a person: {self._report.to_settle():,}")
        with self._target.faults_named():
            self._form.end(about)

    def _about(self, summary: RunSummary) -> About:
        is_stream = self._order.source == STANDARD_OUTPUT
        return About(
            portfolio="standard input" if is_stream else Path(summary.source).name,
            day=self._order.day,
            projects=summary.projects,
            rejected_rows=summary.rejected_rows,
            model_version=summary.model_version,
            rules_version=summary.rules_version,
            rates=self._rates,
            notes=tuple(summary.notes),
        )


class _Output:
    """The file of a report, there at the end or not at all."""

    def __init__(self, target: Target, report: Report, form: Form) -> None:
        self._target = target
        self._report = report
        self._form = form

    def __enter__(self) -> _Output:
        self._form.begin(self._target.open(), self._target.folder)
        return self

    def write(self, project: Project, tagging: Tagging) -> None:
        """Count a project in the report and hand it to the form."""
        self._report.count(project, tagging)
        self._form.add(project, tagging)

    def __exit__(self, *exc: object) -> None:
        if exc[0] is not None:
            self._form.discard()
            self._target.abort()
            return
        self._target.commit()


def _make_report(kind: Kind, format_name: str, rates: Rates | None) -> tuple[Report, Form]:
    """Return what gathers and what writes; only the modules of the form asked for are loaded."""
    if kind == "eligibility":
        from classifier.oda.rulebook import read_rules, rules_folder
        from service.reporting.eligibility import Eligibility

        report = Eligibility(read_rules(rules_folder()), rates)
        if format_name == "html":
            from service.reporting.eligibility_page import render_eligibility

            return report, PageForm(partial(render_eligibility, report))
        if format_name == "xlsx":
            from service.reporting.eligibility_workbook import EligibilityWorkbook
            from service.reporting.workbook import WorkbookForm

            return report, WorkbookForm(EligibilityWorkbook(report))
        return report, JsonForm(report)
    return _make_overview(format_name, rates)


def _make_overview(format_name: str, rates: Rates | None) -> tuple[Report, Form]:
    from service.reporting.overview import Overview

    report = Overview(rates)
    if format_name == "html":
        from service.reporting.overview_page import render_overview

        return report, PageForm(partial(render_overview, report))
    if format_name == "xlsx":
        from service.reporting.overview_workbook import OverviewWorkbook
        from service.reporting.workbook import WorkbookForm

        return report, WorkbookForm(OverviewWorkbook(report))
    return report, JsonForm(report)


def name_report(source: str, kind: Kind, format_name: str) -> str:
    """Return ``<stem>.<kind>.<format>`` beside the source.

    Raises
    ------
    UsageError
        The source is standard input.
    """
    if source == STANDARD_OUTPUT:
        raise UsageError(
            "A report on standard input needs a name.", code="output-missing", remedy="Name it with -o FILE."
        )
    path = Path(source)
    plain = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    return str(plain.with_name(f"{plain.stem}.{kind}.{format_name.lower() or 'html'}"))
