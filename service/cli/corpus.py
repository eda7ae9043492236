"""``portolan corpus``: whether the labelled data can be trusted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from training.corpus_check import CorpusReport

_SHOWN = 20


def find_corpus() -> Path:
    """Return the folder of labelled data: of the checkout, else of the working directory."""
    checkout = Path(__file__).resolve().parents[2] / "labelled_data"
    return checkout if checkout.is_dir() else Path("labelled_data")


@click.group("corpus")
def command() -> None:
    """Check the labelled data and measure how far two judges agree."""


@command.command("check")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option(
    "--against",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A portfolio whose texts must not stand in the corpus. May be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the whole report as one JSON object.")
@click.pass_context
def check(context: click.Context, folder: Path | None, against: tuple[Path, ...], *, as_json: bool) -> None:
    """Check FOLDER (labelled_data): schema, codes, evidence, near-duplicates, families, leaks, balance, copies.

    \b
    Exit codes: 0 sound, 1 something is wrong. What the corpus lacks is listed, and wrong alone it is not.
    """
    from training.corpus_check import check_corpus

    report = check_corpus(folder or find_corpus(), against)
    click.echo(json.dumps(report.to_json(), ensure_ascii=False) if as_json else "\n".join(_describe(report)))
    context.exit(0 if report.is_sound else 1)


@command.command("agreement")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def agreement(folder: Path | None) -> None:
    """Say how far the first and the blind second labels of FOLDER (labelled_data) agree."""
    from training.agreement import describe_agreement, measure_agreement
    from training.second_labels import load_second_labels

    click.echo(describe_agreement(measure_agreement(*load_second_labels(folder or find_corpus()))))


def _describe(report: CorpusReport) -> Iterator[str]:
    yield f"{report.records:,} records in {report.families:,} families"
    for name in ("language", "area", "main_area", "gender", "human_rights", "risk", "manner"):
        counts = report.counts.get(name, {})
        yield f"{name.replace('_', ' ')}: {', '.join(f'{value} {count:,}' for value, count in counts.items())}"
    yield from _listed("problems", [str(one) for one in report.problems])
    yield from _listed(
        "near-duplicates outside families",
        [
            f"{one.first} and {one.second} ({one.overlap:.2f}){', a leak between the splits' if one.is_leak else ''}"
            for one in report.likenesses
        ],
    )
    yield from _listed(
        "near-copies",
        [f"{one.record} of {one.project} in {one.file} ({one.likeness} {one.overlap:.2f})" for one in report.copies],
    )
    yield from _listed(
        "too little or too much",
        [f"{one.name}: {one.actual:.4g}, wanted {_wanted(one.least, one.most)}" for one in report.shortfalls],
    )
    yield "The corpus is sound." if report.is_sound else "The corpus is not sound."


def _wanted(least: float, most: float | None) -> str:
    return f"{least:g} or more" if most is None else f"{least:g} to {most:g}"


def _listed(what: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield f"{len(lines):,} {what}:"
        yield from (f"  {line}" for line in lines[:_SHOWN])
        if len(lines) > _SHOWN:
            yield "  ... (--json lists all)"
