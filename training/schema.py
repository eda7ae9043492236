"""Reads and writes one record of the corpus, and names what breaks the schema."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import fields
from typing import Final, TypeVar, cast

from classifier.project import TextField
from classifier.tagging import Risk
from classifier.taxonomy import LANGUAGES, SCORES
from training.labelled import LabelledProject, Quote
from training.labels import AREAS, MANNERS, MARKERS, RISKS, rule_ids

T = TypeVar("T")

#: The fields of a record, in the order in which they are written.
FIELDS: Final = tuple(one.name for one in fields(LabelledProject))
_QUOTE_FIELDS: Final = tuple(one.name for one in fields(Quote))
_TEXT_FIELDS: Final[tuple[TextField, ...]] = ("title", "description")
_QUOTE_LABELS: Final = frozenset((*AREAS, *MARKERS, "risk"))
#: Fields that can decide the risk without a word of the text.
_DECIDING: Final = (
    "recipient",
    "purpose_codes",
    "aid_type",
    "flow_type",
    "finance_type",
    "channel",
    "publisher",
)
FIRST_YEAR, LAST_YEAR = 1960, 2100

#: What an id and a code look like, by field; a list of purpose codes holds nothing else.
FORMS: Final = {
    "id": re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"),
    "recipient": re.compile(r"(?:[A-Z]{2}(?:, [A-Z]{2})*)?"),
    "purpose_codes": re.compile(r"\d{3}(?:\d{2})?"),
    "aid_type": re.compile(r"(?:[A-H]\d{2}\d?)?"),
    "flow_type": re.compile(r"(?:\d{2})?"),
    "finance_type": re.compile(r"(?:\d{3,4})?"),
}


class SchemaError(ValueError):
    """A record breaks the schema; the message names field and fault, never a text."""


def parse_line(line: str) -> LabelledProject:
    """Read one line of the corpus.

    Raises
    ------
    SchemaError
        When the line is no JSON object, or a field is missing, unknown or wrong.
    """
    try:
        found = json.loads(line)
    except ValueError:
        raise SchemaError("this is no valid JSON") from None
    if not isinstance(found, dict):
        raise SchemaError("this is no JSON object")
    return parse_record(found)


def parse_record(record: Mapping[str, object]) -> LabelledProject:
    """Check one record field by field and return it."""
    _check_names(record, FIELDS, "")
    labelled = LabelledProject(
        id=_matching(record, "id", FORMS["id"]),
        family=_matching(record, "family", FORMS["id"]),
        brief=_matching(record, "brief", FORMS["id"]),
        manner=_one_of(record, "manner", MANNERS),
        lang=_one_of(record, "lang", LANGUAGES),
        title=_typed(record, "title", str),
        description=_typed(record, "description", str),
        recipient=_matching(record, "recipient", FORMS["recipient"]),
        purpose_codes=_strings(record, "purpose_codes", lambda code: bool(FORMS["purpose_codes"].fullmatch(code))),
        aid_type=_matching(record, "aid_type", FORMS["aid_type"]),
        flow_type=_matching(record, "flow_type", FORMS["flow_type"]),
        finance_type=_matching(record, "finance_type", FORMS["finance_type"]),
        channel=_typed(record, "channel", str),
        year=_year(record["year"]),
        publisher=_typed(record, "publisher", str),
        areas=_strings(record, "areas", AREAS.__contains__),
        main=None if record["main"] is None else _one_of(record, "main", AREAS),
        gender=_score(record, "gender"),
        human_rights=_score(record, "human_rights"),
        risk=Risk(_one_of(record, "risk", RISKS)),
        rules=_strings(record, "rules", rule_ids().__contains__),
        evidence=_evidence(record),
    )
    _check_whole(labelled)
    return labelled


def write_line(labelled: LabelledProject) -> str:
    """Return a record as one line of JSON, its fields in their fixed order."""
    record = {name: getattr(labelled, name) for name in FIELDS}
    record["evidence"] = [{name: getattr(one, name) for name in _QUOTE_FIELDS} for one in labelled.evidence]
    return json.dumps(record, ensure_ascii=False)


def _check_names(record: Mapping[str, object], names: Collection[str], where: str) -> None:
    """Refuse missing and unknown fields."""
    if missing := [name for name in names if name not in record]:
        raise SchemaError(f"{where}the field {missing[0]!r} is missing")
    if unknown := sorted(set(record) - set(names)):
        raise SchemaError(f"{where}the field {unknown[0][:40]!r} is unknown")


def _typed(record: Mapping[str, object], name: str, kind: type[T]) -> T:
    value = record[name]
    # True is an int in Python, never in our data.
    if not isinstance(value, kind) or isinstance(value, bool):
        raise SchemaError(f"{name} is of the wrong type")
    return value


def _matching(record: Mapping[str, object], name: str, pattern: re.Pattern[str]) -> str:
    value = _typed(record, name, str)
    if not pattern.fullmatch(value):
        raise SchemaError(f"{name} has a value of the wrong form: {value[:60]!r}")
    return value


def _one_of(record: Mapping[str, object], name: str, allowed: Collection[str]) -> str:
    value = _typed(record, name, str)
    if value not in allowed:
        raise SchemaError(f"{name} has an unknown value: {value[:60]!r}")
    return value


def _strings(record: Mapping[str, object], name: str, is_known: Callable[[str], bool]) -> tuple[str, ...]:
    values = cast("list[object]", _typed(record, name, list))
    found: list[str] = []
    for value in values:
        if not isinstance(value, str) or not is_known(value):
            raise SchemaError(f"{name} holds an unknown code: {str(value)[:60]!r}")
        if value in found:
            raise SchemaError(f"{name} holds {value!r} twice")
        found.append(value)
    return tuple(found)


def _score(record: Mapping[str, object], name: str) -> int | None:
    if record[name] is None:
        return None
    score = _typed(record, name, int)
    if score not in SCORES:
        raise SchemaError(f"{name} is neither 0, 1, 2 nor null")
    return score


def _year(value: object) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not FIRST_YEAR <= value <= LAST_YEAR:
        raise SchemaError(f"year is neither null nor a year from {FIRST_YEAR} to {LAST_YEAR}")
    return value


def _evidence(record: Mapping[str, object]) -> tuple[Quote, ...]:
    found: list[Quote] = []
    for number, entry in enumerate(cast("list[object]", _typed(record, "evidence", list)), 1):
        where = f"evidence {number}: "
        if not isinstance(entry, dict):
            raise SchemaError(f"{where}this is no JSON object")
        _check_names(entry, _QUOTE_FIELDS, where)
        try:
            found.append(_quote(record, entry))
        except SchemaError as error:
            raise SchemaError(f"{where}{error}") from None
    return tuple(found)


def _quote(record: Mapping[str, object], entry: Mapping[str, object]) -> Quote:
    field = cast("TextField", _one_of(entry, "field", _TEXT_FIELDS))
    start, end, quote = _typed(entry, "start", int), _typed(entry, "end", int), _typed(entry, "quote", str)
    if not 0 <= start < end or str(record[field])[start:end] != quote:
        raise SchemaError(f"the quote is not in the {field} at {start} to {end}")
    if not quote.strip():
        raise SchemaError("the quote is blank")
    return Quote(_one_of(entry, "label", _QUOTE_LABELS), field, start, end, quote)


def _check_whole(labelled: LabelledProject) -> None:
    """Refuse a record whose parts do not fit together."""
    if not labelled.text:
        raise SchemaError("title and description are both empty")
    if (labelled.main is None) != (not labelled.areas) or (labelled.main and labelled.main not in labelled.areas):
        raise SchemaError("main is not one of the areas")
    quoted = {one.label for one in labelled.evidence}
    wanted = set(labelled.areas) | {name for name in MARKERS if getattr(labelled, name)}
    if missing := sorted(wanted - quoted):
        raise SchemaError(f"no evidence for {missing[0]}")
    if superfluous := sorted(quoted - wanted - {"risk"}):
        raise SchemaError(f"evidence for {superfluous[0]}, which the record does not carry")
    _check_risk(labelled, has_quote="risk" in quoted)


def _check_risk(labelled: LabelledProject, *, has_quote: bool) -> None:
    at_risk = labelled.risk in {Risk.REVIEW, Risk.HIGH}
    if has_quote and not at_risk:
        raise SchemaError(f"evidence for a risk that is {labelled.risk}")
    if at_risk and not has_quote and not any(getattr(labelled, name) for name in _DECIDING):
        raise SchemaError("no evidence for the risk, and no field that could decide it")
