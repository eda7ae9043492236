"""Who may see a campaign, and what they may do in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from service.desk.faults import DeskMissingError, DeskStateError, StaleFormError
from service.desk.judgement import Questions
from service.desk.states import Role, Seat, Suggestion
from service.store.desk_tables import Campaign, CampaignMember

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from service.store.database import Database

_SEATS: Final = {
    Role.LEAD: frozenset(Seat),
    Role.ANNOTATOR: frozenset({Seat.ANNOTATOR}),
    Role.REVIEWER: frozenset({Seat.REVIEWER}),
}


@dataclass(frozen=True, slots=True)
class Access:
    """A campaign as one person may see it; every other call of the desk starts from one.

    Parameters
    ----------
    campaign
        The campaign as it was when the person came in.
    user_id
        The person.
    role
        As what; administrators are leads everywhere.
    is_member
        False for an administrator who is only looking: they cannot judge.
    """

    campaign: Campaign
    user_id: str
    role: Role
    is_member: bool

    @property
    def questions(self) -> Questions:
        """What the campaign asks."""
        return Questions(tuple(self.campaign.groups), self.campaign.evidence_required)

    @property
    def is_lead(self) -> bool:
        """Whether the person leads the campaign."""
        return self.role is Role.LEAD

    def may_sit(self, seat: Seat) -> bool:
        """Return whether the person may judge in a seat."""
        return self.is_member and seat in _SEATS[self.role]

    def shows_suggestion(self, seat: Seat, *, has_judged: bool) -> bool:
        """Return whether the page shows what the model says: to annotators as the campaign wants it, else always."""
        if seat is not Seat.ANNOTATOR or self.campaign.suggestion == Suggestion.BEFORE:
            return True
        return self.campaign.suggestion == Suggestion.AFTER and has_judged

    def require_lead(self) -> None:
        """Hide from all but leads what is theirs.

        Raises
        ------
        DeskMissingError
            ``campaign-missing``, as if there were nothing.
        """
        if not self.is_lead:
            raise _missing()

    def require_seat(self, seat: Seat) -> None:
        """Refuse to let somebody judge as what they are not.

        Raises
        ------
        DeskStateError
            ``seat-refused``.
        """
        if not self.may_sit(seat):
            raise DeskStateError("You do not judge in this campaign like that.", code="seat-refused")

    def refreshed(self, session: Session) -> Access:
        """Return the same with the campaign as it is now, and stays to the end of the transaction.

        Call it before any item is locked, as all who lock both do.

        Raises
        ------
        StaleFormError
            ``form-stale``: the campaign asks for other labels than when the person came in.
        """
        campaign = session.get_one(Campaign, self.campaign.id, with_for_update={"read": True})
        if list(campaign.groups) != list(self.campaign.groups):
            raise StaleFormError(
                "The campaign asks for other labels meanwhile.", code="form-stale", remedy="Open the project again."
            )
        return replace(self, campaign=campaign)

    def require_open(self) -> None:
        """Refuse to go on in a campaign that is closed.

        Raises
        ------
        DeskStateError
            ``campaign-closed``.
        """
        if self.campaign.closed is not None:
            raise DeskStateError("The campaign is closed.", code="campaign-closed", remedy="Ask its lead to reopen it.")


def enter(database: Database, campaign_id: str, user_id: str, *, is_admin: bool = False) -> Access:
    """Let a person into a campaign.

    Raises
    ------
    DeskMissingError
        ``campaign-missing`` when there is none, or it is not theirs to see.
    """
    with database.reading() as session:
        return enter_in(session, campaign_id, user_id, is_admin=is_admin)


def enter_in(session: Session, campaign_id: str, user_id: str, *, is_admin: bool = False) -> Access:
    """Do what `enter` does inside a transaction."""
    campaign = session.get(Campaign, campaign_id)
    member = session.get(CampaignMember, (campaign_id, user_id)) if campaign is not None else None
    is_member = member is not None and member.removed is None
    if campaign is None or not (is_member or is_admin):
        raise _missing()
    role = Role.LEAD if is_admin or member is None else Role(member.role)
    return Access(campaign, user_id, role, is_member)


def _missing() -> DeskMissingError:
    return DeskMissingError("There is no such campaign.", code="campaign-missing")
