"""Everything that can go wrong on purpose, in one tree.

PortolanError
├── UsageError            the call does not fit: wrong option, output exists (exit 2)
├── PortfolioError        a portfolio file cannot be read at all (exit 1)
├── OutputError           an output file cannot be written (exit 1)
├── ReferenceDataError    a data file of the project is invalid (exit 1)
├── ModelError            a model version is missing, changed or of an unknown format (exit 1)
└── CorpusError           labelled data are invalid (exit 1)

A bad *row* is not an exception: readers yield `RowError` and go on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar


class PortolanError(Exception):
    """Base of all expected errors.

    Parameters
    ----------
    detail
        One sentence: what happened, with the name of the file and the place in it.
    remedy
        One sentence: what the user can do about it. May be empty.
    code
        Stable slug of this kind of fault (``file-missing``, ``no-text-column`` ...), the same on the
        command line and over HTTP.
    facts
        What a sentence in another language must name: lines, counts, identifiers.
    """

    title: ClassVar[str] = "Something went wrong"
    exit_status: ClassVar[int] = 1

    def __init__(
        self, detail: str, *, code: str, remedy: str = "", facts: Mapping[str, str | int] | None = None
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code
        self.remedy = remedy
        self.facts = dict(facts or {})

    def __str__(self) -> str:
        return f"{self.detail} {self.remedy}".rstrip()

    def to_json(self) -> dict[str, str]:
        """Return the problem object that the command line (``--json``) and HTTP print."""
        return {"code": self.code, "title": self.title, "detail": self.detail, "remedy": self.remedy}

    def to_record(self) -> dict[str, Any]:
        """Return the problem object with its facts, for a table to keep: a page says it in any language later."""
        return {**self.to_json(), "facts": self.facts}


class UsageError(PortolanError):
    """The call itself does not fit."""

    title = "The command does not fit"
    exit_status = 2


class PortfolioError(PortolanError):
    """A portfolio cannot be read."""

    title = "The portfolio cannot be read"


class OutputError(PortolanError):
    """An output cannot be written."""

    title = "The output cannot be written"


class ReferenceDataError(PortolanError):
    """A reference data file breaks its schema."""

    title = "The reference data are invalid"


class ModelError(PortolanError):
    """A model version must not or cannot be used."""

    title = "The model cannot be used"


class CorpusError(PortolanError):
    """Labelled data break their schema."""

    title = "The labelled data are invalid"


@dataclass(frozen=True, slots=True)
class RowError:
    """One row of a portfolio that could not become a project; the run goes on.

    Parameters
    ----------
    line
        1-based line (CSV, JSON Lines), row (Excel, Parquet) or source line of the element (XML).
    field
        Column or element at fault, empty when it is the whole row.
    code
        Stable slug: ``too-few-fields``, ``bad-json``, ``bad-element``, ``cell-too-large`` ...
    message
        One sentence for people, never with the text of the project.
    """

    line: int
    field: str
    code: str
    message: str
