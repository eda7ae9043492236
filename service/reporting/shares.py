"""How the money of a project is shared among its recipients."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from classifier.oda.recipients import region_name, resolve
from classifier.project import Project, Recipient, Source

if TYPE_CHECKING:
    from classifier.oda.recipients import Place

NO_RECIPIENT: Final = "(no recipient)"
_NOWHERE = Source(0)


def share_recipients(project: Project) -> dict[str, float]:
    """Return the share of each recipient, by name; the shares add up to 1.

    Percentages count as given; recipients without one share equally what is left. A region beside countries
    counts only with a percentage of its own: it is usually theirs.
    """
    recipients = _counting(project.recipients)
    if not recipients:
        return {NO_RECIPIENT: 1.0}
    weights = _weigh(recipients)
    shares: dict[str, float] = {}
    for recipient, weight in zip(recipients, weights, strict=True):
        names = _names(recipient, project.year)
        for name in names:
            shares[name] = shares.get(name, 0.0) + weight / len(names)
    return shares


def _counting(recipients: tuple[Recipient, ...]) -> tuple[Recipient, ...]:
    if not any(one.kind == "country" for one in recipients):
        return recipients
    return tuple(one for one in recipients if one.kind == "country" or one.percentage is not None)


def _weigh(recipients: tuple[Recipient, ...]) -> list[float]:
    given = [max(one.percentage, 0.0) for one in recipients if one.percentage is not None]
    silent = len(recipients) - len(given)
    rest = max(100.0 - sum(given), 0.0) / silent if silent else 0.0
    weights = [rest if one.percentage is None else max(one.percentage, 0.0) for one in recipients]
    total = sum(weights)
    return [weight / total for weight in weights] if total else [1 / len(weights)] * len(weights)


@lru_cache(maxsize=4096)
def _names(recipient: Recipient, year: int | None) -> tuple[str, ...]:
    """Return what a recipient is called; a cell may name several."""
    places = resolve(Project("", _NOWHERE, recipients=(recipient,), year=year))
    if len(places) == 1:
        return (_name(places[0], recipient.name),)
    return tuple(_name(place, "") for place in places) or (recipient.name or recipient.code or NO_RECIPIENT,)


def _name(place: Place, given: str) -> str:
    if place.country:
        return place.country.names[0]
    return region_name(place.given) or given or place.given
