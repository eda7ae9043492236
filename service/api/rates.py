"""Limits how often somebody may ask, by a bucket that fills with time; all processes of a service share the buckets."""

from __future__ import annotations

import mmap
import os
import secrets
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

#: Set by ``portolan serve`` before its processes start: the folder of what they keep together.
FOLDER_VARIABLE = "PORTOLAN_SHARED_DIR"

_SETS = 4_096
_WAYS = 4
#: Of whom the bucket is, what is left in it, and when it was last looked at.
_BUCKET = struct.Struct("=Qdd")
_SET_BYTES = _WAYS * _BUCKET.size
_TABLE_BYTES = _SETS * _SET_BYTES


class RateLimit:
    """So many requests a minute for each name.

    Parameters
    ----------
    per_minute
        Size of the bucket, and what flows into it in a minute.
    file
        Where the processes of a service keep the buckets together; None when there is only this one.
    clock
        Seconds that only ever grow, the same in all processes.
    """

    def __init__(self, per_minute: int, file: Path | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._size = float(per_minute)
        self._per_second = per_minute / 60
        self._clock = clock
        # Nobody outside can tell whose buckets lie beside each other and crowd one out.
        secret = secrets.token_bytes() if file is None else str(file).encode()
        self._secret = blake2b(secret, digest_size=32).digest()
        self._file = None if file is None else os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        if self._file is not None:
            # Growing a file to the length that it has leaves what another process wrote there.
            os.truncate(self._file, _TABLE_BYTES)
        self._table = mmap.mmap(-1 if self._file is None else self._file, _TABLE_BYTES)

    def take(self, name: str) -> float:
        """Take one request; return 0, or the seconds to wait when there is none left."""
        digest = blake2b(name.encode("utf-8", "backslashreplace"), digest_size=8, key=self._secret).digest()
        key = int.from_bytes(digest, "little") or 1
        start = key % _SETS * _SET_BYTES
        with self._alone(start):
            moment = self._clock()
            place, left, seen = self._find(start, key, moment)
            left = min(self._size, left + max(0.0, moment - seen) * self._per_second)
            allowed = left >= 1
            _BUCKET.pack_into(self._table, place, key, left - 1 if allowed else left, moment)
        return 0.0 if allowed else (1 - left) / self._per_second

    def close(self) -> None:
        """Let go of the buckets."""
        self._table.close()
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _find(self, start: int, key: int, moment: float) -> tuple[int, float, float]:
        """Return the bucket of a key (place, what is left, since when); the one unused the longest makes room."""
        oldest, oldest_seen = start, float("inf")
        for place in range(start, start + _SET_BYTES, _BUCKET.size):
            owner, left, seen = _BUCKET.unpack_from(self._table, place)
            if owner == key:
                return place, left, seen
            if seen < oldest_seen:
                oldest, oldest_seen = place, seen
        return oldest, self._size, moment

    @contextmanager
    def _alone(self, start: int) -> Iterator[None]:
        """Keep other processes away from a set of buckets; the threads of this one never meet here."""
        if self._file is None:
            yield
            return
        import fcntl

        fcntl.lockf(self._file, fcntl.LOCK_EX, _SET_BYTES, start)
        try:
            yield
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN, _SET_BYTES, start)
