"""``portolan report``: a portfolio by result area, country and money, its markers, and what needs review."""

from __future__ import annotations

import click

from service.cli.reporting import ReportCall, run_report, with_report_options


@click.command("report")
@with_report_options
@click.pass_context
def command(context: click.Context, /, **options: object) -> None:
    """Report on the whole tagging of PORTFOLIO: a page, an Excel workbook or JSON.

    Without -o the page stands beside PORTFOLIO as NAME.overview.html.

    \b
    Exit codes: 0 done, 1 failed, 2 the call does not fit, 3 done with rejected rows.
    """
    call = ReportCall(**options)  # type: ignore[arg-type]
    context.exit(run_report(call, "overview").exit_status)
