"""Takes portfolios into a campaign: uploaded, or from a finished job; beside the requests."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.api.access import Here, people
from service.api.problems import Problem
from service.cli.corpus import find_corpus
from service.desk.from_jobs import upload_of_job
from service.desk.frozen import FrozenTexts, load_frozen_texts
from service.desk.imports import cancel_import, list_imports, run_import, start_import
from service.desk.states import ImportState
from service.desk.vetting import Upload
from service.jobs.folders import JobFolder, JobFolders, check_file_name, new_job_id
from service.pages.desk.entering import AtDesk, Entered, enter_campaign
from service.pages.rendering import render
from service.pages.signing_in import read_fields

if TYPE_CHECKING:
    from typing import IO

    from service.api.access import Principal
    from service.api.service import Service
    from service.desk.access import Access

router = APIRouter(include_in_schema=False)
_LOG = logging.getLogger("portolan.desk")
_FIELDS: Final = 10
_FIELD_BYTES: Final = 4_000
_FOLDER: Final = "desk"
_SHOWN: Final = 10


@router.post("/desk/import")
@people
async def upload(request: Request, campaign: str, service: Here, asking: AtDesk) -> Response:
    """Take in a portfolio that is uploaded; the campaign stands in the query, for uploads have one address."""
    access = await run_in_threadpool(enter_campaign, campaign, service, asking)
    access.require_lead()
    async with request.form(max_files=1, max_fields=_FIELDS, max_part_size=_FIELD_BYTES) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise Problem(422, "file-missing", "The form holds no file.", remedy="Choose one.")
        skips = form.get("skip_rejected") == "yes"
        await run_in_threadpool(_take, service, access, asking, file.file, file.filename, skip_rejected=skips)
    return _back(access)


@router.post("/desk/c/{campaign_id}/import-job")
@people
async def take_job(request: Request, service: Here, access: Entered, asking: AtDesk) -> Response:
    """Take in the portfolio of a finished job."""
    access.require_lead()
    job_id = (await read_fields(request)).get("job", "")
    found, _ = await run_in_threadpool(upload_of_job, service.desk, service.settings, job_id, asking.user_id)
    await run_in_threadpool(_begin, service, access, asking, found, None)
    return _back(access)


@router.get("/desk/c/{campaign_id}/imports")
@people
async def imports(request: Request, service: Here, access: Entered) -> Response:
    """Show how far the imports are, as a piece of the page."""
    access.require_lead()
    found = await run_in_threadpool(list_imports, service.database, access)
    is_running = any(one.state == ImportState.RUNNING for one in found)
    response = render(
        request, "desk/imports.html", campaign=access.campaign, imports=found[:_SHOWN], is_running=is_running
    )
    if not is_running and request.query_params.get("ran"):
        response.headers["HX-Refresh"] = "true"
    return response


@router.post("/desk/c/{campaign_id}/imports/{import_id}/cancel")
@people
async def cancel(import_id: str, service: Here, access: Entered) -> Response:
    """Stop an import; nothing of it is taken in."""
    await run_in_threadpool(cancel_import, service.database, access, import_id)
    return _back(access)


def _take(
    service: Service, access: Access, asking: Principal, source: IO[bytes], file_name: str, *, skip_rejected: bool
) -> None:
    name = check_file_name(file_name)
    folder = JobFolders(service.settings.data_dir / _FOLDER).of(new_job_id())
    folder.make(source, name)
    try:
        _begin(service, access, asking, Upload(folder.upload(name), name, skip_rejected=skip_rejected), folder)
    except BaseException:
        folder.remove()
        raise


def _begin(service: Service, access: Access, asking: Principal, found: Upload, folder: JobFolder | None) -> None:
    """Write the import down and run it in a thread of its own; `folder` goes when it is over."""
    tagger = service.keeper.tagger
    started = start_import(service.database, access, found.file_name)

    def run() -> None:
        try:
            frozen = _load_frozen(service)
            run_import(service.database, access, started.id, found, tagger, frozen, actor=asking.label)
        except Exception as fault:  # noqa: BLE001 - the import says so itself; its thread ends here
            _LOG.error("import broke off", extra={"fault": type(fault).__name__})
        finally:
            if folder is not None:
                folder.remove()

    threading.Thread(target=run, name="portolan-import", daemon=True).start()


def _load_frozen(service: Service) -> FrozenTexts:
    """Return the frozen texts, none where the service has no labelled data."""
    folder = service.settings.labelled_data or find_corpus()
    return load_frozen_texts(folder) if folder.is_dir() else FrozenTexts()


def _back(access: Access) -> Response:
    return RedirectResponse(f"/desk/c/{access.campaign.id}", 303)
