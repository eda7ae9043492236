"""The page of one project: taken from the queue, saved, taken back, passed over, left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.api.access import Here, people
from service.api.problems import Problem
from service.desk.drafts import drop_draft, keep_draft
from service.desk.queue import seat_of, skip, take_next, unskip
from service.desk.states import Seat, SkipReason, Suggestion
from service.pages.desk.deeds import find_done, open_project, save_posted, undo_last
from service.pages.desk.entering import Entered
from service.pages.desk.forms import Filled, read_posted, read_revision
from service.pages.desk.project_page import Done, Notice, Shown, address, show_nothing, show_project
from service.pages.rendering import is_piece
from service.pages.signing_in import read_fields

if TYPE_CHECKING:
    from service.desk.access import Access
    from service.store.database import Database

router = APIRouter(include_in_schema=False)
_DEEDS = frozenset({"saved", "skipped"})


@router.get("/desk/c/{campaign_id}/next")
@people
async def next_project(request: Request, service: Here, access: Entered) -> Response:
    """Show the next project of the queue."""
    return await _go_on(request, service.database, access, None)


@router.get("/desk/c/{campaign_id}/p/{item_id}")
@people
async def project(
    request: Request, item_id: int, service: Here, access: Entered, deed: str = "", of: int = 0, draft: str = ""
) -> Response:
    """Show a project; `deed` and `of` name what was done with another one before."""
    opened = await run_in_threadpool(open_project, service.database, access, item_id)
    done = await run_in_threadpool(find_done, service.database, access, of, deed) if deed in _DEEDS else None
    notice = Notice("desk.saved_compare") if deed == "judged" else None
    filled = Filled.read(opened.draft.content) if draft == "old" and opened.draft is not None else None
    return show_project(request, Shown(access, opened, filled, notice, done, compares=filled is not None))


@router.post("/desk/c/{campaign_id}/p/{item_id}/save")
@people
async def save_judgement(request: Request, item_id: int, service: Here, access: Entered) -> Response:
    """Save what the form says, and go on; what cannot be saved comes back as it was filled in."""
    posted = await read_posted(request, access.questions.labels)
    refused = await run_in_threadpool(save_posted, service.database, access, item_id, posted)
    if refused is not None:
        return show_project(request, refused)
    if access.campaign.suggestion != Suggestion.AFTER or posted.model_version or seat_of(access) is not Seat.ANNOTATOR:
        done = await run_in_threadpool(find_done, service.database, access, item_id, "saved")
        return await _go_on(request, service.database, access, done)
    if not is_piece(request):
        return RedirectResponse(f"{address(access, item_id)}?deed=judged", 303)
    opened = await run_in_threadpool(open_project, service.database, access, item_id)
    return show_project(request, Shown(access, opened, notice=Notice("desk.saved_compare")))


@router.post("/desk/c/{campaign_id}/p/{item_id}/undo")
@people
async def undo_save(request: Request, item_id: int, service: Here, access: Entered) -> Response:
    """Take the last save back, and show the project with what had been filled in."""
    fields = await read_fields(request)
    token, revision = fields.get("token", ""), read_revision(fields.get("revision", ""))
    opened = await run_in_threadpool(undo_last, service.database, access, item_id, token, revision)
    if not is_piece(request):
        return RedirectResponse(address(access, item_id), 303)
    return show_project(request, Shown(access, opened, notice=Notice("desk.undone")))


@router.post("/desk/c/{campaign_id}/p/{item_id}/skip")
@people
async def skip_project(request: Request, item_id: int, service: Here, access: Entered) -> Response:
    """Pass a project over, with a reason."""
    fields = await read_fields(request)
    if fields.get("reason", "") not in set(SkipReason):
        raise Problem(422, "reason-missing", "A project is passed over with a reason.", remedy="Choose one.")
    reason, note = SkipReason(fields["reason"]), fields.get("note", "")
    await run_in_threadpool(skip, service.database, access, item_id, reason, note)
    done = await run_in_threadpool(find_done, service.database, access, item_id, "skipped")
    return await _go_on(request, service.database, access, done)


@router.post("/desk/c/{campaign_id}/p/{item_id}/unskip")
@people
async def unskip_project(request: Request, item_id: int, service: Here, access: Entered) -> Response:
    """Take a project up again that was passed over."""
    await run_in_threadpool(unskip, service.database, access, item_id)
    if not is_piece(request):
        return RedirectResponse(address(access, item_id), 303)
    opened = await run_in_threadpool(open_project, service.database, access, item_id)
    return show_project(request, Shown(access, opened, notice=Notice("desk.unskipped")))


@router.post("/desk/c/{campaign_id}/p/{item_id}/draft")
@people
async def keep(request: Request, item_id: int, service: Here, access: Entered) -> Response:
    """Keep the form as it stands, for whoever leaves before they save."""
    posted = await read_posted(request, access.questions.labels)
    content = posted.filled.write()
    seat = seat_of(access)
    await run_in_threadpool(keep_draft, service.database, access, item_id, seat, posted.revision, content)
    return Response(status_code=204)


@router.post("/desk/c/{campaign_id}/p/{item_id}/forget")
@people
async def forget(item_id: int, service: Here, access: Entered) -> Response:
    """Forget the draft, and show the project as it is saved."""
    await run_in_threadpool(drop_draft, service.database, access, item_id, seat_of(access))
    return RedirectResponse(address(access, item_id), 303)


async def _go_on(request: Request, database: Database, access: Access, done: Done | None) -> Response:
    """Show the next project at once, or send a browser without scripts there."""
    task = await run_in_threadpool(take_next, database, access)
    if task is None:
        return show_nothing(request, access, done)
    if not is_piece(request):
        told = f"?deed={done.deed}&of={done.item_id}" if done else ""
        return RedirectResponse(address(access, task.item_id) + told, 303)
    opened = await run_in_threadpool(open_project, database, access, task.item_id)
    return show_project(request, Shown(access, opened, done=done))
