"""What the tests of the service and of its commands share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from databases import PostgresServer, postgres_server
from desk_case import Desk, make_desk
from desk_pages import DeskPages, open_pages
from serving_case import Case, NewCase, make_case, open_client
from tiny_model import write_tiny_model

if TYPE_CHECKING:
    from starlette.testclient import TestClient


@pytest.fixture
def models(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of models in use, with one tiny version in it."""
    folder = tmp_path_factory.mktemp("models")
    write_tiny_model(folder)
    monkeypatch.setenv("PORTOLAN_MODELS", str(folder))
    return folder


@pytest.fixture
def portfolio(tmp_path: Path) -> Path:
    """A small portfolio in a folder of its own."""
    path = tmp_path / "portfolio.csv"
    path.write_text(
        "id,title,description\n"
        "P-1,Shelter for refugees,Refugees receive shelter and food near the border of the district.\n"
        "P-2,Ponts ruraux,Le projet construit six ponts et forme une équipe locale d'entretien.\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server of our own."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest) -> PostgresServer | None:
    """The server of the databases, None for SQLite: whatever asks for it runs on both."""
    if request.param == "sqlite":
        return None
    found: PostgresServer = request.getfixturevalue("postgres")
    return found


@pytest.fixture
def new_url(server: PostgresServer | None) -> Callable[[], str]:
    """What returns the URL of an empty database: empty for SQLite in the data folder."""
    return server.empty if server else str


@pytest.fixture
def new_case(tmp_path: Path, server: PostgresServer | None) -> Iterator[NewCase]:
    """What makes a service of its own, with the settings that it is given."""
    numbers = count(1)
    with ExitStack() as stack:

        def make(**settings: object) -> Case:
            made = make_case(tmp_path / f"service-{next(numbers)}", server.migrated() if server else "", **settings)
            stack.callback(made.database.close)
            return made

        yield make


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory, server: PostgresServer | None) -> Iterator[Case]:
    """A service that the tests of a module share."""
    made = make_case(tmp_path_factory.mktemp("service"), server.migrated() if server else "")
    yield made
    made.database.close()


@pytest.fixture(scope="module")
def client(case: Case) -> Iterator[TestClient]:
    """What asks the shared service."""
    with open_client(case) as opened:
        yield opened


@pytest.fixture
def desk(tmp_path: Path, new_url: Callable[[], str]) -> Iterator[Desk]:
    """A desk on SQLite, and on PostgreSQL where its programs are installed."""
    made = make_desk(tmp_path, new_url())
    yield made
    made.database.close()


@pytest.fixture
def pages(tmp_path: Path, new_url: Callable[[], str]) -> Iterator[DeskPages]:
    """The desk's pages in the whole application, on both databases."""
    url = new_url()
    desk = make_desk(tmp_path, url)
    with open_pages(desk, url) as opened:
        yield opened
    desk.database.close()
