"""Decides how the bytes of a text portfolio become characters, by looking at all of them once."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from classifier.errors import PortfolioError

_CHUNK = 1 << 20
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True)
class Encoding:
    """Name of the codec, and the note for the summary when it had to be guessed."""

    name: str
    note: str = ""


def decide_encoding(path: Path) -> Encoding:
    """Choose UTF-8, UTF-16 or CP1252 so that no later byte can stop the reading."""
    with path.open("rb") as file:
        head = file.read(4096)
    for bom, name in _BOMS:
        if head.startswith(bom):
            return Encoding(name, "" if name == "utf-8-sig" else "encoding: UTF-16")
    if name := _utf16_without_bom(head):
        return Encoding(name, "encoding: UTF-16 without a byte order mark")
    _refuse_binary(head, path.name)
    return _scan(path)


def _utf16_without_bom(head: bytes) -> str:
    """Tell UTF-16 by the zero bytes that Latin letters leave on one side of each pair."""
    pairs = len(head) // 2
    if pairs < 2:
        return ""
    if head[1::2].count(0) > 0.6 * pairs and head[0::2].count(0) < 0.1 * pairs:
        return "utf-16-le"
    if head[0::2].count(0) > 0.6 * pairs and head[1::2].count(0) < 0.1 * pairs:
        return "utf-16-be"
    return ""


def _refuse_binary(head: bytes, name: str) -> None:
    control = sum(byte < 9 or 13 < byte < 32 for byte in head)
    if control > 0.05 * len(head):
        raise PortfolioError(
            f"{name} is not text: it is full of control characters.",
            code="binary-content",
            remedy="Export the portfolio as CSV, Excel (.xlsx), JSON Lines, Parquet or IATI XML.",
        )


def _scan(path: Path) -> Encoding:
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    bad = size = characters = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            text = decoder.decode(chunk)
            size += len(chunk)
            characters += len(text)
            if not text.isascii():
                bad += text.count("\ufffd") - chunk.count(b"\xef\xbf\xbd")
        bad += decoder.decode(b"", final=True).count("\ufffd")
    if bad <= 0:
        return Encoding("utf-8")
    continuation_bytes = size - characters
    if continuation_bytes > 10 * bad:
        return Encoding("utf-8", f"{bad:,} bytes are not valid UTF-8 and were replaced")
    return Encoding("cp1252", "encoding: Windows-1252 (CP1252)")
