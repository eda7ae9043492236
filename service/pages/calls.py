"""``/docs``: every call of the API with its examples, and a form to send it, made from the OpenAPI document."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service.api.access import Here, everybody
from service.pages.catalogue import NAMES, choose_language
from service.pages.rendering import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.api.service import Service

router = APIRouter(include_in_schema=False)
_JSON = "application/json"
_FORM = "multipart/form-data"
_FILE_NAME = "portfolio.xlsx"


@dataclass(frozen=True, slots=True)
class Field:
    """Something to fill in.

    Parameters
    ----------
    place
        ``path``, ``query`` or ``form``.
    choices
        The only values that fit, none where any may.
    """

    name: str
    place: str
    description: str
    required: bool
    choices: Sequence[str] = ()
    is_file: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the API.

    Parameters
    ----------
    body
        ``json``, ``form``, or empty without a body.
    examples
        Bodies to send, by name; that of the language of the page comes first.
    answers
        What each status means.
    """

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    needs_key: bool
    fields: Sequence[Field]
    body: str
    examples: Mapping[str, str]
    answers: Mapping[str, str]
    curl: str


@router.get("/docs")
@everybody
async def show_calls(request: Request, service: Here) -> Response:
    """Show every call."""
    return render(request, "calls.html", calls=list(_calls(request, service)))


def _calls(request: Request, service: Service) -> Iterator[Call]:
    language = NAMES[choose_language(request)].lower()
    for path, operations in request.app.openapi()["paths"].items():
        for method, operation in operations.items():
            yield _read_call(method.upper(), path, operation, service.settings.url, language)


def _read_call(method: str, path: str, operation: Mapping[str, Any], url: str, language: str) -> Call:
    content = operation.get("requestBody", {}).get("content", {})
    fields = [_read_parameter(one) for one in operation.get("parameters", ())]
    fields += _read_form(content.get(_FORM, {}).get("schema", {}))
    examples = {
        name: json.dumps(one["value"], ensure_ascii=False, indent=1)
        for name, one in sorted(
            content.get(_JSON, {}).get("examples", {}).items(), key=lambda pair: pair[0] != language
        )
    }
    needs_key = bool(operation.get("security"))
    return Call(
        anchor=re.sub(r"\W+", "-", f"{method} {path}").strip("-").lower(),
        method=method,
        path=path,
        summary=operation["summary"],
        description=operation.get("description", ""),
        needs_key=needs_key,
        fields=fields,
        body="json" if _JSON in content else "form" if _FORM in content else "",
        examples=examples,
        answers={status: one["description"] for status, one in operation["responses"].items()},
        curl=_write_curl(method, f"{url}{path}", fields, next(iter(examples.values()), ""), needs_key=needs_key),
    )


def _read_parameter(parameter: Mapping[str, Any]) -> Field:
    choices = parameter["schema"].get("enum", ())
    return Field(parameter["name"], parameter["in"], parameter.get("description", ""), parameter["required"], choices)


def _read_form(schema: Mapping[str, Any]) -> Iterator[Field]:
    for name, one in schema.get("properties", {}).items():
        required = name in schema.get("required", ())
        is_file = one.get("format") == "binary"
        yield Field(name, "form", one.get("description", ""), required, one.get("enum", ()), is_file)


def _write_curl(method: str, url: str, fields: Sequence[Field], body: str, *, needs_key: bool) -> str:
    parts = ["curl", "-s"]
    if method not in {"GET", "POST"} or (method == "POST" and not body and not any(one.is_file for one in fields)):
        parts += ["-X", method]
    parts.append(shlex.quote(url))
    if needs_key:
        parts.append('-H "Authorization: Bearer $KEY"')
    parts += [f"-F {one.name}=@{_FILE_NAME}" for one in fields if one.is_file]
    if body:
        parts += [f"-H 'Content-Type: {_JSON}'", "-d", shlex.quote(json.dumps(json.loads(body), ensure_ascii=False))]
    return " ".join(parts)
