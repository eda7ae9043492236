"""Puts the application together."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from fastapi import Depends, FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from service.api import health, jobs, problems, reference, tagging
from service.api.access import Kind, SignInNeededError, access_of, authorise, cookie_name, everybody, walk_routes
from service.api.bodies import BodyLimits
from service.api.envelope import Envelope
from service.api.hosts import HostCheck
from service.api.schemas import make_request_model
from service.api.service import Service
from service.desk.imports import sweep_imports
from service.pages import calls, home, signing_in
from service.pages.desk.downloads import sweep_downloads
from service.pages.desk.entering import back_from
from service.pages.desk.routes import ROUTERS as DESK_ROUTERS
from service.pages.rendering import is_piece, render
from service.store.upkeep import require_current

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from service.settings import Settings

VERSION = "1"
_DESCRIPTION = """Says which migration result areas, policy markers and ODA risk a development project carries,
and which words say so. Every error is a problem document (RFC 9457) with the codes of the command line."""


def create_app(settings: Settings) -> FastAPI:
    """Return the application.

    Parameters
    ----------
    settings
        The settings, already checked.
    """
    service = Service.open(settings)
    app = FastAPI(
        title="Portolan",
        version=VERSION,
        description=_DESCRIPTION,
        lifespan=_live,
        dependencies=[Depends(authorise)],
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    app.state.service = service
    problems.install(app, _show_problem)
    app.add_exception_handler(SignInNeededError, _send_to_sign_in)
    for router in (
        tagging.make_router(settings.projects_per_call),
        jobs.router,
        reference.router,
        health.router,
        health.make_metrics_router(public=settings.metrics_public),
        home.router,
        signing_in.router,
        calls.router,
        *DESK_ROUTERS,
    ):
        app.include_router(router)
    if settings.oidc_issuer:
        from service.pages.signing_in_elsewhere import make_oidc_router

        app.include_router(make_oidc_router(service))
    _describe(app, service)
    app.add_middleware(BodyLimits, settings=settings)
    app.add_middleware(HostCheck, hosts=settings.hosts)
    app.add_middleware(Envelope, metrics=service.metrics, is_https=settings.is_https)
    return app


@contextlib.asynccontextmanager
async def _live(app: FastAPI) -> AsyncIterator[None]:
    """Load the model before the first request, and look for promotions while there are requests."""
    service: Service = app.state.service
    await asyncio.to_thread(require_current, service.database)
    await asyncio.to_thread(service.keeper.refresh)
    await asyncio.to_thread(sweep_imports, service.database)
    await asyncio.to_thread(sweep_downloads, service.settings.data_dir)
    watching = asyncio.create_task(service.keeper.watch(service.settings.model_check_seconds))
    try:
        yield
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
        service.close()


def _show_problem(request: Request, problem: problems.Problem) -> Response:
    """Show a problem as a piece of the page where htmx asks, as a page to people at the desk, else as a document."""
    if is_piece(request):
        return render(request, "problem.html", problem.status, problem=problem)
    if request.url.path.startswith("/desk") and "text/html" in request.headers.get("accept", ""):
        return render(request, "desk/problem.html", problem.status, problem=problem, back=back_from(request))
    return problem.response(request.state.request_id)


def _send_to_sign_in(request: Request, _error: Exception) -> Response:
    if is_piece(request):
        return Response(status_code=204, headers={"HX-Redirect": "/sign-in"})
    return RedirectResponse("/sign-in", 303)


def _describe(app: FastAPI, service: Service) -> None:
    """Add the OpenAPI document, with the shapes and the keys that the framework does not see."""

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            _complete(document, app, service)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign]

    @app.get("/openapi.json", include_in_schema=False)
    @everybody
    async def openapi() -> Response:
        """Return the OpenAPI document."""
        return JSONResponse(describe())


def _complete(document: dict[str, Any], app: FastAPI, service: Service) -> None:
    models: list[type[BaseModel]] = [make_request_model(service.settings.projects_per_call), problems.ProblemDocument]
    _, shapes = models_json_schema(
        [(model, "validation") for model in models], ref_template="#/components/schemas/{model}"
    )
    components = document["components"]
    components["schemas"].update(shapes["$defs"])
    components["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": cookie_name(service)},
    }
    for route in walk_routes(app.routes):
        access = access_of(getattr(route, "endpoint", None))
        path: str = getattr(route, "path", "")
        for method in getattr(route, "methods", None) or ():
            operation = document["paths"].get(path, {}).get(method.lower())
            if operation is not None and access is not None and access.kind is not Kind.PUBLIC:
                operation["security"] = [{"key": []}, {"session": []}]
                operation["description"] = f"{operation['description']} Needs the scope {access.scope}."
