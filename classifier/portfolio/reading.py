"""The contract of every reader, and the options that a caller may set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from classifier.errors import RowError
from classifier.project import Project


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps that keep a hostile or broken file harmless; each is named in the error that it causes."""

    cell_characters: int = 1_000_000
    columns: int = 5_000
    header_rows: int = 30
    expanded_bytes: int = 4_000_000_000
    expansion_ratio: int = 200
    zip_entries: int = 2_000
    xml_depth: int = 100


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a caller may say about a portfolio.

    Parameters
    ----------
    columns
        Our field name (``title``, ``description``, ``id`` ...) to the column of the file that holds it.
    sheet
        Name of the Excel sheet; empty chooses the one with project columns.
    format
        Name of a registered format; empty detects it by content, then suffix.
    """

    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    sheet: str = ""
    format: str = ""
    limits: Limits = field(default_factory=Limits)


class PortfolioReader(Protocol):
    """Projects of one portfolio, streamed; a context manager that owns its file handles.

    Attributes
    ----------
    format
        Name of the format: ``csv``, ``xlsx``, ``jsonl``, ``parquet``, ``iati``.
    columns
        The input's own column names in order; None when they are only known after reading (JSON Lines, IATI).
    notes
        Facts for the closing summary, filled while reading: the sheet chosen, the header row, the encoding,
        duplicate identifiers (``12 identifiers occur more than once, first: X (line 4)``), `format` warnings.
    spooled
        Path of a file with the same content: the source itself, or the spool of standard input.
    """

    format: str
    columns: tuple[str, ...] | None
    notes: list[str]
    spooled: Path

    def __iter__(self) -> Iterator[Project | RowError]: ...

    def __enter__(self) -> PortfolioReader: ...

    def __exit__(self, *_exc: object) -> None: ...
