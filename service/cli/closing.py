"""Prints the closing summary of a run for people, on standard error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from classifier.taxonomy import area_name

if TYPE_CHECKING:
    from service.summary import RunSummary

_LANGUAGES = {"en": "English", "fr": "French", "nl": "Dutch", "other": "other"}


def print_summary(summary: RunSummary) -> None:
    """Print what a run did, and what needs a human eye."""
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for label, value in _rows(summary):
        table.add_row(label, value)
    Console(stderr=True, highlight=False, markup=False).print(table)
    if summary.fault is not None:
        click.echo(f"portolan: {summary.fault} No output was written.", err=True)


def _rows(summary: RunSummary) -> Iterator[tuple[str, str]]:
    rate = f", {summary.projects / summary.seconds:,.0f} a second" if summary.seconds else ""
    yield "projects", f"{summary.projects:,} in {summary.seconds:.1f} s{rate}"
    yield "languages", _list({_LANGUAGES.get(one, one): count for one, count in summary.languages.most_common()})
    if summary.model_version:
        yield from _labels(summary)
    yield "ODA risk", _list(dict(summary.oda_risk.most_common()))
    yield "decisions", _list(dict(summary.decisions.most_common()))
    if summary.reasons:
        yield "to review for", _list(dict(summary.reasons.most_common()))
    yield from _rejected(summary)
    for number, note in enumerate(summary.notes):
        yield "" if number else "notes", note
    yield "versions", f"model {summary.model_version or '-'}, rules {summary.rules_version or '-'}"
    if summary.output:
        yield "output", "standard output" if summary.output == "-" else summary.output


def _labels(summary: RunSummary) -> Iterator[tuple[str, str]]:
    """Yield what only a model says."""
    for number, (code, count) in enumerate(sorted(summary.areas.items())):
        yield "" if number else "result areas", f"{count:>6,}  {code} {area_name(code, 'en')}"
    yield "" if summary.areas else "result areas", f"{summary.without_area:>6,}  without a result area"
    yield "gender", _list(dict(sorted(summary.gender.items())))
    yield "human rights", _list(dict(sorted(summary.human_rights.items())))


def _rejected(summary: RunSummary) -> Iterator[tuple[str, str]]:
    if not summary.rejected_rows:
        return
    yield "rejected rows", _list(dict(summary.rejections.most_common()))
    for row in summary.first_rejections:
        yield "", f"line {row.line}: {row.message}"
    if summary.rejected_rows > len(summary.first_rejections):
        yield "", "..."
    if summary.rejected_file:
        yield "", f"all of them: {summary.rejected_file}"


def _list(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name.replace('_', ' ')}: {count:,}" for name, count in counts.items()) or "-"
