"""A service per module, and a client that talks to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from serving_case import Case, make_case, open_client

if TYPE_CHECKING:
    from starlette.testclient import TestClient


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    made = make_case(tmp_path_factory.mktemp("service"))
    yield made
    made.database.close()


@pytest.fixture(scope="module")
def client(case: Case) -> Iterator[TestClient]:
    with open_client(case) as opened:
        yield opened
