"""Fold text for matching without moving a single character."""

from __future__ import annotations

import unicodedata

_SEPARATORS = "'’‘ʼ`´-‐‑‒–—­ "


def _folded_characters() -> dict[int, str]:
    """Return the Latin letters with accents, and the marks that join words, with what stands for them."""
    table = {}
    for code in range(0xC0, 0x250):
        base = unicodedata.normalize("NFD", chr(code).lower())[:1]
        table[code] = base if base.isascii() and base else chr(code).lower()[:1]
    table |= {ord(mark): " " for mark in _SEPARATORS}
    return table


_TABLE = _folded_characters()


def fold(text: str) -> str:
    """Lower the case, take accents off, open hyphens and apostrophes; the length stays the same."""
    folded = text.translate(_TABLE)
    lowered = folded.lower()
    if len(lowered) != len(text):
        lowered = "".join(low if len(low := character.lower()) == 1 else character for character in folded)
    return lowered
