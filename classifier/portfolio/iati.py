"""Reads IATI activity files, versions 1.01 to 2.03, one activity at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from classifier.errors import RowError
from classifier.portfolio.iati_activity import OversizeError, read_activity
from classifier.portfolio.iati_document import ACTIVITY, IatiDocument
from classifier.portfolio.identifiers import IdentifierWatch
from classifier.project import TEXT_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from classifier.portfolio.iati_document import ActivityElement
    from classifier.portfolio.reading import ReadOptions
    from classifier.project import Project


class IatiReader:
    """Projects of an IATI activity file.

    Parameters
    ----------
    path
        The file, uncompressed.
    options
        What the caller says about the portfolio; only the limits matter here.
    """

    def __init__(self, path: Path, options: ReadOptions) -> None:
        self.format = "iati"
        self.columns: tuple[str, ...] | None = None
        self.notes: list[str] = []
        self.spooled = path
        self._limits = options.limits
        self._document = IatiDocument(path, options.limits)

    def __enter__(self) -> IatiReader:
        return self

    def __exit__(self, *_exc: object) -> None:
        return None

    def __iter__(self) -> Iterator[Project | RowError]:
        watch = IdentifierWatch()
        derived = 0
        for found in self._document.elements():
            row = found if isinstance(found, RowError) else self._read(found)
            if not isinstance(row, RowError):
                watch.see(row.id, row.source.line)
                derived += not row.id_given
            yield row
        self._take_notes(watch, derived)

    def _read(self, element: ActivityElement) -> Project | RowError:
        try:
            project = read_activity(element, self._document.encoding.codec)
        except OversizeError:
            return RowError(element.line, ACTIVITY, "cell-too-large", "A text or attribute is too large to read.")
        ceiling = self._limits.cell_characters
        for name in TEXT_FIELDS:
            if len(project.text(name)) > ceiling:
                message = f"The text is longer than {ceiling:,} characters."
                return RowError(element.line, name, "cell-too-large", message)
        return project

    def _take_notes(self, watch: IdentifierWatch, derived: int) -> None:
        version = self._document.version
        self.notes.append(f"IATI version {version}" if version else "IATI without a version, read as 1.0x")
        if derived:
            self.notes.append(f"{derived:,} activities without an identifier got one from their content")
        if note := watch.note():
            self.notes.append(note)
