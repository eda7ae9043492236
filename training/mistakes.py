"""Lists where a model was surest and wrong: the records to look at first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from training.labels import AREAS, MARKERS, RISKS, Labels
from training.reliability import score_probability

if TYPE_CHECKING:
    from classifier.tagging import Tagging

#: How many mistakes of each kind are kept.
_KEPT: Final = {"area": 40, "gender": 15, "human_rights": 15, "risk": 30}
# How bad a wrong risk is where the trained head did not speak: the rules alone decided.
_RISK_STEP: Final = {("high", "low"): 1.0, ("low", "high"): 0.9}
_OTHER_RISK_STEP: Final = 0.5


@dataclass(frozen=True, slots=True)
class Mistake:
    """One wrong output.

    Parameters
    ----------
    id
        The project.
    kind, label
        ``area`` with its code, ``gender``, ``human_rights`` or ``risk``.
    gold, said
        What people and what the model say, as words.
    surprise
        Probability that the model gave to something else than the truth.
    """

    id: str
    kind: str
    label: str
    gold: str
    said: str
    surprise: float


@dataclass(frozen=True, slots=True)
class Confusion:
    """Two neighbouring areas: how often each stands where people see only the other."""

    first: str
    second: str
    first_said_second: int
    second_said_first: int
    first_support: int
    second_support: int


def list_mistakes(gold: Sequence[Labels], taggings: Sequence[Tagging]) -> tuple[Mistake, ...]:
    """Return the worst mistakes of each kind, the most surprising first."""
    found = [mistake for labels, tagging in zip(gold, taggings, strict=True) for mistake in _mistakes(labels, tagging)]
    found.sort(key=lambda one: (-one.surprise, one.id, one.label))
    return tuple(
        one for kind, kept in _KEPT.items() for one in [mistake for mistake in found if mistake.kind == kind][:kept]
    )


def count_confusions(
    gold: Sequence[Labels], taggings: Sequence[Tagging], neighbours: Sequence[tuple[str, str]]
) -> tuple[Confusion, ...]:
    """Count for each pair of neighbours how often one is said for the other."""
    judged = [
        (labels.areas, frozenset(tagging.selected_areas()))
        for labels, tagging in zip(gold, taggings, strict=True)
        if labels.areas is not None
    ]
    return tuple(
        Confusion(
            first,
            second,
            sum(first in areas - said and second in said - areas for areas, said in judged),
            sum(second in areas - said and first in said - areas for areas, said in judged),
            sum(first in areas for areas, _ in judged),
            sum(second in areas for areas, _ in judged),
        )
        for first, second in neighbours
    )


def _mistakes(labels: Labels, tagging: Tagging) -> Iterator[Mistake]:
    if labels.areas is not None:
        for tag in tagging.areas:
            is_gold = tag.code in labels.areas
            if tag.selected != is_gold and tag.code in AREAS:
                surprise = tag.probability if tag.selected else 1 - tag.probability
                gold, said = _yes(is_gold=is_gold), _yes(is_gold=tag.selected)
                yield Mistake(labels.id, "area", tag.code, gold, said, round(surprise, 4))
    for marker in MARKERS:
        score, marker_tag = labels.marker(marker), tagging.gender if marker == "gender" else tagging.human_rights
        if score is not None and marker_tag.score is not None and marker_tag.score != score:
            surprise = 1 - score_probability(marker_tag, score)
            yield Mistake(labels.id, marker, marker, str(score), str(marker_tag.score), round(surprise, 4))
    if labels.risk is not None and tagging.oda.risk != labels.risk:
        chances = tagging.oda.probabilities
        step = _RISK_STEP.get((labels.risk.value, tagging.oda.risk.value), _OTHER_RISK_STEP)
        surprise = 1 - chances[RISKS.index(labels.risk)] if chances else step
        yield Mistake(labels.id, "risk", "risk", labels.risk, tagging.oda.risk, round(surprise, 4))


def _yes(*, is_gold: bool) -> str:
    return "yes" if is_gold else "no"
