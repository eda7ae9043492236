"""Refuses requests that were meant for another host, and forms that another site posts."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from service.api.problems import Problem

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class HostCheck:
    """A middleware that answers only under our own names."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] == "http" and _host_name(scope) not in self._hosts:
            problem = Problem(
                421, "wrong-host", "The Host header names no host of this service.", remedy="See allowed_hosts."
            )
            await problem.response(scope["state"]["request_id"])(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _host_name(scope: Scope) -> str:
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if len(hosts) != 1:
        return ""
    try:
        return (urlsplit(f"//{hosts[0].decode('latin-1')}").hostname or "").lower()
    except ValueError:
        return ""


def refuse_other_sites(request: Request, own_url: str) -> None:
    """Refuse a request that changes something and that a page of another site made.

    Raises
    ------
    Problem
        When the browser says that it comes from elsewhere, or does not say where from.
    """
    if request.method in _SAFE_METHODS:
        return
    origin = request.headers.get("origin", "")
    site = request.headers.get("sec-fetch-site", "")
    ours = origin in {own_url, f"{request.url.scheme}://{request.headers.get('host', '')}"}
    if site == "same-origin" and (ours or not origin):
        return
    if not site and ours:
        return
    raise Problem(403, "cross-site", "The request came from another site.", remedy="Use the page of this service.")
