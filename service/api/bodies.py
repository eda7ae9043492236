"""Caps every body before anything parses it, and gives up one that stops."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from service.api.problems import Problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from service.settings import Settings

#: Where uploads go; elsewhere the smaller cap holds.
UPLOAD_PATHS = frozenset({"/v1/jobs", "/upload", "/desk/import"})


class BodyLimits:
    """A middleware that counts the bytes of a body as they arrive."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, counting its body."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._settings.upload_bytes if scope["path"] in UPLOAD_PATHS else self._settings.body_bytes
        declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        is_too_large = declared.isdigit() and int(declared) > limit
        counted, complete = 0, False

        async def receive_on() -> Message:
            nonlocal counted, complete
            if complete:
                return await receive()
            if is_too_large:
                # Said before a byte of it is taken in.
                raise _too_large(limit)
            try:
                async with asyncio.timeout(self._settings.body_idle_seconds):
                    message = await receive()
            except TimeoutError:
                raise Problem(
                    408, "body-stopped", "The body stopped arriving.", headers={"Connection": "close"}
                ) from None
            if message["type"] == "http.request":
                counted += len(message.get("body", b""))
                complete = not message.get("more_body", False)
                if counted > limit:
                    raise _too_large(limit)
            return message

        await self._app(scope, receive_on, send)


def _too_large(limit: int) -> Problem:
    return Problem(
        413,
        "body-too-large",
        f"The body is larger than {limit:,} bytes.",
        remedy="Send fewer projects in one call, or upload a file as a job.",
        headers={"Connection": "close"},
    )
