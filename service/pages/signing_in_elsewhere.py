"""``/oidc``: signing in at the organisation's own provider."""

from __future__ import annotations

import secrets

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.access.oidc import OidcError, OidcProvider
from service.api.access import Here, everybody
from service.api.problems import too_many
from service.api.service import Service
from service.pages.signing_in import admit

_MINUTES = 10


def make_oidc_router(service: Service) -> APIRouter:
    """Return the routes of the provider that the settings name."""
    router = APIRouter(include_in_schema=False)
    provider = OidcProvider(service.database, service.settings)
    secure = service.settings.is_https
    cookie = "__Host-portolan-oidc" if secure else "portolan-oidc"

    @router.get("/oidc")
    @everybody
    async def depart(request: Request, service: Here) -> Response:
        """Send a person to the provider."""
        wait = service.sign_ins.take(f"oidc:{request.client.host if request.client else ''}")
        if wait:
            raise too_many("There were too many sign-ins in a minute.", "sign-in-limited", wait)
        departure = await provider.depart()
        response = RedirectResponse(departure.url, 303)
        response.set_cookie(
            cookie, departure.state, max_age=_MINUTES * 60, secure=secure, httponly=True, samesite="lax"
        )
        return response

    @router.get("/oidc/return")
    @everybody
    async def arrive(request: Request, service: Here, state: str = "", code: str = "") -> Response:
        """Take a person back from the provider."""
        expected = request.cookies.get(cookie, "")
        if not expected or not secrets.compare_digest(expected.encode(), state.encode()):
            raise OidcError("The sign-in was not begun in this browser.", code="oidc-state", remedy="Begin anew.")
        user = await provider.arrive(state, code)
        response = await admit(service, user, "oidc")
        response.delete_cookie(cookie, secure=secure, httponly=True, samesite="lax")
        return response

    return router
