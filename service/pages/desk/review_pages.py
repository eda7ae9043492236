"""The review of a tagged portfolio as a table: filtered, accepted with one key, downloaded with both words."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from classifier.tagging import Decision, Risk
from service.api.access import Asking, Here, people
from service.api.problems import Problem
from service.desk.events import undo
from service.desk.faults import DeskStateError, JudgementError
from service.desk.items import ItemFilter
from service.desk.labels import AREAS
from service.desk.review import accept
from service.desk.review_table import LEFT, count_left, find_row, list_review
from service.desk.reviewed_file import FORMATS, write_reviewed
from service.desk.states import ItemState, Seat
from service.pages.desk.downloads import making_download, sweep_downloads
from service.pages.desk.entering import Entered
from service.pages.desk.forms import read_revision
from service.pages.desk.lead_names import LeadNames
from service.pages.rendering import is_piece, render
from service.pages.signing_in import read_fields

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.desk.access import Access

router = APIRouter(include_in_schema=False)
_SHOWN = {"left": LEFT, "settled": (ItemState.SETTLED,), "all": (*LEFT, ItemState.SETTLED)}
_KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson",
}
_LONGEST = 40


class Asked:
    """What the form above the table asks for."""

    def __init__(
        self, show: str = "left", area: str = "", risk: str = "", country: str = "", decision: str = "", least: str = ""
    ) -> None:
        self.show = show if show in _SHOWN else "left"
        self.area = area if area in AREAS else ""
        self.risk = risk if risk in set(Risk) else ""
        self.country = country.strip().upper()[:2]
        self.decision = decision if decision in set(Decision) else ""
        self.least = least[:_LONGEST]

    def filter(self) -> ItemFilter:
        """Return which projects to list."""
        return ItemFilter(
            states=_SHOWN[self.show],
            area=self.area,
            risk=self.risk,
            country=self.country,
            decision=self.decision,
            least=_read_amount(self.least),
        )

    def address(self, after: str = "") -> str:
        """Return the query of the address that asks for the same."""
        given = {**vars(self), "after": after}
        return urlencode({name: value for name, value in given.items() if value})


Wanted = Annotated[Asked, Depends(Asked)]


@router.get("/desk/c/{campaign_id}/review")
@people
async def review(request: Request, service: Here, access: Entered, wanted: Wanted, after: str = "") -> Response:
    """Show the table."""
    page = await run_in_threadpool(list_review, service.database, access, wanted.filter(), after=after)
    counts = await run_in_threadpool(count_left, service.database, access)
    return render(
        request,
        "desk/review.html",
        page=page,
        counts=counts,
        wanted=wanted,
        after=after,
        areas=AREAS,
        risks=list(Risk),
        decisions=list(Decision),
        shows=list(_SHOWN),
        formats=FORMATS,
        **_values(request, access),
    )


@router.post("/desk/c/{campaign_id}/review/{item_id}/accept")
@people
async def accept_project(request: Request, item_id: int, service: Here, access: Entered) -> Response:
    """Accept what the model says of a project."""

    def deed(token: str, revision: int) -> None:
        accept(service.database, access, item_id, revision=revision, token=token)

    return await _decide(request, service, access, item_id, deed)


@router.post("/desk/c/{campaign_id}/review/{item_id}/undo")
@people
async def take_back(request: Request, item_id: int, service: Here, access: Entered) -> Response:
    """Take the own decision on a project back."""

    def deed(token: str, revision: int) -> None:
        undo(service.database, access, token=token, item_id=item_id, seat=Seat.REVIEWER, revision=revision)

    return await _decide(request, service, access, item_id, deed)


@router.get("/desk/c/{campaign_id}/review/file")
@people
async def download(
    service: Here, asking: Asking, access: Entered, form: str = "csv", people_as: str = "pseudonyms"
) -> Response:
    """Return the reviewed portfolio with both the machine's and the people's labels."""
    if form not in FORMATS:
        raise Problem(422, "unknown-format", "This format is not offered.", remedy=f"Choose: {', '.join(FORMATS)}.")
    await run_in_threadpool(sweep_downloads, service.settings.data_dir)
    with making_download(service.settings.data_dir, f".{form}") as path:
        await run_in_threadpool(
            write_reviewed, service.database, access, path, form, actor=asking.label, names=people_as == "names"
        )
    gone = BackgroundTask(path.unlink, missing_ok=True)
    return FileResponse(path, media_type=_KINDS[form], filename=f"reviewed.{form}", background=gone)


async def _decide(
    request: Request, service: Here, access: Access, item_id: int, deed: Callable[[str, int], None]
) -> Response:
    """Do something with a project and show its row anew: also the stale one, with what the other decided."""
    fields = await read_fields(request)
    revision = read_revision(fields.get("revision", ""))
    fault: DeskStateError | JudgementError | None = None
    try:
        await run_in_threadpool(deed, fields.get("token", ""), revision)
    except (DeskStateError, JudgementError) as error:
        fault = error
    status = 200 if fault is None else 422 if isinstance(fault, JudgementError) else 409
    if not is_piece(request) and fault is None:
        return RedirectResponse(f"/desk/c/{access.campaign.id}/review?{fields.get('back', '')[:500]}", 303)
    row = await run_in_threadpool(find_row, service.database, access, item_id)
    template = "desk/review_answer.html" if is_piece(request) else "desk/review_fault.html"
    counts = await run_in_threadpool(count_left, service.database, access)
    shown = _values(request, access)
    return render(request, template, status, row=row, fault=fault, counts=counts, back=fields.get("back", ""), **shown)


def _values(request: Request, access: Access) -> dict[str, Any]:
    return {
        "campaign": access.campaign,
        "base": f"/desk/c/{access.campaign.id}",
        "may_judge": access.may_sit(Seat.REVIEWER) and access.campaign.closed is None,
        "user_id": access.user_id,
        "names": LeadNames.of(request).names,
        "new_token": lambda: str(uuid.uuid4()),
    }


def _read_amount(text: str) -> float | None:
    try:
        amount = float(text.replace(" ", "").replace(",", "")) if text.strip() else None
    except ValueError:
        return None
    return amount if amount is not None and 0 <= amount < float("inf") else None
