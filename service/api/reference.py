"""``GET /v1/areas``, ``/rules``, ``/models``, ``/recipients``: what the labels mean, with versions and ETags."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from functools import cache
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from classifier.model import CURRENT, list_versions, read_manifest
from classifier.oda.recipients import load_gazetteer
from classifier.oda.rulebook import describe_rule
from classifier.oda.shipped import load_rules
from classifier.taxonomy import LANGUAGES, load_areas, load_markers, load_objectives
from service.access.scopes import Scope
from service.api.access import Here, allow
from service.api.problems import documented

router = APIRouter(tags=["reference"])
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "What is asked for.",
        "headers": {"ETag": {"schema": {"type": "string"}, "description": "Changes with the content."}},
        "content": {"application/json": {"schema": {"type": "object"}}},
    },
    304: {"description": "Nothing has changed."},
    **documented(),
}


@router.get("/v1/areas", summary="Result areas and markers", responses=_RESPONSES)
@allow(Scope.READ)
async def areas(request: Request) -> Response:
    """Return the objectives, the result areas and the markers, with their names in three languages."""
    return _answer(request, await run_in_threadpool(_areas))


@router.get("/v1/rules", summary="ODA rules", responses=_RESPONSES)
@allow(Scope.READ)
async def rules(request: Request) -> Response:
    """Return every ODA rule: what it says and why, the words that fire it, and the question that settles it."""
    return _answer(request, await run_in_threadpool(_rules))


@router.get("/v1/recipients", summary="Recipients of ODA", responses=_RESPONSES)
@allow(Scope.READ)
async def recipients(request: Request) -> Response:
    """Return the countries that Portolan knows, on the DAC list and beside it."""
    return _answer(request, await run_in_threadpool(_recipients))


@router.get("/v1/models", summary="Model versions", responses=_RESPONSES)
@allow(Scope.READ)
async def models(request: Request, service: Here) -> Response:
    """Return the model versions, what each was made from, and which one is in use."""

    def read() -> bytes:
        folder = service.keeper.models_dir
        pointer = folder / CURRENT
        current = pointer.read_text("utf-8").strip() if pointer.is_file() else ""
        versions = []
        for path in list_versions(folder):
            manifest = read_manifest(path).to_json()
            manifest.pop("files")
            versions.append({**manifest, "current": path.name == current})
        return _write({"in_use": service.keeper.tagger.model_version, "models": versions})

    return _answer(request, await run_in_threadpool(read))


@cache
def _areas() -> bytes:
    parts = {"objectives": load_objectives(), "areas": load_areas(), "markers": load_markers()}
    return _versioned({name: _plain(found) for name, found in parts.items()})


@cache
def _rules() -> bytes:
    book = load_rules()
    return _write({"version": book.version, "groups": book.groups, "rules": [describe_rule(rule) for rule in book]})


@cache
def _recipients() -> bytes:
    found = []
    for country in load_gazetteer().all_countries():
        names = dict(zip(LANGUAGES, country.names, strict=True))
        found.append({**asdict(country), "names": names})
    return _versioned({"recipients": found})


def _plain(value: Any) -> Any:  # noqa: ANN401 - a record of the taxonomy, or what is in it
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _versioned(content: dict[str, Any]) -> bytes:
    return _write({"version": hashlib.sha256(_write(content)).hexdigest()[:12], **content})


def _write(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=_mapping).encode()


def _mapping(value: Any) -> Any:  # noqa: ANN401 - read-only mappings, which json does not know
    return dict(value)


def _answer(request: Request, content: bytes) -> Response:
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    known = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if tag in known:
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type="application/json")
