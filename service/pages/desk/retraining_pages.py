"""The pages of the models: what is in use, trainings from the desk, how a new model compares, and what is decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from classifier.errors import ModelError, PortolanError
from classifier.model import current_version
from service.api.access import Here, people
from service.api.problems import as_problem
from service.desk.retraining import (
    UNFINISHED,
    Choice,
    cancel_run,
    compare_again,
    find_run,
    list_runs,
    start_run,
    sweep_runs,
)
from service.desk.retraining_process import launch
from service.desk.verdicts import Judge, decline_run, promote_run, roll_back
from service.pages.desk.leading import Lead, Leading
from service.pages.desk.retraining_views import corpus_of, describe_models, describe_run, settled_folder, take_settled
from service.pages.rendering import is_piece, render
from service.pages.signing_in import read_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from service.api.service import Service

router = APIRouter(include_in_schema=False)
_MOST_PARTS = 500
_FIELD_BYTES = 4_000


@router.get("/desk/models")
@people
async def models(request: Request, service: Here, lead: Leading) -> Response:
    """Show the model in use, what can be trained on, and the trainings."""
    return await _show_models(request, service, lead)


@router.get("/desk/models/runs")
@people
async def runs(request: Request, service: Here, _lead: Leading) -> Response:
    """Show the trainings, as a piece of the page."""
    return render(request, "desk/model_runs.html", **await run_in_threadpool(_list_runs, service))


@router.post("/desk/models/start")
@people
async def start(request: Request, service: Here, lead: Leading) -> Response:
    """Start a training."""
    async with request.form(max_files=0, max_fields=_MOST_PARTS, max_part_size=_FIELD_BYTES) as form:
        parts, settled = (tuple(map(str, form.getlist(name))) for name in ("part", "settled"))

    def begin() -> str:
        run = start_run(
            service.database,
            Choice(parts, settled),
            user_id=lead.principal.user_id,
            actor=lead.principal.label,
            base_version=_current(service),
        )
        launch(service.database, service.settings, run.id)
        return run.id

    return await _do(request, service, lead, begin)


@router.post("/desk/models/settled")
@people
async def settle(request: Request, service: Here, lead: Leading) -> Response:
    """Write the settled labels of a campaign as a part that can be trained on."""
    [campaign] = lead.choose((await read_fields(request)).get("campaign", "") or "-")

    def write() -> str:
        take_settled(service, lead, campaign.id)
        return ""

    return await _do(request, service, lead, write)


@router.post("/desk/models/rollback")
@people
async def go_back(request: Request, service: Here, lead: Leading) -> Response:
    """Go back to the version that was current before."""

    def decide(judge: Judge, _fields: Mapping[str, str]) -> None:
        roll_back(service.database, service.keeper.models_dir, judge)
        service.keeper.refresh()

    return await _decide(request, service, lead, decide)


@router.get("/desk/models/{run_id}")
@people
async def run(request: Request, run_id: str, service: Here, lead: Leading) -> Response:
    """Show a training: how far it is, or how its model compares."""
    return await _show_run(request, service, lead, run_id)


@router.get("/desk/models/{run_id}/progress")
@people
async def progress(request: Request, run_id: str, service: Here, _lead: Leading) -> Response:
    """Show how far a training is, as a piece of the page; the whole page comes anew when it has ended."""
    sweep = await run_in_threadpool(sweep_runs, service.database)
    line = await run_in_threadpool(find_run, service.database, run_id)
    response = render(request, "desk/model_progress.html", line=line, unfinished=UNFINISHED)
    if sweep or line.run.state not in UNFINISHED:
        response.headers["HX-Refresh"] = "true"
    return response


@router.post("/desk/models/{run_id}/cancel")
@people
async def cancel(request: Request, run_id: str, service: Here, lead: Leading) -> Response:
    """Stop a training."""

    def stop() -> str:
        cancel_run(service.database, run_id, actor=lead.principal.label)
        return run_id

    return await _do(request, service, lead, stop, run_id)


@router.post("/desk/models/{run_id}/compare")
@people
async def compare(request: Request, run_id: str, service: Here, lead: Leading) -> Response:
    """Compare the model of a training with the version that is current now."""

    def again() -> str:
        compare_again(service.database, run_id, actor=lead.principal.label, base_version=_current(service))
        launch(service.database, service.settings, run_id)
        return run_id

    return await _do(request, service, lead, again, run_id)


@router.post("/desk/models/{run_id}/promote")
@people
async def promote(request: Request, run_id: str, service: Here, lead: Leading) -> Response:
    """Make the model of a training the current one."""

    def decide(judge: Judge, fields: Mapping[str, str]) -> None:
        promote_run(service.database, service.keeper.models_dir, run_id, judge, force="force" in fields)
        service.keeper.refresh()

    return await _decide(request, service, lead, decide, run_id)


@router.post("/desk/models/{run_id}/decline")
@people
async def decline(request: Request, run_id: str, service: Here, lead: Leading) -> Response:
    """Write down why the model of a training is not promoted."""

    def decide(judge: Judge, _fields: Mapping[str, str]) -> None:
        decline_run(service.database, run_id, judge)

    return await _decide(request, service, lead, decide, run_id)


async def _decide(
    request: Request,
    service: Service,
    lead: Lead,
    decide: Callable[[Judge, Mapping[str, str]], None],
    run_id: str = "",
) -> Response:
    """Let an administrator decide which model is in use, with the reason of the form."""
    lead.require_admin()
    fields = await read_fields(request)
    judge = Judge(lead.principal.user_id, lead.principal.user_name, fields.get("reason", ""))

    def deed() -> str:
        decide(judge, fields)
        return run_id

    return await _do(request, service, lead, deed, run_id)


async def _do(request: Request, service: Service, lead: Lead, deed: Callable[[], str], run_id: str = "") -> Response:
    """Do something, then show the page of the training that it names; what was refused is shown on the page."""
    try:
        shown = await run_in_threadpool(deed)
    except PortolanError as error:
        # What is refused here does not fit the state; 503 would say that the service is not ready.
        status = 409 if isinstance(error, ModelError) else as_problem(error).status
        if run_id and status != 404:
            return await _show_run(request, service, lead, run_id, error, status)
        return await _show_models(request, service, lead, error, status)
    address = f"/desk/models/{shown}".rstrip("/")
    if is_piece(request):
        return Response(status_code=204, headers={"HX-Redirect": address})
    return RedirectResponse(address, 303)


async def _show_models(
    request: Request, service: Service, lead: Lead, error: PortolanError | None = None, status: int = 200
) -> Response:
    found = await run_in_threadpool(
        describe_models, service.keeper.models_dir, corpus_of(service.settings), settled_folder(service.settings)
    )
    listed = await run_in_threadpool(_list_runs, service)
    return render(request, "desk/models.html", status, lead=lead, problem=error, **found, **listed)


async def _show_run(
    request: Request, service: Service, lead: Lead, run_id: str, error: PortolanError | None = None, status: int = 200
) -> Response:
    await run_in_threadpool(sweep_runs, service.database)
    line = await run_in_threadpool(find_run, service.database, run_id)
    shown = describe_run(request, line, await run_in_threadpool(_current, service))
    return render(
        request, "desk/model_run.html", status, lead=lead, problem=error, line=line, unfinished=UNFINISHED, **shown
    )


def _list_runs(service: Service) -> dict[str, Any]:
    sweep_runs(service.database)
    found = list_runs(service.database)
    return {"runs": found, "unfinished": UNFINISHED, "waiting": any(one.run.state in UNFINISHED for one in found)}


def _current(service: Service) -> str:
    try:
        return current_version(service.keeper.models_dir).name
    except ModelError:
        return ""
