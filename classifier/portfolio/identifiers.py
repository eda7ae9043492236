"""Identifiers of projects: a stable one where the source gives none, and a compact watch for repeated ones."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable


def derive_identifier(parts: Iterable[str]) -> str:
    """Return ``sha-`` and 16 hex digits of the content, blind to case and white space."""
    content = "\x1f".join(" ".join(part.casefold().split()) for part in parts)
    return "sha-" + hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:16]


class HashTable:
    """Set of 64-bit hashes in 8 bytes a slot, a sixth of what a set of integers takes."""

    def __init__(self) -> None:
        self._slots = array("Q", bytes(8 << 10))
        self._mask = (1 << 10) - 1
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, text: str) -> bool:
        """Remember a text; False when it was there already."""
        added = self._insert((hash(text) & 0xFFFFFFFFFFFFFFFF) or 1)
        if added and self._count * 2 > self._mask:
            self._grow()
        return added

    def _insert(self, key: int) -> bool:
        slots, mask = self._slots, self._mask
        place = key & mask
        while (found := slots[place]) != 0:
            if found == key:
                return False
            place = (place + 1) & mask
        slots[place] = key
        self._count += 1
        return True

    def _grow(self) -> None:
        old = self._slots
        size = (self._mask + 1) * 4
        self._slots = array("Q", bytes(8 * size))
        self._mask = size - 1
        self._count = 0
        for key in old:
            if key:
                self._insert(key)


class IdentifierWatch:
    """Notices identifiers that occur more than once, in a few bytes for each."""

    def __init__(self) -> None:
        self._seen = HashTable()
        self._repeated = HashTable()
        self._first = ""

    def see(self, identifier: str, line: int) -> None:
        """Take one identifier in the order of the source."""
        if self._seen.add(identifier):
            return
        self._repeated.add(identifier)
        if not self._first:
            self._first = f"{identifier} (line {line})"

    def note(self) -> str:
        """Return the sentence for the closing summary, empty when all differ."""
        count = len(self._repeated)
        if not count:
            return ""
        noun = "identifier occurs" if count == 1 else "identifiers occur"
        return f"{count:,} {noun} more than once, first: {self._first}"
