"""``portolan evaluate``: how good a model is, on labelled projects of one's own or on the frozen part."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from classifier.portfolio.target import Target
    from classifier.tagging import Tagging
    from training.declared import DeclaredComparison
    from training.evaluation import Evaluation
    from training.gold import Gold

_REJECTED = 3
_DIFFERENCES_SHOWN = 20


@click.command("evaluate")
@click.argument("source", required=False, type=click.Path(path_type=Path))
@click.option("--frozen", is_flag=True, help="Evaluate on the frozen part of the corpus.")
@click.option("--corpus", type=click.Path(path_type=Path), help="Folder of the corpus (labelled_data).")
@click.option("--model", metavar="VERSION", default="", help="Model version, or its folder (the current one).")
@click.option("--declared", is_flag=True, help="Show where the markers that SOURCE declares differ from the model's.")
@click.option("-o", "--output", metavar="FILE", default="", help="Write the report as an HTML page.")
@click.option("--force", is_flag=True, help="Replace a page that exists.")
@click.option("--json", "as_json", is_flag=True, help="Print all figures as one JSON object.")
@click.pass_context
def command(
    context: click.Context,
    *,
    source: Path | None,
    frozen: bool,
    corpus: Path | None,
    model: str,
    declared: bool,
    output: str,
    force: bool,
    as_json: bool,
) -> None:
    """Measure a model on SOURCE, a labelled portfolio of any format, or on the frozen part of the corpus.

    SOURCE holds its labels in the columns areas, gender, human_rights and risk.

    \b
    Exit codes: 0 done, 1 failed, 2 the call does not fit, 3 done with rejected rows.
    """
    from classifier.portfolio.target import Target

    if (source is None) != frozen:
        raise click.UsageError("Name either a labelled portfolio or --frozen.")
    if declared and source is None:
        raise click.UsageError("--declared needs a portfolio.")
    target = Target(output, force=force) if output else None
    gold = _load_gold(source, corpus)
    taggings = _tag(gold, model)
    subject = "the frozen part" if source is None else source.name
    if declared:
        data, text, page = _compare_declared(gold, taggings, subject)
    else:
        data, text, page = _evaluate(gold, taggings, subject)
    if target is not None:
        _write(target, page)
    click.echo(json.dumps(data, ensure_ascii=False) if as_json else text)
    context.exit(_REJECTED if gold.rejected else 0)


def _load_gold(source: Path | None, corpus: Path | None) -> Gold:
    from service.cli.corpus import find_corpus
    from training.corpus import load_frozen
    from training.gold import gold_of_corpus, read_gold

    return gold_of_corpus(load_frozen(corpus or find_corpus())) if source is None else read_gold(source)


def _tag(gold: Gold, model: str) -> list[Tagging]:
    from classifier.tagger import Tagger
    from service.cli.tag import find_model

    return Tagger.load(find_model(model)).tag(gold.projects)


def _evaluate(gold: Gold, taggings: Sequence[Tagging], subject: str) -> tuple[dict[str, object], str, str]:
    from training.evaluation import evaluate
    from training.report import render_evaluation

    found = evaluate(gold.labels, taggings, families=gold.families, groups=gold.groups(taggings))
    page = render_evaluation(found, gold.projects, taggings, subject=subject)
    return found.to_json(), "\n".join(_describe(found)), page


def _compare_declared(gold: Gold, taggings: Sequence[Tagging], subject: str) -> tuple[dict[str, object], str, str]:
    from training.declared import evaluate_declared
    from training.report import render_declared

    found = evaluate_declared(gold.projects, taggings)
    return found.to_json(), "\n".join(_describe_declared(found)), render_declared(found, gold.projects, subject=subject)


def _describe(evaluation: Evaluation) -> Iterator[str]:
    yield f"{evaluation.cases:,} projects of {evaluation.families:,} families, model {evaluation.model_version}"
    for name, figure in evaluation.figures.items():
        if figure.value is not None:
            spread = "" if figure.low is None else f"  [{figure.low:.3f}, {figure.high:.3f}]"
            yield f"  {name.replace('_', ' '):<32} {figure.value:.3f}{spread}"
    for area in evaluation.areas:
        if area.support:
            yield f"  {area.code}  F1 {area.f1.value:.2f}  projects {area.support}  selected {area.said}"
    for head in evaluation.reliability:
        if head.error is not None:
            yield f"  calibration error of {head.head.replace('_', ' ')}: {head.error:.3f}"


def _describe_declared(comparison: DeclaredComparison) -> Iterator[str]:
    yield f"{comparison.projects:,} projects"
    for one in comparison.markers:
        agreement = one.agreement
        kappa = "-" if agreement.kappa is None else f"{agreement.kappa:.3f}"
        yield f"{one.marker.replace('_', ' ')}: {sum(one.declared.values()):,} declared, weighted kappa {kappa}"
        yield f"  {len(one.differences):,} differ, the clearest first:"
        yield from (
            f"  {two.id}  declared {two.declared}, predicted {two.said} ({two.confidence:.2f})"
            for two in one.differences[:_DIFFERENCES_SHOWN]
        )


def _write(target: Target, page: str) -> None:
    try:
        stream = target.open()
        with target.faults_named():
            stream.write(page.encode())
        target.commit()
    except BaseException:
        target.abort()
        raise
