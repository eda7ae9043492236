"""Names what a candidate says otherwise than the current version, project by project."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from training.labels import AREAS, MARKERS, Labels

if TYPE_CHECKING:
    from classifier.tagging import Tagging


@dataclass(frozen=True, slots=True)
class ProjectChange:
    """One label on which two versions differ.

    Parameters
    ----------
    label
        Code of a result area, ``gender``, ``human_rights`` or ``risk``.
    gold, current, candidate
        What people and both versions say: ``yes`` or ``no``, a score (``-`` for none), a risk.
    """

    project_id: str
    label: str
    gold: str
    current: str
    candidate: str

    @property
    def verdict(self) -> str:
        """``mended``, ``broken``, or ``other`` where both are wrong."""
        if self.candidate == self.gold:
            return "mended"
        return "broken" if self.current == self.gold else "other"


def find_changes(
    gold: Sequence[Labels], current: Sequence[Tagging], candidate: Sequence[Tagging]
) -> list[ProjectChange]:
    """Return every label on which two versions differ, of the same projects in the same order."""
    return [
        ProjectChange(labels.id, label, wanted, before[label], after[label])
        for labels, first, second in zip(gold, current, candidate, strict=True)
        for before, after in [(dict(_said(first)), dict(_said(second)))]
        for label, wanted in _wanted(labels)
        if before[label] != after[label]
    ]


def _said(tagging: Tagging) -> Iterator[tuple[str, str]]:
    selected = tagging.selected_areas()
    yield from ((code, _answer(code in selected)) for code in AREAS)
    for marker, tag in zip(MARKERS, (tagging.gender, tagging.human_rights), strict=True):
        yield marker, "-" if tag.score is None else str(tag.score)
    yield "risk", tagging.oda.risk.value


def _wanted(labels: Labels) -> Iterator[tuple[str, str]]:
    """Yield what people judged."""
    if labels.areas is not None:
        yield from ((code, _answer(code in labels.areas)) for code in AREAS)
    for marker in MARKERS:
        score = labels.marker(marker)
        if score is not None:
            yield marker, str(score)
    if labels.risk is not None:
        yield "risk", labels.risk.value


def _answer(given: bool) -> str:
    return "yes" if given else "no"
