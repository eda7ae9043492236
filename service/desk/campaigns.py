"""Campaigns: what is asked of whom, and who may see it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select, update

from classifier.errors import UsageError
from service.access.audit import Action, record
from service.clock import now
from service.desk.faults import DeskStateError
from service.desk.labels import USUAL_GROUPS, labels_of
from service.desk.members import new_member
from service.desk.staging import count_wanted, plain
from service.desk.states import CampaignKind, ItemState, Reason, Role, Suggestion
from service.store.desk_tables import Campaign, CampaignMember, DeskItem, DeskSave

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from service.desk.access import Access
    from service.store.database import Database

#: How much of the queue each reason gets, unless a campaign says otherwise. In simulations of a few hundred labels a
#: model learns most from rare areas, and from uncertain projects alone less than by chance.
USUAL_SHARES: Final[Mapping[Reason, float]] = {
    Reason.RARE_AREA: 0.5,
    Reason.UNCERTAINTY: 0.15,
    Reason.DISAGREEMENT: 0.1,
    Reason.LANGUAGE: 0.1,
    Reason.RANDOM: 0.15,
}
_LONGEST_NAME = 200
_LONGEST_VERSION = 40


@dataclass(frozen=True, slots=True)
class CampaignPlan:
    """What a lead decides about a campaign.

    Parameters
    ----------
    groups
        Groups of labels that are asked, see `service.desk.labels.GROUPS`.
    doubled
        Share of the projects that two annotators judge: 0 is one annotator each, 1 two each.
    suggestion
        When annotators see what the model says.
    evidence_required
        Whether words must be cited for each result area and each marker above 0.
    guideline_version
        The version of the guideline that people follow, written into every label event.
    shares
        How much of the queue each reason gets; positive, they need not add up to 1.
    """

    name: str
    description: str = ""
    kind: CampaignKind = CampaignKind.LABELLING
    groups: Sequence[str] = USUAL_GROUPS
    doubled: float = 0.0
    suggestion: Suggestion = Suggestion.BEFORE
    evidence_required: bool = False
    guideline_version: str = ""
    shares: Mapping[Reason, float] = field(default_factory=lambda: USUAL_SHARES)


@dataclass(frozen=True, slots=True)
class CampaignOverview:
    """One line of the list of campaigns: the number of items in each state, without staged ones."""

    campaign: Campaign
    role: Role
    counts: Mapping[ItemState, int]


def make_campaign(database: Database, plan: CampaignPlan, *, user_id: str, actor: str) -> Campaign:
    """Make a campaign; who makes it becomes its lead.

    Raises
    ------
    UsageError
        ``bad-campaign`` or ``bad-label-groups``.
    """
    _check_plan(plan)
    moment = now()
    campaign = Campaign(
        id=secrets.token_hex(16),
        name=plan.name.strip(),
        description=plain(plan.description),
        kind=plan.kind,
        groups=list(plan.groups),
        doubled=plan.doubled,
        suggestion=plan.suggestion,
        evidence_required=plan.evidence_required,
        guideline_version=plan.guideline_version,
        shares={reason.value: share for reason, share in plan.shares.items()},
        seed=secrets.token_hex(16),
        created=moment,
        created_by=user_id,
        closed=None,
    )
    with database.writing() as session:
        session.add(campaign)
        session.flush()
        session.add(new_member(campaign.id, user_id, Role.LEAD))
        record(session, actor, Action.CAMPAIGN_MADE, campaign.id, campaign.name)
    return campaign


def list_campaigns(database: Database, user_id: str, *, is_admin: bool = False) -> list[CampaignOverview]:
    """Return the campaigns that a person may see, newest first."""
    wanted = select(Campaign, CampaignMember.role).order_by(Campaign.created.desc(), Campaign.id)
    own = (CampaignMember.campaign_id == Campaign.id) & (CampaignMember.user_id == user_id)
    own &= CampaignMember.removed.is_(None)
    wanted = wanted.join(CampaignMember, own, isouter=is_admin)
    with database.reading() as session:
        rows = session.execute(wanted).all()
        counts = _count_states(session, [campaign.id for campaign, _ in rows])
    return [
        CampaignOverview(campaign, Role.LEAD if is_admin else Role(role), counts.get(campaign.id, {}))
        for campaign, role in rows
    ]


def count_states(database: Database, access: Access) -> Mapping[ItemState, int]:
    """Return the number of items in each state."""
    with database.reading() as session:
        return _count_states(session, [access.campaign.id]).get(access.campaign.id, {})


def change_campaign(database: Database, access: Access, plan: CampaignPlan, *, actor: str) -> Campaign:
    """Change a campaign; what has been judged already keeps `kind`, `groups` and `doubled` as they are.

    Until then a change of these holds for the projects that are there too.

    Raises
    ------
    DeskStateError
        ``campaign-judged`` when one of these would change after the first save.
    """
    access.require_lead()
    _check_plan(plan)
    with database.writing() as session:
        campaign = session.get_one(Campaign, access.campaign.id, with_for_update={"key_share": True})
        fixed = (campaign.kind, list(campaign.groups), campaign.doubled)
        if fixed != (plan.kind, list(plan.groups), plan.doubled):
            if session.scalar(select(DeskSave.id).where(DeskSave.campaign_id == campaign.id).limit(1)) is not None:
                raise DeskStateError(
                    "Projects were judged already: kind, labels and doubled share stay.", code="campaign-judged"
                )
            campaign.kind, campaign.groups, campaign.doubled = plan.kind, list(plan.groups), plan.doubled
            _draw_again(session, campaign)
        campaign.name = plan.name.strip()
        campaign.description = plain(plan.description)
        campaign.suggestion = plan.suggestion
        campaign.evidence_required = plan.evidence_required
        campaign.guideline_version = plan.guideline_version
        campaign.shares = {reason.value: share for reason, share in plan.shares.items()}
        record(session, actor, Action.CAMPAIGN_CHANGED, campaign.id, "plan")
        return campaign


def set_closed(database: Database, access: Access, *, closed: bool, actor: str) -> None:
    """Close a campaign, or open it again; a closed one can be read and exported."""
    access.require_lead()
    with database.writing() as session:
        session.get_one(Campaign, access.campaign.id).closed = now() if closed else None
        record(session, actor, Action.CAMPAIGN_CHANGED, access.campaign.id, "closed" if closed else "reopened")


def _draw_again(session: Session, campaign: Campaign) -> None:
    """Let every project want as many annotators as the plan says now."""
    columns = (DeskItem.id, DeskItem.project_id, DeskItem.occurrence, DeskItem.wanted)
    items = select(*columns).where(DeskItem.campaign_id == campaign.id)
    rows = [
        {"id": item_id, "wanted": wanted}
        for item_id, project_id, occurrence, before in session.execute(items)
        if (wanted := count_wanted(campaign, project_id, occurrence)) != before
    ]
    if rows:
        session.execute(update(DeskItem), rows)


def _count_states(session: Session, ids: Sequence[str]) -> dict[str, dict[ItemState, int]]:
    wanted = select(DeskItem.campaign_id, DeskItem.state, func.count()).where(DeskItem.campaign_id.in_(ids))
    found: dict[str, dict[ItemState, int]] = {one: {} for one in ids}
    for campaign_id, state, count in session.execute(wanted.group_by(DeskItem.campaign_id, DeskItem.state)):
        if state != ItemState.STAGED:
            found[campaign_id][ItemState(state)] = count
    return found


def _check_plan(plan: CampaignPlan) -> None:
    labels_of(plan.groups)
    fits = {
        ("name", f"a name of 1 to {_LONGEST_NAME} printable characters"): 0 < len(plan.name.strip()) <= _LONGEST_NAME
        and plan.name.isprintable(),
        ("doubled", "a doubled share from 0 to 1"): 0 <= plan.doubled <= 1,
        ("shares", "shares of the queue of which one is above 0 and none below"): any(plan.shares.values())
        and all(share >= 0 and reason in USUAL_SHARES for reason, share in plan.shares.items()),
        ("guideline", "a short guideline version of printable characters"): len(plan.guideline_version)
        <= _LONGEST_VERSION
        and plan.guideline_version.isprintable(),
    }
    if missing := [what for what, holds in fits.items() if not holds]:
        reason, what = missing[0]
        raise UsageError(f"A campaign needs {what}.", code="bad-campaign", facts={"reason": reason})
