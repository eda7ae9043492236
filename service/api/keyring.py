"""Checks keys against the database, and remembers the answer for a few seconds."""

from __future__ import annotations

import asyncio
import hashlib
import time
from typing import TYPE_CHECKING

from service.access.keys import KeyHolder, find_holder, note_use
from service.clock import now

if TYPE_CHECKING:
    from service.store.database import Database

_MOST_REMEMBERED = 10_000
_NOTED_SECONDS = 60.0


class KeyRing:
    """The keys that were checked lately.

    Parameters
    ----------
    seconds
        How long an answer is trusted: for so long a revoked key still works.
    """

    def __init__(self, database: Database, seconds: float) -> None:
        self._database = database
        self._seconds = seconds
        self._known: dict[bytes, tuple[float, KeyHolder]] = {}
        self._noted: dict[str, float] = {}

    async def find(self, secret: str) -> KeyHolder | None:
        """Return whose key this is, None when it is not a valid one."""
        digest = hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()
        until, holder = self._known.get(digest, (0.0, None))
        if holder is None or until < time.monotonic():
            holder = await asyncio.to_thread(self._check, secret)
            self._known.pop(digest, None)
            if holder is None:
                return None
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[digest] = (time.monotonic() + self._seconds, holder)
        return holder if holder.expires is None or holder.expires > now() else None

    def _check(self, secret: str) -> KeyHolder | None:
        holder = find_holder(self._database, secret)
        if holder is not None and self._noted.get(holder.prefix, 0.0) < time.monotonic():
            note_use(self._database, holder.prefix)
            self._noted[holder.prefix] = time.monotonic() + _NOTED_SECONDS
        return holder
