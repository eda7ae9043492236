"""Measures what happens when the model decides alone: how much it accepts, and how much of that is right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from classifier.tagging import Decision
from training.labels import MARKERS, Labels
from training.reliability import Forecast

if TYPE_CHECKING:
    from classifier.tagging import Tagging

Part: TypeAlias = Literal["areas", "gender", "human_rights", "risk", "project"]

#: The precision that a reviewer may rely on.
PROMISED: Final = 0.95
_POINTS: Final = 200


@dataclass(frozen=True, slots=True)
class Point:
    """Accepting all from `probability` on: the share accepted, and the share of that which is right."""

    probability: float
    share: float
    precision: float


@dataclass(frozen=True, slots=True)
class AcceptanceCurve:
    """Precision against the share accepted.

    `share_at_promise` is the largest share that can be accepted at the promised precision (0.95).
    """

    name: str
    count: int
    share_at_promise: float
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What the decisions of the model accept: how many of how many, and how many of those are right."""

    part: Part
    count: int
    accepted: int
    right: int

    @property
    def share(self) -> float | None:
        """Share that is accepted."""
        return self.accepted / self.count if self.count else None

    @property
    def precision(self) -> float | None:
        """Share of the accepted that is right."""
        return self.right / self.accepted if self.accepted else None


def draw_curve(name: str, forecasts: Iterable[Forecast]) -> AcceptanceCurve:
    """Accept from the surest on, those of equal probability together."""
    ordered = sorted(forecasts, key=lambda forecast: -forecast[0])
    points: list[Point] = []
    right = 0
    for place, (probability, true) in enumerate(ordered, 1):
        right += true
        if place == len(ordered) or ordered[place][0] < probability:
            points.append(Point(probability, place / len(ordered), right / place))
    promised = max((point.share for point in points if point.precision >= PROMISED), default=0.0)
    return AcceptanceCurve(name, len(ordered), promised, _thin(points))


def _thin(points: list[Point]) -> tuple[Point, ...]:
    """Keep as many points as a plot can show, the last one always."""
    step = max(1, len(points) // _POINTS)
    return tuple(points[:-1:step] + points[-1:])


def draw_curves(gold: Sequence[Labels], taggings: Sequence[Tagging]) -> tuple[AcceptanceCurve, ...]:
    """Return the curves of single selected areas and of whole sets of areas.

    The probability of a set is the product of the probabilities that each area is as the model says.
    """
    judged = [
        (labels.areas, tagging) for labels, tagging in zip(gold, taggings, strict=True) if labels.areas is not None
    ]
    single = [
        (tag.probability, tag.code in areas) for areas, tagging in judged for tag in tagging.areas if tag.selected
    ]
    whole = [(_set_probability(tagging), areas == frozenset(tagging.selected_areas())) for areas, tagging in judged]
    return draw_curve("selected_areas", single), draw_curve("area_sets", whole)


def _set_probability(tagging: Tagging) -> float:
    product = 1.0
    for tag in tagging.areas:
        product *= tag.probability if tag.selected else 1 - tag.probability
    return product


def measure_acceptance(gold: Sequence[Labels], taggings: Sequence[Tagging]) -> tuple[Acceptance, ...]:
    """Measure the model's own decisions: per selected area, marker and risk, and per project.

    A project is right when everything that was judged is right.
    """
    outcomes: dict[Part, list[tuple[bool, bool]]] = {
        "areas": [],
        "gender": [],
        "human_rights": [],
        "risk": [],
        "project": [],
    }
    for labels, tagging in zip(gold, taggings, strict=True):
        _add_outcomes(outcomes, labels, tagging)
    return tuple(
        Acceptance(part, len(found), sum(accepted for accepted, _ in found), sum(a and right for a, right in found))
        for part, found in outcomes.items()
    )


def _add_outcomes(outcomes: dict[Part, list[tuple[bool, bool]]], labels: Labels, tagging: Tagging) -> None:
    """Note for each output whether it is accepted and whether it is right."""
    rights: list[bool] = []
    if labels.areas is not None:
        selected = [tag for tag in tagging.areas if tag.selected]
        outcomes["areas"] += [(tag.decision is Decision.ACCEPTED, tag.code in labels.areas) for tag in selected]
        rights.append(labels.areas == frozenset(tag.code for tag in selected))
    for marker in MARKERS:
        tag, score = (tagging.gender if marker == "gender" else tagging.human_rights), labels.marker(marker)
        if score is not None:
            rights.append(tag.score == score)
            outcomes[marker].append((tag.decision is Decision.ACCEPTED, rights[-1]))
    if labels.risk is not None:
        rights.append(tagging.oda.risk == labels.risk)
        outcomes["risk"].append((tagging.oda.decision is Decision.ACCEPTED, rights[-1]))
    if rights:
        outcomes["project"].append((tagging.decision is Decision.ACCEPTED, all(rights)))
