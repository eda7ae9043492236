"""Reads the projects of a call in the way of the batch command."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from pydantic import ValidationError

from classifier.errors import RowError
from classifier.portfolio.headers import recognise
from classifier.portfolio.rows import ProjectBuilder
from service.api.problems import Fault, Problem, invalid_content

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from classifier.project import Cell, Project
    from service.api.schemas import TagRequestBase

_BUILDERS_KEPT = 64
_COLUMNS = 1_000


@dataclass(slots=True)
class Call:
    """The projects of a call, and those that could not be read."""

    projects: list[Project] = field(default_factory=list)
    rejected: list[RowError] = field(default_factory=list)


async def read_json(request: Request) -> bytes:
    """Return the body of a JSON call.

    Raises
    ------
    Problem
        When it is not said to be JSON.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Problem(
            415, "not-json", "The content type is not application/json.", headers={"Accept": "application/json"}
        )
    return await request.body()


def read_projects(body: bytes, model: type[TagRequestBase], text_characters: int) -> Call:
    """Check the body of a call against its schema and return its projects.

    Raises
    ------
    Problem
        When it is not JSON, breaks the schema, or a text is too long.
    """
    try:
        found = model.model_validate_json(body)
    except ValidationError as error:
        raise invalid_content(error) from None
    documents = [one.model_dump(exclude_unset=True) for one in cast("Any", found).projects]
    _refuse_long_texts(documents, text_characters)
    call = Call()
    builders: dict[tuple[str, ...], ProjectBuilder] = {}
    for line, document in enumerate(documents, 1):
        read = _read(document, line, builders)
        if isinstance(read, RowError):
            call.rejected.append(read)
        else:
            call.projects.append(read)
    return call


def _read(document: dict[str, Any], line: int, builders: dict[tuple[str, ...], ProjectBuilder]) -> Project | RowError:
    keys = tuple(document)
    if len(keys) > _COLUMNS:
        return RowError(line, "", "too-many-columns", f"The project has more than {_COLUMNS:,} members.")
    builder = builders.get(keys)
    if builder is None:
        builder = ProjectBuilder(recognise(keys, {}))
        if len(builders) < _BUILDERS_KEPT:
            builders[keys] = builder
    return builder.build(tuple(document.values()), line, cast("Mapping[str, Cell]", document))


def _refuse_long_texts(documents: list[dict[str, Any]], most: int) -> None:
    faults = [
        Fault(field=f"projects.{place}", code="text-too-long", message=f"The texts hold more than {most:,} characters.")
        for place, document in enumerate(documents)
        if sum(len(value) for value in document.values() if isinstance(value, str)) > most
    ]
    if faults:
        raise Problem(
            422,
            "text-too-long",
            "The texts of a project are too long.",
            remedy="Upload it as a job.",
            errors=faults[:20],
        )
