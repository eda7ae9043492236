"""No acknowledged save is lost when the process is killed, and none is half there."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from desk_case import Desk
from sqlalchemy import func, select

from service.desk.states import Seat
from service.desk.views import replay
from service.store.desk_tables import DeskItem, DeskSave, LabelEvent, LabelView
from service.store.upkeep import check

SUPPORT = Path(__file__).parents[2] / "support"
LABELS = 22


def work_and_kill(desk: Desk, seconds: float) -> list[str]:
    """Let a process judge for a while after its first save, kill it, and return what it had acknowledged."""
    url = desk.database.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, str(SUPPORT / "desk_worker.py"), url, desk.campaign_id, desk.users["ann"].id]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": ":".join(sys.path)})
    assert process.stdout is not None
    first = process.stdout.readline()
    time.sleep(seconds)
    process.kill()
    rest = process.stdout.read()
    process.wait()
    process.stdout.close()
    return [line for line in (first + rest).splitlines() if len(line) == 36]


def assert_nothing_is_lost(desk: Desk, acknowledged: list[str]) -> None:
    with desk.database.reading() as session:
        saves = {one.token: one for one in session.scalars(select(DeskSave))}
        assert set(acknowledged) <= set(saves)
        counted = select(LabelEvent.save_id, func.count()).group_by(LabelEvent.save_id)
        found = [tuple(row) for row in session.execute(counted.order_by(LabelEvent.save_id))]
        assert found == sorted((one.id, LABELS) for one in saves.values())
        views = session.scalars(select(LabelView)).all()
        assert len(views) == len(saves)
        for view in views:
            answers = replay(session, view.item_id, Seat(view.seat), view.owner).answers
            assert {label: one.value for label, one in answers.items()} == {k: v[0] for k, v in view.answers.items()}
        judged = select(func.count()).select_from(DeskItem).where(DeskItem.judged == 1, DeskItem.revision == 1)
        assert session.scalar(judged) == len(saves)
    assert check(desk.database) == []


@pytest.mark.parametrize("kills", [3, pytest.param(50, marks=pytest.mark.slow)])
def test_no_acknowledged_save_is_lost(desk: Desk, kills: int) -> None:
    desk.fill(kills * 60)
    chance = random.Random(kills)
    acknowledged = [token for _ in range(kills) for token in work_and_kill(desk, chance.uniform(0.0, 0.6))]
    assert len(acknowledged) >= kills
    assert_nothing_is_lost(desk, acknowledged)
