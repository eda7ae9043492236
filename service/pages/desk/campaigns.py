"""The campaigns of a person: the list, a new one, and the page of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from classifier.errors import UsageError
from service.access.scopes import Scope
from service.api.access import Here, people
from service.api.problems import Problem
from service.desk.campaigns import (
    CampaignOverview,
    CampaignPlan,
    change_campaign,
    count_states,
    list_campaigns,
    make_campaign,
    set_closed,
)
from service.desk.items import ItemFilter, list_items
from service.desk.labels import GROUPS, USUAL_GROUPS
from service.desk.members import list_members, set_member
from service.desk.queue import list_skips, seat_of
from service.desk.states import CampaignKind, ItemState, Reason, Role, Suggestion
from service.pages.catalogue import choose_language, translator
from service.pages.desk.entering import AtDesk, Entered
from service.pages.desk.naming import Names
from service.pages.desk.project_page import guides
from service.pages.rendering import render

if TYPE_CHECKING:
    from starlette.datastructures import FormData

    from service.api.access import Principal
    from service.desk.access import Access
    from service.store.database import Database

router = APIRouter(include_in_schema=False)
_FIELDS: Final = 60
_FIELD_BYTES: Final = 64_000
_SHOWN: Final = 20


@router.get("/desk")
@people
async def campaigns(request: Request, service: Here, asking: AtDesk) -> Response:
    """Show the campaigns of a person, and to those who lead a form for a new one."""
    found = await run_in_threadpool(_list, service.database, asking)
    return render(
        request,
        "desk/campaigns.html",
        campaigns=found,
        may_make=_may_make(asking, found),
        plan=CampaignPlan(""),
        **_choices(),
    )


@router.post("/desk/campaigns")
@people
async def make(request: Request, service: Here, asking: AtDesk) -> Response:
    """Make a campaign; who makes it leads it."""
    if not _may_make(asking, await run_in_threadpool(_list, service.database, asking)):
        raise Problem(403, "scope-missing", "Campaigns are made by leads and administrators.")
    plan = await _read_plan(request, CampaignPlan(""))
    made = await run_in_threadpool(make_campaign, service.database, plan, user_id=asking.user_id, actor=asking.label)
    return RedirectResponse(f"/desk/c/{made.id}", 303)


@router.get("/desk/c/{campaign_id}")
@people
async def campaign(request: Request, service: Here, access: Entered) -> Response:
    """Show a campaign: what is left, what the person judged and skipped, and to leads how it is set up."""
    shown = await run_in_threadpool(_describe, service.database, access)
    if access.is_lead:
        shown["jobs"] = await run_in_threadpool(service.desk.list_jobs, access.user_id, _SHOWN)
    language = choose_language(request)
    names = Names(translator(language), language)
    return render(request, "desk/campaign.html", access=access, names=names, **shown, **_choices())


@router.post("/desk/c/{campaign_id}/plan")
@people
async def change(request: Request, service: Here, access: Entered, asking: AtDesk) -> Response:
    """Change how a campaign is set up."""
    access.require_lead()
    plan = await _read_plan(request, plan_of(access))
    await run_in_threadpool(change_campaign, service.database, access, plan, actor=asking.label)
    return _back(access)


@router.post("/desk/c/{campaign_id}/members")
@people
async def change_member(request: Request, service: Here, access: Entered, asking: AtDesk) -> Response:
    """Let somebody in, change their role, or (without a role) shut them out."""
    access.require_lead()
    form = await _read(request)
    role = str(form.get("role", ""))
    if role and role not in set(Role):
        raise UsageError("There is no such role.", code="unknown-role")
    name = str(form.get("name", "")).strip()
    chosen = Role(role) if role else None
    await run_in_threadpool(set_member, service.database, access, name, chosen, actor=asking.label)
    return _back(access)


@router.post("/desk/c/{campaign_id}/closed")
@people
async def close(request: Request, service: Here, access: Entered, asking: AtDesk) -> Response:
    """Close a campaign, or open it again."""
    closed = (await _read(request)).get("closed") == "yes"
    await run_in_threadpool(set_closed, service.database, access, closed=closed, actor=asking.label)
    return _back(access)


@router.get("/desk/guideline")
@people
async def guideline(request: Request) -> Response:
    """Show the guideline of every label."""
    language = choose_language(request)
    return render(request, "desk/guideline.html", guides=guides(), names=Names(translator(language), language))


def plan_of(access: Access) -> CampaignPlan:
    """Return how a campaign is set up now."""
    row = access.campaign
    return CampaignPlan(
        name=row.name,
        description=row.description,
        kind=CampaignKind(row.kind),
        groups=tuple(row.groups),
        doubled=row.doubled,
        suggestion=Suggestion(row.suggestion),
        evidence_required=row.evidence_required,
        guideline_version=row.guideline_version,
        shares={Reason(reason): share for reason, share in row.shares.items()},
    )


def _list(database: Database, asking: Principal) -> list[CampaignOverview]:
    return list_campaigns(database, asking.user_id, is_admin=Scope.ADMIN in asking.scopes)


def _may_make(asking: Principal, found: list[CampaignOverview]) -> bool:
    return Scope.ADMIN in asking.scopes or any(one.role is Role.LEAD for one in found)


def _describe(database: Database, access: Access) -> dict[str, Any]:
    own = ItemFilter()
    return {
        "counts": count_states(database, access),
        "judged": None if access.is_lead else list_items(database, access, own, size=_SHOWN, order="changed"),
        "skips": list_skips(database, access, _SHOWN),
        "members": list_members(database, access) if access.is_lead else [],
        "plan": plan_of(access),
        "may_judge": access.may_sit(seat_of(access)) and access.campaign.closed is None,
    }


def _choices() -> dict[str, Any]:
    return {
        "groups": list(GROUPS),
        "usual_groups": USUAL_GROUPS,
        "kinds": list(CampaignKind),
        "suggestions": list(Suggestion),
        "roles": list(Role),
        "open": ItemState.OPEN,
        "disputed": ItemState.DISPUTED,
        "settled": ItemState.SETTLED,
    }


async def _read(request: Request) -> FormData:
    async with request.form(max_files=0, max_fields=_FIELDS, max_part_size=_FIELD_BYTES) as form:
        return form


async def _read_plan(request: Request, before: CampaignPlan) -> CampaignPlan:
    form = await _read(request)
    kind, suggestion = str(form.get("kind", before.kind)), str(form.get("suggestion", before.suggestion))
    if kind not in set(CampaignKind) or suggestion not in set(Suggestion):
        raise UsageError("The form of the campaign does not fit.", code="bad-campaign")
    return CampaignPlan(
        name=str(form.get("name", "")),
        description=str(form.get("description", "")).replace("\r\n", "\n"),
        kind=CampaignKind(kind),
        groups=tuple(str(one) for one in form.getlist("groups")),
        doubled=_read_doubled(str(form.get("per_project", "one")), str(form.get("share", ""))),
        suggestion=Suggestion(suggestion),
        evidence_required=form.get("evidence_required") == "yes",
        guideline_version=str(form.get("guideline_version", "")).strip(),
        shares=before.shares,
    )


def _read_doubled(per_project: str, share: str) -> float:
    """Return which share of the projects two people judge."""
    if per_project != "share":
        return 1.0 if per_project == "two" else 0.0
    try:
        return float(share.replace(",", ".")) / 100
    except ValueError:
        raise UsageError(
            "The share of doubled projects is no number.", code="bad-campaign", facts={"reason": "doubled"}
        ) from None


def _back(access: Access) -> Response:
    return RedirectResponse(f"/desk/c/{access.campaign.id}", 303)
