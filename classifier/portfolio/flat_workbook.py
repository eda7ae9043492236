"""An Excel workbook written in flat memory: its sheets wait in a temporary folder that always goes again."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from typing import IO, TYPE_CHECKING

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

if TYPE_CHECKING:
    from pathlib import Path


class _Outlet:
    """Hands bytes on until it is shut, and then swallows them: a zip file given up still writes its ending."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream: IO[bytes] | None = stream

    def shut(self) -> None:
        """Swallow what comes from now on."""
        self._stream = None

    def write(self, content: bytes) -> int:
        """Hand bytes on."""
        return len(content) if self._stream is None else self._stream.write(content)

    def tell(self) -> int:
        """Return the place in the stream."""
        return 0 if self._stream is None else self._stream.tell()

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move in the stream."""
        return 0 if self._stream is None else self._stream.seek(offset, whence)

    def flush(self) -> None:
        """Flush the stream."""
        if self._stream is not None:
            self._stream.flush()


class FlatWorkbook:
    """A workbook on a stream; either `close` or `discard` ends it.

    Parameters
    ----------
    stream
        Where the bytes of the workbook go.
    scratch
        Folder for the temporary files of the sheets; None for the system's own.
    """

    def __init__(self, stream: IO[bytes], scratch: Path | None) -> None:
        self._scratch = tempfile.mkdtemp(prefix=".portolan-", dir=scratch)
        self._outlet = _Outlet(stream)
        self.book = xlsxwriter.Workbook(self._outlet, {"constant_memory": True, "tmpdir": self._scratch})
        self.book.use_zip64()

    def close(self) -> None:
        """Write the ending; a fault of the file system is raised as it is.

        Raises
        ------
        OSError
            The stream takes no more.
        """
        try:
            self.book.close()
        except FileCreateError as fault:
            # The library wraps the fault of the file system, which our caller knows how to name.
            self._outlet.shut()
            raise fault.args[0] from None
        self._clear()

    def discard(self) -> None:
        """Remove the temporary files of the sheets."""
        for sheet in self.book.worksheets():
            with contextlib.suppress(OSError, ValueError):
                sheet._opt_close()
        self._clear()

    def _clear(self) -> None:
        shutil.rmtree(self._scratch, ignore_errors=True)
