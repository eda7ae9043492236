"""Says how good a model is on labelled projects, for each label and group, with intervals, and where it errs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from training.acceptance import PROMISED, Acceptance, AcceptanceCurve, draw_curves, measure_acceptance
from training.bootstrap import RESAMPLES, Figure, make_figure, resample
from training.labels import AREAS, NEIGHBOURS, RISKS, Labels
from training.metrics import MIN_SUPPORT, Tally, count_figures, f1, precision, recall, support, tally, total
from training.mistakes import Confusion, Mistake, count_confusions, list_mistakes
from training.nearness import split_words
from training.reliability import Reliability, measure_heads

if TYPE_CHECKING:
    from classifier.tagging import Tagging

_LENGTHS: Final = ((8, "1 to 8 words"), (25, "9 to 25 words"), (80, "26 to 80 words"))
_LONGEST: Final = "over 80 words"


@dataclass(frozen=True, slots=True)
class AreaFigures:
    """The figures of one result area; `support` counts the gold projects, `said` the selected ones."""

    code: str
    support: int
    said: int
    precision: Figure
    recall: Figure
    f1: Figure


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """The figures of the projects that share a language, a length or a manner."""

    by: str
    value: str
    cases: int
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All that is known of the quality of one model on one set of labelled projects.

    Parameters
    ----------
    cases, families
        Number of projects, and of families that the intervals resample.
    figures
        Headline figures by name (see `training.metrics.FIGURES`).
    areas
        Figures by result area, in the order of the taxonomy.
    confusions
        Gold score (rows) against said score or nothing (last column) for markers; gold against said for risk.
    """

    model_version: str
    rules_version: str
    cases: int
    families: int
    figures: Mapping[str, Figure]
    areas: tuple[AreaFigures, ...]
    groups: tuple[GroupFigures, ...]
    confusions: Mapping[str, tuple[tuple[int, ...], ...]]
    reliability: tuple[Reliability, ...]
    curves: tuple[AcceptanceCurve, ...]
    acceptance: tuple[Acceptance, ...]
    neighbours: tuple[Confusion, ...]
    mistakes: tuple[Mistake, ...]

    def to_json(self) -> dict[str, object]:
        """Return everything as plain data; projects appear by their id alone."""
        found = asdict(self)
        found["promised_precision"] = PROMISED
        found["risks"] = [risk.value for risk in RISKS]
        found["acceptance"] = [
            {**asdict(one), "share": one.share, "precision": one.precision} for one in self.acceptance
        ]
        return found


def evaluate(
    gold: Sequence[Labels],
    taggings: Sequence[Tagging],
    *,
    families: Sequence[str] | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Evaluation:
    """Measure taggings against labels.

    Parameters
    ----------
    gold, taggings
        Labels and taggings of the same projects in the same order.
    families
        The family of each project; by default each is its own.
    groups
        Name of a grouping to the value of each project: ``{"language": [...], "manner": [...]}``.
    resamples, seed
        Of the bootstrap over families.

    Returns
    -------
    Evaluation

    Raises
    ------
    ValueError
        When labels and taggings are not of the same projects.
    """
    if [labels.id for labels in gold] != [tagging.project_id for tagging in taggings]:
        raise ValueError("labels and taggings are of different projects")
    families = list(families) if families is not None else [str(number) for number in range(len(gold))]
    counts = tally(gold, taggings)
    sums, resampled = total(counts), resample(counts, families, resamples, seed)
    return Evaluation(
        model_version=taggings[0].model_version if taggings else "",
        rules_version=taggings[0].rules_version if taggings else "",
        cases=len(gold),
        families=len(set(families)),
        figures=_figures(sums, resampled),
        areas=_area_figures(sums, resampled),
        groups=_group_figures(counts, families, groups or {}, resamples, seed),
        confusions={name: _rows(sums[name]) for name in ("gender", "human_rights", "risk")},
        reliability=measure_heads(gold, taggings),
        curves=draw_curves(gold, taggings),
        acceptance=measure_acceptance(gold, taggings),
        neighbours=count_confusions(gold, taggings, NEIGHBOURS),
        mistakes=list_mistakes(gold, taggings),
    )


def length_group(text: str) -> str:
    """Return the class of length that a text falls in."""
    words = len(split_words(text))
    return next((name for most, name in _LENGTHS if words <= most), _LONGEST)


def _figures(sums: Tally, resampled: Tally) -> dict[str, Figure]:
    counted = support(sums["areas"]) >= MIN_SUPPORT
    points, spreads = count_figures(sums, counted), count_figures(resampled, counted)
    return {name: make_figure(point, spreads[name]) for name, point in points.items()}


def _area_figures(sums: Tally, resampled: Tally) -> tuple[AreaFigures, ...]:
    areas, spread = sums["areas"], resampled["areas"]
    return tuple(
        AreaFigures(
            code,
            int(support(areas)[place]),
            int(areas[place, 0] + areas[place, 1]),
            make_figure(precision(areas)[place], precision(spread)[:, place]),
            make_figure(recall(areas)[place], recall(spread)[:, place]),
            make_figure(f1(areas)[place], f1(spread)[:, place]),
        )
        for place, code in enumerate(AREAS)
    )


def _group_figures(
    counts: Tally, families: Sequence[str], groups: Mapping[str, Sequence[str]], resamples: int, seed: int
) -> tuple[GroupFigures, ...]:
    found = []
    for by, values in groups.items():
        for value in sorted(set(values)):
            chosen: NDArray[np.intp] = np.array([row for row, own in enumerate(values) if own == value])
            own_counts = {name: array[chosen] for name, array in counts.items()}
            spread = resample(own_counts, [families[row] for row in chosen], resamples, seed)
            found.append(GroupFigures(by, value, len(chosen), _figures(total(own_counts), spread)))
    return tuple(found)


def _rows(confusion: NDArray[np.float64]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(int(count) for count in row) for row in confusion)
