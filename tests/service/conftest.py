"""What the tests of the service and of its commands share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from databases import new_database, postgres_server
from serving_case import Case, make_case, open_client
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


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    made = make_case(tmp_path_factory.mktemp("service"))
    yield made
    made.database.close()


@pytest.fixture(scope="module")
def client(case: Case) -> Iterator[TestClient]:
    with open_client(case) as opened:
        yield opened


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
