"""What people keep, remove and add, each project once, by label, version and time."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from desk_case import Desk, make_judgement
from sqlalchemy import select

from service.desk.events import undo
from service.desk.live_precision import (
    ALL_AREAS,
    Deeds,
    Key,
    Seen,
    choose_period,
    count_deeds,
    name_labels,
    sum_by_label,
    sum_by_period,
)
from service.desk.shares import make_share
from service.desk.states import Seat, Suggestion
from service.store.desk_tables import DeskItem


def items(desk: Desk) -> dict[str, int]:
    with desk.database.reading() as session:
        return {one.project_id: one.id for one in session.scalars(select(DeskItem))}


def count(desk: Desk, seen: Seen = Seen.ALL) -> dict[str, Deeds]:
    return sum_by_label(count_deeds(desk.database, [desk.campaign_id], seen))


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """P-1 speaks of a lawyer (3.1, human rights 1), P-5 of refugees (3.2)."""
    desk.fill(5)
    return desk


def test_keeping_removing_and_adding_are_told_apart(filled: Desk) -> None:
    own = items(filled)
    filled.judge("ann", own["P-5"], make_judgement("3.2"))
    filled.judge("ann", own["P-1"], make_judgement("3.2", human_rights="1"))
    found = count(filled)
    assert found["3.2"] == Deeds(kept=1, removed=0, added=1)
    assert found["3.1"] == Deeds(removed=1)
    assert found[ALL_AREAS] == Deeds(kept=1, removed=1, added=1)
    assert found["human_rights 1"] == Deeds(kept=1)
    assert found["main_area"] == Deeds(kept=1, removed=1, added=1)
    assert found["3.2"].precision.value == 1.0
    assert found["3.2"].found.value == 0.5


def test_each_project_counts_once_by_the_last_word(filled: Desk) -> None:
    item = items(filled)["P-5"]
    filled.judge("ann", item, make_judgement("3.2"))
    filled.judge("ann", item, make_judgement("3.1"))
    assert count(filled)["3.2"] == Deeds(removed=1)
    filled.judge("rex", item, make_judgement("3.2"), seat=Seat.REVIEWER)
    found = count(filled)
    assert found["3.2"] == Deeds(kept=1)
    assert "3.1" not in found


def test_what_was_undone_does_not_count(filled: Desk) -> None:
    item = items(filled)["P-5"]
    saved = filled.judge("rex", item, make_judgement(), seat=Seat.REVIEWER)
    assert count(filled)["3.2"] == Deeds(removed=1)
    access = filled.access("rex")
    undo(
        filled.database,
        access,
        token=str(uuid.uuid4()),
        item_id=item,
        seat=Seat.REVIEWER,
        revision=saved.revision,
    )
    assert count(filled) == {}


def test_who_did_not_see_the_suggestion_is_counted_apart(desk: Desk) -> None:
    desk.campaign(suggestion=Suggestion.NEVER)
    desk.fill(5)
    desk.judge("ann", items(desk)["P-5"], make_judgement("3.2"))
    assert count(desk, Seen.SHOWN) == {}
    assert count(desk, Seen.HIDDEN)["3.2"] == Deeds(kept=1)


def test_other_campaigns_do_not_count(filled: Desk) -> None:
    filled.judge("ann", items(filled)["P-5"], make_judgement("3.2"))
    assert count_deeds(filled.database, []) == {}
    [key] = [one for one in count_deeds(filled.database, [filled.campaign_id]) if one.label == "3.2"]
    assert key.version == "tiny"


def test_periods_grow_with_the_time_that_is_shown() -> None:
    days = [date(2026, 1, 1), date(2026, 1, 7), date(2026, 3, 3), date(2027, 3, 9)]
    found = []
    for last in (1, 3, 4):
        counts = {Key("3.2", "a", day): Deeds(kept=1) for day in days[:last]}
        found.append(list(sum_by_period(counts, "3.2")["a"]))
    assert found[0] == [date(2026, 1, 1)]
    assert found[1] == [date(2025, 12, 29), date(2026, 1, 5), date(2026, 3, 2)]
    assert found[2] == [date(2026, 1, 1), date(2026, 3, 1), date(2027, 3, 1)]
    assert choose_period([])(days[0]) == days[0]


@pytest.mark.parametrize(
    ("label", "value", "names"),
    [
        ("3.2", "yes", {"3.2"}),
        ("3.2", "no", set()),
        ("gender", "0", set()),
        ("gender", "2", {"gender 2"}),
        ("risk", "low", {"risk low"}),
        ("rules", "BOR-10 RET-02", {"BOR-10", "RET-02"}),
        ("rules", "none", set()),
        ("main_area", "3.2", {"main_area"}),
        ("3.2", "", set()),
        ("risk", "unknown", set()),
    ],
)
def test_a_value_states_labels(label: str, value: str, names: set[str]) -> None:
    assert {name for name, _ in name_labels(label, value)} == names


def test_the_interval_is_that_of_wilson() -> None:
    share = make_share(8, 10)
    assert share.low == pytest.approx(0.490, abs=1e-3)
    assert share.high == pytest.approx(0.943, abs=1e-3)
    assert make_share(0, 5).low == pytest.approx(0.0)
    assert make_share(5, 5).high == pytest.approx(1.0)
    assert make_share(0, 0).value is None
