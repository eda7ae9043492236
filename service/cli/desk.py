"""``portolan desk``: labels out of the desk and into it, another model, and how far its annotators agree."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli.store import SETTINGS, open_database

if TYPE_CHECKING:
    from classifier.tagger import Tagger
    from service.desk.access import Access
    from service.desk.agreement import CampaignAgreement, Measured
    from service.desk.export import Exported
    from service.store.database import Database

_PART = "labelled-data"
_FORMATS = click.Choice(["csv", "xlsx", "jsonl", "label-studio", "doccano-classes", "doccano-spans", _PART])
_USER = click.option(
    "--user", "--as", "user_name", required=True, metavar="NAME", help="On whose behalf; written down."
)


@click.group("desk")
def command() -> None:
    """Export and import the labels of a campaign, tag it anew, and measure agreement."""


@command.command("export")
@click.argument("campaign")
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--format", "form", type=_FORMATS, required=True, help="What to write.")
@click.option("--names", is_flag=True, help="Name the annotators; else they stand under pseudonyms.")
@click.option("--corpus", type=click.Path(path_type=Path), help="Labelled data that the new part shall stand beside.")
@click.option("--cited-only", is_flag=True, help="Take no words from the model where people cited none.")
@click.option("--force", is_flag=True, help="Replace a file that exists.")
@_USER
@SETTINGS
def export(
    campaign: str,
    target: Path,
    form: str,
    user_name: str,
    corpus: Path | None,
    settings_file: Path | None,
    *,
    names: bool,
    cited_only: bool,
    force: bool,
) -> None:
    """Write the settled labels of CAMPAIGN (id or name) to the file TARGET.

    With --format labelled-data TARGET is a folder of labelled data: the new part goes to its parts/, relabelled
    frozen projects to parts/kept_apart/, which no training reads. For label-studio a configuration of the page is
    written beside the file.
    """
    from service.desk.export import ExportFormat, export_file, export_part

    with open_database(settings_file) as database:
        access = _enter(database, campaign, user_name)
        if form == _PART:
            parts = target / "parts"
            parts.mkdir(parents=True, exist_ok=True)
            beside = corpus or (target if any(parts.glob("*.jsonl")) else None)
            done = export_part(database, access, parts, actor=user_name, corpus=beside, borrows=not cited_only)
        else:
            shape = ExportFormat(form)
            done = export_file(database, access, shape, target, actor=user_name, pseudonyms=not names, force=force)
            if shape is ExportFormat.LABEL_STUDIO:
                _write_configuration(access, target)
    click.echo("\n".join(_describe_export(done)))


def _write_configuration(access: Access, target: Path) -> None:
    from service.desk.exchange.label_studio import write_configuration
    from training.labels import rule_ids

    text = write_configuration(access.questions.labels, sorted(rule_ids()))
    target.with_name(f"{target.name}.config.xml").write_text(text, encoding="utf-8")


def _describe_export(done: Exported) -> Iterator[str]:
    yield f"{done.projects:,} projects, sha256 {done.sha256}"
    yield from (f"  {path}" for path in done.paths)
    if done.kept_apart:
        yield f"{done.kept_apart:,} frozen projects are kept apart."
    for reason, count in sorted(done.left_out.items()):
        yield f"{count:,} left out: {reason}"


@command.command("import")
@click.argument("campaign")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--format", "form", type=click.Choice(["label-studio", "doccano"]), required=True, help="Whose file it is."
)
@click.option("--judge", "judges", multiple=True, metavar="NAME=MEMBER", help="Whom a name in the file means.")
@click.option("--corpus", type=click.Path(path_type=Path), help="Labelled data whose frozen texts are known by it.")
@_USER
@SETTINGS
def import_(
    campaign: str,
    file: Path,
    form: str,
    judges: Sequence[str],
    user_name: str,
    corpus: Path | None,
    settings_file: Path | None,
) -> None:
    """Take the tasks and labels of FILE into CAMPAIGN (id or name): all of them, or none."""
    from service.cli.corpus import find_corpus
    from service.desk.exchange.intake import ExchangeFormat, import_labels
    from service.desk.frozen import FrozenTexts, load_frozen_texts

    labelled = corpus or find_corpus()
    with open_database(settings_file) as database:
        access = _enter(database, campaign, user_name)
        done = import_labels(
            database,
            access,
            file,
            ExchangeFormat(form),
            _load_current(settings_file),
            load_frozen_texts(labelled) if labelled.is_dir() else FrozenTexts(),
            judges=_read_judges(judges),
            actor=user_name,
        )
    click.echo(f"{done.projects:,} new projects, {done.judgements:,} judgements")


def _read_judges(pairs: Sequence[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        name, mark, member = pair.partition("=")
        if not (name and mark and member):
            raise click.BadParameter("Write it as NAME=MEMBER.", param_hint="--judge")
        found[name] = member
    return found


@command.command("retag")
@click.argument("campaign")
@_USER
@SETTINGS
def retag(campaign: str, user_name: str, settings_file: Path | None) -> None:
    """Tag what nobody has judged in CAMPAIGN (id or name) with the current model, and order its queue anew.

    What was judged, or is before somebody now, keeps the suggestions that people saw.
    """
    from service.desk.retagging import retag_open

    tagger = _load_current(settings_file)
    with open_database(settings_file) as database:
        count = retag_open(database, _enter(database, campaign, user_name), tagger, actor=user_name)
    click.echo(f"{count:,} projects tagged anew by {tagger.model_version}")


def _load_current(settings_file: Path | None) -> Tagger:
    from classifier.model import current_version, find_models_dir
    from classifier.tagger import Tagger
    from service.settings import load_settings

    return Tagger.load(current_version(load_settings(settings_file).models or find_models_dir()))


@command.command("agreement")
@click.argument("campaign")
@click.option("--json", "as_json", is_flag=True, help="Print everything as one JSON object.")
@_USER
@SETTINGS
def agreement(campaign: str, user_name: str, settings_file: Path | None, *, as_json: bool) -> None:
    """Say how far the annotators of CAMPAIGN (id or name) agree beyond chance."""
    from service.desk.agreement import measure_campaign

    with open_database(settings_file) as database:
        found = measure_campaign(database, _enter(database, campaign, user_name))
    click.echo(json.dumps(asdict(found), ensure_ascii=False) if as_json else "\n".join(_describe_agreement(found)))


def _describe_agreement(found: CampaignAgreement) -> Iterator[str]:
    yield f"{found.overall.projects:,} projects were judged by two people or more."
    yield _line("all", found.overall)
    yield from (_line(language, one) for language, one in found.languages.items())
    yield from (_line(f"{pair.first} and {pair.second}", pair.measured) for pair in found.pairs)
    for label in found.overall.labels:
        yield f"  {label.name}  kappa {_figure(label.kappa)}  equal {_figure(label.equal)}  ({label.count:,} pairs)"


def _line(name: str, measured: Measured) -> str:
    alpha, equal = _figure(measured.alpha), _figure(measured.equal_sets)
    return f"{name}: {measured.projects:,} projects  areas alpha (MASI) {alpha}  equal sets {equal}"


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _enter(database: Database, campaign: str, user_name: str) -> Access:
    """Enter a campaign by id or name as its lead; who may read the settings may do what an administrator may."""
    from classifier.errors import UsageError
    from service.access.users import find_user
    from service.desk.access import enter
    from service.desk.campaigns import list_campaigns

    with database.reading() as session:
        user_id = find_user(session, user_name).id
    campaigns = [one.campaign for one in list_campaigns(database, user_id, is_admin=True)]
    found = [one.id for one in campaigns]
    named = [one.id for one in campaigns if one.name == campaign]
    if campaign not in found and len(named) != 1:
        detail = f"There are {len(named)} campaigns of this name." if named else f"There is no campaign {campaign!r}."
        remedy = "Give its id: what follows /desk/c/ in the address of its page."
        raise UsageError(detail, code="campaign-missing", remedy=remedy)
    return enter(database, campaign if campaign in found else named[0], user_id, is_admin=True)
