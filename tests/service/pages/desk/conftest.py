"""The desk's pages in the whole application, on SQLite and on PostgreSQL where its programs are installed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from desk_case import make_desk
from desk_pages import DeskPages, open_pages


@pytest.fixture
def pages(tmp_path: Path, new_url: Callable[[], str]) -> Iterator[DeskPages]:
    url = new_url()
    desk = make_desk(tmp_path, url)
    with open_pages(desk, url) as opened:
        yield opened
    desk.database.close()
