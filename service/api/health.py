"""``/healthz``, ``/readyz`` and ``/metrics``: what machines ask."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from service.access.scopes import Scope
from service.api.access import Here, allow, everybody
from service.api.metrics import CONTENT_TYPE
from service.api.problems import documented
from service.api.schemas import Health, Readiness
from service.api.service import Service, of
from service.store.upkeep import require_current

router = APIRouter(tags=["health"])
_TEXT: dict[int | str, dict[str, Any]] = {
    200: {"description": "Counters in the text form of Prometheus.", "content": {"text/plain": {}}}
}


@router.get("/healthz", summary="Is it alive?", response_model=Health, responses=documented())
@everybody
async def healthz() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "ok"}


@router.get("/readyz", summary="Is it ready?", response_model=Readiness, responses=documented())
@everybody
async def readyz(service: Here) -> dict[str, str]:
    """Say that a model is loaded, the database answers and its tables are up to date."""
    tagger = service.keeper.tagger
    await run_in_threadpool(require_current, service.database)
    return {"status": "ready", "model_version": tagger.model_version, "rules_version": tagger.rules_version}


async def show_metrics(request: Request) -> Response:
    """Return the counters for Prometheus."""
    service: Service = of(request)
    jobs = await run_in_threadpool(service.desk.count_states)
    return Response(service.metrics.show(jobs), headers={"Content-Type": CONTENT_TYPE})


def make_metrics_router(*, public: bool) -> APIRouter:
    """Return the route of the metrics, for everybody or for whoever may read."""
    found = APIRouter(tags=["health"])
    guard = everybody if public else allow(Scope.READ)
    found.get("/metrics", summary="Counters", responses={**_TEXT, **documented()})(guard(show_metrics))
    return found
