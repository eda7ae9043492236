"""Builds taggings for the tests of the evaluation, with only what matters to a test spelled out."""

from __future__ import annotations

from collections.abc import Mapping

from classifier.tagging import AreaTag, Decision, MarkerTag, OdaAssessment, Risk, Tagging
from training.labels import AREAS, RISKS, Labels

_CUMULATIVE = {None: (0.4, 0.1), 0: (0.2, 0.0), 1: (0.75, 0.25), 2: (1.0, 0.75)}


def labels(
    identifier: str, areas: str = "", gender: int | None = 0, rights: int | None = 0, risk: str = "low"
) -> Labels:
    return Labels(identifier, frozenset(areas.split()), gender, rights, Risk(risk))


def marker(score: int | None, decision: Decision = Decision.ACCEPTED) -> MarkerTag:
    return MarkerTag(score, *_CUMULATIVE[score], (0.5, 0.5), decision)


def tagging(
    identifier: str,
    areas: Mapping[str, float] | None = None,
    gender: int | None = 0,
    rights: int | None = 0,
    risk: str = "low",
    accepted: bool = True,
) -> Tagging:
    """Return a tagging that selects the areas from probability 0.5 on."""
    areas = areas or {}
    decision = Decision.ACCEPTED if accepted else Decision.TO_REVIEW
    tags = tuple(AreaTag(code, areas.get(code, 0.0), 0.5, areas.get(code, 0.0) >= 0.5, decision) for code in AREAS)
    chances = tuple(0.7 if one == risk else 0.1 for one in RISKS)
    oda = OdaAssessment(Risk(risk), "", Risk(risk), (), decision, probabilities=chances)
    return Tagging(
        identifier,
        "en",
        tags,
        None,
        marker(gender, decision),
        marker(rights, decision),
        oda,
        decision,
        (),
        "model-a",
        "rules-a",
    )
