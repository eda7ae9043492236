"""``portolan train``: make a model version from the labelled data."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable


@click.command("train")
@click.option("--corpus", type=click.Path(path_type=Path), help="Folder of the corpus (labelled_data).")
@click.option("--configuration", type=click.Path(path_type=Path), help="TOML file (training/configuration.toml).")
@click.option("--models", "models_dir", type=click.Path(path_type=Path), help="Folder of the model versions (models).")
@click.option("--created", metavar="DATE", help="Date that the manifest gives (today); part of the version's name.")
@click.option("--jobs", type=click.IntRange(1), help="Processes (one for each core); does not change the model.")
@click.option("--json", "as_json", is_flag=True, help="Print the manifest as JSON.")
def command(
    *,
    corpus: Path | None,
    configuration: Path | None,
    models_dir: Path | None,
    created: str | None,
    jobs: int | None,
    as_json: bool,
) -> None:
    """Train a model version from the labelled data, never from their frozen part; it is not promoted.

    The same corpus, configuration and date give the same bytes.
    """
    from classifier.model import find_models_dir, read_manifest
    from service.cli.corpus import find_corpus
    from service.engine import choose_jobs
    from training.configuration import load_configuration
    from training.corpus import load_corpus
    from training.line import train

    version = train(
        load_corpus(corpus or find_corpus()),
        load_configuration(configuration),
        models_dir or find_models_dir(),
        created=_date_of(created),
        jobs=jobs or choose_jobs(),
        progress=_teller(),
    )
    manifest = read_manifest(version)
    if as_json:
        click.echo(json.dumps(manifest.to_json(), ensure_ascii=False))
        return
    figures = manifest.metrics["out_of_fold"]
    click.echo(f"{version}: trained on {manifest.corpus_size:,} projects")
    click.echo(
        f"out of fold: areas macro-F1 {figures['macro_f1']:.3f}, micro-F1 {figures['micro_f1']:.3f}, "
        f"exact set {figures['exact_set']:.3f}, without area left without {figures['none_kept']:.3f}"
    )
    click.echo(
        f"Compare and promote it: portolan models compare {version.name}; portolan models promote {version.name}"
    )


def _date_of(text: str | None) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else date.today().isoformat()
    except ValueError:
        raise click.UsageError(f"--created {text} is not a date like 2026-11-21.") from None


def _teller() -> Callable[[str], None]:
    """Return what tells the steps on standard error, with the seconds gone by."""
    from time import monotonic

    start = monotonic()
    return lambda step: click.echo(f"{monotonic() - start:6.0f} s  {step}", err=True)
