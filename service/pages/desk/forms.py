"""What people fill in on the page of a project: read from the form and from drafts, not judged yet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from classifier.project import TEXT_FIELDS
from classifier.tagging import Evidence
from service.api.problems import Problem
from service.desk.judgement import Answer, Judgement
from service.desk.labels import AREAS, NO, NONE, RULES, UNKNOWN

if TYPE_CHECKING:
    from starlette.datastructures import FormData
    from starlette.requests import Request

    from classifier.project import Project, TextField

MOST_FIELDS: Final = 1_000
FIELD_BYTES: Final = 64_000
_PLACE = re.compile(r"([a-z0-9_.]{1,20})\|([a-z_]{1,20})\|([0-9]{1,9})\|([0-9]{1,9})")
_LONGEST_WORDS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Place:
    """Cited words: where they stand in the project."""

    field: TextField
    start: int
    end: int

    @classmethod
    def of(cls, evidence: Evidence) -> Place:
        """Return where evidence stands."""
        return cls(evidence.field, evidence.start, evidence.end)

    def write(self, label: str) -> str:
        """Return the value of the control that cites these words for a label."""
        return f"{label}|{self.field}|{self.start}|{self.end}"


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in a form: nothing of it is checked.

    Parameters
    ----------
    values
        By label code; labels without a value are left out.
    places
        The words cited, by label code.
    typed
        A label and words that were typed to be cited for it, by people who cannot select; empty texts otherwise.
    """

    values: Mapping[str, str]
    places: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    note: str = ""
    typed: tuple[str, str] = ("", "")

    @classmethod
    def of(cls, judgement: Judgement) -> Filled:
        """Return the form of a judgement."""
        places = {label: tuple(map(Place.of, one.evidence)) for label, one in judgement.answers.items()}
        return cls(judgement.values, places, judgement.note)

    def judge(self, labels: Iterable[str], project: Project) -> Judgement:
        """Return what the form says of a project; words cited for what was denied are left out."""
        answers = {}
        for label in labels:
            value = self.values.get(label, "")
            if value:
                places = () if value == NO else self.places.get(label, ())
                words = [] if value == NO else self._find_typed(label, project)
                evidence = [Evidence(one.field, one.start, one.end, _quote(project, one)) for one in (*places, *words)]
                answers[label] = Answer(value, tuple(dict.fromkeys(evidence)))
        return Judgement(answers, self.note)

    def write(self) -> dict[str, Any]:
        """Return the content of a draft."""
        places = {label: [[one.field, one.start, one.end] for one in ones] for label, ones in self.places.items()}
        return {"values": dict(self.values), "places": places, "note": self.note}

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> Filled | None:
        """Return the form that a draft keeps, None where it is none of ours."""
        try:
            places = {label: tuple(Place(*one) for one in ones) for label, ones in content["places"].items()}
            return cls(content["values"], places, content["note"])
        except (KeyError, TypeError, AttributeError):
            return None

    def _find_typed(self, label: str, project: Project) -> list[Place]:
        """Return where typed words stand, whatever their case and spaces; nowhere is a place that no text has."""
        wanted, words = self.typed
        if wanted != label or not words.split():
            return []
        pattern = re.compile(r"\s+".join(map(re.escape, words.split())), re.IGNORECASE)
        for name, text in project.texts():
            found = pattern.search(text)
            if found:
                return [Place(name, *found.span())]
        return [Place("title", 0, 0)]


@dataclass(frozen=True, slots=True)
class Posted:
    """A form as it came."""

    filled: Filled
    token: str
    revision: int
    seconds: float | None
    model_version: str


async def read_posted(request: Request, labels: Iterable[str]) -> Posted:
    """Read the form of a project.

    Raises
    ------
    Problem
        ``bad-form`` when it does not come from the page.
    """
    async with request.form(max_files=0, max_fields=MOST_FIELDS, max_part_size=FIELD_BYTES) as form:
        return Posted(
            filled=_read_filled(form, labels),
            token=_text(form, "token"),
            revision=read_revision(_text(form, "revision")),
            seconds=_seconds(_text(form, "seconds")),
            model_version=_text(form, "model_version"),
        )


def _read_filled(form: FormData, labels: Iterable[str]) -> Filled:
    values = {label: _text(form, label) for label in labels if label != RULES}
    if RULES in labels:
        values[RULES] = _read_rules(form)
    for label in AREAS:
        if label in values and not values[label]:
            values[label] = NO
    places: dict[str, tuple[Place, ...]] = {}
    for one in form.getlist("cite"):
        found = _PLACE.fullmatch(str(one))
        name = next((name for name in TEXT_FIELDS if found and name == found[2]), None)
        if not found or name is None:
            raise Problem(422, "bad-form", "The words cited are no place in the project.")
        places[found[1]] = (*places.get(found[1], ()), Place(name, int(found[3]), int(found[4])))
    note = _text(form, "note").replace("\r\n", "\n")
    typed = (_text(form, "cite_label"), _text(form, "cite_words")[:_LONGEST_WORDS])
    return Filled({label: value for label, value in values.items() if value}, places, note, typed)


def _read_rules(form: FormData) -> str:
    chosen = {str(one) for one in form.getlist(RULES)} | set(
        _text(form, "rules_more").upper().replace(",", " ").split()
    )
    if UNKNOWN in chosen:
        return UNKNOWN
    return " ".join(sorted(chosen)) or NONE


def _quote(project: Project, place: Place) -> str:
    text = project.text(place.field)
    return text[place.start : place.end] if place.end <= len(text) else ""


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def read_revision(text: str) -> int:
    """Return the revision that a form goes on from.

    Raises
    ------
    Problem
        ``bad-form``.
    """
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise Problem(422, "bad-form", "The form has no revision.", remedy="Open the project again.")
    return int(text)


def _seconds(text: str) -> float | None:
    return float(text) if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", text) else None
