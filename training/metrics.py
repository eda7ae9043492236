"""Turns counts into figures: the same functions serve the whole, a group and every bootstrap resample.

Each function takes arrays whose last axes hold counts and whose leading axes, if any, are resamples.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from training.labels import AREAS, MARKERS, RISKS, Labels

if TYPE_CHECKING:
    from classifier.tagging import Tagging

Counts: TypeAlias = NDArray[np.float64]
#: Counts by what is counted: ``areas`` (area, tp/fp/fn), ``sets`` (judged, exact, none, none kept),
#: ``gender`` and ``human_rights`` (gold score, said score or nothing), ``risk`` (gold, said).
Tally: TypeAlias = dict[str, Counts]

#: Result areas with fewer gold projects do not count in macro figures.
MIN_SUPPORT: Final = 5
_LOW, _REVIEW, _HIGH = range(3)


def tally(gold: Sequence[Labels], taggings: Sequence[Tagging]) -> Tally:
    """Count each project on its own, what nobody judged not at all; the first axis is the project."""
    size = len(gold)
    found: Tally = {
        "areas": np.zeros((size, len(AREAS), 3)),
        "sets": np.zeros((size, 4)),
        "gender": np.zeros((size, 3, 4)),
        "human_rights": np.zeros((size, 3, 4)),
        "risk": np.zeros((size, len(RISKS), len(RISKS))),
    }
    for row, (labels, tagging) in enumerate(zip(gold, taggings, strict=True)):
        if labels.areas is not None:
            said = frozenset(tagging.selected_areas())
            found["areas"][row] = [
                (code in labels.areas and code in said, code in said - labels.areas, code in labels.areas - said)
                for code in AREAS
            ]
            found["sets"][row] = (1, labels.areas == said, not labels.areas, not labels.areas and not said)
        for marker in MARKERS:
            score, tag = labels.marker(marker), tagging.gender if marker == "gender" else tagging.human_rights
            if score is not None:
                found[marker][row, score, 3 if tag.score is None else tag.score] = 1
        if labels.risk is not None:
            found["risk"][row, RISKS.index(labels.risk), RISKS.index(tagging.oda.risk)] = 1
    return found


def total(counts: Tally) -> Tally:
    """Add up all projects."""
    return {name: values.sum(axis=0) for name, values in counts.items()}


def share(part: Counts, whole: Counts) -> Counts:
    """Divide, giving NaN where there is nothing to divide by."""
    nothing = np.full(np.broadcast(part, whole).shape, np.nan)
    return np.asarray(np.divide(part, whole, out=nothing, where=whole > 0))


def precision(areas: Counts) -> Counts:
    """Return tp / (tp + fp)."""
    return share(areas[..., 0], areas[..., 0] + areas[..., 1])


def recall(areas: Counts) -> Counts:
    """Return tp / (tp + fn)."""
    return share(areas[..., 0], areas[..., 0] + areas[..., 2])


def f1(areas: Counts) -> Counts:
    """Return the harmonic mean of precision and recall, 0 where there is neither gold nor guess."""
    return np.nan_to_num(share(2 * areas[..., 0], 2 * areas[..., 0] + areas[..., 1] + areas[..., 2]))


def support(areas: Counts) -> Counts:
    """Return the number of gold projects of each area."""
    return areas[..., 0] + areas[..., 2]


def macro_f1(areas: Counts, counted: NDArray[np.bool_]) -> Counts:
    """Return the mean F1 of the counted areas, NaN when none counts."""
    if not counted.any():
        return np.full(areas.shape[:-2], np.nan)
    return np.asarray(f1(areas)[..., counted].mean(axis=-1))


def one_against_rest(confusion: Counts, classes: Sequence[int]) -> Counts:
    """Return tp, fp, fn of a set of classes (rows and columns of a confusion), taken as one."""
    chosen = list(classes)
    hit = confusion[..., chosen, :][..., chosen].sum(axis=(-1, -2))
    said = confusion[..., :, chosen].sum(axis=(-1, -2))
    gold = confusion[..., chosen, :].sum(axis=(-1, -2))
    return np.stack([hit, said - hit, gold - hit], axis=-1)


def marker_macro_f1(confusion: Counts) -> Counts:
    """Return the mean F1 of the scores 0, 1, 2 over the projects that got a score."""
    judged = confusion[..., :3]
    found = np.stack([f1(one_against_rest(judged, [score])) for score in range(3)], axis=-1).mean(axis=-1)
    return np.where(judged.sum(axis=(-1, -2)) > 0, found, np.nan)


def _marker_figures(name: str) -> dict[str, Callable[[Tally], Counts]]:
    return {
        f"{name}_macro_f1": lambda sums: marker_macro_f1(sums[name]),
        f"{name}_targeted_f1": lambda sums: f1(one_against_rest(sums[name][..., :3], [1, 2])),
        f"{name}_accuracy": lambda sums: _accuracy(sums[name][..., :3]),
        f"{name}_coverage": lambda sums: share(sums[name][..., :3].sum(axis=(-1, -2)), sums[name].sum(axis=(-1, -2))),
    }


def _accuracy(confusion: Counts) -> Counts:
    return share(np.trace(confusion, axis1=-2, axis2=-1), confusion.sum(axis=(-1, -2)))


def _cell(confusion: Counts, gold: int, said: int) -> Counts:
    return share(confusion[..., gold, said], confusion[..., gold, :].sum(axis=-1))


#: Figures of the whole or of a group by name; macro-F1 of the areas is apart, for it must know which areas count.
FIGURES: Final[dict[str, Callable[[Tally], Counts]]] = {
    "areas_micro_f1": lambda sums: f1(sums["areas"].sum(axis=-2)),
    "areas_micro_precision": lambda sums: precision(sums["areas"].sum(axis=-2)),
    "areas_micro_recall": lambda sums: recall(sums["areas"].sum(axis=-2)),
    "areas_exact_set": lambda sums: share(sums["sets"][..., 1], sums["sets"][..., 0]),
    "areas_none_kept_none": lambda sums: share(sums["sets"][..., 3], sums["sets"][..., 2]),
    **_marker_figures("gender"),
    **_marker_figures("human_rights"),
    "risk_accuracy": lambda sums: _accuracy(sums["risk"]),
    "risk_high_recall": lambda sums: recall(one_against_rest(sums["risk"], [_HIGH])),
    "risk_high_precision": lambda sums: precision(one_against_rest(sums["risk"], [_HIGH])),
    "risk_high_missed_as_low": lambda sums: _cell(sums["risk"], _HIGH, _LOW),
    "risk_flag_recall": lambda sums: recall(one_against_rest(sums["risk"], [_REVIEW, _HIGH])),
    "risk_low_kept_low": lambda sums: _cell(sums["risk"], _LOW, _LOW),
}


def count_figures(sums: Tally, counted: NDArray[np.bool_]) -> dict[str, Counts]:
    """Return every figure by name, for each resample where there are some."""
    found = {"areas_macro_f1": macro_f1(sums["areas"], counted)}
    found.update((name, np.asarray(figure(sums))) for name, figure in FIGURES.items())
    return found
