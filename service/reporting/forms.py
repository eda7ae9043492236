"""The forms of a report: a page, a workbook or JSON, each written as the projects go by."""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING, Protocol

from classifier.errors import UsageError
from classifier.portfolio.serialise import serialise_tagging

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import TypeAlias

    from classifier.portfolio.serialise import Json
    from classifier.project import Project
    from classifier.tagging import Tagging
    from service.reporting.about import About

FORMATS = ("html", "xlsx", "json")


class Report(Protocol):
    """What is gathered from a portfolio."""

    def count(self, project: Project, tagging: Tagging) -> None:
        """Count one project."""

    def close(self) -> None:
        """Put the lists in order, after the last project."""

    def to_settle(self) -> int:
        """Return how many projects a person has to look at."""
        ...

    def to_json(self, about: About) -> dict[str, Json]:
        """Return everything as plain data."""
        ...


class Form(Protocol):
    """How a report is written."""

    def begin(self, stream: IO[bytes], scratch: Path | None) -> None:
        """Begin on a stream; `scratch` is a folder for temporary files."""

    def add(self, project: Project, tagging: Tagging) -> None:
        """Write one project."""

    def end(self, about: About) -> None:
        """Write what stands at the end, when the report is closed."""

    def discard(self) -> None:
        """Give the report up."""


Render: TypeAlias = "Callable[[About], Iterator[str]]"


class PageForm:
    """A page; it is written at the end, for it begins with the sums."""

    def __init__(self, render: Render) -> None:
        self._render = render

    def begin(self, stream: IO[bytes], _scratch: Path | None) -> None:
        """Take the stream."""
        self._stream = stream

    def add(self, project: Project, tagging: Tagging) -> None:
        """Leave single projects to the report."""

    def end(self, about: About) -> None:
        """Write the page."""
        for piece in self._render(about):
            self._stream.write(piece.encode("utf-8", "backslashreplace"))

    def discard(self) -> None:
        """Keep nothing."""


class JsonForm:
    """One JSON object: every project with what was said of it, then the report."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._first = True

    def begin(self, stream: IO[bytes], _scratch: Path | None) -> None:
        """Open the object."""
        self._stream = stream
        stream.write(b'{"taggings": [')

    def add(self, project: Project, tagging: Tagging) -> None:
        """Write one project."""
        said = {"title": project.title, "line": project.source.line, **serialise_tagging(tagging)}
        self._stream.write(b"\n" if self._first else b",\n")
        self._stream.write(_encode(said))
        self._first = False

    def end(self, about: About) -> None:
        """Write the report and close the object."""
        self._stream.write(b"\n],\n")
        for number, (name, value) in enumerate(self._report.to_json(about).items()):
            self._stream.write((b",\n" if number else b"") + _encode(name) + b": " + _encode(value))
        self._stream.write(b"}\n")

    def discard(self) -> None:
        """Keep nothing."""


def _encode(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace")


def choose_format(target: str, format_name: str) -> str:
    """Return the format of a report by its name, else by the suffix of the file.

    Raises
    ------
    UsageError
        There is no such format.
    """
    suffix = target.lower().removesuffix(".gz").rpartition(".")[2]
    chosen = (format_name or {"htm": "html"}.get(suffix, suffix)).lower()
    if chosen not in FORMATS:
        raise UsageError(
            f"A report is no {chosen or 'file without a suffix'}.",
            code="unknown-format",
            remedy=f"Name it with a suffix or --format: {', '.join(FORMATS)}.",
        )
    return chosen
