"""What surrounds every request: its id, its line in the log, its place in the metrics, and the last defence."""

from __future__ import annotations

import logging
import re
import secrets
import time
import traceback
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect

from service.api.problems import Problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from service.api.metrics import Metrics

_LOG = logging.getLogger("portolan.requests")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_HUNG_UP = 499
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_CLOSED_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
_HSTS = (b"strict-transport-security", b"max-age=31536000")


class Envelope:
    """The outermost middleware.

    Parameters
    ----------
    app
        What is inside.
    metrics
        Where requests are counted.
    is_https
        Whether to tell browsers never to come without TLS.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, *, is_https: bool) -> None:
        self._app = app
        self._metrics = metrics
        self._headers = (*_HEADERS, _HSTS) if is_https else _HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _find_request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        started, status = time.perf_counter(), 0

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._add_headers(message, request_id)
            await send(message)

        try:
            await self._app(scope, receive, send_on)
        except ClientDisconnect:
            status = _HUNG_UP
        except Exception as error:  # noqa: BLE001 - the last line of defence
            _log_fault(error, request_id)
            if not status:
                problem = Problem(500, "unexpected", "Something went wrong here; it is in the log.")
                await problem.response(request_id)(scope, receive, send_on)
        finally:
            self._note(scope, request_id, status, time.perf_counter() - started)

    def _add_headers(self, message: Message, request_id: str) -> None:
        headers = [*message.get("headers", []), (b"x-request-id", request_id.encode()), *self._headers]
        if not any(name == b"content-security-policy" for name, _ in headers):
            headers.append(_CLOSED_POLICY)
        message["headers"] = headers

    def _note(self, scope: Scope, request_id: str, status: int, seconds: float) -> None:
        # The template of the route, never the path itself: what a client sends has no place in a log.
        route = getattr(scope.get("route"), "path", "(none)")
        self._metrics.count_request(scope["method"], route, status, seconds)
        principal = scope["state"].get("principal")
        _LOG.info(
            "request",
            extra={
                "request_id": request_id,
                "method": scope["method"],
                "route": route,
                "status": status,
                "milliseconds": round(seconds * 1000, 1),
                "who": getattr(principal, "label", ""),
            },
        )


def _find_request_id(scope: Scope) -> str:
    given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"").decode("latin-1")
    return given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)


def _log_fault(error: Exception, request_id: str) -> None:
    # Places only: the message of an error may hold the text of a project.
    places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    _LOG.error(
        "unexpected fault", extra={"request_id": request_id, "fault": type(error).__name__, "places": places[-8:]}
    )
