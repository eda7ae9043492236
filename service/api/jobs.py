"""``/v1/jobs``: portfolios that are tagged in the background."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from classifier.portfolio.headers import header_names
from classifier.portfolio.registry import FORMATS
from classifier.portfolio.serialise import encode
from service.access.scopes import Scope
from service.api.access import Asking, Here, Principal, allow
from service.api.problems import Problem, documented
from service.api.schemas import JobDocument, JobList
from service.jobs.desk import SHEET_PATTERN, JobOrder
from service.jobs.products import REPORTS, formats_of, usual_format
from service.jobs.states import FINISHED
from service.reporting.forms import FORMATS as FORMS

if TYPE_CHECKING:
    from starlette.datastructures import FormData

    from service.api.service import Service
    from service.store.tables import Job

router = APIRouter(tags=["jobs"])
_EVENT_SECONDS = 0.5
_EVENTS = 1_200
_FORM_FIELDS = 50
_FIELD_BYTES = 64_000
_MAP_PATTERN = f"^({'|'.join(sorted(header_names().fields))})=[^\\u0000-\\u001f\\u007f]{{1,200}}$"
_UPLOAD_SCHEMA: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "anyOf": [
                    {"properties": {"report": {"enum": [""]}, "format": {"enum": ["", *formats_of("")]}}},
                    {
                        "required": ["report"],
                        "properties": {"report": {"enum": list(REPORTS)}, "format": {"enum": ["", *FORMS]}},
                    },
                ],
                "properties": {
                    "file": {"type": "string", "format": "binary", "description": "The portfolio, with its name."},
                    "format": {
                        "type": "string",
                        "enum": list(dict.fromkeys(("", *formats_of(""), *FORMS))),
                        "description": "Format of the result; by default that of the upload, html for a report.",
                    },
                    "report": {
                        "type": "string",
                        "enum": ["", *REPORTS],
                        "description": "The report to make: oda on eligibility, portfolio on the whole tagging; "
                        "by default the portfolio comes back tagged.",
                    },
                    "input_format": {
                        "type": "string",
                        "enum": ["", *(one.name for one in FORMATS)],
                        "description": "Format of the upload; by default found by content.",
                    },
                    "sheet": {"type": "string", "description": "Excel sheet to read.", "pattern": SHEET_PATTERN},
                    "map": {
                        "type": "array",
                        "items": {"type": "string", "pattern": _MAP_PATTERN},
                        "description": "FIELD=COLUMN, such as title=Intitulé; may be repeated.",
                    },
                },
            }
        }
    },
}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    },
    **documented(404, 409),
}


@router.post(
    "/v1/jobs",
    summary="Upload a portfolio",
    status_code=202,
    responses={202: {"model": JobDocument}, **documented(408, 415, 507)},
    openapi_extra={"requestBody": _UPLOAD_SCHEMA},
)
@allow(Scope.TAG)
async def submit(request: Request, service: Here, asking: Asking) -> Response:
    """Take in a portfolio of any format of the command line; it is tagged, or reported on, in the background."""
    job = await take_upload(request, service, asking)
    headers = {"Location": f"/v1/jobs/{job.id}"}
    return Response(encode(describe(job)), 202, headers, "application/json")


@router.get("/v1/jobs", summary="List jobs", response_model=JobList, responses=documented())
@allow(Scope.READ)
async def list_all(
    service: Here, asking: Asking, limit: Annotated[int, Query(ge=1, le=1_000, description="Most jobs.")] = 100
) -> Response:
    """Return the caller's newest jobs."""
    jobs = await run_in_threadpool(service.desk.list_jobs, asking.user_id, limit)
    return Response(encode({"jobs": [describe(job) for job in jobs]}), media_type="application/json")


@router.get("/v1/jobs/{job_id}", summary="Show a job", response_model=JobDocument, responses=documented(404))
@allow(Scope.READ)
async def show(job_id: str, service: Here, asking: Asking) -> Response:
    """Return how far a job is."""
    job = await run_in_threadpool(service.desk.find, job_id, asking.user_id)
    return Response(encode(describe(job)), media_type="application/json")


@router.get(
    "/v1/jobs/{job_id}/events",
    summary="Watch a job",
    responses={
        200: {"description": "Events named `job`, each with the job.", "content": {"text/event-stream": {}}},
        **documented(404),
    },
)
@allow(Scope.READ)
async def watch(job_id: str, request: Request, service: Here, asking: Asking) -> Response:
    """Send the job whenever something in it changes, until it ends."""
    first = await run_in_threadpool(service.desk.find, job_id, asking.user_id)
    events = _events(first, request, service, asking)
    return StreamingResponse(events, headers={"Cache-Control": "no-store"}, media_type="text/event-stream")


@router.get("/v1/jobs/{job_id}/result", summary="Download the result", responses=_FILE)
@allow(Scope.READ)
async def result(job_id: str, service: Here, asking: Asking) -> Response:
    """Return the tagged portfolio, or the report."""
    job, path = await run_in_threadpool(service.desk.result, job_id, asking.user_id, actor=asking.label)
    return FileResponse(path, media_type="application/octet-stream", filename=job.result_name)


@router.get("/v1/jobs/{job_id}/rejected", summary="Download the rejected rows", responses=_FILE)
@allow(Scope.READ)
async def rejected(job_id: str, service: Here, asking: Asking) -> Response:
    """Return the rejected rows as CSV."""
    path = await run_in_threadpool(service.desk.rejections, job_id, asking.user_id)
    if path is None:
        raise Problem(404, "no-rejected-rows", "The job has no rejected rows.")
    return FileResponse(path, media_type="application/octet-stream", filename=path.name)


@router.post(
    "/v1/jobs/{job_id}/cancel", summary="Cancel a job", response_model=JobDocument, responses=documented(404, 409)
)
@allow(Scope.TAG)
async def cancel(job_id: str, service: Here, asking: Asking) -> Response:
    """Stop a job; it stays in the list without a result."""
    job = await run_in_threadpool(service.desk.cancel, job_id, asking.user_id)
    return Response(encode(describe(job)), media_type="application/json")


@router.delete("/v1/jobs/{job_id}", summary="Delete a job", status_code=204, responses=documented(404))
@allow(Scope.TAG)
async def delete(job_id: str, service: Here, asking: Asking) -> Response:
    """Make a job, its upload and its result go; a running one is stopped."""
    await run_in_threadpool(service.desk.delete, job_id, asking.user_id, actor=asking.label)
    return Response(status_code=204)


def choose_result(form: FormData) -> tuple[str, str]:
    """Return the report and the format that a form asks for, empty where it leaves them to us."""
    return _field(form, "report"), _field(form, "format")


async def take_upload(
    request: Request,
    service: Service,
    asking: Principal,
    choose: Callable[[FormData], tuple[str, str]] = choose_result,
) -> Job:
    """Read the form of an upload and hand it in as a job.

    Parameters
    ----------
    choose
        Returns the report and the format that the form asks for.

    Raises
    ------
    Problem
        When it is no such form.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        raise Problem(415, "not-a-form", "The content type is not multipart/form-data.")
    await run_in_threadpool(service.desk.check_room, asking.user_id)
    form = await _read_form(request)
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise Problem(422, "file-missing", "The form holds no file.", remedy="Send one in the field: file.")
        order = _read_order(form, file.filename, *choose(form))
        return await run_in_threadpool(service.desk.submit, order, file.file, asking.user_id)
    finally:
        await form.close()


async def _read_form(request: Request) -> FormData:
    try:
        return await request.form(max_files=1, max_fields=_FORM_FIELDS, max_part_size=_FIELD_BYTES)
    except OSError:
        raise Problem(
            507, "disk-full", "There is no room left for the upload.", remedy="Tell the administrator."
        ) from None


def describe(job: Job) -> dict[str, object]:
    """Return a job as plain data."""
    document: dict[str, object] = {
        name: getattr(job, name)
        for name in JobDocument.model_fields
        if name not in {"result", "created", "started", "ended", "expires"}
    }
    moments = ("created", "started", "ended", "expires")
    document |= {name: moment.isoformat() if (moment := getattr(job, name)) else None for name in moments}
    document["state"] = str(job.state)
    for name in ("projects", "rejected_rows"):
        document[name] = document[name] or 0
    for name in ("model_version", "rules_version"):
        document[name] = document[name] or ""
    document["result"] = (
        {
            "name": job.result_name,
            "bytes": job.result_bytes,
            "sha256": job.result_sha256,
            "href": f"/v1/jobs/{job.id}/result",
        }
        if job.result_name
        else None
    )
    return document


def _read_order(form: FormData, file_name: str, report: str, output_format: str) -> JobOrder:
    columns = {}
    for pair in form.getlist("map"):
        if not isinstance(pair, str) or not re.fullmatch(_MAP_PATTERN, pair):
            raise Problem(422, "bad-mapping", "A mapping is not FIELD=COLUMN.", remedy="See docs/service.md.")
        name, _, column = pair.partition("=")
        columns[name] = column
    return JobOrder(
        file_name=file_name,
        output_format=output_format or usual_format(report, file_name),
        report=report,
        input_format=_field(form, "input_format"),
        sheet=_field(form, "sheet"),
        columns=columns,
    )


def _field(form: FormData, name: str) -> str:
    values = form.getlist(name)
    if len(values) > 1 or not all(isinstance(value, str) for value in values):
        raise Problem(422, "bad-form", f"The field {name} is there twice, or is a file.")
    return str(values[0]) if values else ""


async def _events(job: Job, request: Request, service: Service, asking: Principal) -> AsyncIterator[bytes]:
    last = b""
    for _ in range(_EVENTS):
        content = encode(describe(job))
        if content != last:
            last = content
            yield b"event: job\ndata: " + content + b"\n\n"
        if job.state in FINISHED or await request.is_disconnected():
            return
        await asyncio.sleep(_EVENT_SECONDS)
        try:
            job = await run_in_threadpool(service.desk.find, job.id, asking.user_id)
        except Exception:  # noqa: BLE001 - the job is gone, or the database; the client asks again
            return
