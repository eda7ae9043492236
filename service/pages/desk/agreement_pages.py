"""The lead's pages of agreement: how far annotators agree, what divides them, which labels look wrong."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from classifier.errors import PortolanError
from service.api.access import Here, people
from service.api.problems import as_problem
from service.desk.adjudication import decide, list_disputes, open_dispute
from service.desk.agreement import measure_campaign
from service.desk.faults import JudgementError, StaleFormError
from service.desk.labels import UNKNOWN, UNSAID, values_of
from service.desk.suspects import find_suspects, keep_label, list_suspects, send_back
from service.pages.catalogue import choose_language, translator
from service.pages.desk.entering import AtDesk, Entered
from service.pages.desk.forms import read_revision
from service.pages.desk.naming import Names
from service.pages.desk.words import keep_exact, mark_texts
from service.pages.rendering import render

if TYPE_CHECKING:
    from classifier.tagging import Evidence
    from service.api.service import Service
    from service.desk.access import Access
    from service.desk.adjudication import Dispute

router = APIRouter(include_in_schema=False)
_SIZE: Final = 50
_FIELDS: Final = 60
_FIELD_BYTES: Final = 64_000
_PREFIX: Final = "label:"
_LAST_PAGE: Final = 1_000_000

Page = Annotated[int, Query(le=_LAST_PAGE)]


@router.get("/desk/c/{campaign_id}/agreement")
@people
async def agreement(request: Request, service: Here, access: Entered) -> Response:
    """Show how far the annotators agree, by label, language and pair."""
    found = await run_in_threadpool(measure_campaign, service.database, access)
    return _render(request, access, "agreement", found=found)


@router.get("/desk/c/{campaign_id}/disagreements")
@people
async def disagreements(request: Request, service: Here, access: Entered, page: Page = 1) -> Response:
    """List the projects whose annotators differ, and the settled labels that look wrong."""
    disputes = await run_in_threadpool(list_disputes, service.database, access, page=page, size=_SIZE)
    suspects = await run_in_threadpool(list_suspects, service.database, access, page=page, size=_SIZE)
    last = -(-max(disputes.count, suspects.count) // _SIZE)
    return _render(request, access, "disagreements", disputes=disputes, suspects=suspects, page=page, last=last)


@router.get("/desk/c/{campaign_id}/disagreements/{item_id}")
@people
async def dispute(request: Request, item_id: int, service: Here, access: Entered) -> Response:
    """Show what everybody says of a project, side by side."""
    found = await run_in_threadpool(open_dispute, service.database, access, item_id)
    return _show(request, access, found, {})


@router.post("/desk/c/{campaign_id}/disagreements/{item_id}")
@people
async def settle(request: Request, item_id: int, service: Here, access: Entered) -> Response:
    """Decide; a decision that somebody else took meanwhile, or that does not fit, is shown and nothing is changed."""
    access.require_lead()
    async with request.form(max_files=0, max_fields=_FIELDS, max_part_size=_FIELD_BYTES) as form:
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
    try:
        await run_in_threadpool(_decide, service, access, item_id, fields)
    except (JudgementError, StaleFormError) as problem:
        found = await run_in_threadpool(open_dispute, service.database, access, item_id)
        return _show(request, access, found, _chosen(fields), problem)
    return RedirectResponse(f"/desk/c/{access.campaign.id}/disagreements", 303)


@router.post("/desk/c/{campaign_id}/suspects")
@people
async def look(service: Here, access: Entered, asking: AtDesk) -> Response:
    """Look through all settled labels for those that look wrong."""
    await run_in_threadpool(find_suspects, service.database, access, actor=asking.label)
    return _back(access)


@router.post("/desk/c/{campaign_id}/suspects/{suspect_id}/send-back")
@people
async def give_back(suspect_id: int, service: Here, access: Entered, asking: AtDesk) -> Response:
    """Put the project of a suspected label at the front of the queue."""
    await run_in_threadpool(send_back, service.database, access, suspect_id, actor=asking.label)
    return _back(access)


@router.post("/desk/c/{campaign_id}/suspects/{suspect_id}/keep")
@people
async def keep(suspect_id: int, service: Here, access: Entered) -> Response:
    """Write down that a suspected label is right."""
    await run_in_threadpool(keep_label, service.database, access, suspect_id)
    return _back(access)


def _decide(service: Service, access: Access, item_id: int, fields: Mapping[str, str]) -> None:
    revision = read_revision(fields.get("revision", ""))
    found = open_dispute(service.database, access, item_id)
    decide(
        service.database,
        access,
        found,
        _chosen(fields),
        revision=revision,
        token=fields.get("token", ""),
        note=fields.get("note", "").replace("\r\n", "\n"),
    )


def _chosen(fields: Mapping[str, str]) -> dict[str, str]:
    chosen = ((name, value) for name, value in fields.items() if name.startswith(_PREFIX))
    return {name.removeprefix(_PREFIX): value for name, value in chosen}


def _show(
    request: Request, access: Access, found: Dispute, chosen: Mapping[str, str], problem: PortolanError | None = None
) -> Response:
    rows = [(label, list(_options(found, label)), chosen.get(label) or found.value(label)) for label in found.labels]
    divided = {one.label for one in found.differences}
    evidence = _evidence(found)
    return _render(
        request,
        access,
        "dispute",
        200 if problem is None else as_problem(problem).status,
        dispute=found,
        divided=[row for row in rows if row[0] in divided],
        agreed=[row for row in rows if row[0] not in divided],
        texts=mark_texts(found.opened.project, evidence),
        token=str(uuid.uuid4()),
        problem=problem,
        exact=keep_exact,
        unsaid=UNSAID,
    )


def _options(found: Dispute, label: str) -> Iterator[str]:
    """Yield the values that can be decided: those of the judges first."""
    said = [one.view.judgement.values.get(label, "") for one in found.judges]
    yield from dict.fromkeys(value for value in (*said, *values_of(label), UNKNOWN) if value)


def _evidence(found: Dispute) -> dict[str, list[Evidence]]:
    """Return the cited words by who cited them for what."""
    return {
        f"{label} ({judge.name})": list(answer.evidence)
        for judge in found.judges
        for label, answer in judge.view.judgement.answers.items()
        if answer.evidence
    }


def _render(request: Request, access: Access, template: str, status: int = 200, **values: Any) -> Response:  # noqa: ANN401
    language = choose_language(request)
    names = Names(translator(language), language)
    return render(request, f"desk/{template}.html", status, campaign=access.campaign, names=names, **values)


def _back(access: Access) -> Response:
    return RedirectResponse(f"/desk/c/{access.campaign.id}/disagreements", 303)
