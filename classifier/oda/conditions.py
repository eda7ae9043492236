"""Conditions on codes and recipients: ``aid_type = H02|H03 & recipient = listed``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from classifier.oda.recipients import Place
from classifier.project import Project

_TERM = re.compile(r"(\w+)\s*(!?=)\s*([\w|*.+-]+)\Z")


@dataclass(frozen=True, slots=True)
class Term:
    """One comparison; `values` may end in ``*``."""

    name: str
    values: tuple[str, ...]
    negated: bool

    def holds(self, facts: Mapping[str, frozenset[str]]) -> str | None:
        """Return the fact that makes the term hold (empty for a negated one), None when it does not."""
        found = next((fact for fact in sorted(facts[self.name]) if self._matches(fact)), None)
        if self.negated:
            return "" if found is None else None
        return found

    def _matches(self, fact: str) -> bool:
        return any(fact.startswith(value[:-1]) if value[-1] == "*" else fact == value for value in self.values)


@dataclass(frozen=True, slots=True)
class Condition:
    """Terms that must all hold."""

    text: str
    terms: tuple[Term, ...]

    def holds(self, facts: Mapping[str, frozenset[str]]) -> str | None:
        """Return ``name=value`` of the code that decided, None when the condition does not hold."""
        given = ""
        for term in self.terms:
            found = term.holds(facts)
            if found is None:
                return None
            if found and not given:
                given = f"{term.name}={found}"
        return given or self.text


def parse_condition(text: str) -> Condition:
    """Parse a condition; raise ValueError with the reason when it is none."""
    terms = []
    for part in text.split("&"):
        match = _TERM.match(part.strip())
        if match is None:
            raise ValueError(f"not a condition: {part.strip()!r}")
        if match[1] not in Facts._fields:
            raise ValueError(f"unknown field {match[1]!r} in a condition")
        terms.append(Term(match[1], tuple(match[3].split("|")), match[2] == "!="))
    return Condition(text, tuple(terms))


def _clean_aid_type(code: str) -> str:
    return code.upper().replace("-", "").replace("CO1", "C01")


def _statuses(places: tuple[Place, ...]) -> frozenset[str]:
    """Return what the recipients are, as a whole: ``all-`` when nothing else is among them."""
    kinds = {place.status for place in places}
    found = {str(kind) for kind in kinds}
    off_list = kinds & {"not-listed", "provider"}
    if off_list and kinds <= {"not-listed", "provider"}:
        found.add("all-off-list")
        if kinds == {"provider"}:
            found.add("all-provider")
    elif off_list:
        found.add("partly-off-list")
    if any(place.domestic for place in places):
        found.add("domestic")
    if any(place.country and place.country.iso3 == "BEL" for place in places):
        found.add("belgium")
    if kinds and kinds <= {"unspecified", "region"}:
        found.add("no-country")
    return frozenset(found or {"none"})


class Facts(NamedTuple):
    """What the conditions may ask about a project: sets of codes, and what its recipients are as a whole."""

    aid_type: frozenset[str]
    flow_type: frozenset[str]
    finance_type: frozenset[str]
    purpose: frozenset[str]
    channel: frozenset[str]
    recipient: frozenset[str]

    def by_name(self) -> dict[str, frozenset[str]]:
        """Return the facts by the names that conditions use."""
        return self._asdict()


def facts_of(project: Project, places: tuple[Place, ...]) -> Facts:
    """Return what the conditions may ask about a project."""
    return Facts(
        aid_type=frozenset(map(_clean_aid_type, project.aid_types)),
        flow_type=frozenset({project.flow_type} - {""}),
        finance_type=frozenset({project.finance_type} - {""}),
        purpose=frozenset(project.purpose_codes),
        channel=frozenset({project.channel_code} - {""}),
        recipient=_statuses(places),
    )
