"""Opens any portfolio: finds the format by content first and suffix second, and loads only that reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import cast

from classifier.errors import PortfolioError, RowError, UsageError
from classifier.portfolio.intake import Intake, empty_portfolio, take_in
from classifier.portfolio.reading import PortfolioReader, ReadOptions
from classifier.project import Project

_HEAD = 4096
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_FOREIGN = (
    (_OLD_OFFICE, "an old Excel file (.xls) or one with a password", "Save it as .xlsx without a password."),
    (b"%PDF", "a PDF document", "Give the table behind it, as Excel or CSV."),
    (b"7z\xbc\xaf", "a 7-Zip archive", "Unpack it first."),
    (b"Rar!", "a RAR archive", "Unpack it first."),
    (b"BZh", "a bzip2 file", "Unpack it first."),
    (b"\xfd7zXZ", "an xz file", "Unpack it first."),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file", "Unpack it first."),
)


@dataclass(frozen=True, slots=True)
class Format:
    """A format by name, the suffixes that suggest it, and where its reader is."""

    name: str
    suffixes: tuple[str, ...]
    module: str
    reader: str


FORMATS: tuple[Format, ...] = (
    Format("csv", (".csv", ".tsv", ".txt", ".tab", ".psv"), "classifier.portfolio.csv", "CsvReader"),
    Format("xlsx", (".xlsx", ".xlsm"), "classifier.portfolio.xlsx", "XlsxReader"),
    Format("jsonl", (".jsonl", ".ndjson", ".json"), "classifier.portfolio.jsonl", "JsonlReader"),
    Format("parquet", (".parquet", ".pq"), "classifier.portfolio.parquet", "ParquetReader"),
    Format("iati", (".xml", ".iati"), "classifier.portfolio.iati", "IatiReader"),
)


def find_format(name: str) -> Format:
    """Return a format by its name."""
    for known in FORMATS:
        if known.name == name:
            return known
    raise UsageError(
        f"There is no format {name!r}.",
        code="unknown-format",
        remedy=f"Formats: {', '.join(known.name for known in FORMATS)}.",
    )


def format_of_suffix(name: str) -> Format | None:
    """Return the format that the suffix of a file name suggests (``.gz`` aside)."""
    path = Path(name)
    suffix = Path(path.stem).suffix if path.suffix.lower() == ".gz" else path.suffix
    return next((known for known in FORMATS if suffix.lower() in known.suffixes), None)


def detect_format(path: Path) -> Format:
    """Return the format of a plain file by its content, by its suffix where the content leaves it open."""
    if path.is_dir():
        return find_format("parquet")
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise empty_portfolio(path.name)
    for magic, what, remedy in _FOREIGN:
        if head.startswith(magic):
            raise PortfolioError(f"{path.name} is {what}.", code="format-unsupported", remedy=remedy)
    if head.startswith(b"PAR1"):
        return find_format("parquet")
    if head.startswith(b"PK"):
        return find_format("xlsx")
    return _detect_text(head, path)


def _detect_text(head: bytes, path: Path) -> Format:
    text = head.replace(b"\0", b"").decode("latin-1").lstrip("\u00ef\u00bb\u00bf\u00ff\u00fe \t\r\n")
    if re.match(r"<!doctype\s+html|<html", text, re.IGNORECASE):
        raise PortfolioError(
            f"{path.name} is a web page.",
            code="format-unsupported",
            remedy="The download may need a login; fetch the file itself.",
        )
    if re.match(r"<[?!A-Za-z]", text):
        return find_format("iati")
    if re.match(r'\{\s*("|\}|$)|\[\s*(\{|\]|$)', text):
        return find_format("jsonl")
    suggested = format_of_suffix(path.name)
    if suggested is not None and suggested.name == "jsonl" and text.startswith(("{", "[")):
        return suggested
    return find_format("csv")


def open_portfolio(source: str, options: ReadOptions | None = None) -> PortfolioReader:
    """Open a portfolio of any format for reading.

    Parameters
    ----------
    source
        Path of a file, of a folder of Parquet parts, or ``-`` for standard input. Gzip is unpacked.
    options
        What the caller says about the portfolio.

    Returns
    -------
    PortfolioReader
        To be used with ``with``, which also removes what was spooled.

    Raises
    ------
    PortfolioError
        When the source is missing, empty, damaged or of no known format.
    """
    options = options or ReadOptions()
    intake = take_in(source, options.limits)
    try:
        known = find_format(options.format) if options.format else detect_format(intake.path)
        if intake.path.is_dir() and known.name != "parquet":
            raise PortfolioError(  # noqa: TRY301 - what was spooled goes either way
                f"{source} is a folder.", code="is-directory", remedy="Name a file."
            )
        reader = getattr(import_module(known.module), known.reader)(intake.path, options)
    except BaseException:
        intake.close()
        raise
    return cast("PortfolioReader", _OpenPortfolio(cast("PortfolioReader", reader), intake))


class _OpenPortfolio:
    """A reader together with what was spooled for it, and the fault at the end of a cut source."""

    def __init__(self, reader: PortfolioReader, intake: Intake) -> None:
        self._reader = reader
        self._intake = intake
        self.format = reader.format
        self.notes = reader.notes
        self.spooled = intake.path

    @property
    def columns(self) -> tuple[str, ...] | None:
        return self._reader.columns

    def __enter__(self) -> PortfolioReader:
        try:
            self._reader.__enter__()
        except BaseException:
            fault = self._intake.fault
            self._intake.close()
            if fault is not None:
                raise fault from None
            raise
        return cast("PortfolioReader", self)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._reader.__exit__(kind, error, trace)
        finally:
            self._intake.close()

    def __iter__(self) -> Iterator[Project | RowError]:
        yield from self._reader
        if self._intake.fault is not None:
            raise self._intake.fault
