"""The labels of the desk, and what a tagging says of them."""

from __future__ import annotations

import json

from desk_case import Desk
from sqlalchemy import select

from service.desk.labels import read_suggested, suggested_values
from service.records import read_tagging
from service.store.desk_tables import DeskContent


def test_a_kept_tagging_suggests_the_same_without_being_read_whole(desk: Desk) -> None:
    desk.fill(5)
    with desk.database.reading() as session:
        rows = session.scalars(select(DeskContent.tagging)).all()
    for row in rows:
        assert read_suggested(json.loads(json.dumps(row))) == suggested_values(read_tagging(row))
    assert len({json.dumps(read_suggested(row)) for row in rows}) > 1
