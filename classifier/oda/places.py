"""Where an activity happens, and where a return starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType

from classifier.oda.lexicon import Tokens
from classifier.oda.matching import Span

_FARTHEST = 25


class Surroundings:
    """What is known about places beyond one sentence; worked out when first asked for.

    Parameters
    ----------
    recipients
        Facts of the recipients (`classifier.oda.conditions`).
    countries
        ISO 3 codes of the recipient countries.
    people
        The letters that name the people of each country.
    read_title
        Gives the place roles of the title.
    """

    def __init__(
        self,
        recipients: frozenset[str],
        countries: frozenset[str] = frozenset(),
        people: Mapping[str, frozenset[str]] = MappingProxyType({}),
        read_title: Callable[[], frozenset[str]] = frozenset,
    ) -> None:
        self.recipients = recipients
        self._countries, self._people, self._read_title = countries, people, read_title

    @cached_property
    def roles(self) -> frozenset[str]:
        """The place roles of the title."""
        return self._read_title()

    @cached_property
    def own_people(self) -> frozenset[str]:
        """The letters that name people of the recipient countries."""
        return frozenset().union(*(self._people.get(iso3, frozenset()) for iso3 in self._countries))

    @cached_property
    def other_people(self) -> frozenset[str]:
        """The letters that name people of all other countries only."""
        others = (letters for iso3, letters in self._people.items() if iso3 not in self._countries)
        return frozenset().union(*others) - self.own_people


def roles_of(spans: Sequence[Span[str]]) -> frozenset[str]:
    """Return the place roles of a sentence; a place that is only an address or an origin has none."""
    aside = [span for span in spans if span.key == "aside"]
    origin = [span for span in spans if span.key == "origin"]
    return frozenset(
        span.key
        for span in spans
        if span.key not in {"aside", "origin"}
        and not _lies_in(span, aside)
        and not (span.key == "listed" and _lies_in(span, origin))
    )


def _lies_in(span: Span[str], masks: Sequence[Span[str]]) -> bool:
    """Tell whether a span lies within one of the others."""
    return any(mask.start <= span.start and span.end <= mask.end for mask in masks)


def is_in_provider_country(roles: frozenset[str], around: Surroundings) -> bool:
    """Tell whether what a sentence names happens in a provider country."""
    if "provider" in roles:
        return True
    if "listed" in roles:
        return False
    return bool(around.recipients & {"all-provider", "domestic"}) or "provider" in around.roles


def has_listed_place(roles: frozenset[str], around: Surroundings) -> bool:
    """Tell whether the sentence, the title or the recipients name a country of the list."""
    return "listed" in roles or "listed" in around.recipients or "listed" in around.roles


def departure_of(tokens: Tokens, spans: Sequence[Span[str]], hit: Span[str], around: Surroundings) -> str:
    """Return where a return starts: ``provider``, ``listed``, ``inside`` or ``unstated``."""
    near = [span for span in spans if abs(span.start - hit.start) <= _FARTHEST]
    roles = roles_of(near) | (roles_of(spans) & {"window"})
    if "from-provider" in roles | around.roles or ({"domestic", "all-provider"} & around.recipients):
        return "provider"
    if "inside" in roles and "abroad-people" not in roles:
        return "inside"
    if "from-listed" in roles or "from-listed" in around.roles:
        return "listed"
    people = frozenset(tokens.words)
    if "listed" in around.recipients and "refugees" in roles and people.isdisjoint(around.own_people):
        return "listed"
    if "listed" in around.recipients and not people.isdisjoint(around.other_people):
        return "listed" if people.isdisjoint(around.own_people) else "unstated"
    return "unstated"


def holds(condition: str, roles: frozenset[str], around: Surroundings, departure: str) -> bool:
    """Tell whether a condition of a pattern on places holds."""
    if condition.startswith("@from:"):
        return condition == f"@from:{departure}"
    return _CHECKS[condition](roles, around)


#: Conditions on the place roles of a sentence and on what surrounds it.
_CHECKS: Mapping[str, Callable[[frozenset[str], Surroundings], bool]] = {
    "@provider": is_in_provider_country,
    "@not-provider": lambda roles, _: "provider" not in roles,
    "@no-listed": lambda roles, around: not has_listed_place(roles, around),
    "@window": lambda roles, _: "window" in roles and "beyond" not in roles,
    "@no-window": lambda roles, _: "window" not in roles or "beyond" in roles,
    "@beyond": lambda roles, _: "beyond" in roles,
}
