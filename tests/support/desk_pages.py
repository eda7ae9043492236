"""Asks the desk's pages as one person or another, and fills in their forms."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING, Any

from desk_case import Desk
from serving_case import BASE, Case, open_client

from service.access.sessions import open_session
from service.desk.labels import AREAS
from service.settings import Settings

if TYPE_CHECKING:
    from httpx2 import Response
    from starlette.testclient import TestClient

_PIECE = {"HX-Request": "true"}


@dataclass(slots=True)
class DeskPages:
    """The application over a desk; people are signed in when they first ask."""

    desk: Desk
    client: TestClient
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def home(self) -> str:
        return f"/desk/c/{self.desk.campaign_id}"

    def get(self, name: str, path: str, *, piece: bool = False) -> Response:
        return self.client.get(path, headers=self.headers(name, piece=piece))

    def post(self, name: str, path: str, data: Mapping[str, Any], *, piece: bool = False) -> Response:
        return self.client.post(path, data=dict(data), headers=self.headers(name, piece=piece))

    def send(self, name: str, path: str, file_name: str, content: bytes) -> Response:
        return self.client.post(path, files={"file": (file_name, content)}, headers=self.headers(name))

    def take(self, name: str) -> str:
        """Return the address of the next project of a person."""
        response = self.get(name, f"{self.home}/next")
        assert response.status_code == 303, response.text
        return str(response.headers["location"])

    def save(self, name: str, path: str, *areas: str, piece: bool = False, **fields: object) -> Response:
        return self.post(name, f"{path}/save", {**self.form(name, path, *areas), **fields}, piece=piece)

    def form(self, name: str, path: str, *areas: str) -> dict[str, object]:
        """Return the fields of a whole judgement on the form as it stands."""
        page = self.get(name, path).text
        values: dict[str, object] = {code: "yes" if code in areas else "no" for code in AREAS}
        values |= {"main_area": areas[0] if areas else "none", "gender": "0", "human_rights": "0", "risk": "low"}
        values |= {key: hidden(page, key) for key in ("revision", "model_version")}
        return {**values, "token": str(uuid.uuid4())}

    def headers(self, name: str, *, piece: bool = False) -> dict[str, str]:
        if name not in self.tokens:
            user = self.desk.users[name]
            self.tokens[name] = open_session(self.desk.database, user, 1, how="test")
        cookie = {"Cookie": f"portolan={self.tokens[name]}", "Origin": BASE}
        return cookie | (_PIECE if piece else {})


@contextmanager
def open_pages(desk: Desk, url: str, **settings: object) -> Iterator[DeskPages]:
    given = {"data_dir": desk.folder / "data", "models": desk.folder / "models", "database_url": url, **settings}
    chosen = Settings.model_validate(given)
    with open_client(Case(chosen, desk.database, "", "")) as client:
        yield DeskPages(desk, client)


def hidden(page: str, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return unescape(found[1])


def checked(page: str) -> dict[str, str]:
    """Return what is chosen in the form."""
    return dict(re.findall(r'type="radio" name="([^"]+)" value="([^"]+)" checked', page))
