from __future__ import annotations

import errno
import gzip
import io
import os
import sys
from pathlib import Path

import pytest

from classifier.errors import OutputError, UsageError
from classifier.portfolio.target import Target


def test_puts_the_file_in_place_only_on_commit(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    target = Target(str(path), force=False)
    stream = target.open()
    stream.write(b"content")
    assert not path.exists()
    target.commit()
    assert path.read_bytes() == b"content"
    assert list(tmp_path.iterdir()) == [path]


def test_abort_leaves_nothing_and_keeps_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_bytes(b"old")
    target = Target(str(path), force=True)
    target.open().write(b"half")
    target.abort()
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == b"old"


def test_the_output_follows_the_umask(tmp_path: Path) -> None:
    target = Target(str(tmp_path / "out"), force=False)
    before = os.umask(0o022)
    try:
        target.open()
    finally:
        os.umask(before)
    target.commit()
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o644


def test_refuses_an_existing_file_unless_forced(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.touch()
    with pytest.raises(UsageError) as caught:
        Target(str(path), force=False)
    assert caught.value.code == "output-exists"
    Target(str(path), force=True)


def test_refuses_a_file_that_appeared_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    target = Target(str(path), force=False)
    target.open()
    path.write_bytes(b"of someone else")
    with pytest.raises(UsageError):
        target.commit()
    target.abort()
    assert path.read_bytes() == b"of someone else"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(("name", "code"), [("missing/out.csv", "folder-missing"), (".", "output-is-folder")])
def test_refuses_a_place_that_cannot_hold_a_file(tmp_path: Path, name: str, code: str) -> None:
    with pytest.raises(OutputError) as caught:
        Target(str(tmp_path / name), force=True)
    assert caught.value.code == code


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, "disk-full"), (errno.EACCES, "output-unwritable")])
def test_names_a_fault_of_the_disk(tmp_path: Path, number: int, code: str) -> None:
    target = Target(str(tmp_path / "out.csv"), force=False)
    with pytest.raises(OutputError) as caught, target.faults_named():
        raise OSError(number, os.strerror(number))
    assert caught.value.code == code


def test_lets_a_closed_pipe_through() -> None:
    with pytest.raises(BrokenPipeError), Target("-", force=False).faults_named():
        raise BrokenPipeError


def test_compresses_by_suffix_and_reproducibly(tmp_path: Path) -> None:
    for name in ("a.csv.gz", "b.csv.gz"):
        target = Target(str(tmp_path / name), force=False)
        target.open().write(b"text " * 100)
        target.commit()
    assert gzip.decompress((tmp_path / "a.csv.gz").read_bytes()) == b"text " * 100
    assert (tmp_path / "a.csv.gz").read_bytes() == (tmp_path / "b.csv.gz").read_bytes()


def test_writes_to_standard_output(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(buffer))
    target = Target("-", force=False)
    target.open().write(b"text")
    target.commit()
    assert buffer.getvalue() == b"text"
