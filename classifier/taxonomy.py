"""What the labels are: objectives, result areas and markers, read from data files and checked at load."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import TypeAlias, TypeVar

from classifier.errors import ReferenceDataError

LANGUAGES = ("en", "fr", "nl")
SCORES = (0, 1, 2)

_Json: TypeAlias = Mapping[str, object]
_Noun = TypeVar("_Noun")


@dataclass(frozen=True, slots=True)
class Objective:
    """One of the four strategic objectives; `names` by language."""

    code: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ResultArea:
    """One of the 18 result areas.

    Parameters
    ----------
    code, objective
        ``4.6`` and the code of the objective that it belongs to, ``4``.
    names
        Short name by language (en, fr, nl).
    definition
        What a project of this area does, in English.
    inside, outside
        What belongs here, and what does not (with the area where it does belong).
    boundary
        The question that tells this area from its neighbours.
    purpose_codes
        DAC purpose codes under which such projects are usually reported.
    """

    code: str
    objective: str
    names: Mapping[str, str]
    definition: str
    inside: tuple[str, ...]
    outside: tuple[str, ...]
    boundary: str
    purpose_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MarkerScore:
    """What one score of a marker means; `names` by language."""

    score: int
    names: Mapping[str, str]
    definition: str


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker with its scores 0, 1, 2, the question that settles them, and what no score means."""

    code: str
    names: Mapping[str, str]
    question: str
    unknown: str
    scores: tuple[MarkerScore, ...]


@lru_cache(maxsize=1)
def load_objectives() -> tuple[Objective, ...]:
    """Return the strategic objectives in order.

    Raises
    ------
    ReferenceDataError
        When the data file breaks its schema.
    """
    return read_objectives(_shipped("result_areas.json"))


@lru_cache(maxsize=1)
def load_areas() -> tuple[ResultArea, ...]:
    """Return the result areas in order.

    Raises
    ------
    ReferenceDataError
        When the data file breaks its schema.
    """
    return read_areas(_shipped("result_areas.json"))


@lru_cache(maxsize=1)
def load_markers() -> tuple[Marker, ...]:
    """Return the markers in order.

    Raises
    ------
    ReferenceDataError
        When the data file breaks its schema.
    """
    return read_markers(_shipped("markers.json"))


@lru_cache(maxsize=1)
def _names_by_code() -> Mapping[str, Mapping[str, str]]:
    return {area.code: area.names for area in load_areas()}


def area_name(code: str, language: str) -> str:
    """Return the short name of a result area, in English for other languages, empty for an unknown code."""
    names = _names_by_code().get(code, {})
    return names.get(language) or names.get("en", "")


def read_objectives(text: str) -> tuple[Objective, ...]:
    """Read the objectives from the text of a data file."""
    return _read(text, "objectives", lambda entry: Objective(_string(entry, "code"), _names(entry)))


def read_areas(text: str) -> tuple[ResultArea, ...]:
    """Read the result areas from the text of a data file."""
    objectives = {objective.code for objective in read_objectives(text)}
    areas = _read(text, "areas", _area)
    for area in areas:
        if area.objective not in objectives or not area.code.startswith(f"{area.objective}."):
            raise _fault(area.code, "names an objective that is not its own")
    return areas


def read_markers(text: str) -> tuple[Marker, ...]:
    """Read the markers from the text of a data file."""
    return _read(text, "markers", _marker)


def _shipped(name: str) -> str:
    return files("classifier").joinpath("data", name).read_text(encoding="utf-8")


def _read(text: str, section: str, make: Callable[[_Json], _Noun]) -> tuple[_Noun, ...]:
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise _fault(section, f"are no valid JSON (line {error.lineno})") from None
    if not isinstance(data, dict):
        raise _fault(section, "are missing")
    entries = _objects(data, section)
    codes = [str(entry.get("code", "")) for entry in entries]
    for code in codes:
        if codes.count(code) > 1:
            raise _fault(code, "occurs twice")
    return tuple(make(entry) for entry in entries)


def _area(entry: _Json) -> ResultArea:
    purpose_codes = _strings(entry, "purpose_codes")
    if any(len(code) != 5 or not code.isdigit() for code in purpose_codes):
        raise _fault(_label(entry), "has a purpose code that is not of five digits")
    return ResultArea(
        code=_string(entry, "code"),
        objective=_string(entry, "objective"),
        names=_names(entry),
        definition=_string(entry, "definition"),
        inside=_strings(entry, "inside"),
        outside=_strings(entry, "outside"),
        boundary=_string(entry, "boundary"),
        purpose_codes=purpose_codes,
    )


def _marker(entry: _Json) -> Marker:
    scores = tuple(_score(one) for one in _objects(entry, "scores"))
    if tuple(one.score for one in scores) != SCORES:
        raise _fault(_label(entry), "does not define the scores 0, 1 and 2 in order")
    return Marker(_string(entry, "code"), _names(entry), _string(entry, "question"), _string(entry, "unknown"), scores)


def _score(entry: _Json) -> MarkerScore:
    score = entry.get("score")
    if not isinstance(score, int):
        raise _fault("a score", "is no number")
    return MarkerScore(score, _names(entry), _string(entry, "definition"))


def _names(entry: _Json) -> Mapping[str, str]:
    names = entry.get("names")
    if not isinstance(names, dict) or set(names) != set(LANGUAGES):
        raise _fault(_label(entry), f"does not have names in {', '.join(LANGUAGES)}")
    return MappingProxyType({language: _string(names, language) for language in LANGUAGES})


def _string(entry: _Json, name: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str) or not value.strip():
        raise _fault(_label(entry), f"has no {name}")
    return value


def _strings(entry: _Json, name: str) -> tuple[str, ...]:
    values = entry.get(name)
    if not isinstance(values, list) or not values or not all(isinstance(one, str) and one for one in values):
        raise _fault(_label(entry), f"has no list of {name}")
    return tuple(values)


def _objects(entry: _Json, name: str) -> Sequence[_Json]:
    values = entry.get(name)
    if not isinstance(values, list) or not values or not all(isinstance(one, dict) for one in values):
        raise _fault(_label(entry), f"has no list of {name}")
    return values


def _label(entry: _Json) -> str:
    return str(entry.get("code", "an entry"))


def _fault(subject: str, problem: str) -> ReferenceDataError:
    return ReferenceDataError(
        f"The taxonomy is invalid: {subject} {problem}.",
        code="taxonomy-invalid",
        remedy="Install Portolan again, or correct the data file.",
    )
