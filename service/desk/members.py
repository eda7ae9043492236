"""The members of a campaign."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from classifier.errors import UsageError
from service.access.audit import Action, record
from service.access.users import find_user
from service.clock import now
from service.desk.states import Role
from service.store.desk_tables import Campaign, CampaignMember
from service.store.tables import User

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from service.desk.access import Access
    from service.store.database import Database


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A member with their name."""

    user_id: str
    name: str
    role: Role
    pseudonym: str
    removed: bool


def set_member(database: Database, access: Access, user_name: str, role: Role | None, *, actor: str) -> None:
    """Let a user in with a role, give them another, or (None) shut them out; what they judged stays.

    Raises
    ------
    UsageError
        ``user-missing`` when there is no such user, ``last-lead`` when nobody would lead any more.
    """
    access.require_lead()
    with database.writing() as session:
        # Two leads who remove each other at once must not both succeed.
        session.get_one(Campaign, access.campaign.id, with_for_update={"key_share": True})
        user = find_user(session, user_name)
        member = session.get(CampaignMember, (access.campaign.id, user.id))
        if member is None:
            if role is None:
                raise UsageError("This user is no member.", code="member-missing")
            member = new_member(access.campaign.id, user.id, role)
            session.add(member)
        member.role = role or member.role
        member.removed = None if role else now()
        session.flush()
        _require_a_lead(session, access.campaign.id)
        record(session, actor, Action.MEMBER_CHANGED, access.campaign.id, f"{user.name}: {role or 'removed'}")


def list_members(database: Database, access: Access) -> list[MemberLine]:
    """Return everybody who is or was a member, by name."""
    wanted = select(CampaignMember, User.name).join(User, User.id == CampaignMember.user_id)
    wanted = wanted.where(CampaignMember.campaign_id == access.campaign.id).order_by(User.name)
    with database.reading() as session:
        return [
            MemberLine(one.user_id, name, Role(one.role), one.pseudonym, one.removed is not None)
            for one, name in session.execute(wanted)
        ]


def new_member(campaign_id: str, user_id: str, role: Role) -> CampaignMember:
    """Return a member with a pseudonym of their own."""
    pseudonym = f"person-{secrets.token_hex(4)}"
    return CampaignMember(
        campaign_id=campaign_id, user_id=user_id, role=role, pseudonym=pseudonym, added=now(), removed=None
    )


def _require_a_lead(session: Session, campaign_id: str) -> None:
    leads = select(func.count()).select_from(CampaignMember)
    leads = leads.where(CampaignMember.campaign_id == campaign_id, CampaignMember.role == Role.LEAD)
    if not session.scalar(leads.where(CampaignMember.removed.is_(None))):
        raise UsageError("A campaign needs a lead.", code="last-lead", remedy="Make somebody else a lead first.")
