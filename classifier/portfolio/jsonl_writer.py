"""Writes tagged projects as JSON, one object a line or as one array."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Final

from classifier.portfolio.serialise import encode, serialise_tagging
from classifier.portfolio.tagged_row import keep_input_columns, project_cells

if TYPE_CHECKING:
    from collections.abc import Mapping

    from classifier.portfolio.target import Target
    from classifier.project import Cell, Project
    from classifier.tagging import Tagging

#: For the cells of the input, whose numbers stay written as they are in every format; they hold no circle.
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))


class JsonlWriter:
    """A `PortfolioWriter` for JSON Lines.

    Each object holds `id`, then `input` with the input's own columns, then the tagging: apart, so that a
    column named `gender` or `oda` can never be mistaken for ours.

    Parameters
    ----------
    target
        Where the bytes go.
    is_array
        Write one array instead of lines.
    """

    def __init__(self, target: Target, *, is_array: bool = False) -> None:
        self._target = target
        self._between = b",\n" if is_array else b"\n"
        self._before, self._after, self._empty = (b"[\n", b"\n]\n", b"[]\n") if is_array else (b"", b"\n", b"")
        self._count = 0

    def __enter__(self) -> JsonlWriter:
        self._stream = self._target.open()
        return self

    def write(self, project: Project, tagging: Tagging) -> None:
        """Put down one project."""
        line = (self._between if self._count else self._before) + _object(project, tagging)
        self._count += 1
        with self._target.faults_named():
            self._stream.write(line)

    def finish(self, summary: Mapping[str, object]) -> None:
        """Take the closing summary, for which these formats have no place."""

    def __exit__(self, *exc: object) -> None:
        if exc[0] is not None:
            self._target.abort()
            return
        try:
            with self._target.faults_named():
                self._stream.write(self._after if self._count else self._empty)
            self._target.commit()
        except BaseException:
            self._target.abort()
            raise


def _object(project: Project, tagging: Tagging) -> bytes:
    """Return a project as one JSON object."""
    cells = project.columns or project_cells(project)
    tags = serialise_tagging(tagging)
    head = {"id": tags.pop("id"), "input": {name: _cell(cells[name]) for name in keep_input_columns(cells)}}
    # Half a surrogate pair becomes its JSON escape: the same text when read again.
    own = _ENCODER.encode(head).encode("utf-8", "backslashreplace")
    return own[:-1] + b"," + encode(tags)[1:]


def _cell(value: Cell) -> Cell:
    """Return a cell that JSON can say: it knows neither infinity nor "not a number"."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
