"""Fixes the JSON of a tagging: the one place that says what others read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import orjson

from classifier.tagging import Risk

if TYPE_CHECKING:
    from classifier.tagging import AreaTag, Evidence, Finding, MarkerTag, OdaAssessment, Tagging

Json: TypeAlias = bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"] | None

#: Digits of a probability: more would claim a precision that no calibration has.
DIGITS = 4

_RISKS = tuple(risk.value for risk in Risk)


def serialise_tagging(tagging: Tagging) -> dict[str, Json]:
    """Return a tagging as data, ready for `encode`; risks and decisions are strings as they are."""
    return {
        "id": tagging.project_id,
        "language": tagging.language,
        "result_areas": [_area(area) for area in tagging.areas],
        "main_area": tagging.main_area,
        "gender": _marker(tagging.gender),
        "human_rights": _marker(tagging.human_rights),
        "oda": _assessment(tagging.oda),
        "decision": tagging.decision,
        "reasons": list(tagging.reasons),
        "model_version": tagging.model_version,
        "rules_version": tagging.rules_version,
    }


def encode(said: object) -> bytes:
    """Return what is said as JSON without blanks, in UTF-8; half a surrogate pair becomes its escape.

    Numbers are finite.
    """
    try:
        return orjson.dumps(said)
    except TypeError:
        # orjson, several times as fast, takes no half surrogate pair and no number of more than 64 bits.
        return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


@lru_cache(maxsize=1_024)
def _threshold(threshold: float) -> float:
    """Round a threshold; a model has few of them."""
    return round(threshold, DIGITS)


def _area(area: AreaTag) -> dict[str, Json]:
    return {
        "code": area.code,
        "selected": area.selected,
        "probability": round(area.probability, DIGITS),
        "threshold": _threshold(area.threshold),
        "decision": area.decision,
        "evidence": [_evidence(one) for one in area.evidence],
    }


def _marker(marker: MarkerTag) -> dict[str, Json]:
    return {
        "score": marker.score,
        "probability_at_least_1": round(marker.at_least_1, DIGITS),
        "probability_at_least_2": round(marker.at_least_2, DIGITS),
        "thresholds": [*map(_threshold, marker.thresholds)],
        "decision": marker.decision,
        "reasons": list(marker.reasons),
        "evidence": [_evidence(one) for one in marker.evidence],
    }


def _assessment(oda: OdaAssessment) -> dict[str, Json]:
    probabilities = (round(one, DIGITS) for one in oda.probabilities)
    return {
        "risk": oda.risk,
        "decided_by": oda.decided_by,
        "rules_risk": oda.rules_risk,
        "model_risk": oda.model_risk,
        "probabilities": dict(zip(_RISKS, probabilities, strict=False)),
        "findings": [_finding(one) for one in oda.findings],
        "questions": list(oda.questions),
        "remarks": list(oda.remarks),
        "decision": oda.decision,
        "reasons": list(oda.reasons),
    }


def _finding(finding: Finding) -> dict[str, Json]:
    return {
        "rule": finding.rule,
        "verdict": finding.verdict,
        "polarity": finding.polarity,
        "section": finding.section,
        "given": finding.given,
        "counts": finding.counts,
        "evidence": [_evidence(one) for one in finding.evidence],
    }


def _evidence(evidence: Evidence) -> dict[str, Json]:
    return {"field": evidence.field, "start": evidence.start, "end": evidence.end, "quote": evidence.quote}
