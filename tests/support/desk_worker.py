"""A process that judges one project after the other and prints each save once it is acknowledged; made to be killed."""

from __future__ import annotations

import sys
import uuid

from desk_case import make_judgement

from service.desk.access import enter
from service.desk.events import Form, save
from service.desk.opening import open_item
from service.desk.queue import take_next
from service.desk.states import Seat
from service.store.database import Database


def work(url: str, campaign_id: str, user_id: str) -> None:
    database = Database(url)
    access = enter(database, campaign_id, user_id)
    while (task := take_next(database, access)) is not None:
        revision = open_item(database, access, task.item_id, Seat.ANNOTATOR).revision
        token = str(uuid.uuid4())
        save(database, access, Form(token, task.item_id, Seat.ANNOTATOR, revision, make_judgement("3.2")))
        sys.stdout.write(f"{token}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    work(*sys.argv[1:])
