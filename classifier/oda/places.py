"""Where an activity happens, and where a return starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from classifier.oda.lexicon import Tokens
from classifier.oda.matching import Span

_FARTHEST = 25


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known about places beyond one sentence.

    `recipients` are the facts of the recipients; `own_people` and `other_people` the letters that name the
    people of the recipient countries and of all others; `roles` the place roles of the title.
    """

    recipients: frozenset[str]
    own_people: frozenset[str]
    other_people: frozenset[str]
    roles: frozenset[str] = frozenset()


def roles_of(spans: Sequence[Span[str]]) -> frozenset[str]:
    """Return the place roles of a sentence; a place that is only an address has none."""
    aside = [span for span in spans if span.key == "aside"]
    return frozenset(
        span.key
        for span in spans
        if span.key != "aside" and not any(mask.start <= span.start and span.end <= mask.end for mask in aside)
    )


def is_in_provider_country(roles: frozenset[str], around: Surroundings) -> bool:
    """Tell whether what a sentence names happens in a provider country."""
    if "provider" in roles:
        return True
    if "listed" in roles:
        return False
    return bool(around.recipients & {"all-provider", "domestic"}) or "provider" in around.roles


def has_listed_place(roles: frozenset[str], around: Surroundings) -> bool:
    """Tell whether the sentence, the title or the recipients name a country of the list."""
    return "listed" in roles | around.roles or "listed" in around.recipients


def departure_of(tokens: Tokens, spans: Sequence[Span[str]], hit: Span[str], around: Surroundings) -> str:
    """Return where a return starts: ``provider``, ``listed``, ``inside`` or ``unstated``."""
    near = [span for span in spans if abs(span.start - hit.start) <= _FARTHEST]
    roles = roles_of(near) | (roles_of(spans) & {"window"})
    if "from-provider" in roles or ({"domestic", "all-provider"} & around.recipients):
        return "provider"
    if "inside" in roles and "abroad-people" not in roles:
        return "inside"
    if "from-listed" in roles:
        return "listed"
    people = tokens.present
    if "listed" in around.recipients and "refugees" in roles and people.isdisjoint(around.own_people):
        return "listed"
    if "listed" in around.recipients and not people.isdisjoint(around.other_people - around.own_people):
        return "listed" if people.isdisjoint(around.own_people) else "unstated"
    return "unstated"


def holds(condition: str, roles: frozenset[str], around: Surroundings, departure: str) -> bool:
    """Tell whether a condition of a pattern on places holds."""
    if condition.startswith("@from:"):
        return condition == f"@from:{departure}"
    checks: Mapping[str, bool] = {
        "@provider": is_in_provider_country(roles, around),
        "@not-provider": "provider" not in roles,
        "@no-listed": not has_listed_place(roles, around),
        "@window": "window" in roles,
        "@no-window": "window" not in roles,
    }
    return checks[condition]
