"""Reports on one portfolio from file to file: the run behind ``portolan oda`` and ``portolan report``."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from classifier.errors import PortfolioError, UsageError
from classifier.portfolio.reading import ReadOptions
from classifier.portfolio.registry import open_portfolio
from classifier.portfolio.target import STANDARD_OUTPUT, Target
from classifier.portfolio.writing import Origin
from service.batch import Progress, read_batches, tag_batches
from service.naming import name_rejections
from service.rejections import RejectionFile
from service.reporting.about import About
from service.reporting.forms import Form, JsonForm, PageForm, Report, choose_format
from service.reporting.money import read_rates
from service.summary import RunSummary

if TYPE_CHECKING:
    from datetime import date

    from classifier.portfolio.reading import PortfolioReader
    from service.engine import Batch, Tagged
    from service.reporting.money import Rates

Kind: TypeAlias = Literal["eligibility", "overview"]


@dataclass(frozen=True, slots=True)
class ReportOrder:
    """What to report on, and how.

    Parameters
    ----------
    source
        Path of a portfolio, or ``-`` for standard input.
    kind
        ``eligibility`` on the ODA risk, ``overview`` on the whole tagging.
    day
        Date of the report.
    model_dir
        The model version to tag with; None lets the ODA rules speak alone.
    target
        Output file, ``-`` for standard output; empty puts ``<stem>.<kind>.html`` beside the source.
    format
        ``html``, ``xlsx`` or ``json``; empty chooses by the suffix of the target.
    rates
        File of rates to convert money with.
    force, rejected, read, jobs
        As for `service.batch.Order`.
    """

    source: str
    kind: Kind
    day: date
    model_dir: Path | None
    target: str = ""
    format: str = ""
    rates: Path | None = None
    force: bool = False
    rejected: str = ""
    read: ReadOptions = field(default_factory=ReadOptions)
    jobs: int = 0


def report_portfolio(
    order: ReportOrder, on_progress: Callable[[Progress], None] = lambda _progress: None
) -> RunSummary:
    """Tag every project of a portfolio and write the report on it.

    Returns
    -------
    RunSummary
        With a `fault` and without an output when the portfolio breaks off in the middle.

    Raises
    ------
    PortolanError
        When the portfolio or the rates cannot be read, the output cannot be written or the model cannot be used.
    """
    started = time.perf_counter()
    summary = RunSummary(order.source)
    try:
        _run(order, summary, on_progress)
    except PortfolioError as fault:
        if fault is not summary.fault or not (summary.projects or summary.rejected_rows):
            raise
    summary.seconds = time.perf_counter() - started
    return summary


def _run(order: ReportOrder, summary: RunSummary, on_progress: Callable[[Progress], None]) -> None:
    name = order.target or _name_output(order)
    chosen = choose_format(name, order.format)
    rates = read_rates(order.rates) if order.rates else None
    report, form = _make_report(order.kind, chosen, rates)
    with ExitStack() as stack:
        target = Target(name, force=order.force)
        reader = stack.enter_context(open_portfolio(order.source, order.read))
        rejected = order.rejected or name_rejections(name)
        rejections = stack.enter_context(RejectionFile(rejected, force=order.force))
        output = stack.enter_context(_Output(target, form))
        summary.format = reader.format
        _gather(reader, _tag(order, read_batches(reader, rejections, summary)), (report, form), summary, on_progress)
        report.close()
        summary.notes = [*reader.notes, f"projects that need a person: {report.to_settle():,}"]
        output.finish(_about(order, summary, rates, tuple(reader.notes)))
    summary.output = name
    summary.rejected_file = rejected if summary.rejected_rows else ""


def _gather(
    reader: PortfolioReader,
    tagged: Iterable[Tagged],
    gathering: tuple[Report, Form],
    summary: RunSummary,
    on_progress: Callable[[Progress], None],
) -> None:
    """Count every project in the report and hand it to the form."""
    report, form = gathering
    origin = Origin(reader.format, reader.columns, reader.spooled)
    for batch, taggings in tagged:
        for project, tagging in zip(batch, taggings, strict=True):
            report.count(project, tagging)
            form.add(project, tagging)
            summary.count(tagging)
        on_progress(Progress(summary.projects, batch[-1].source.line, origin))
    if summary.fault is not None:
        raise summary.fault


class _Output:
    """The file of a report, there at the end or not at all."""

    def __init__(self, target: Target, form: Form) -> None:
        self._target = target
        self._form = form

    def __enter__(self) -> _Output:
        self._form.begin(self._target.open(), self._target.folder)
        return self

    def finish(self, about: About) -> None:
        """Write what stands at the end."""
        with self._target.faults_named():
            self._form.end(about)

    def __exit__(self, *exc: object) -> None:
        if exc[0] is not None:
            self._form.discard()
            self._target.abort()
            return
        self._target.commit()


def _tag(order: ReportOrder, batches: Iterator[Batch]) -> Iterator[Tagged]:
    if order.model_dir is not None:
        return tag_batches(order.model_dir, batches, order.jobs)
    return _tag_by_rules(batches)


def _tag_by_rules(batches: Iterable[Batch]) -> Iterator[Tagged]:
    from classifier.rules_tagger import RulesTagger

    tagger = RulesTagger.load()
    for batch in batches:
        yield batch, tagger.tag(batch)


def _make_report(kind: Kind, format_name: str, rates: Rates | None) -> tuple[Report, Form]:
    """Return what gathers and what writes; only the modules of the form asked for are loaded."""
    if kind == "eligibility":
        from classifier.oda.rulebook import read_rules
        from service.reporting.eligibility import Eligibility

        report = Eligibility(read_rules(files("classifier").joinpath("oda", "rules")), rates)
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


def _about(order: ReportOrder, summary: RunSummary, rates: Rates | None, notes: tuple[str, ...]) -> About:
    return About(
        portfolio="standard input" if order.source == STANDARD_OUTPUT else Path(order.source).name,
        day=order.day,
        projects=summary.projects,
        rejected_rows=summary.rejected_rows,
        model_version=summary.model_version,
        rules_version=summary.rules_version,
        rates=rates,
        notes=notes,
    )


def _name_output(order: ReportOrder) -> str:
    if order.source == STANDARD_OUTPUT:
        raise UsageError(
            "A report on standard input needs a name.", code="output-missing", remedy="Name it with -o FILE."
        )
    path = Path(order.source)
    plain = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    return str(plain.with_name(f"{plain.stem}.{order.kind}.{order.format.lower() or 'html'}"))
