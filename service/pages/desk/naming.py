"""Says labels and their values in the language of the page; the codes never change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from classifier.taxonomy import area_name, load_markers
from service.desk.labels import AREAS, MAIN_AREA, MARKERS, NO, NONE, RISK, RULES, UNKNOWN, UNSAID, YES

if TYPE_CHECKING:
    from collections.abc import Callable

    Translate = Callable[..., str]


class Names:
    """The names of labels and values in one language.

    Parameters
    ----------
    translate
        Gives the text of a key of the catalogue.
    language
        The language of the catalogue.
    """

    def __init__(self, translate: Translate, language: str) -> None:
        self._translate = translate
        self._language = language

    def label(self, label: str) -> str:
        """Return the name of a label, without the code of an area."""
        if label in AREAS:
            return area_name(label, self._language)
        if label in MARKERS:
            return next(one.names[self._language] for one in load_markers() if one.code == label)
        return self._translate(f"desk.label.{label}") if label in {MAIN_AREA, RISK, RULES} else label

    def full(self, label: str) -> str:
        """Return the name of a label, after its code where people know it by that."""
        return f"{label} {self.label(label)}" if label in AREAS else self.label(label)

    def value(self, label: str, value: str) -> str:
        """Return a value as people read it."""
        if value == UNSAID:
            return "–"
        if value in {YES, NO, NONE, UNKNOWN}:
            return self._translate(f"desk.value.{value}")
        if label == RISK:
            return self._translate(f"desk.risk.{value}")
        return self.full(value) if label == MAIN_AREA else value

    def score(self, marker: str, score: int) -> str:
        """Return what a score of a marker is called."""
        scores = next(one.scores for one in load_markers() if one.code == marker)
        return next(one.names[self._language] for one in scores if one.score == score)
