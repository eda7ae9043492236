"""Lays out the pages of the models."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from classifier.errors import ModelError, UsageError
from classifier.model import current_version, read_manifest
from service.cli.corpus import find_corpus
from service.desk.access import enter
from service.desk.export import export_part
from service.desk.retraining_corpus import SETTLED_FOLDER, list_frozen, list_parts, list_training_parts
from service.pages.desk.charts import draw_difference
from service.pages.desk.lead_names import LeadNames
from training.comparison import Comparison
from training.versions import read_history

if TYPE_CHECKING:
    from pathlib import Path

    from markupsafe import Markup
    from starlette.requests import Request

    from service.api.service import Service
    from service.desk.retraining import RunLine
    from service.pages.desk.leading import Lead
    from service.settings import Settings
    from training.changes import ProjectChange
    from training.comparison import Change

_HISTORY_SHOWN: Final = 20
_SHOWN_PER_LABEL: Final = 100
_GROUPS: Final = ("area", "gender", "human_rights", "risk", "language")
_LEAST_SCALE: Final = 0.05


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One figure of two versions, ready for the table."""

    name: str
    change: Change
    plot: Markup


@dataclass(frozen=True, slots=True)
class LabelChanges:
    """What changed on single projects for one label."""

    name: str
    counts: Counter[str]
    changes: Sequence[ProjectChange]
    more: int


def corpus_of(settings: Settings) -> Path:
    """Return the folder of the labelled data."""
    return settings.labelled_data or find_corpus()


def settled_folder(settings: Settings) -> Path:
    """Return the folder of the settled parts that the desk exported."""
    return settings.data_dir / SETTLED_FOLDER


def take_settled(service: Service, lead: Lead, campaign_id: str) -> None:
    """Export the settled labels of a campaign as a part that can be trained on.

    Raises
    ------
    UsageError
        ``nothing-settled``.
    """
    folder = settled_folder(service.settings)
    folder.mkdir(parents=True, exist_ok=True)
    access = enter(service.database, campaign_id, lead.principal.user_id, is_admin=lead.is_admin)
    done = export_part(service.database, access, folder, actor=lead.principal.label, corpus=corpus_of(service.settings))
    if not done.projects:
        raise UsageError(
            f"No settled project can be trained on: {done.kept_apart} are frozen or near to a frozen one, "
            f"{sum(done.left_out.values())} cannot be a record.",
            code="nothing-settled",
        )


def describe_models(models: Path, corpus: Path, settled: Path) -> dict[str, Any]:
    """Return what the page of the models shows beside the trainings."""
    try:
        manifest = read_manifest(current_version(models))
    except ModelError:
        manifest = None
    history = read_history(models)
    return {
        "manifest": manifest,
        "history": history[::-1][:_HISTORY_SHOWN],
        "parts": list_training_parts(corpus),
        "settled": list_parts(settled),
        "frozen": sum(part.records for part in list_frozen(corpus)),
    }


def describe_run(request: Request, line: RunLine, current: str) -> dict[str, Any]:
    """Return what the page of a training shows: figures by group, and what changed on which projects."""
    run = line.run
    shown: dict[str, Any] = {"current": current, "comparison": None, "groups": [], "changes": []}
    if run.comparison is None:
        return shown
    names = LeadNames.of(request)
    comparison = Comparison.from_json(run.comparison)
    return shown | {
        "comparison": comparison,
        "groups": list(_group(comparison, names)),
        "changes": _by_label(comparison.projects, names),
        "totals": Counter(one.verdict for one in comparison.projects),
        "names": names,
    }


def _group(comparison: Comparison, names: LeadNames) -> Iterable[tuple[str, list[ChangeLine]]]:
    ends = [abs(one) for change in comparison.changes for one in _ends(change)]
    most = max([_LEAST_SCALE, *ends])
    for group in _GROUPS:
        own = [change for change in comparison.changes if change.name.partition(" ")[0] == group]
        if own:
            yield group, [ChangeLine(names.figure(one.name), one, _draw(one, most)) for one in own]


def _draw(change: Change, most: float) -> Markup:
    return draw_difference(change.difference.value or 0.0, change.difference.low, change.difference.high, most)


def _ends(change: Change) -> Sequence[float]:
    both = (change.difference.value, change.difference.low, change.difference.high)
    return [one for one in both if one is not None]


def _by_label(changes: Iterable[ProjectChange], names: LeadNames) -> list[LabelChanges]:
    """Return the changes of each label, those that were right before first."""
    found: dict[str, list[ProjectChange]] = {}
    for one in changes:
        found.setdefault(one.label, []).append(one)
    order = {"broken": 0, "mended": 1, "other": 2}
    return [
        LabelChanges(
            names.names.full(label),
            Counter(one.verdict for one in own),
            sorted(own, key=lambda one: (order[one.verdict], one.project_id))[:_SHOWN_PER_LABEL],
            max(0, len(own) - _SHOWN_PER_LABEL),
        )
        for label, own in found.items()
    ]
