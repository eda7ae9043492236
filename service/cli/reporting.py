"""What ``portolan oda`` and ``portolan report`` share: their options, and the run from them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from service.cli.tag import find_model, parse_mapping, stop_on_termination

if TYPE_CHECKING:
    from service.reporting.run import Kind, ReportOrder
    from service.summary import RunSummary

_Command = TypeVar("_Command", bound=Callable[..., object])

_OPTIONS = (
    click.argument("source", metavar="PORTFOLIO"),
    click.option(
        "-o", "--output", metavar="FILE", default="", help="Output: .html, .xlsx or .json; - for standard output."
    ),
    click.option("--format", "output_format", metavar="NAME", default="", help="html, xlsx or json (by the suffix)."),
    click.option("--input-format", metavar="NAME", default="", help="Format of PORTFOLIO (found by content)."),
    click.option("--sheet", metavar="NAME", default="", help="Excel sheet to read (the one with project columns)."),
    click.option(
        "--map",
        "columns",
        metavar="FIELD=COLUMN",
        multiple=True,
        callback=parse_mapping,
        help="Column that holds a field. May be repeated.",
    ),
    click.option(
        "--rates",
        type=click.Path(path_type=Path),
        help="CSV with currency, rate_to_EUR (any target) and perhaps year: converts money, so that it can be added.",
    ),
    click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Date of the report (today)."),
    click.option("--model", metavar="VERSION", default="", help="Model version, or its folder (the current one)."),
    click.option("--jobs", metavar="N", type=click.IntRange(1, 256), help="Processes (by machine and portfolio)."),
    click.option("--rejected", metavar="FILE", default="", help="File of rejected rows (beside the output)."),
    click.option("--force", is_flag=True, help="Replace files that exist."),
    click.option("--json", "as_json", is_flag=True, help="Print the summary as one JSON object."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCall:
    """The options of one call."""

    source: str
    output: str
    output_format: str
    input_format: str
    sheet: str
    columns: Mapping[str, str]
    rates: Path | None
    day: datetime | None
    model: str
    jobs: int | None
    rejected: str
    force: bool
    as_json: bool

    def order(self, kind: Kind, *, rules_only: bool = False) -> ReportOrder:
        """Return what the call asks for."""
        from classifier.portfolio.reading import ReadOptions
        from service.reporting.run import ReportOrder

        return ReportOrder(
            source=self.source,
            kind=kind,
            day=(self.day or datetime.now(UTC)).date(),
            model_dir=None if rules_only else find_model(self.model),
            target=self.output,
            format=self.output_format,
            rates=self.rates,
            force=self.force,
            rejected=self.rejected,
            read=ReadOptions(columns=self.columns, sheet=self.sheet, format=self.input_format),
            jobs=self.jobs or 0,
        )


def with_report_options(command: _Command) -> _Command:
    """Give a command the options of a report."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def run_report(call: ReportCall, kind: Kind, *, rules_only: bool = False) -> RunSummary:
    """Write the report and print the summary."""
    from service.cli.progress import show_progress
    from service.reporting.run import report_portfolio

    order = call.order(kind, rules_only=rules_only)
    with stop_on_termination(), show_progress(sys.stderr.isatty()) as on_progress:
        summary = report_portfolio(order, on_progress)
    if call.as_json:
        click.echo(json.dumps(summary.to_json(), ensure_ascii=False), err=summary.output == "-")
        return summary
    from service.cli.closing import print_summary

    print_summary(summary)
    return summary
