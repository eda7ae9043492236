"""An output that appears whole or not at all: written beside its place, renamed when it is complete."""

from __future__ import annotations

import contextlib
import errno
import gzip
import os
import secrets
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from classifier.errors import OutputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

STANDARD_OUTPUT = "-"


class Target:
    """Where the bytes of an output go.

    Parameters
    ----------
    name
        Output file, or ``-`` for standard output. A name that ends in ``.gz`` is compressed.
    force
        Replace an existing file.

    Raises
    ------
    UsageError
        When the file exists and `force` is not set.
    OutputError
        When the folder is missing or the target is a folder.
    """

    def __init__(self, name: str, *, force: bool) -> None:
        self.name = name
        self._force = force
        self._path = None if name == STANDARD_OUTPUT else Path(name)
        self._part: Path | None = None
        self._layers: list[IO[bytes]] = []
        if self._path is not None:
            self._check(self._path)

    @property
    def folder(self) -> Path | None:
        """Return the folder of the output, None for standard output."""
        return None if self._path is None else self._path.absolute().parent

    def open(self) -> IO[bytes]:
        """Return the stream to write to; the file at the target stays as it is until `commit`."""
        if self._path is None:
            return sys.stdout.buffer
        part = self._path.with_name(f".{self._path.name[:100]}.{secrets.token_hex(4)}.part")
        with self.faults_named():
            # Not a file of the tempfile module: those are private, an output follows the umask.
            stream: IO[bytes] = part.open("xb", buffering=1 << 18)
        self._part = part
        self._layers = [stream]
        if self._path.suffix.lower() == ".gz":
            stream = cast("IO[bytes]", gzip.GzipFile(filename="", fileobj=stream, mode="wb", mtime=0))
            self._layers.insert(0, stream)
        return stream

    def commit(self) -> None:
        """Put the written bytes in place."""
        with self.faults_named():
            if self._path is None or self._part is None:
                sys.stdout.buffer.flush()
                return
            for layer in self._layers:
                layer.flush()
                if layer is self._layers[-1]:
                    os.fsync(layer.fileno())
                layer.close()
            self._check(self._path)
            self._part.replace(self._path)
            self._part = None

    def abort(self) -> None:
        """Leave nothing behind."""
        for layer in self._layers:
            with contextlib.suppress(OSError, ValueError):
                layer.close()
        if self._part is not None:
            with contextlib.suppress(OSError):
                self._part.unlink()
            self._part = None

    @contextlib.contextmanager
    def faults_named(self) -> Iterator[None]:
        """Turn a fault of the file system into an error that names the output and the way out."""
        try:
            yield
        except BrokenPipeError:
            raise
        except OSError as error:
            raise self._named(error) from error

    def _named(self, error: OSError) -> OutputError:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            return OutputError(
                f"There is no room left to write {self.name}.",
                code="disk-full",
                remedy="Free some space, or write to another disk.",
            )
        return OutputError(
            f"{self.name} cannot be written: {error.strerror or type(error).__name__}.",
            code="output-unwritable",
            remedy="Check the permissions of the folder.",
        )

    def _check(self, path: Path) -> None:
        if path.is_dir():
            raise OutputError(f"{path} is a folder.", code="output-is-folder", remedy="Name a file in it.")
        if not path.absolute().parent.is_dir():
            raise OutputError(f"There is no folder {path.parent}.", code="folder-missing", remedy="Create it first.")
        if path.exists() and not self._force:
            raise UsageError(f"{path} exists already.", code="output-exists", remedy="Use --force to replace it.")
