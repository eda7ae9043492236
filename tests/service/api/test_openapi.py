"""The OpenAPI document: complete, with examples that hold, and fuzzed whole."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from serving_case import BASE, Case, make_case

from service.api.app import create_app
from service.api.examples import PROJECTS

if TYPE_CHECKING:
    from starlette.testclient import TestClient

EXAMPLES = int(os.environ.get("PORTOLAN_FUZZ_EXAMPLES", "10"))


def test_every_route_documents_its_problems(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert len(document["paths"]) >= 14
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert "429" in operation["responses"], path
            assert operation["summary"], path


@pytest.mark.parametrize("name", sorted(PROJECTS))
def test_the_examples_hold(client: TestClient, case: Case, name: str) -> None:
    document = client.get("/openapi.json").json()
    example = document["paths"]["/v1/tag"]["post"]["requestBody"]["content"]["application/json"]["examples"][name]
    answer = client.post("/v1/tag", json=example["value"], headers=case.headers()).json()
    assert answer["taggings"][0]["language"] == {"english": "en", "français": "fr", "nederlands": "nl"}[name]


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, Any]:
    case = make_case(
        tmp_path_factory.mktemp("fuzz"), uploads_per_key=1_000_000, jobs_waiting=1_000_000, requests_per_minute=10**9
    )
    return case, create_app(case.settings)


@pytest.fixture
def api(fuzzed: tuple[Case, Any]) -> Any:  # noqa: ANN401 - a schema
    return schemathesis.openapi.from_asgi("/openapi.json", fuzzed[1], headers={"Host": "127.0.0.1"})


schema = schemathesis.pytest.from_fixture("api")


@schema.exclude(path_regex="/events$").parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
    derandomize=True,
    database=None,
)
def test_whatever_is_sent_is_answered_as_documented(case: Any, fuzzed: tuple[Case, Any]) -> None:  # noqa: ANN401
    headers = {**fuzzed[0].headers(), "Host": "127.0.0.1"}
    case.call_and_validate(headers=headers, base_url=BASE)
