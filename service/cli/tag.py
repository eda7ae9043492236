"""``portolan tag``: a portfolio in, the same portfolio with its labels out."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathlib import Path

    from service.summary import RunSummary


def parse_mapping(_context: click.Context, _option: click.Parameter, pairs: tuple[str, ...]) -> Mapping[str, str]:
    """Read pairs of field and column."""
    mapping: dict[str, str] = {}
    for pair in pairs:
        name, separator, column = pair.partition("=")
        if not separator or not name.strip() or not column.strip():
            raise click.BadParameter(f"{pair!r} is not FIELD=COLUMN, such as title='Intitulé du projet'.")
        mapping[name.strip()] = column.strip()
    return mapping


@click.command("tag")
@click.argument("source")
@click.option("-o", "--output", metavar="FILE", default="", help="Output file, - for standard output.")
@click.option("--format", "output_format", metavar="NAME", default="", help="Format of the output (by its suffix).")
@click.option("--input-format", metavar="NAME", default="", help="Format of SOURCE (found by content).")
@click.option("--sheet", metavar="NAME", default="", help="Excel sheet to read (the one with project columns).")
@click.option(
    "--map",
    "columns",
    metavar="FIELD=COLUMN",
    multiple=True,
    callback=parse_mapping,
    help="Column that holds a field, such as title='Intitulé du projet'. May be repeated.",
)
@click.option("--model", metavar="VERSION", default="", help="Model version, or its folder (the current one).")
@click.option("--jobs", metavar="N", type=click.IntRange(1, 256), help="Processes (by machine and portfolio).")
@click.option("--rejected", metavar="FILE", default="", help="File of rejected rows (beside the output).")
@click.option("--raw-cells", is_flag=True, help="CSV: leave cells that start with = + - @ unguarded.")
@click.option("--force", is_flag=True, help="Replace files that exist.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as one JSON object.")
@click.pass_context
def command(
    context: click.Context,
    *,
    source: str,
    output: str,
    output_format: str,
    input_format: str,
    sheet: str,
    columns: Mapping[str, str],
    model: str,
    jobs: int | None,
    rejected: str,
    raw_cells: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Tag every project of SOURCE: a CSV, Excel, JSON Lines, Parquet or IATI file, or - for standard input.

    Without -o the output stands beside SOURCE as NAME.tagged.SUFFIX.

    \b
    Exit codes: 0 done, 1 failed, 2 the call does not fit, 3 done with rejected rows.
    """
    from classifier.portfolio.reading import ReadOptions
    from service.batch import Order, tag_portfolio
    from service.cli.progress import show_progress

    order = Order(
        source=source,
        model_dir=find_model(model),
        target=output,
        format=output_format,
        force=force,
        raw_cells=raw_cells,
        rejected=rejected,
        read=ReadOptions(columns=columns, sheet=sheet, format=input_format),
        jobs=jobs or 0,
    )
    with stop_on_termination(), show_progress(sys.stderr.isatty()) as on_progress:
        summary = tag_portfolio(order, on_progress)
    _report(summary, as_json=as_json)
    context.exit(summary.exit_status)


def find_model(name: str) -> Path:
    """Return the folder of the model version that a caller names, the current one for an empty name."""
    from classifier.model import current_version, find_models_dir
    from service.cli.versions import find_version

    return find_version(name) if name else current_version(find_models_dir())


def _report(summary: RunSummary, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(summary.to_json(), ensure_ascii=False), err=summary.output == "-")
        return
    from service.cli.closing import print_summary

    print_summary(summary)


@contextmanager
def stop_on_termination() -> Iterator[None]:
    """Treat SIGTERM like an interrupt, so that a stopped run cleans up behind itself."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
