"""Parts a text at the ends of its evidence, so that the words can be shown with what they led to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from classifier.tagging import Evidence, Polarity, Tagging


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a text, and the labels that its words led to, in order."""

    text: str
    labels: tuple[str, ...]


def label_evidence(tagging: Tagging) -> Iterator[tuple[str, Evidence]]:
    """Yield each evidence with its label: the code of an area, the name of a marker, the id of a rule."""
    for area in tagging.areas:
        if area.selected:
            yield from ((area.code, one) for one in area.evidence)
    for name, marker in (("gender", tagging.gender), ("human_rights", tagging.human_rights)):
        if marker.score:
            yield from ((name, one) for one in marker.evidence)
    for finding in tagging.oda.findings:
        if finding.polarity is not Polarity.NEGATED:
            yield from ((finding.rule, one) for one in finding.evidence)


def part_text(text: str, field: str, evidence: Iterable[tuple[str, Evidence]]) -> list[Segment]:
    """Return a text in pieces; joined, they are the text."""
    spans = [(one.start, one.end, label) for label, one in evidence if one.field == field]
    cuts = sorted({0, len(text), *(start for start, _, _ in spans), *(end for _, end, _ in spans)})
    segments = []
    for start, end in pairwise(cuts):
        labels = dict.fromkeys(label for first, last, label in spans if first <= start and end <= last)
        segments.append(Segment(text[start:end], tuple(labels)))
    return segments
