"""From probabilities to what is said: selected areas, marker scores, and what needs a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from classifier.heads import ANY_AREA, AREA_CODES, GENDER, HUMAN_RIGHTS, OUTPUT_PLACES
from classifier.language import OTHER
from classifier.tagging import AreaTag, Decision, MarkerTag, OdaAssessment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from classifier.heads import Array
    from classifier.model import Thresholds
    from classifier.tagging import Evidence
    from classifier.text import Text

#: Below this many words of two letters or more, nothing is said about a text.
FEWEST_WORDS: Final = 4

_MARKER_OUTPUTS: Final = {"gender": GENDER, "human_rights": HUMAN_RIGHTS}


def reason_to_abstain(text: Text) -> str:
    """Return why nothing can be said about a text, empty when something can."""
    if not text.words:
        return "no_text"
    if text.language == OTHER:
        return "language"
    return "too_short" if text.words < FEWEST_WORDS else ""


def decide_areas(
    probabilities: Array, thresholds: Thresholds, abstain: bool, cite: Callable[[int], tuple[Evidence, ...]]
) -> tuple[AreaTag, ...]:
    """Select the result areas and say which of the answers a person should look at."""
    any_area = float(probabilities[OUTPUT_PLACES[ANY_AREA]]) >= thresholds.any_area
    tags = []
    answers = zip(AREA_CODES, thresholds.areas, probabilities[: len(AREA_CODES)].tolist(), strict=True)
    for place, (code, threshold, probability) in enumerate(answers):
        selected = not abstain and any_area and probability >= threshold
        sure = probability >= thresholds.areas_sure if selected else probability <= thresholds.areas_clear
        decision = Decision.ACCEPTED if sure else Decision.TO_REVIEW
        if abstain:
            decision = Decision.ABSTAINED
        evidence = cite(place) if selected else ()
        tags.append(AreaTag(code, probability, threshold, selected, decision, evidence))
    return tuple(tags)


def main_area(areas: Sequence[AreaTag]) -> str | None:
    """Return the selected area with the highest probability over its threshold."""
    selected = [area for area in areas if area.selected]
    return max(selected, key=lambda area: area.probability / area.threshold).code if selected else None


def decide_marker(
    name: str,
    probabilities: Array,
    thresholds: Thresholds,
    abstain: str,
    cite: Callable[[int], tuple[Evidence, ...]],
) -> MarkerTag:
    """Score a marker: 2 where *at least 2* reaches its threshold, else 1 where *at least 1* does, else 0."""
    outputs = _MARKER_OUTPUTS[name]
    limits = thresholds.markers[name]
    chances = tuple(float(probabilities[OUTPUT_PLACES[output]]) for output in outputs)
    if abstain:
        return MarkerTag(None, chances[0], chances[1], limits, Decision.ABSTAINED, (abstain,))
    score = 0 if chances[0] < limits[0] else 1 if chances[1] < limits[1] else 2
    sure = [chance if score >= wanted else 1.0 - chance for wanted, chance in enumerate(chances, 1)]
    accepted = min(sure) >= thresholds.markers_sure
    evidence = cite(OUTPUT_PLACES[outputs[0]]) if score else ()
    return MarkerTag(
        score,
        chances[0],
        chances[1],
        limits,
        Decision.ACCEPTED if accepted else Decision.TO_REVIEW,
        () if accepted else ("near_threshold",),
        evidence,
    )


def decide_project(
    areas: Sequence[AreaTag], markers: Sequence[MarkerTag], oda: OdaAssessment, abstain: str
) -> tuple[Decision, tuple[str, ...]]:
    """Return the worst decision of all parts and every reason, each once."""
    reasons = [abstain] if abstain else []
    if any(area.decision is Decision.TO_REVIEW for area in areas):
        reasons.append("near_threshold")
    for marker in markers:
        reasons.extend(marker.reasons)
    reasons.extend(oda.reasons)
    return _worst((*areas, *markers, oda)), tuple(dict.fromkeys(reasons))


def _worst(parts: Sequence[AreaTag | MarkerTag | OdaAssessment]) -> Decision:
    """Return the decision of the parts that asks most of a person."""
    if any(part.decision is Decision.ABSTAINED for part in parts):
        return Decision.ABSTAINED
    if any(part.decision is Decision.TO_REVIEW for part in parts):
        return Decision.TO_REVIEW
    return Decision.ACCEPTED
