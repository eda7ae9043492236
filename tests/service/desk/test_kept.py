"""A backup takes the desk along."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from desk_case import Desk, make_judgement

from service.desk.queue import take_next
from service.desk.views import history
from service.store.database import Database
from service.store.upkeep import backup, restore


def test_a_backup_restores_the_desk_and_it_goes_on(desk: Desk, new_url: Callable[[], str], tmp_path: Path) -> None:
    desk.fill(3)
    task = take_next(desk.database, desk.access("ann"))
    assert task is not None
    desk.judge("ann", task.item_id, make_judgement("3.2"))
    file = tmp_path / "backup.gz"
    counts = backup(desk.database, file)
    assert (counts["desk_items"], counts["desk_events"]) == (3, 22)
    desk.database.close()
    desk.database = Database(new_url() or f"sqlite:///{tmp_path / 'other.db'}")
    assert restore(desk.database, file) == counts
    following = take_next(desk.database, desk.access("ann"))
    assert following is not None
    assert following.item_id != task.item_id
    desk.judge("ann", following.item_id)
    desk.fill(2, first=10)
    assert len(history(desk.database, desk.access("ann"), task.item_id)[0].events) == 22
