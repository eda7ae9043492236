"""Turns what a caller names as source into one plain file: standard input is spooled, gzip is unpacked."""

from __future__ import annotations

import gzip
import shutil
import sys
import tempfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from classifier.errors import PortfolioError
from classifier.portfolio.reading import Limits

STANDARD_INPUT = "-"
_GZIP_MAGIC = b"\x1f\x8b"
_CHUNK = 1 << 20
_GENEROUS = 64 << 20  # below this size an expansion ratio says nothing


@dataclass(slots=True)
class Intake:
    """A readable plain file, and the fault at its end when the source was cut."""

    path: Path
    scratch: Path | None = None
    fault: PortfolioError | None = None

    def close(self) -> None:
        """Remove what was spooled."""
        if self.scratch is not None:
            shutil.rmtree(self.scratch, ignore_errors=True)


def take_in(source: str, limits: Limits) -> Intake:
    """Return the plain file (or folder) behind a path or ``-``."""
    if source == STANDARD_INPUT:
        return _spool_standard_input(limits)
    path = Path(source)
    if path.is_dir():
        return Intake(path)
    head = _read_head(path)
    if not head.startswith(_GZIP_MAGIC):
        return Intake(path)
    scratch = _make_scratch()
    return _unpack(path, scratch / _name_without_gz(path), scratch, limits)


def _read_head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            head = file.read(4)
    except FileNotFoundError:
        raise PortfolioError(f"There is no file {path}.", code="file-missing", remedy="Check the path.") from None
    except OSError as error:
        raise PortfolioError(
            f"{path} cannot be read: {error.strerror}.",
            code="file-unreadable",
            remedy="Check the permissions of the file.",
        ) from None
    if not head:
        raise empty_portfolio(path.name)
    return head


def empty_portfolio(name: str) -> PortfolioError:
    """Return the error for a portfolio that holds nothing at all."""
    return PortfolioError(f"{name} is empty.", code="file-empty", remedy="Give a file with a header row and projects.")


def _make_scratch() -> Path:
    return Path(tempfile.mkdtemp(prefix="portolan-"))


def _name_without_gz(path: Path) -> str:
    return path.stem if path.suffix.lower() == ".gz" else path.name


def _spool_standard_input(limits: Limits) -> Intake:
    scratch = _make_scratch()
    raw = scratch / "standard-input.raw"
    target = scratch / "standard-input"
    try:
        with raw.open("wb") as spool:
            _copy(sys.stdin.buffer.read, spool, limits, compressed_size=None)
        with raw.open("rb") as file:
            head = file.read(2)
        if not head:
            raise empty_portfolio("Standard input")  # noqa: TRY301 - the scratch folder goes either way
        if head == _GZIP_MAGIC:
            intake = _unpack(raw, target, scratch, limits)
            raw.unlink()
            return intake
        raw.rename(target)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    return Intake(target, scratch)


def _unpack(path: Path, target: Path, scratch: Path, limits: Limits) -> Intake:
    """Unpack a gzip file; a cut or damaged one keeps what came before the fault."""
    intake = Intake(target, scratch)
    try:
        with gzip.open(path, "rb") as packed, target.open("wb") as spool:
            _copy(packed.read1, spool, limits, compressed_size=path.stat().st_size)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        size = target.stat().st_size
        intake.fault = PortfolioError(
            f"{path.name} is damaged: the gzip data end or break after {size:,} unpacked bytes.",
            code="gzip-truncated",
            remedy="Fetch or pack the file again.",
        )
    except BaseException:
        intake.close()
        raise
    if not target.stat().st_size:
        intake.close()
        raise intake.fault or empty_portfolio(path.name)
    return intake


def _copy(read: Callable[[int], bytes], target: IO[bytes], limits: Limits, compressed_size: int | None) -> None:
    size = 0
    ceiling = limits.expanded_bytes
    if compressed_size is not None:
        ceiling = min(ceiling, max(_GENEROUS, compressed_size * limits.expansion_ratio))
    while chunk := read(_CHUNK):
        size += len(chunk)
        if size > ceiling:
            raise PortfolioError(
                f"The content is larger than the limit of {ceiling:,} bytes.",
                code="file-too-large",
                remedy="Split the portfolio, or unpack it first if you trust it.",
            )
        target.write(chunk)
