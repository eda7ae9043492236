"""A service on a tiny model and a database of its own: what the tests of the service start from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from tiny_model import write_tiny_model

from service.access.keys import make_key
from service.access.scopes import Scope
from service.access.users import add_user
from service.settings import Settings
from service.store.database import Database
from service.store.upkeep import upgrade

if TYPE_CHECKING:
    from httpx2 import Response
    from starlette.testclient import TestClient

PASSWORD = "seven brave lighthouse keepers"
BASE = "http://127.0.0.1:8000"
PROJECT = {"id": "P-1", "title": "Lawyer for refugees", "description": "A lawyer helps refugees in the district court."}


@dataclass(frozen=True, slots=True)
class Case:
    """Settings, database and the keys of two users."""

    settings: Settings
    database: Database
    key: str
    other_key: str

    def headers(self, key: str = "") -> dict[str, str]:
        return {"Authorization": f"Bearer {key or self.key}"}

    def key_with(self, *scopes: Scope) -> str:
        return make_key(self.database, "ann", "", scopes, 1, actor="test").secret


class NewCase(Protocol):
    """Makes a service with these settings, on the database of the test."""

    def __call__(self, **settings: object) -> Case: ...


def make_case(folder: Path, url: str = "", **settings: object) -> Case:
    models = folder / "models"
    if not models.exists():
        write_tiny_model(models)
    given: dict[str, Any] = {"data_dir": folder / "data", "models": models, "database_url": url, **settings}
    chosen = Settings(**given)
    database = Database(chosen.database)
    upgrade(database)
    for name in ("ann", "bob"):
        add_user(database, name, "admin", PASSWORD, actor="test")
    keys = [make_key(database, name, "", (Scope.TAG, Scope.READ), 1, actor="test").secret for name in ("ann", "bob")]
    return Case(chosen, database, *keys)


def open_client(case: Case) -> TestClient:
    from starlette.testclient import TestClient

    from service.api.app import create_app

    return TestClient(create_app(case.settings), base_url=BASE, follow_redirects=False)


def assert_problem(response: Response, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = response.json()
    assert document["code"] == code
    assert document["status"] == status
    assert document["type"] == f"urn:portolan:problem:{code}"
    assert document["request_id"] == response.headers["x-request-id"]
    return document
