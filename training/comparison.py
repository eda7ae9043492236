"""Compares two model versions on the same labelled projects, so that no worse one slips in unseen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from classifier.taxonomy import SCORES
from training.bootstrap import Figure, make_figure, resample
from training.changes import ProjectChange, find_changes
from training.labels import AREAS, MARKERS, RISKS, Labels
from training.metrics import MIN_SUPPORT, Counts, Tally, f1, marker_macro_f1, one_against_rest, support, tally, total

if TYPE_CHECKING:
    from classifier.tagging import Tagging

_RESAMPLES: Final = 2_000
_CONFIDENCE: Final = 95.0


@dataclass(frozen=True, slots=True)
class Change:
    """One figure of two versions.

    Parameters
    ----------
    name
        ``area 3.2``, ``gender 1``, ``risk high``, ``language fr`` ...
    support
        Projects behind it.
    current, candidate
        F1 of the two versions.
    difference
        Candidate less current, with its own 95% interval.
    is_worse
        Whether the loss is beyond noise, allowing for the number of figures that are looked at together.
    """

    name: str
    support: int
    current: float
    candidate: float
    difference: Figure
    is_worse: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions on the same projects; labels with fewer than five projects are left out.

    `projects` are the labels of single projects on which the two differ.
    """

    current: str
    candidate: str
    cases: int
    changes: tuple[Change, ...]
    projects: tuple[ProjectChange, ...] = ()

    @property
    def losses(self) -> tuple[Change, ...]:
        """What the candidate does worse beyond noise."""
        return tuple(change for change in self.changes if change.is_worse)

    def to_json(self) -> dict[str, object]:
        """Return everything as plain data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return what `to_json` gave."""
        changes = (Change(**{**one, "difference": Figure(**one["difference"])}) for one in data["changes"])
        projects = (ProjectChange(**one) for one in data.get("projects", ()))
        return cls(data["current"], data["candidate"], data["cases"], tuple(changes), tuple(projects))


def compare_versions(
    gold: Sequence[Labels],
    current: Sequence[Tagging],
    candidate: Sequence[Tagging],
    *,
    families: Sequence[str],
    languages: Sequence[str],
    seed: int = 0,
) -> Comparison:
    """Compare a candidate with the current version, project by project, on the frozen part.

    Parameters
    ----------
    gold, current, candidate
        Labels and both versions' taggings of the same projects in the same order.
    families, languages
        Of each project.
    seed
        Of the bootstrap over families, which draws the same families for both versions.

    Raises
    ------
    ValueError
        When the three are not of the same projects.
    """
    ids = [labels.id for labels in gold]
    if any(ids != [tagging.project_id for tagging in taggings] for taggings in (current, candidate)):
        raise ValueError("labels and taggings are of different projects")
    first = _add_languages(tally(gold, current), languages)
    second = _add_languages(tally(gold, candidate), languages)
    before, after = _scores(total(first)), _scores(total(second))
    spread_before = _scores(resample(first, families, _RESAMPLES, seed))
    spread_after = _scores(resample(second, families, _RESAMPLES, seed))
    supports = {name: count for name, count in _supports(total(first)).items() if count >= MIN_SUPPORT}
    spreads = {name: spread_after[name] - spread_before[name] for name in supports}
    differences = {name: float(after[name] - before[name]) for name in supports}
    worse = _find_losses(differences, spreads)
    return Comparison(
        current[0].model_version if current else "",
        candidate[0].model_version if candidate else "",
        len(ids),
        tuple(
            Change(
                name,
                count,
                float(before[name]),
                float(after[name]),
                make_figure(differences[name], spreads[name]),
                name in worse,
            )
            for name, count in supports.items()
        ),
        tuple(find_changes(gold, current, candidate)),
    )


def _find_losses(differences: Mapping[str, float], spreads: Mapping[str, Counts]) -> set[str]:
    """Return the figures whose loss is larger than the largest that chance brings among all of them.

    With two dozen figures, one in two harmless candidates would fall below a plain 95% interval somewhere.
    """
    errors = {name: float(spread.std()) for name, spread in spreads.items()}
    moving = [name for name, error in errors.items() if error > 0]
    steady_losses = {name for name in differences if name not in moving and differences[name] < 0}
    if not moving:
        return steady_losses
    falls = np.stack([(differences[name] - spreads[name]) / errors[name] for name in moving])
    bound = float(np.percentile(falls.max(axis=0), _CONFIDENCE))
    return steady_losses | {name for name in moving if differences[name] + bound * errors[name] < 0}


def _add_languages(counts: Tally, languages: Sequence[str]) -> Tally:
    """Add the areas' counts of each project under its language."""
    areas = counts["areas"].sum(axis=1)
    for language in sorted(set(languages)):
        own = np.array([one == language for one in languages], dtype=np.float64)
        counts[f"language {language}"] = areas * own[:, None]
    return counts


def _scores(sums: Tally) -> dict[str, Counts]:
    """Return the F1 of every label and language, for each resample where there are some."""
    by_area = f1(sums["areas"])
    found = {f"area {code}": by_area[..., place] for place, code in enumerate(AREAS)}
    for marker in MARKERS:
        for score in SCORES:
            found[f"{marker} {score}"] = f1(one_against_rest(sums[marker], [score]))
        found[f"{marker} macro"] = np.nan_to_num(marker_macro_f1(sums[marker]))
    for place, risk in enumerate(RISKS):
        found[f"risk {risk}"] = f1(one_against_rest(sums["risk"], [place]))
    found.update((name, f1(counts)) for name, counts in sums.items() if name.startswith("language "))
    return found


def _supports(sums: Tally) -> dict[str, int]:
    """Return the number of gold projects behind every label, and of gold areas behind every language."""
    found = {f"area {code}": int(support(sums["areas"])[place]) for place, code in enumerate(AREAS)}
    for marker in MARKERS:
        for score in SCORES:
            found[f"{marker} {score}"] = int(sums[marker][score].sum())
        found[f"{marker} macro"] = int(sums[marker].sum())
    for place, risk in enumerate(RISKS):
        found[f"risk {risk}"] = int(sums["risk"][place].sum())
    found.update((name, int(support(counts))) for name, counts in sums.items() if name.startswith("language "))
    return found
