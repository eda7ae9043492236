"""What all tabular readers share: opening and closing, and the notes on identifiers at the end."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from classifier.errors import PortfolioError, RowError
from classifier.portfolio.identifiers import IdentifierWatch
from classifier.portfolio.reading import ReadOptions
from classifier.project import Project


class TableReader(ABC):
    """A reader of rows; a subclass says how its format is opened and what its rows are."""

    format: str

    def __init__(self, path: Path, options: ReadOptions) -> None:
        self.columns: tuple[str, ...] | None = None
        self.notes: list[str] = []
        self.spooled = path
        self._options = options
        self._resources = ExitStack()

    def __enter__(self) -> TableReader:
        try:
            self._open()
        except BaseException:
            self._resources.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._resources.close()

    def __iter__(self) -> Iterator[Project | RowError]:
        watch = IdentifierWatch()
        derived = 0
        for project in self._read():
            if isinstance(project, Project):
                watch.see(project.id, project.source.line)
                derived += not project.id_given
            yield project
        if derived:
            noun = "project has" if derived == 1 else "projects have"
            self.note(f"{derived:,} {noun} no identifier and got one from the content")
        self.note(watch.note())

    def note(self, text: str) -> None:
        """Keep a fact for the closing summary."""
        if text and text not in self.notes:
            self.notes.append(text)

    @abstractmethod
    def _open(self) -> None:
        """Open the file and find its header, or raise `PortfolioError`."""

    @abstractmethod
    def _read(self) -> Iterator[Project | RowError]:
        """Yield the projects and the rejected rows."""


def no_projects(place: str) -> PortfolioError:
    """Return the error for a table with a header and nothing below it."""
    return PortfolioError(
        f"{place} holds a header but no projects.",
        code="no-projects",
        remedy="Give a file with at least one row below the header.",
    )


def too_many_columns(place: str, limit: int) -> PortfolioError:
    """Return the error for a table that is wider than the limit."""
    return PortfolioError(
        f"{place} has more than {limit:,} columns.",
        code="too-many-columns",
        remedy="Keep the columns that describe the projects.",
    )
