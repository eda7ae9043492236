"""``POST /v1/tag`` and ``/v1/oda``: projects in, what is said about them out, at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from classifier.portfolio.serialise import encode, serialise_tagging
from service.access.scopes import Scope
from service.api.access import Here, allow
from service.api.examples import request_body
from service.api.intake import Call, read_json, read_projects
from service.api.problems import documented
from service.api.schemas import OdaAnswer, TagAnswer, make_request_model

if TYPE_CHECKING:
    from classifier.errors import RowError
    from classifier.tagger import Tagger
    from classifier.tagging import Tagging
    from service.api.service import Service

Language = Annotated[Literal["en", "fr", "nl"], Query(description="Language of the questions.")]
_Describe = Callable[[Sequence["Tagging"]], Mapping[str, object]]
REQUEST = "#/components/schemas/TagRequest"
#: A body of this size holds about as many projects as one call of the small lane.
_SMALL_BODY = 32_000
_MANY = 1_000


def make_router(most_projects: int) -> APIRouter:
    """Return the routes, for calls with at most so many projects."""
    router = APIRouter(tags=["tagging"])
    model = make_request_model(most_projects)

    @router.post(
        "/v1/tag",
        summary="Tag projects",
        responses={200: {"model": TagAnswer}, **documented(408, 415)},
        openapi_extra={"requestBody": request_body(REQUEST)},
    )
    @allow(Scope.TAG)
    async def tag(request: Request, service: Here) -> Response:
        """Return the result areas, markers and ODA risk of each project, with the words that led to them."""

        def describe(taggings: Sequence[Tagging]) -> Mapping[str, object]:
            return {"taggings": [serialise_tagging(one) for one in taggings]}

        return await _answer(request, service, describe)

    @router.post(
        "/v1/oda",
        summary="Assess the ODA risk of projects",
        responses={200: {"model": OdaAnswer}, **documented(408, 415)},
        openapi_extra={"requestBody": request_body(REQUEST)},
    )
    @allow(Scope.TAG)
    async def assess(request: Request, service: Here, language: Language = "en") -> Response:
        """Return the ODA risk of each project, what the rules that fired say, and what would settle the doubt."""
        book = service.keeper.tagger.rules.book

        def describe(taggings: Sequence[Tagging]) -> Mapping[str, object]:
            return {"assessments": [_assessment(one, book, language) for one in taggings]}

        return await _answer(request, service, describe)

    async def _answer(request: Request, service: Service, describe: _Describe) -> Response:
        body = await read_json(request)
        tagger, most = service.keeper.tagger, service.settings.text_characters

        def work() -> bytes:
            call = read_projects(body, model, most)
            taggings = tagger.tag(call.projects)
            service.metrics.count_taggings(taggings)
            return _write(tagger, call, describe(taggings))

        content = await service.keeper.run(1 if len(body) <= _SMALL_BODY else _MANY, work)
        return Response(content, headers=version_headers(tagger), media_type="application/json")

    return router


def version_headers(tagger: Tagger) -> dict[str, str]:
    """Return the headers that name the versions behind an answer."""
    return {"Portolan-Model-Version": tagger.model_version, "Portolan-Rules-Version": tagger.rules_version}


def _write(tagger: Tagger, call: Call, described: Mapping[str, object]) -> bytes:
    answer = {
        "model_version": tagger.model_version,
        "rules_version": tagger.rules_version,
        **described,
        "rejected": [_rejected(one) for one in call.rejected],
    }
    return encode(answer)


def _rejected(row: RowError) -> dict[str, object]:
    return {"line": row.line, "field": row.field, "code": row.code, "message": row.message}


def _assessment(tagging: Tagging, book: Any, language: str) -> dict[str, object]:  # noqa: ANN401 - the rule book
    tags = serialise_tagging(tagging)
    fired = {finding.rule for finding in tagging.oda.findings}
    texts = {}
    for name in sorted(fired):
        rule = book.rule(name)
        texts[name] = {"activity": rule.activity, "reason": rule.reason, "question": rule.questions(language)}
    return {"id": tags["id"], "language": tags["language"], "oda": tags["oda"], "rules": texts}
