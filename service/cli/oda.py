"""``portolan oda``: how much money of a portfolio runs a risk of not being ODA, and what would settle each doubt."""

from __future__ import annotations

import click

from classifier.errors import UsageError
from service.cli.reporting import ReportCall, run_report, with_report_options


@click.command("oda")
@with_report_options
@click.option("--rules-only", is_flag=True, help="Let the ODA rules speak alone, without a model.")
@click.pass_context
def command(context: click.Context, /, *, rules_only: bool, **options: object) -> None:
    """Report on the ODA eligibility of PORTFOLIO: a page, an Excel form to answer in, or JSON.

    Without -o the page stands beside PORTFOLIO as NAME.eligibility.html.

    \b
    Exit codes: 0 done, 1 failed, 2 the call does not fit, 3 done with rejected rows.
    """
    call = ReportCall(**options)  # type: ignore[arg-type]
    if rules_only and call.model:
        raise UsageError("--rules-only and --model exclude each other.", code="usage")
    context.exit(run_report(call, "eligibility", rules_only=rules_only).exit_status)
