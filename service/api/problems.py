"""Problem documents (RFC 9457): every error over HTTP is one, with the codes of the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field
from starlette.responses import Response

from classifier.errors import CorpusError, ModelError, OutputError, PortfolioError, PortolanError, UsageError
from service.access.oidc import OidcError
from service.desk.faults import DeskMissingError, DeskStateError, ImportRefusedError
from service.jobs.desk import JobMissingError, JobStateError, QueueFullError
from service.store.database import StoreError

if TYPE_CHECKING:
    from fastapi import FastAPI
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails
    from starlette.requests import Request

MEDIA_TYPE = "application/problem+json"
_SHOWN_FAULTS = 20
_TITLES = {
    400: "The request cannot be read",
    401: "A key or a sign-in is needed",
    403: "This is not allowed",
    404: "There is no such thing",
    405: "The method does not fit",
    406: "No such form",
    408: "The request did not arrive",
    409: "The state does not fit",
    413: "The body is too large",
    415: "The content type does not fit",
    421: "The host does not fit",
    422: "The content does not fit",
    429: "Too many requests",
    500: "Something went wrong",
    503: "The service is not ready",
    507: "There is no room left",
}
_CODES = {404: "not-found", 405: "method-not-allowed", 400: "bad-request"}
#: Status of each family of expected errors, most special first.
_STATUSES: tuple[tuple[type[PortolanError], int], ...] = (
    (JobMissingError, 404),
    (JobStateError, 409),
    (DeskMissingError, 404),
    (DeskStateError, 409),
    (ImportRefusedError, 422),
    (QueueFullError, 429),
    (OidcError, 403),
    (StoreError, 503),
    (ModelError, 503),
    (OutputError, 507),
    (UsageError, 422),
    (PortfolioError, 422),
    (CorpusError, 500),
)


class Fault(BaseModel):
    """One place in the request that does not fit."""

    field: str = Field(description="Where, as names and numbers parted by dots.", examples=["projects.0.title"])
    code: str = Field(description="Stable slug.", examples=["string_type"])
    message: str = Field(description="One sentence for people; never holds what was sent.")


class ProblemDocument(BaseModel):
    """What every error looks like."""

    type: str = Field(description="Identifies the kind of problem.", examples=["urn:portolan:problem:key-missing"])
    title: str = Field(description="The family of the problem.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What happened, in one sentence.")
    code: str = Field(description="Stable slug, the same as on the command line.")
    remedy: str = Field(description="What can be done about it; may be empty.")
    request_id: str = Field(description="Under this id the request stands in the log.")
    errors: list[Fault] = Field(default=[], description="The places that do not fit, at most 20.")


class Problem(Exception):  # noqa: N818 - the word of RFC 9457
    """An expected error over HTTP.

    Parameters
    ----------
    status
        The HTTP status.
    code, detail, remedy
        See `PortolanError`.
    headers
        Further headers, such as Retry-After.
    errors
        The places in the request that do not fit.
    facts
        See `PortolanError`; pages say the problem with them in the language of the person.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        remedy: str = "",
        headers: Mapping[str, str] | None = None,
        errors: Sequence[Fault] = (),
        facts: Mapping[str, str | int] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.remedy = remedy
        self.headers = dict(headers or {})
        self.errors = list(errors)
        self.facts = dict(facts or {})

    def response(self, request_id: str) -> Response:
        """Return the problem document."""
        document: dict[str, Any] = {
            "type": f"urn:portolan:problem:{self.code}",
            "title": _TITLES.get(self.status, _TITLES[400 if self.status < 500 else 500]),
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "remedy": self.remedy,
            "request_id": request_id,
            "errors": [fault.model_dump() for fault in self.errors],
        }
        content = json.dumps(document, ensure_ascii=False).encode("utf-8", "backslashreplace")
        return Response(content, self.status, self.headers, MEDIA_TYPE)


def too_many(detail: str, code: str, seconds: float) -> Problem:
    """Return the problem of a limit that passes with time."""
    wait = max(1, round(seconds + 0.5))
    return Problem(429, code, detail, remedy=f"Try again in {wait} seconds.", headers={"Retry-After": str(wait)})


def as_problem(error: PortolanError) -> Problem:
    """Return the problem document of an error of the command line."""
    status = next((status for kind, status in _STATUSES if isinstance(error, kind)), 500)
    headers = {"Retry-After": "30"} if status in {429, 503} else {}
    return Problem(status, error.code, error.detail, remedy=error.remedy, headers=headers, facts=error.facts)


def invalid_content(error: ValidationError) -> Problem:
    """Return the problem of content that breaks its schema; nothing that was sent is repeated."""
    details = error.errors(include_url=False, include_context=False, include_input=False)
    if any(one["type"] == "json_invalid" for one in details):
        return Problem(400, "bad-json", "The body is not valid JSON, or is nested too deeply.")
    too_long = next((one for one in details if one["type"] == "too_long" and one["loc"] == ("projects",)), None)
    code = "too-many-projects" if too_long else "invalid-content"
    return Problem(
        422, code, "The content does not fit its schema.", errors=[_fault(one) for one in details[:_SHOWN_FAULTS]]
    )


def _fault(detail: ErrorDetails) -> Fault:
    # The name of a member that nobody knows is text of the sender.
    place = detail["loc"][:-1] if detail["type"] == "extra_forbidden" else detail["loc"]
    return Fault(field=".".join(map(str, place)), code=detail["type"], message=detail["msg"])


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the problem responses of a route for the OpenAPI document; some every route can give."""
    every = {400, 401, 403, 413, 421, 422, 429, 500, 503, *statuses}
    return {
        status: {
            "description": _TITLES[status],
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
        }
        for status in sorted(every)
    }


def install(app: FastAPI, show: Callable[[Request, Problem], Response]) -> None:
    """Let every error of the application become a problem document.

    Parameters
    ----------
    show
        Turns a problem into an answer.
    """
    from fastapi.exceptions import RequestValidationError
    from starlette.exceptions import HTTPException

    def on_problem(request: Request, error: Any) -> Response:  # noqa: ANN401 - the framework's signature
        return show(request, error)

    def on_expected(request: Request, error: Any) -> Response:  # noqa: ANN401
        return show(request, as_problem(error))

    def on_invalid(request: Request, error: Any) -> Response:  # noqa: ANN401
        faults = [_fault(one) for one in error.errors()[:_SHOWN_FAULTS]]
        return show(
            request, Problem(422, "invalid-parameter", "A parameter of the request does not fit.", errors=faults)
        )

    def on_http(request: Request, error: Any) -> Response:  # noqa: ANN401
        status = error.status_code
        detail = _TITLES.get(status, _TITLES[400]) + "."
        return show(request, Problem(status, _CODES.get(status, "bad-request"), detail, headers=error.headers))

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(PortolanError, on_expected)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
