"""The OpenAPI document: complete, with examples that hold, and fuzzed whole."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, settings, strategies
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection
from serving_case import BASE, Case, make_case

from service.api.app import create_app
from service.api.examples import PROJECTS
from service.jobs.products import formats_of

if TYPE_CHECKING:
    from hypothesis.strategies import DataObject
    from starlette.testclient import TestClient

HOST = {"Host": "127.0.0.1"}
EXAMPLES = int(os.environ.get("PORTOLAN_FUZZ_EXAMPLES", "10"))
FUZZ = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
    derandomize=True,
    database=None,
)


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
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return make_case(
        tmp_path_factory.mktemp("fuzz"), uploads_per_key=1_000_000, jobs_waiting=1_000_000, requests_per_minute=10**9
    )


def fit_together(form: dict[str, Any]) -> bool:
    """Say whether the format of a form is one of its report."""
    chosen = form.get("format", "")
    return not chosen or chosen in formats_of(form.get("report", ""))


def fuzz(operation: Any, mode: GenerationMode, headers: dict[str, str]) -> bool:  # noqa: ANN401 - an operation
    """Send what a schema allows, or what it does not; False where there is nothing of the kind."""

    # A form knows only texts: a list of one, or a number, arrives as the text that the schema asks for.
    is_form = (operation.method.upper(), operation.path) == ("POST", "/v1/jobs")
    excluded = [negative_data_rejection] if is_form else []

    @given(strategies.data())
    @FUZZ
    def ask(data: DataObject) -> None:
        case = data.draw(operation.as_strategy(generation_mode=mode))
        # What the document says of a report and its formats together does not reach what makes the forms.
        assume(not is_form or mode is GenerationMode.NEGATIVE or fit_together(case.body))
        case.call_and_validate(headers=headers, base_url=BASE, excluded_checks=excluded)

    try:
        ask()
    except Unsatisfiable:
        return False
    return True


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_whatever_is_sent_is_answered_as_documented(fuzzed: Case, mode: GenerationMode) -> None:
    app = create_app(fuzzed.settings)
    app.state.service.keeper.refresh()
    schema = schemathesis.openapi.from_asgi("/openapi.json", app, headers=HOST)
    headers = {**fuzzed.headers(), **HOST}
    operations: list[Any] = [cast("Any", found).ok() for found in schema.get_all_operations()]
    # An event stream of a job that never ends has no end either; its tests stand elsewhere.
    walked = [fuzz(one, mode, headers) for one in operations if not one.path.endswith("/events")]
    assert sum(walked) >= (12 if mode is GenerationMode.POSITIVE else 4)
