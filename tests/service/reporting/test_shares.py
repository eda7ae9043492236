"""Shares of recipients always add up to one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_samples import make_project

from classifier.project import Recipient
from service.reporting.shares import NO_RECIPIENT, share_recipients


def shares(*recipients: Recipient) -> dict[str, float]:
    return share_recipients(make_project(recipients=recipients))


def test_percentages_count_as_given() -> None:
    found = shares(Recipient("UGA", percentage=25.0), Recipient("KEN", percentage=75.0))
    assert found == {"Uganda": 0.25, "Kenya": 0.75}


def test_without_percentages_recipients_share_equally() -> None:
    assert shares(Recipient("UGA"), Recipient("KEN")) == {"Uganda": 0.5, "Kenya": 0.5}


def test_what_is_left_goes_to_those_without_a_percentage() -> None:
    found = shares(Recipient("UGA", percentage=60.0), Recipient("KEN"), Recipient("NER"))
    assert found == pytest.approx({"Uganda": 0.6, "Kenya": 0.2, "Niger": 0.2})


def test_a_cell_that_names_several_is_shared() -> None:
    assert shares(Recipient(name="Uganda; Kenya")) == {"Uganda": 0.5, "Kenya": 0.5}


def test_an_unknown_recipient_is_kept_as_given() -> None:
    assert shares(Recipient(name="Wakanda")) == {"Wakanda": 1.0}


def test_a_region_is_named_and_gives_way_to_its_countries() -> None:
    assert shares(Recipient("998", kind="region")) == {"Bilateral, unspecified": 1.0}
    assert shares(Recipient("UGA"), Recipient("298", kind="region")) == {"Uganda": 1.0}


def test_no_recipient_is_said() -> None:
    assert shares() == {NO_RECIPIENT: 1.0}


@given(st.lists(st.tuples(st.sampled_from(["UGA", "KEN", "NER", "XX"]), st.none() | st.floats(-10, 300)), min_size=1))
def test_shares_add_up_to_one(recipients: list[tuple[str, float | None]]) -> None:
    found = shares(*(Recipient(code, percentage=share) for code, share in recipients))
    assert sum(found.values()) == pytest.approx(1.0)
