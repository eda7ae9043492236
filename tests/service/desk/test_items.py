"""Lists of items, and items that are not there."""

from __future__ import annotations

import pytest
from desk_case import Desk
from sqlalchemy import update

from service.desk.faults import DeskMissingError
from service.desk.imports import import_portfolio
from service.desk.items import ItemFilter, list_items
from service.desk.opening import open_item
from service.desk.queue import take_next
from service.desk.states import ItemState, Seat
from service.desk.vetting import Upload
from service.store.desk_tables import DeskItem


def ids(desk: Desk, wanted: ItemFilter, name: str = "lea", order: str = "place") -> list[str]:
    return [one.project_id for one in list_items(desk.database, desk.access(name), wanted, order=order).items]


def test_a_list_is_narrowed_and_ordered(desk: Desk) -> None:
    desk.fill(5)
    amounts = {"P-1": 5.0, "P-2": 50.0, "P-3": 500.0}
    with desk.database.writing() as session:
        for name, amount in amounts.items():
            row = {"amount": amount, "currency": "EUR", "countries": " UG KE "}
            session.execute(update(DeskItem).where(DeskItem.project_id == name).values(**row))
    assert ids(desk, ItemFilter(area="3.1")) == ["P-1"]
    assert ids(desk, ItemFilter(area="3.2")) == ["P-5"]
    assert ids(desk, ItemFilter(area=" ")) == []
    assert ids(desk, ItemFilter(country="KE", least=10.0, most=100.0)) == ["P-2"]
    assert ids(desk, ItemFilter(language="nl")) == ["P-4"]
    assert ids(desk, ItemFilter(text="project 4")) == ["P-4"]
    assert ids(desk, ItemFilter(text="%")) == []
    assert ids(desk, ItemFilter(currency="EUR"), order="amount") == ["P-3", "P-2", "P-1"]
    page = list_items(desk.database, desk.access("lea"), ItemFilter(), page=2, size=2)
    assert ([one.project_id for one in page.items], page.count) == (["P-3", "P-4"], 5)


def test_a_project_is_found_by_what_people_call_it(desk: Desk) -> None:
    rows = [{"id": name, "title": "Wells"} for name in ("P-1", "P-1", "P-11", "P-11")]
    path = desk.write_portfolio([*rows, {"id": "Q", "title": "Roads p-1 (2)"}])
    import_portfolio(desk.database, desk.access("lea"), Upload(path, path.name), desk.tagger, actor="lea")

    def found(text: str) -> list[str]:
        return [one.reference for one in list_items(desk.database, desk.access("lea"), ItemFilter(text=text)).items]

    assert found("P-1 (2)") == ["P-1 (2)", "Q"]
    assert found("P-1 (1)") == ["P-1"]
    assert found("P-1 (3)") == found("P-1 (0)") == found("% (2)") == []
    assert found("(2)") == ["Q"]
    assert found("P-1") == ["P-1", "P-1 (2)", "P-11", "P-11 (2)", "Q"]


def test_annotators_list_what_they_judged(desk: Desk) -> None:
    desk.fill(3)
    task = take_next(desk.database, desk.access("ann"))
    assert task is not None
    desk.judge("ann", task.item_id)
    assert len(ids(desk, ItemFilter(), "ann")) == 1
    assert ids(desk, ItemFilter(), "bob") == []
    assert len(ids(desk, ItemFilter(states=(ItemState.SETTLED,)))) == 1


def test_items_of_other_campaigns_are_missing(desk: Desk) -> None:
    desk.fill(1)
    task = take_next(desk.database, desk.access("ann"))
    assert task is not None
    desk.campaign()
    for item_id in (task.item_id, 0, -1, 10**12, 2**70):
        with pytest.raises(DeskMissingError) as refused:
            open_item(desk.database, desk.access("lea"), item_id, Seat.ADJUDICATOR)
        assert refused.value.code == "item-missing"
