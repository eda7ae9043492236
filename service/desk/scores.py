"""How instructive a tagging is: what the order of the queue is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from classifier.features import analyse
from classifier.heads import AREA_CODES, sigmoid
from classifier.tagging import Risk
from classifier.text import read_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.project import Project
    from classifier.tagger import Tagger
    from classifier.tagging import MarkerTag, Tagging

_LADDER: Final = {Risk.LOW: 0, Risk.REVIEW: 1, Risk.HIGH: 2}
#: So many of the least certain labels make the uncertainty of a project.
_COUNTED: Final = 3
#: So many of the likeliest areas of a project can bring it to the front as one of a rare area.
_LIKELY: Final = 6


def uncertainty(tagging: Tagging) -> float:
    """Return how unsure the model is, from 0 to 1: the mean of its least certain labels."""
    doubts = [_doubt(area.probability, area.threshold) for area in tagging.areas]
    doubts += [max(_marker_doubts(marker)) for marker in (tagging.gender, tagging.human_rights)]
    if tagging.oda.probabilities:
        first, second = sorted(tagging.oda.probabilities)[-1:-3:-1]
        doubts.append(1.0 - (first - second))
    return round(sum(sorted(doubts)[-_COUNTED:]) / _COUNTED, 6)


def disagreement(tagging: Tagging) -> float:
    """Return how far rules and model are apart on the risk, from 0 to 1."""
    model, rules = tagging.oda.model_risk, tagging.oda.rules_risk
    if model is None or model is rules:
        return 0.0
    if model not in _LADDER or rules not in _LADDER:
        return 0.5
    return abs(_LADDER[model] - _LADDER[rules]) / 2


def gaps(tagger: Tagger, projects: Sequence[Project]) -> list[float]:
    """Return how far the members of the model are apart on each project, from 0 to 1; 0 where there is only one."""
    heads = tagger.model.heads
    if heads.hidden is None:
        return [0.0] * len(projects)
    found = []
    for project in projects:
        vector = tagger.model.vectoriser.transform(analyse(read_text(project)))
        linear, hidden = (
            sigmoid(heads.slope * member.scores(vector) + heads.intercept) for member in (heads.linear, heads.hidden)
        )
        apart = sorted(abs(linear - hidden)[: len(AREA_CODES)].tolist())
        found.append(round(sum(apart[-_COUNTED:]) / _COUNTED, 6))
    return found


def likely_areas(tagging: Tagging) -> tuple[tuple[str, float], ...]:
    """Return the areas that the model holds for likeliest, with their probabilities."""
    areas = sorted(tagging.areas, key=lambda area: -area.probability)[:_LIKELY]
    return tuple((area.code, round(area.probability, 4)) for area in areas)


def _doubt(probability: float, threshold: float) -> float:
    """Return 1 at the threshold and 0 at both ends."""
    side = probability / threshold if probability < threshold else (1.0 - probability) / max(1.0 - threshold, 1e-9)
    return min(max(side, 0.0), 1.0)


def _marker_doubts(marker: MarkerTag) -> tuple[float, float]:
    first, second = marker.thresholds
    return _doubt(marker.at_least_1, first), _doubt(marker.at_least_2, second)
