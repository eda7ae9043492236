"""Looks into the directory of a zip before anything is unpacked, so that a zip bomb stays packed."""

from __future__ import annotations

import zipfile
from pathlib import Path

from classifier.errors import PortfolioError
from classifier.portfolio.reading import Limits

_GENEROUS = 32 << 20  # below this size an expansion ratio says nothing


def check_zip(path: Path, limits: Limits) -> None:
    """Refuse an archive with too many entries, or one that would grow beyond reason."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise PortfolioError(
            f"{path.name} is a damaged or incomplete archive.",
            code="corrupt-workbook",
            remedy="Fetch the file again, or open it in Excel and save it as .xlsx.",
        ) from error
    if "xl/workbook.xml" not in {entry.filename.lstrip("/") for entry in entries}:
        raise PortfolioError(
            f"{path.name} is a zip archive, but not an Excel workbook.",
            code="format-unsupported",
            remedy="Unpack it, or save the portfolio as .xlsx.",
        )
    if len(entries) > limits.zip_entries:
        raise _bomb(path, f"it holds more than {limits.zip_entries:,} entries")
    total = sum(entry.file_size for entry in entries)
    if total > limits.expanded_bytes:
        raise _bomb(path, f"it unpacks to more than {limits.expanded_bytes:,} bytes")
    for entry in entries:
        if entry.file_size > max(_GENEROUS, entry.compress_size * limits.expansion_ratio):
            raise _bomb(path, f"a part of it unpacks to more than {limits.expansion_ratio:,} times its size")


def _bomb(path: Path, reason: str) -> PortfolioError:
    return PortfolioError(
        f"{path.name} is refused: {reason}.",
        code="zip-bomb",
        remedy="If the file is sound, save the sheet as CSV and give that.",
    )
