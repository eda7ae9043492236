"""Where the files of a job stand."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from classifier.errors import OutputError, UsageError

_UNSAFE = re.compile(r"[^\w .()+,-]")
_LONGEST_NAME = 120
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class JobFolder:
    """The folder of one job: ``upload/`` with the portfolio, ``parts/`` while it runs, ``result/`` at the end."""

    path: Path

    @property
    def parts(self) -> Path:
        """Where the taggings of the finished parts stand, and temporary files."""
        return self.path / "parts"

    @property
    def result(self) -> Path:
        """Where the result stands."""
        return self.path / "result"

    def upload(self, file_name: str) -> Path:
        """Return the uploaded portfolio."""
        return self.path / "upload" / _safe(file_name)

    def make(self, source: IO[bytes], file_name: str) -> int:
        """Keep an upload; return its size. Nothing is left behind when that fails.

        Raises
        ------
        OutputError
            When there is no room left.
        """
        try:
            self.parts.mkdir(parents=True)
            self.result.mkdir()
            target = self.upload(file_name)
            target.parent.mkdir()
            with target.open("xb") as file:
                shutil.copyfileobj(source, file, _CHUNK)
                file.flush()
                os.fsync(file.fileno())
            return target.stat().st_size
        except OSError:
            self.remove()
            raise OutputError(
                "There is no room left for the upload.", code="disk-full", remedy="Tell the administrator."
            ) from None
        except BaseException:
            self.remove()
            raise

    def remove(self) -> None:
        """Remove everything."""
        shutil.rmtree(self.path, ignore_errors=True)

    @contextmanager
    def spooling(self) -> Iterator[None]:
        """Let the temporary files of this process lie among the parts, where they go even after a kill."""
        scratch, before = self.parts / "scratch", tempfile.tempdir
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        tempfile.tempdir = str(scratch)
        try:
            yield
        finally:
            tempfile.tempdir = before
            shutil.rmtree(scratch, ignore_errors=True)

    def clear_parts(self) -> None:
        """Remove what only a running job needs."""
        shutil.rmtree(self.parts, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class JobFolders:
    """The folders of all jobs."""

    data_dir: Path

    @property
    def spool(self) -> Path:
        """Where uploads stand until they are whole."""
        return self.data_dir.absolute() / "spool"

    @property
    def root(self) -> Path:
        """The folder that holds them."""
        return self.data_dir.absolute() / "jobs"

    def of(self, job_id: str) -> JobFolder:
        """Return the folder of a job."""
        return JobFolder(self.root / job_id)

    def all(self) -> Iterator[JobFolder]:
        """Yield every folder there is."""
        if self.root.is_dir():
            yield from (JobFolder(path) for path in self.root.iterdir() if path.is_dir())


def new_job_id() -> str:
    """Return an id that nobody guesses."""
    return secrets.token_hex(16)


def check_file_name(name: str) -> str:
    """Return the name of an upload.

    Raises
    ------
    UsageError
        When it is no plain file name: a path, a URL, empty, too long, or with unprintable characters.
    """
    plain = PurePosixPath(name.replace("\\", "/")).name == name and name not in {"", ".", ".."}
    if not plain or not name.isprintable() or len(name) > _LONGEST_NAME:
        raise UsageError(
            "The name of the upload is no plain file name.",
            code="bad-file-name",
            remedy="Send a name such as portfolio.xlsx, without folders.",
        )
    return name


def _safe(file_name: str) -> str:
    return _UNSAFE.sub("_", file_name).lstrip(".-") or "portfolio"
