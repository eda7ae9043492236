"""Who may see a campaign, and what its lead may change."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from desk_case import Desk, make_judgement
from sqlalchemy import select

from classifier.errors import UsageError
from service.desk.access import enter
from service.desk.campaigns import (
    CampaignPlan,
    change_campaign,
    count_states,
    list_campaigns,
    make_campaign,
    set_closed,
)
from service.desk.events import Form, save
from service.desk.faults import DeskMissingError, DeskStateError, StaleFormError
from service.desk.items import ItemFilter, list_items
from service.desk.members import list_members, set_member
from service.desk.queue import take_next
from service.desk.states import ItemState, Reason, Role, Seat, Suggestion
from service.desk.views import history
from service.store.tables import AuditEntry


def test_only_members_and_administrators_come_in(desk: Desk) -> None:
    for campaign_id in (desk.campaign_id, "0" * 32, "", "x' OR 1=1"):
        with pytest.raises(DeskMissingError) as refused:
            enter(desk.database, campaign_id, desk.users["eve"].id)
        assert refused.value.code == "campaign-missing"
    assert desk.access("ann").role is Role.ANNOTATOR
    looking = desk.access("eve", is_admin=True)
    assert looking.is_lead
    assert not looking.may_sit(Seat.ANNOTATOR)


def test_people_list_what_they_may_see(desk: Desk) -> None:
    desk.fill(3)
    other = make_campaign(desk.database, CampaignPlan("Other"), user_id=desk.users["eve"].id, actor="eve")
    [line] = list_campaigns(desk.database, desk.users["ann"].id)
    assert (line.campaign.id, line.role, line.counts) == (desk.campaign_id, Role.ANNOTATOR, {ItemState.OPEN: 3})
    both = list_campaigns(desk.database, desk.users["ann"].id, is_admin=True)
    assert {one.campaign.id for one in both} == {desk.campaign_id, other.id}
    assert count_states(desk.database, desk.access("ann")) == {ItemState.OPEN: 3}


def test_a_removed_member_is_out_and_keeps_the_pseudonym(desk: Desk) -> None:
    lead = desk.access("lea")
    before = {one.name: one.pseudonym for one in list_members(desk.database, lead)}
    set_member(desk.database, lead, "ann", None, actor="lea")
    with pytest.raises(DeskMissingError):
        desk.access("ann")
    set_member(desk.database, lead, "ann", Role.REVIEWER, actor="lea")
    assert desk.access("ann").may_sit(Seat.REVIEWER)
    assert {one.name: one.pseudonym for one in list_members(desk.database, lead)} == before
    assert len(set(before.values())) == len(before)


@pytest.mark.parametrize(("name", "role", "code"), [("nobody", Role.LEAD, "user-missing"), ("lea", None, "last-lead")])
def test_members_that_cannot_be(desk: Desk, name: str, role: Role | None, code: str) -> None:
    with pytest.raises(UsageError) as refused:
        set_member(desk.database, desk.access("lea"), name, role, actor="lea")
    assert refused.value.code == code
    assert desk.access("lea").is_lead


def test_what_is_a_leads_is_hidden_from_others(desk: Desk) -> None:
    access = desk.access("ann")
    for deed in (
        lambda: set_member(desk.database, access, "eve", Role.LEAD, actor="ann"),
        lambda: set_closed(desk.database, access, closed=True, actor="ann"),
        lambda: change_campaign(desk.database, access, CampaignPlan("Mine"), actor="ann"),
    ):
        with pytest.raises(DeskMissingError):
            deed()


@pytest.mark.parametrize(
    "plan",
    [
        {"name": " "},
        {"name": "a\nb"},
        {"doubled": 1.5},
        {"guideline_version": "2\0"},
        {"groups": ()},
        {"groups": ("main_area",)},
        {"groups": ("colour",)},
        {"shares": {Reason.RANDOM: 0.0}},
        {"shares": {Reason.RANDOM: -1.0, Reason.UNCERTAINTY: 2.0}},
        {"guideline_version": "1" * 50},
    ],
)
def test_a_campaign_that_cannot_be_is_refused(desk: Desk, plan: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        make_campaign(desk.database, CampaignPlan(**{"name": "New", **plan}), user_id=desk.users["lea"].id, actor="lea")


def test_what_was_judged_keeps_its_questions(desk: Desk) -> None:
    desk.fill(2)
    lead = desk.access("lea")
    change_campaign(desk.database, lead, CampaignPlan("Round", doubled=0.0, groups=("risk",)), actor="lea")
    changed = CampaignPlan("Round", suggestion=Suggestion.NEVER)
    change_campaign(desk.database, lead, changed, actor="lea")
    task = take_next(desk.database, desk.access("ann"))
    assert task is not None
    desk.judge("ann", task.item_id)
    with pytest.raises(DeskStateError) as refused:
        change_campaign(desk.database, lead, CampaignPlan("Round", groups=("risk",)), actor="lea")
    assert refused.value.code == "campaign-judged"
    renamed = CampaignPlan("Round two", guideline_version="1.2")
    assert change_campaign(desk.database, lead, renamed, actor="lea").name == "Round two"


def test_campaigns_stand_in_the_audit_log(desk: Desk) -> None:
    set_closed(desk.database, desk.access("lea"), closed=True, actor="lea")
    set_closed(desk.database, desk.access("lea"), closed=False, actor="lea")
    with desk.database.reading() as session:
        found = session.execute(select(AuditEntry.action, AuditEntry.detail).order_by(AuditEntry.id)).all()
    assert ("campaign-made", "Round one") in found
    assert [detail for action, detail in found if action == "campaign-changed"] == ["closed", "reopened"]


def test_a_changed_share_holds_for_the_projects_that_are_there(desk: Desk) -> None:
    desk.fill(4)
    change_campaign(desk.database, desk.access("lea"), CampaignPlan("Round one", doubled=1.0), actor="lea")
    assert [one.wanted for one in list_items(desk.database, desk.access("lea"), ItemFilter()).items] == [2] * 4
    desk.judge("ann", 1)
    assert count_states(desk.database, desk.access("lea")) == {ItemState.OPEN: 4}


def test_a_save_that_was_on_its_way_when_the_campaign_closed_is_refused(desk: Desk) -> None:
    desk.fill(1)
    access = desk.access("ann")
    set_closed(desk.database, desk.access("lea"), closed=True, actor="lea")
    with pytest.raises(DeskStateError) as refused:
        save(desk.database, access, Form(str(uuid.uuid4()), 1, Seat.ANNOTATOR, 0, make_judgement()))
    assert refused.value.code == "campaign-closed"


def test_a_save_for_other_labels_than_are_asked_now_is_refused(desk: Desk) -> None:
    desk.fill(1)
    access = desk.access("ann")
    plan = CampaignPlan("Round one", groups=("areas",))
    change_campaign(desk.database, desk.access("lea"), plan, actor="lea")
    with pytest.raises(StaleFormError):
        save(desk.database, access, Form(str(uuid.uuid4()), 1, Seat.ANNOTATOR, 0, make_judgement()))
    assert history(desk.database, desk.access("lea"), 1) == []
