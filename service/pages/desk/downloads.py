"""Files that are made for one download, and go when it is over; what a kill left goes later."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_FOLDER: Final = "downloads"
#: No download takes so long to be made.
_OLD_SECONDS: Final = 3_600


@contextmanager
def making_download(data_dir: Path, suffix: str) -> Iterator[Path]:
    """Yield the place of a new file for a download; it stays unless making it fails, and its sender removes it."""
    folder = data_dir / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, suffix=suffix, delete=False) as made:
        path = Path(made.name)
    try:
        yield path
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def sweep_downloads(data_dir: Path) -> int:
    """Remove what processes that were killed left; return how much it was. Called at the start and by every download.

    What is young stays: another process of the service may be making or sending it. So does what cannot be removed.
    """
    gone = 0
    for path in _list(data_dir / _FOLDER):
        with suppress(OSError):
            if time.time() - path.lstat().st_mtime > _OLD_SECONDS:
                # What a link leads to is not ours.
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
                gone += 1
    return gone


def _list(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []
