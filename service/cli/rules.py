"""``portolan rules``: the ODA rules, what each says, and whether their examples hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from classifier.oda.rulebook import Rule, RuleBook


@click.group("rules")
def command() -> None:
    """List, show and test the ODA rules."""


_FOLDER = click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of rule files (those that Portolan ships).",
)


def _read(folder: Path | None) -> RuleBook:
    """Read the rules without running their examples, so that broken ones can be looked at too."""
    from classifier.oda.rulebook import read_rules, rules_folder

    return read_rules(folder or rules_folder())


@command.command("list")
@click.argument("group", required=False)
@_FOLDER
def list_all(group: str | None, folder: Path | None) -> None:
    """List the rules, or those of GROUP (RET)."""
    book = _read(folder)
    for rule in book:
        if group is None or rule.group == group.upper():
            click.echo(f"{rule.id}  {rule.verdict.value:<12} {rule.activity}")
    click.echo(f"{len(book)} rules, version {book.version}", err=True)


@command.command("show")
@click.argument("rule_id", metavar="RULE")
@click.option("--lang", type=click.Choice(["en", "fr", "nl"]), default="en", help="Language of the question.")
@_FOLDER
def show(rule_id: str, lang: str, folder: Path | None) -> None:
    """Explain one RULE (RET-02)."""
    click.echo("\n".join(_explain(_read(folder).rule(rule_id), lang)))


@command.command("check")
@_FOLDER
@click.pass_context
def check(context: click.Context, folder: Path | None) -> None:
    """Check the rules against their schema and against each other."""
    book = _read(folder)
    problems = book.check()
    for problem in problems:
        click.echo(f"portolan: {problem}", err=True)
    click.echo(f"{len(book)} rules, {len(problems)} problems")
    context.exit(1 if problems else 0)


@command.command("test")
@_FOLDER
@click.option("--record", is_flag=True, help="Remember that all examples hold, so that the rules load at once.")
@click.pass_context
def test(context: click.Context, folder: Path | None, *, record: bool) -> None:
    """Run the examples of every rule."""
    from importlib.resources import as_file

    from classifier.oda.examples import failing_examples
    from classifier.oda.rulebook import read_rules, rules_folder
    from classifier.oda.shipped import record_tested

    with as_file(folder or rules_folder()) as own:
        book = read_rules(own)
        failures = failing_examples(book, own)
        if record and not failures:
            record_tested(book, own)
    for one in failures:
        place = f"{one.file}: {one.rule} (line {one.line})"
        click.echo(f"portolan: {place}: the {one.language} example does not {one.kind}: {one.example!r}", err=True)
    click.echo(f"{len(book)} rules, {len(failures)} examples that do not hold")
    context.exit(1 if failures else 0)


@command.command("pairs")
@click.option("--frozen", is_flag=True, help="Measure on the frozen pairs, which no rule was written with.")
@click.option("--corpus", type=click.Path(path_type=Path), help="Folder of the corpus (labelled_data).")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
def pairs(*, frozen: bool, corpus: Path | None, as_json: bool) -> None:
    """Measure the rules on minimal pairs: two texts that differ in little and get different risks."""
    from classifier.oda.assessment import RuleEngine
    from classifier.text import read_text
    from service.cli.corpus import find_corpus
    from training.pairs import PAIRS, load_pairs, score_pairs

    engine = RuleEngine.load()
    path = (corpus or find_corpus()) / PAIRS / ("frozen.jsonl" if frozen else "parts.jsonl")
    score = score_pairs(load_pairs(path), lambda project: engine.assess(project, read_text(project)).risk)
    if as_json:
        confusion = {f"{right.value}>{said.value}": count for (right, said), count in score.confusion.items()}
        figures = {"pairs": score.pairs, "right": score.right, "by": score.by, "confusion": confusion}
        click.echo(json.dumps({**figures, "rules_version": engine.version}))
        return
    click.echo(f"{score.right} of {score.pairs} pairs with both sides right ({score.share:.2f})")
    for name, values in score.by.items():
        click.echo(f"  by {name}: " + ", ".join(f"{value} {right}/{count}" for value, (right, count) in values.items()))


def _explain(rule: Rule, language: str) -> Iterator[str]:
    yield f"{rule.id}  {rule.verdict.value}"
    yield ""
    yield rule.activity
    yield rule.reason
    if question := rule.questions(language):
        yield f"To settle it: {question}"
    if rule.lowers:
        yield f"Settles: {', '.join(rule.lowers)}"
    yield f"Documented: {rule.status} ({', '.join(rule.sources)})"
    yield f"Stands in {rule.file}, line {rule.line}"
