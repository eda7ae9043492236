"""Turns a settled project into a record of the labelled data, or says why it cannot be one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from service.desk.labels import GENDER, HUMAN_RIGHTS, MAIN_AREA, MARKERS, NONE, RISK, RULES, UNKNOWN
from service.desk.texts import BODY, TITLE, JoinedText, join_texts
from service.records import read_project
from training.schema import FIRST_YEAR, FORMS, LAST_YEAR, SchemaError, parse_record

if TYPE_CHECKING:
    from classifier.project import Project
    from service.desk.settled import Opinion, Settled
    from training.labelled import LabelledProject

#: Gives the words that the model cited for each label of an item.
Borrow: TypeAlias = Callable[[int], Mapping[str, list[list[Any]]]]

_AT_RISK: Final = ("review", "high")
_SHORT: Final = 200
_LONG: Final = 1_500
_BULLETS: Final = ("-", "*", "•", "–")
_ITEMS: Final = 3
_DERIVED: Final = 20


class LeftOutError(Exception):
    """A settled project cannot be a record of the labelled data; the message is the reason's code."""


def make_record(line: Settled, brief: str, borrow: Borrow | None) -> LabelledProject:
    """Return the record of a settled project, checked against the schema of the labelled data.

    Parameters
    ----------
    brief
        Slug under which the record stands.
    borrow
        Where words come from that nobody cited, if they may come from the model at all.

    Raises
    ------
    LeftOutError
        ``no-areas``, ``area-unknown``, ``main-area-unknown``, ``no-risk``, ``no-evidence``, ``language``,
        ``unreadable`` or ``schema``.
    """
    holds = line.holds
    _refuse_unsettled(line)
    project = read_project(line.project)
    title, body = line.project.get(TITLE, ""), join_texts(line.project, BODY)
    identifier = record_id(line.project_id, line.occurrence)
    areas = holds.areas()
    row = {
        "id": identifier,
        "family": identifier,
        "brief": brief,
        "manner": describe_manner(title, body.text),
        "lang": line.language,
        "title": title,
        "description": body.text,
        "recipient": ", ".join(line.countries),
        **_codes(project),
        "areas": areas,
        "main": _main_area(holds, areas),
        GENDER: _score(holds.value(GENDER)),
        HUMAN_RIGHTS: _score(holds.value(HUMAN_RIGHTS)),
        RISK: holds.value(RISK),
        RULES: [] if holds.value(RULES) in {NONE, UNKNOWN} else holds.value(RULES).split(),
        "evidence": list(_quotes(line, body, borrow)),
    }
    return _checked(row)


def record_id(project_id: str, occurrence: int = 1) -> str:
    """Return the id of a project in the labelled data: its own where that fits, else one derived from it.

    No id occurs twice there: further projects with an identifier get derived ones.
    """
    if occurrence == 1 and FORMS["id"].fullmatch(project_id):
        return project_id
    name = project_id if occurrence == 1 else f"{project_id}\x1f{occurrence}"
    return "p-" + hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:_DERIVED]


def describe_manner(title: str, body: str) -> str:
    """Return how a project is written, by plain signs: the corpus counts records by it."""
    text = f"{title} {body}".strip()
    if not body.strip():
        return "title"
    if text.isupper():
        return "caps"
    if sum(line.lstrip().startswith(_BULLETS) for line in body.splitlines()) >= _ITEMS:
        return "list"
    if body.rstrip().endswith(("...", "…")):
        return "truncated"
    if len(text) < _SHORT:
        return "terse"
    return "programme" if len(text) > _LONG else "prose"


def _refuse_unsettled(line: Settled) -> None:
    holds = line.holds
    if not holds.answers.keys() & {"1.1"}:
        raise LeftOutError("no-areas")
    if not holds.is_sure():
        raise LeftOutError("area-unknown")
    if holds.value(RISK) in {"", UNKNOWN}:
        raise LeftOutError("no-risk")


def _main_area(holds: Opinion, areas: list[str]) -> str | None:
    if len(areas) < 2:
        return areas[0] if areas else None
    value = holds.value(MAIN_AREA)
    if value not in areas:
        raise LeftOutError("main-area-unknown")
    return value


def _score(value: str) -> int | None:
    return int(value) if value.isdigit() else None


def _codes(project: Project) -> dict[str, object]:
    def fitting(field: str, values: tuple[str, ...]) -> list[str]:
        return [value for value in dict.fromkeys(values) if value and FORMS[field].fullmatch(value)]

    year = project.year
    return {
        "purpose_codes": fitting("purpose_codes", project.purpose_codes),
        "aid_type": "".join(fitting("aid_type", project.aid_types)[:1]),
        "flow_type": "".join(fitting("flow_type", (project.flow_type,))),
        "finance_type": "".join(fitting("finance_type", (project.finance_type,))),
        "channel": project.channel_name or project.channel_code,
        "year": year if year is not None and FIRST_YEAR <= year <= LAST_YEAR else None,
        "publisher": project.donor,
    }


def _quotes(line: Settled, body: JoinedText, borrow: Borrow | None) -> Iterator[dict[str, object]]:
    """Yield the words of every label that needs some, as the schema wants them."""
    holds = line.holds
    needed = [*holds.areas(), *(marker for marker in MARKERS if holds.value(marker) in {"1", "2"})]
    wanted = [*needed, *([RISK] if holds.value(RISK) in _AT_RISK else [])]
    cited = {label: holds.cited(label) for label in wanted}
    if borrow is not None and not all(cited.values()):
        borrowed = borrow(line.item_id)
        cited = {label: words or borrowed.get(label, []) for label, words in cited.items()}
    if not all(cited[label] for label in needed):
        raise LeftOutError("no-evidence")
    for label, words in cited.items():
        for field, start, end, quote in words:
            place = (start, end) if field == TITLE else body.place(field, start, end)
            if place is not None:
                where = {"field": TITLE if field == TITLE else "description", "start": place[0], "end": place[1]}
                yield {"label": label, **where, "quote": quote}


def _checked(row: Mapping[str, object]) -> LabelledProject:
    try:
        f"{row['title']}{row['description']}{row['channel']}{row['publisher']}".encode()
        return parse_record(row)
    except UnicodeEncodeError:
        raise LeftOutError("unreadable") from None
    except SchemaError:
        raise LeftOutError("language" if row["lang"] == "other" else "schema") from None
