"""A desk on SQLite, and on PostgreSQL where its programs are installed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from desk_case import Desk, make_desk


@pytest.fixture
def desk(tmp_path: Path, new_url: Callable[[], str]) -> Iterator[Desk]:
    made = make_desk(tmp_path, new_url())
    yield made
    made.database.close()
