"""The page itself: a file to drop, a text to paste, the list of jobs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from classifier.oda.shipped import load_rules
from classifier.project import Project, Source
from classifier.taxonomy import area_name, load_markers
from service.api.access import Asking, Here, everybody, people
from service.api.jobs import take_upload
from service.api.problems import Problem
from service.jobs.products import REPORTS, formats_of
from service.jobs.states import UNFINISHED
from service.pages.catalogue import choose_language
from service.pages.highlight import label_evidence, part_text
from service.pages.rendering import is_piece, render, static_file

if TYPE_CHECKING:
    from starlette.datastructures import FormData

    from classifier.tagging import Tagging
    from service.api.access import Principal
    from service.api.service import Service

router = APIRouter(include_in_schema=False)
_JOBS_SHOWN = 50
_FIELDS = 10
_NO_TEXT = Project(id="", source=Source(1))


@router.get("/")
@people
async def home(request: Request, service: Here, asking: Asking) -> Response:
    """Show the page."""
    return await _show_home(request, service, asking)


@router.get("/job-list")
@people
async def job_list(request: Request, service: Here, asking: Asking) -> Response:
    """Show the list of jobs, as a piece of the page."""
    return render(request, "jobs.html", **await _jobs(service, asking))


@router.post("/upload")
@people
async def upload(request: Request, service: Here, asking: Asking) -> Response:
    """Take in a portfolio."""
    job = await take_upload(request, service, asking, _choose_result)
    if not is_piece(request):
        return RedirectResponse("/", 303)
    response = render(request, "taken.html", file_name=job.file_name)
    response.headers["HX-Trigger"] = "jobs-changed"
    return response


@router.post("/text")
@people
async def tag_text(request: Request, service: Here, asking: Asking) -> Response:
    """Tag a pasted text and show it with the words that led to each label."""
    limit = service.settings.text_characters
    async with request.form(max_files=0, max_fields=_FIELDS, max_part_size=service.settings.body_bytes) as form:
        title, description = (str(form.get(name, "")).replace("\r\n", "\n") for name in ("title", "description"))
    if len(title) + len(description) > limit:
        raise Problem(422, "text-too-long", f"The text holds more than {limit:,} characters.")
    project = replace(_NO_TEXT, title=title, description=description)
    tagger = service.keeper.tagger
    [tagging] = await service.keeper.run(1, lambda: tagger.tag([project]))
    service.metrics.count_taggings([tagging])
    shown = _describe(project, tagging, choose_language(request))
    if is_piece(request):
        return render(request, "tagging.html", **shown)
    return await _show_home(request, service, asking, project, shown)


@router.post("/job/{job_id}/cancel")
@people
async def cancel(request: Request, job_id: str, service: Here, asking: Asking) -> Response:
    """Stop a job."""
    await run_in_threadpool(service.desk.cancel, job_id, asking.user_id)
    return await _after(request, service, asking)


@router.post("/job/{job_id}/delete")
@people
async def delete(request: Request, job_id: str, service: Here, asking: Asking) -> Response:
    """Make a job go."""
    await run_in_threadpool(service.desk.delete, job_id, asking.user_id, actor=asking.label)
    return await _after(request, service, asking)


@router.get("/static/{name}")
@everybody
async def static(request: Request, name: str) -> Response:
    """Return a file that the page needs."""
    found = static_file(request, name)
    if found is None:
        raise Problem(404, "not-found", "There is no such file.")
    return found


def _choose_result(form: FormData) -> tuple[str, str]:
    """Return the report and the format of the one list on the page: ``csv``, or ``oda-html``."""
    report, _, output_format = str(form.get("format", "")).rpartition("-")
    return report, output_format


async def _after(request: Request, service: Service, asking: Principal) -> Response:
    if is_piece(request):
        return render(request, "jobs.html", **await _jobs(service, asking))
    return RedirectResponse("/", 303)


async def _show_home(
    request: Request,
    service: Service,
    asking: Principal,
    project: Project = _NO_TEXT,
    shown: dict[str, Any] | None = None,
) -> Response:
    jobs = await _jobs(service, asking)
    return render(
        request,
        "home.html",
        project=project,
        shown=shown,
        formats=formats_of(""),
        reports=REPORTS,
        forms=formats_of("oda"),
        **jobs,
    )


async def _jobs(service: Service, asking: Principal) -> dict[str, Any]:
    jobs = await run_in_threadpool(service.desk.list_jobs, asking.user_id, _JOBS_SHOWN)
    return {"jobs": jobs, "waiting": any(job.state in UNFINISHED for job in jobs), "unfinished": UNFINISHED}


def _describe(project: Project, tagging: Tagging, language: str) -> dict[str, Any]:
    evidence = list(label_evidence(tagging))
    book = load_rules()
    names = {label: _name(label, language) for label, _ in evidence}
    findings = [(one, book.rule(one.rule)) for one in tagging.oda.findings if one.counts]
    return {
        "tagging": tagging,
        "areas": [(one, area_name(one.code, language)) for one in tagging.areas if one.selected],
        "texts": [(field, part_text(text, field, evidence)) for field, text in project.texts()],
        "names": names,
        "findings": [(finding, rule.reason, rule.questions(language)) for finding, rule in findings],
    }


def _name(label: str, language: str) -> str:
    if label in {"gender", "human_rights"}:
        return next(one.names[language] for one in load_markers() if one.code == label)
    return f"{label} {area_name(label, language)}" if "-" not in label else label
