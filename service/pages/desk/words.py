"""The texts of a project for the page: with marks for every label, and exact to the character."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from classifier.taxonomy import load_areas
from service.desk.labels import MARKERS, RISK
from service.pages.highlight import label_evidence, part_text

if TYPE_CHECKING:
    from classifier.project import Project
    from classifier.tagging import Evidence, Tagging

_AREAS = frozenset(area.code for area in load_areas())


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a text, and the labels that they led to, with a blank between."""

    text: Markup
    labels: str


def evidence_by_label(tagging: Tagging | None) -> Mapping[str, list[Evidence]]:
    """Return the words that led the model to each label; those of rules count for the risk too."""
    found: dict[str, list[Evidence]] = {}
    for label, one in () if tagging is None else label_evidence(tagging):
        found.setdefault(label, []).append(one)
        if label not in _AREAS and label not in MARKERS:
            found.setdefault(RISK, []).append(one)
    return found


def mark_texts(project: Project, evidence: Mapping[str, Iterable[Evidence]]) -> list[tuple[str, list[Piece]]]:
    """Return each text field that holds something, in pieces."""
    labelled = [(label, one) for label, ones in evidence.items() for one in ones]
    return [
        (name, [Piece(keep_exact(one.text), " ".join(one.labels)) for one in part_text(text, name, labelled)])
        for name, text in project.texts()
    ]


def keep_exact(text: str) -> Markup:
    """Return a text that a browser shows with as many characters as it has, so that places in it stay true.

    A browser would make one line end of two characters, drop NUL, and refuse halves of characters.
    """
    whole = text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    return Markup(escape(whole).replace("\r", Markup("&#13;")))  # noqa: S704 - escaped already
