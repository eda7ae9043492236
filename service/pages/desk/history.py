"""The history of a project: every label event, with who, when, why and under which guideline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from service.api.access import Here, people
from service.desk.items import find_item
from service.desk.views import HistoryEntry, history
from service.pages.catalogue import choose_language, translator
from service.pages.desk.entering import Entered
from service.pages.desk.naming import Names
from service.pages.desk.project_page import address
from service.pages.desk.words import keep_exact
from service.pages.rendering import render

if TYPE_CHECKING:
    from service.desk.access import Access
    from service.store.database import Database
    from service.store.desk_tables import DeskItem

router = APIRouter(include_in_schema=False)


@router.get("/desk/c/{campaign_id}/p/{item_id}/history")
@people
async def show_history(request: Request, item_id: int, service: Here, access: Entered) -> Response:
    """Show everything that was ever said of a project, latest first."""
    item, entries = await run_in_threadpool(_find, service.database, access, item_id)
    language = choose_language(request)
    return render(
        request,
        "desk/history.html",
        campaign=access.campaign,
        item=item,
        entries=list(reversed(entries)),
        names=Names(translator(language), language),
        address=address(access, item_id),
        exact=keep_exact,
    )


def _find(database: Database, access: Access, item_id: int) -> tuple[DeskItem, list[HistoryEntry]]:
    with database.reading() as session:
        item = find_item(session, access, item_id)
    return item, history(database, access, item_id)
