"""``portolan models compare``, ``promote`` and ``rollback``: which model version is the current one."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli.store import SETTINGS, open_store_if_any

if TYPE_CHECKING:
    from training.comparison import Comparison
    from training.versions import HistoryEntry

_CORPUS = click.option("--corpus", type=click.Path(path_type=Path), help="Folder of the corpus (labelled_data).")
_WHO = click.option("--who", default="", help="Who does it (the user of this machine).")


@click.command("compare")
@click.argument("candidate")
@click.argument("current", required=False)
@_CORPUS
@click.option("--json", "as_json", is_flag=True, help="Print the comparison as one JSON object.")
def compare(candidate: str, current: str | None, corpus: Path | None, *, as_json: bool) -> None:
    """Compare CANDIDATE with CURRENT (the version in use) on the frozen part, label by label."""
    from classifier.model import current_version, find_models_dir
    from service.cli.versions import find_version

    first = find_version(current) if current else current_version(find_models_dir())
    found = _compare(find_version(candidate), first, corpus)
    click.echo(json.dumps(found.to_json(), ensure_ascii=False) if as_json else _describe(found))


@click.command("promote")
@click.argument("version")
@_CORPUS
@_WHO
@click.option("--reason", default="", help="Why; needed with --force.")
@click.option("--force", is_flag=True, help="Promote although it is worse; the reason is recorded.")
@SETTINGS
def promote(
    version: str, corpus: Path | None, who: str, reason: str, settings_file: Path | None, *, force: bool
) -> None:
    """Make VERSION the current one, unless it is worse on the frozen part beyond noise.

    Where the settings name a service, its audit log tells of it too.
    """
    from classifier.model import CURRENT, current_version, find_models_dir
    from service.cli.versions import find_version
    from training import versions

    models = find_models_dir()
    comparison = None
    if not force and (models / CURRENT).exists() and current_version(models).name != version:
        comparison = _compare(find_version(version), current_version(models), corpus)
    with _audited(settings_file) as note:
        entry = versions.promote(
            models, version, when=_now(), comparison=comparison, reason=reason, who=who or _user(), force=force
        )
        note(entry)
    click.echo(_describe_entry(entry))


@click.command("rollback")
@_WHO
@click.option("--reason", required=True, help="Why.")
@SETTINGS
def rollback(who: str, reason: str, settings_file: Path | None) -> None:
    """Go back to the version that was current before.

    Where the settings name a service, its audit log tells of it too.
    """
    from classifier.model import find_models_dir
    from training import versions

    with _audited(settings_file) as note:
        entry = versions.rollback(find_models_dir(), when=_now(), reason=reason, who=who or _user())
        note(entry)
    click.echo(_describe_entry(entry))


@contextmanager
def _audited(settings_file: Path | None) -> Iterator[Callable[[HistoryEntry], None]]:
    """Yield what writes an entry of the history into the audit log of the service, if there is one."""
    with open_store_if_any(settings_file) as database:
        if database is None:
            yield lambda _entry: None
            return
        from service.access.promotions import promoting

        with promoting(database) as note:
            yield note


def _compare(candidate: Path, current: Path, corpus: Path | None) -> Comparison:
    from classifier.tagger import Tagger
    from service.cli.corpus import find_corpus
    from training.comparison import compare_versions
    from training.corpus import load_frozen
    from training.labelled import to_project

    records = load_frozen(corpus or find_corpus())
    projects = [to_project(record) for record in records]
    return compare_versions(
        [record.labels for record in records],
        Tagger.load(current).tag(projects),
        Tagger.load(candidate).tag(projects),
        families=[record.family for record in records],
        languages=[record.lang for record in records],
    )


def _describe(found: Comparison) -> str:
    lines = [f"{found.candidate} against {found.current} on {found.cases:,} projects of the frozen part"]
    for change in found.changes:
        difference = change.difference
        spread = "" if difference.low is None else f" [{difference.low:+.3f}, {difference.high:+.3f}]"
        worse = "  worse beyond noise" if change.is_worse else ""
        lines.append(
            f"  {change.name:<20} {change.current:.3f} to {change.candidate:.3f}"
            f"  {difference.value:+.3f}{spread}  ({change.support}){worse}"
        )
    return "\n".join(lines)


def _describe_entry(entry: HistoryEntry) -> str:
    return f"{entry.version} is now the current version" + (f" (before: {entry.previous})." if entry.previous else ".")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
