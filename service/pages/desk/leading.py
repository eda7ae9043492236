"""Lets leads and administrators into the rooms that are theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.concurrency import run_in_threadpool

from service.access.scopes import Scope
from service.api.access import Here, Principal
from service.api.problems import Problem
from service.desk.campaigns import list_campaigns
from service.desk.states import Role
from service.pages.desk.entering import AtDesk
from service.store.desk_tables import Campaign


@dataclass(frozen=True, slots=True)
class Lead:
    """Somebody who leads at least one campaign, or an administrator, who leads all."""

    principal: Principal
    campaigns: Sequence[Campaign]
    is_admin: bool

    def choose(self, campaign_id: str) -> Sequence[Campaign]:
        """Return one of the campaigns, or all for an empty id.

        Raises
        ------
        Problem
            404 for a campaign that is not theirs.
        """
        if not campaign_id:
            return self.campaigns
        found = [one for one in self.campaigns if one.id == campaign_id]
        if not found:
            raise Problem(404, "campaign-missing", "There is no such campaign.")
        return found

    def require_admin(self) -> None:
        """Refuse what only administrators may decide.

        Raises
        ------
        Problem
            403.
        """
        if not self.is_admin:
            raise Problem(403, "scope-missing", "Only administrators decide which model is in use.")


async def require_lead(service: Here, asking: AtDesk) -> Lead:
    """Return who leads; for everybody else there is nothing here."""
    is_admin = Scope.ADMIN in asking.scopes
    listed = await run_in_threadpool(list_campaigns, service.database, asking.user_id, is_admin=is_admin)
    campaigns = [one.campaign for one in listed if one.role is Role.LEAD]
    if not campaigns and not is_admin:
        raise Problem(404, "not-found", "There is no such page.")
    return Lead(asking, campaigns, is_admin)


Leading = Annotated[Lead, Depends(require_lead)]
