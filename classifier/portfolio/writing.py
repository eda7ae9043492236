"""The contract of every writer, and what a run hands to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from classifier.project import Project
from classifier.tagging import Tagging


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """What a caller may say about an output.

    Parameters
    ----------
    target
        Output file, or ``-`` for standard output.
    format
        Name of a registered format; empty takes it from the suffix of `target`, else from the input.
    force
        Replace an existing file.
    raw_cells
        Write text cells that start with ``= + - @`` as they are (CSV only).
    """

    target: str
    format: str = ""
    force: bool = False
    raw_cells: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """What a writer must know of the input: its format, columns (None if unknown) and a readable copy."""

    format: str
    columns: tuple[str, ...] | None
    path: Path


class PortfolioWriter(Protocol):
    """Tagged projects of one run, in input order.

    A context manager: everything is written beside the target and renamed on a clean exit; on an exception
    nothing is left behind. `finish` hands over the closing summary (label to value rows) before the exit.
    """

    def __enter__(self) -> PortfolioWriter: ...

    def __exit__(self, *exc: object) -> None: ...

    def write(self, project: Project, tagging: Tagging) -> None:
        """Add one project with its tagging."""

    def finish(self, summary: Mapping[str, object]) -> None:
        """Hand over the closing summary, label to value, before the exit."""
