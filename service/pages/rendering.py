"""Turns templates into answers."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from service.pages.catalogue import NAMES, choose_language, refuser, translator

if TYPE_CHECKING:
    from starlette.requests import Request

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".txt": "text/plain"}


def render(request: Request, template: str, status: int = 200, **values: Any) -> Response:  # noqa: ANN401
    """Return a page or a piece of one, in the language of the request."""
    language = choose_language(request)
    principal = getattr(request.state, "principal", None)
    content = (
        _environment()
        .get_template(template)
        .render(
            t=translator(language),
            refusal=refuser(language),
            language=language,
            languages=NAMES,
            user=getattr(principal, "user_name", ""),
            **values,
        )
    )
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
    return HTMLResponse(content, status, headers)


def is_piece(request: Request) -> bool:
    """Whether htmx asks for a piece of the page."""
    return request.headers.get("hx-request") == "true"


def static_file(request: Request, name: str) -> Response | None:
    """Return a file that the page needs, None when there is none of that name."""
    found = _static_files().get(name)
    if found is None:
        return None
    content, tag = found
    headers = {"ETag": tag, "Cache-Control": "public, max-age=3600"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=_KINDS[Path(name).suffix])


@cache
def _environment() -> Environment:
    folder = str(files("service").joinpath("pages", "templates"))
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _static_files() -> dict[str, tuple[bytes, str]]:
    found = {}
    for file in files("service").joinpath("pages", "static").iterdir():
        content = file.read_bytes()
        found[file.name] = (content, f'"{hashlib.sha256(content).hexdigest()[:32]}"')
    return found
