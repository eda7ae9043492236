"""Writes an IATI document back with result areas and markers in it, every other byte as it was."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from classifier.errors import OutputError, UsageError
from classifier.portfolio.iati_document import ActivityElement, IatiDocument
from classifier.portfolio.iati_elements import ElementForm, Version
from classifier.portfolio.iati_markup import read_children, replace_own_elements
from classifier.portfolio.reading import Limits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from classifier.portfolio.label_names import LabelNames
    from classifier.portfolio.target import Target
    from classifier.portfolio.writing import Origin
    from classifier.project import Project
    from classifier.tagging import Tagging

_CHUNK_BYTES = 1 << 20


class IatiWriter:
    """A `PortfolioWriter` that walks through the source beside the run.

    Parameters
    ----------
    target
        Where the bytes go.
    origin
        The input, which must be IATI: other formats lack what the standard requires.
    names
        Names of the result areas.
    accepted_only
        Leave out labels that a person should still look at.
    """

    def __init__(self, target: Target, origin: Origin, names: LabelNames, *, accepted_only: bool = False) -> None:
        if origin.format != "iati":
            raise UsageError(
                f"IATI can only be written from IATI, and the input is {origin.format}.",
                code="iati-needs-iati",
                remedy="Write CSV, Excel, JSON Lines or Parquet.",
            )
        self._target = target
        self._path = origin.path
        self._names = names
        self._accepted_only = accepted_only
        self._copied = 0

    def __enter__(self) -> IatiWriter:
        self._stream = self._target.open()
        try:
            self._document = IatiDocument(self._path, Limits())
            self._source: IO[bytes] = self._path.open("rb")
        except BaseException:
            self._target.abort()
            raise
        self._elements = self._document.elements()
        return self

    def write(self, project: Project, tagging: Tagging) -> None:
        """Copy the source up to the project's activity, and put the activity down with its tags."""
        element = self._find(project)
        tagged = self._tag(element.xml, tagging)
        with self._target.faults_named():
            self._copy(element.start - self._copied)
            self._stream.write(tagged)
        self._copied = element.start + len(element.xml)

    def finish(self, summary: Mapping[str, object]) -> None:
        """Take the closing summary, for which the standard has no place."""

    def __exit__(self, *exc: object) -> None:
        if exc[0] is not None:
            self._source.close()
            self._target.abort()
            return
        try:
            with self._target.faults_named():
                self._copy(None)
            self._source.close()
            self._target.commit()
        except BaseException:
            self._source.close()
            self._target.abort()
            raise

    def _find(self, project: Project) -> ActivityElement:
        # Activities that the reader rejected are passed over here, and so copied as they are.
        for found in self._elements:
            if isinstance(found, ActivityElement) and found.xml == project.xml:
                return found
        raise OutputError(
            f"{self._path.name} no longer holds the activity of line {project.source.line}.",
            code="input-changed",
            remedy="Leave the input alone during the run, and start again.",
        )

    def _tag(self, xml: bytes, tagging: Tagging) -> bytes:
        codec = self._document.encoding.codec
        activity = xml if codec == "utf-8" else xml.decode(codec).encode("utf-8")
        children = read_children(activity)
        version = Version.parse(self._document.version, activity)
        form = ElementForm(version, self._names, self._accepted_only)
        tagged = replace_own_elements(activity, children, form.build(tagging, children))
        # Only a label of ours can hold a character that the encoding lacks.
        return tagged if codec == "utf-8" else tagged.decode("utf-8").encode(codec, "xmlcharrefreplace")

    def _copy(self, size: int | None) -> None:
        """Copy the next bytes of the source, all that remain without a size."""
        self._source.seek(self._copied)
        while size is None or size > 0:
            chunk = self._source.read(_CHUNK_BYTES if size is None else min(_CHUNK_BYTES, size))
            if not chunk:
                return
            self._stream.write(chunk)
            size = None if size is None else size - len(chunk)
