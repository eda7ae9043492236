"""Lays out the page of one project: what is asked, what the model says, what stands in the form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from classifier.taxonomy import SCORES, load_areas, load_objectives
from service.desk.labels import (
    AREAS,
    MAIN_AREA,
    MARKERS,
    NO,
    NONE,
    RISK,
    RULES,
    UNKNOWN,
    UNSAID,
    YES,
    suggested_values,
)
from service.pages.desk.forms import Filled, Place
from service.pages.desk.words import evidence_by_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from classifier.project import Project
    from classifier.tagging import Tagging
    from service.desk.judgement import Judgement
    from service.desk.opening import OpenItem
    from service.pages.desk.naming import Names

#: The order of the page: the areas first, for they tell most.
_AFTER_AREAS: Final = (MAIN_AREA, *MARKERS, RISK, RULES)
#: What the model holds less likely than this only makes the page restless.
_WORTH_SHOWING: Final = 0.03
_RISKS: Final = ("low", "review", "high", "insufficient", UNKNOWN)


@dataclass(frozen=True, slots=True)
class Option:
    """One value that a label can take."""

    value: str
    text: str
    hint: str
    chosen: bool
    suggested: bool


@dataclass(frozen=True, slots=True)
class Citation:
    """Words that are, or may be, cited for a label."""

    value: str
    quote: str
    chosen: bool
    by_model: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One label on the page.

    Parameters
    ----------
    share
        What the model holds likely, in percent; empty where it is not shown.
    saved
        What is saved now, in words, where the form says something else; empty elsewhere.
    """

    label: str
    name: str
    value: str
    options: Sequence[Option]
    citations: Sequence[Citation]
    suggested: str
    share: str
    saved: str

    @property
    def differs(self) -> bool:
        """Whether the person says something else than the model."""
        return bool(self.suggested and self.value) and self.suggested != self.value


@dataclass(frozen=True, slots=True)
class Sheet:
    """All labels that are asked: the areas under their objectives, and the others by label."""

    objectives: Sequence[tuple[str, str, Sequence[Row]]]
    others: Mapping[str, Row]

    @property
    def rows(self) -> list[Row]:
        """All rows in the order of the page."""
        return [row for _, _, rows in self.objectives for row in rows] + list(self.others.values())


def begin(opened: OpenItem, labels: Iterable[str]) -> Filled:
    """Return what stands in the form at first: the draft, else what was saved, else what the model says."""
    if opened.draft is not None and opened.draft.revision == opened.revision:
        kept = Filled.read(opened.draft.content)
        if kept is not None:
            return kept
    if opened.own is not None:
        return Filled.of(opened.own.judgement)
    if opened.tagging is not None:
        suggested = suggested_values(opened.tagging)
        return Filled({label: suggested[label] for label in labels if label in suggested})
    usual = {**dict.fromkeys(AREAS, NO), MAIN_AREA: NONE, RULES: NONE}
    return Filled({label: usual[label] for label in labels if label in usual})


class SheetMaker:
    """Makes the sheet of one project.

    Parameters
    ----------
    project, tagging
        What is judged, and what the model says of it where the person may see that.
    filled
        What stands in the form.
    saved
        What is saved, to be shown where the form differs; None shows nothing.
    """

    def __init__(
        self, project: Project, tagging: Tagging | None, filled: Filled, saved: Judgement | None, names: Names
    ) -> None:
        self._project = project
        self._filled = filled
        self._saved = {} if saved is None else saved.values
        self._names = names
        self._suggested = {} if tagging is None else suggested_values(tagging)
        self._evidence = evidence_by_label(tagging)
        self._shares = {} if tagging is None else _shares(tagging)

    def make(self, labels: Sequence[str], language: str) -> Sheet:
        """Return the sheet of these labels."""
        objectives = [
            (
                one.code,
                one.names[language],
                [self._row(area.code) for area in load_areas() if area.objective == one.code],
            )
            for one in load_objectives()
        ]
        others = {label: self._row(label) for label in _AFTER_AREAS if label in labels}
        return Sheet(objectives if AREAS[0] in labels else (), others)

    def _row(self, label: str) -> Row:
        value = self._filled.values.get(label, "")
        saved = self._saved.get(label, value)
        return Row(
            label=label,
            name=self._names.label(label),
            value=value,
            options=self._options(label, value),
            citations=self._citations(label),
            suggested=self._suggested.get(label, ""),
            share=self._shares.get(label, ""),
            saved="" if saved == value else self._names.value(label, saved or UNSAID),
        )

    def _options(self, label: str, value: str) -> list[Option]:
        suggested = self._suggested.get(label, "")
        return [
            Option(one, self._text(label, one), self._hint(label, one), one == value, one == suggested)
            for one in _values(label)
        ]

    def _text(self, label: str, value: str) -> str:
        return "?" if value == UNKNOWN and label != MAIN_AREA else self._names.value(label, value)

    def _hint(self, label: str, value: str) -> str:
        if label in MARKERS and value != UNKNOWN:
            return f"{value} {self._names.score(label, int(value))}"
        return self._names.value(label, value)

    def _citations(self, label: str) -> list[Citation]:
        own = self._filled.places.get(label, ())
        models = [Place.of(one) for one in self._evidence.get(label, ())]
        places = sorted({*own, *models}, key=lambda one: (one.field, one.start, one.end))
        return [
            Citation(one.write(label), self._project.text(one.field)[one.start : one.end], one in own, one in models)
            for one in places
        ]


def _values(label: str) -> Sequence[str]:
    if label in AREAS:
        return (YES, NO, UNKNOWN)
    if label == MAIN_AREA:
        return (NONE, *AREAS, UNKNOWN)
    if label in MARKERS:
        return (*map(str, SCORES), UNKNOWN)
    return _RISKS if label == RISK else ()


def _shares(tagging: Tagging) -> dict[str, str]:
    """Return how likely the model holds an area, and a score above 0."""
    shares = {area.code: area.probability for area in tagging.areas}
    shares |= {"gender": tagging.gender.at_least_1, "human_rights": tagging.human_rights.at_least_1}
    worth = {label: share for label, share in shares.items() if share >= _WORTH_SHOWING}
    return {label: f"{share:.0%}".replace("%", "\N{NARROW NO-BREAK SPACE}%") for label, share in worth.items()}
