"""Who may come in: every route denies unless it says otherwise."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, TypeVar, cast

from fastapi import Depends
from starlette.requests import Request

from service.access.scopes import Scope
from service.access.sessions import find_person
from service.api.hosts import refuse_other_sites
from service.api.problems import Problem, too_many
from service.api.service import Service, of

_Endpoint = TypeVar("_Endpoint", bound=Callable[..., Any])
_ATTRIBUTE = "portolan_access"
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="portolan"'}


class Kind(StrEnum):
    """Whom a route is for: everybody, whoever holds a scope, or people at the page."""

    PUBLIC = "public"
    SCOPE = "scope"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Access:
    """What a route says about who may come in."""

    kind: Kind
    scope: Scope | None = None


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking."""

    user_id: str
    user_name: str
    label: str
    scopes: frozenset[Scope]


class SignInNeededError(Exception):
    """A person must sign in before they see this page."""


def everybody(endpoint: _Endpoint) -> _Endpoint:
    """Let everybody in."""
    setattr(endpoint, _ATTRIBUTE, Access(Kind.PUBLIC))
    return endpoint


def allow(scope: Scope) -> Callable[[_Endpoint], _Endpoint]:
    """Let in whoever holds a scope, by key or signed in."""

    def mark(endpoint: _Endpoint) -> _Endpoint:
        setattr(endpoint, _ATTRIBUTE, Access(Kind.SCOPE, scope))
        return endpoint

    return mark


def people(endpoint: _Endpoint) -> _Endpoint:
    """Let in people who are signed in; others are sent to sign in."""
    setattr(endpoint, _ATTRIBUTE, Access(Kind.PAGE, Scope.READ))
    return endpoint


def access_of(endpoint: object) -> Access | None:
    """Return what a route says, None when it says nothing."""
    return cast("Access | None", getattr(endpoint, _ATTRIBUTE, None))


async def authorise(request: Request) -> None:
    """Admit a request or refuse it; the dependency of every route."""
    service = of(request)
    access = access_of(getattr(request.scope.get("route"), "endpoint", None))
    if access is None:
        raise Problem(403, "no-access-rule", "Nobody may come in here.")
    if access.kind is Kind.PUBLIC:
        return
    principal = await _find_principal(request, service, access)
    request.state.principal = principal
    if access.scope is not None and access.scope not in principal.scopes:
        raise Problem(403, "scope-missing", f"This needs the scope {access.scope}.", remedy="Ask for another key.")
    wait = service.requests.take(principal.label)
    if wait:
        raise too_many("There were too many requests in a minute.", "rate-limited", wait)


def principal_of(request: Request) -> Principal:
    """Return who is asking, on a route that is not for everybody."""
    return cast("Principal", request.state.principal)


async def _asking(request: Request) -> Principal:
    return principal_of(request)


async def _here(request: Request) -> Service:
    return of(request)


# The framework sends what is not async to another thread, which costs more than all the rest of a small request.
Asking = Annotated[Principal, Depends(_asking)]
Here = Annotated[Service, Depends(_here)]


def cookie_name(service: Service) -> str:
    """Return the name of the session cookie; over TLS browsers hold it to this host."""
    return "__Host-portolan" if service.settings.is_https else "portolan"


async def _find_principal(request: Request, service: Service, access: Access) -> Principal:
    header = request.headers.get("authorization")
    if header is not None and access.kind is Kind.SCOPE:
        return await _holder_of(header, service)
    token = request.cookies.get(cookie_name(service), "")
    person = await asyncio.to_thread(find_person, service.database, token) if token else None
    if person is None:
        if access.kind is Kind.PAGE:
            raise SignInNeededError
        raise Problem(
            401, "key-missing", "There is no key.", remedy="Send it as: Authorization: Bearer KEY.", headers=_CHALLENGE
        )
    # A browser sends the cookie by itself, so what another site made it send must not count.
    refuse_other_sites(request, service.settings.url)
    return Principal(person.user_id, person.user_name, person.user_name, person.scopes)


async def _holder_of(header: str, service: Service) -> Principal:
    kind, _, secret = header.partition(" ")
    holder = await service.keyring.find(secret.strip()) if kind.lower() == "bearer" else None
    if holder is None:
        raise Problem(401, "key-invalid", "The key is not valid.", remedy="Ask for another key.", headers=_CHALLENGE)
    return Principal(holder.user_id, holder.user_name, f"key:{holder.prefix}", holder.scopes)


def walk_routes(routes: Iterable[Any]) -> Iterator[Any]:
    """Yield every route, those of included routers too."""
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is None:
            yield route
        else:
            yield from walk_routes(included.routes)
