"""The order of the queue."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.desk.campaigns import USUAL_SHARES
from service.desk.order import Scored, draw_lot, place_items
from service.desk.states import Reason

EVEN = dict.fromkeys(USUAL_SHARES, 1.0)


def scored(number: int, **given: object) -> Scored:
    values = {"lot": 0.99, "language": "en", "uncertainty": 0.5, "disagreement": 0.0, "likely": ()}
    return Scored(number, **{**values, **given})  # type: ignore[arg-type]


@given(
    st.lists(
        st.tuples(
            st.floats(0, 1, exclude_max=True), st.sampled_from(["en", "fr", "xx"]), st.floats(0, 1), st.floats(0, 1)
        ),
        max_size=60,
    ),
    st.dictionaries(st.sampled_from(list(USUAL_SHARES)), st.floats(0.01, 5), min_size=1),
)
def test_every_item_gets_one_place(rows: list[tuple[float, str, float, float]], shares: dict[Reason, float]) -> None:
    items = [
        scored(
            number,
            lot=lot,
            language=language,
            uncertainty=doubt,
            disagreement=apart,
            likely=(("3.2", doubt),) * (number % 2),
        )
        for number, (lot, language, doubt, apart) in enumerate(rows)
    ]
    placed = place_items(items, shares)
    assert sorted(one.id for one in placed) == sorted(one.id for one in items)
    assert [one.rank for one in placed] == list(range(1, len(items) + 1))
    assert placed == place_items(list(reversed(items)), shares)


def test_each_reason_gets_its_share_of_every_stretch() -> None:
    items = [
        scored(number, lot=draw_lot("s", str(number), "queue"), disagreement=0.5, likely=(("3.2", 0.5),))
        for number in range(1000)
    ]
    reasons = Counter(one.reason for one in place_items(items, EVEN)[:100])
    assert all(abs(count - 20) <= 1 for count in reasons.values())


def test_the_random_share_is_drawn_from_all() -> None:
    items = [scored(number, lot=number / 100, uncertainty=number / 100) for number in range(100)]
    placed = place_items(items, {Reason.RANDOM: 0.2, Reason.UNCERTAINTY: 0.8})
    assert {one.id for one in placed if one.reason is Reason.RANDOM} == set(range(20))


@pytest.mark.parametrize(
    ("reason", "first"),
    [(Reason.UNCERTAINTY, 1), (Reason.DISAGREEMENT, 2), (Reason.RARE_AREA, 3)],
)
def test_each_reason_has_its_own_first(reason: Reason, first: int) -> None:
    items = [
        scored(1, uncertainty=0.9),
        scored(2, disagreement=0.9),
        scored(3, likely=(("3.2", 0.1), ("4.5", 0.2))),
        scored(4, likely=(("3.2", 0.6),), uncertainty=0.6),
        scored(5, likely=(("3.2", 0.6),), uncertainty=0.6),
    ]
    placed = place_items(items, {reason: 1.0})
    assert (placed[0].id, placed[0].reason) == (first, reason)


def test_languages_come_in_turn() -> None:
    items = [scored(number, language=("en", "en", "en", "fr", "nl")[number % 5]) for number in range(30)]
    placed = place_items(items, {Reason.LANGUAGE: 1.0})
    languages = {item.id: item.language for item in items}
    assert Counter(languages[one.id] for one in placed[:9]) == {"en": 3, "fr": 3, "nl": 3}


def test_lots_are_even_and_steady() -> None:
    lots = [draw_lot("seed", f"P-{number}", "queue") for number in range(2_000)]
    assert lots[0] == draw_lot("seed", "P-0", "queue")
    assert all(0 <= lot < 1 for lot in lots)
    assert 0.45 < sum(lots) / len(lots) < 0.55
