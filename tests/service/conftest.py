"""The databases that the tests of the service run on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from databases import new_database, postgres_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server of our own."""
    with postgres_server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest) -> Callable[[], str]:
    """What returns the URL of an empty database: empty for SQLite in the data folder."""
    if request.param == "sqlite":
        return lambda: ""
    server: str = request.getfixturevalue("postgres")
    return lambda: new_database(server)
