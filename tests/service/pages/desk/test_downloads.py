"""Files that are made for one download."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from service.pages.desk.downloads import making_download, sweep_downloads


def grow_old(path: Path) -> None:
    long_ago = time.time() - 7_200
    os.utime(path, (long_ago, long_ago))


def test_a_download_that_is_not_made_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), making_download(tmp_path, ".csv"):
        raise RuntimeError
    assert list((tmp_path / "downloads").iterdir()) == []


def test_what_a_kill_left_goes_and_what_is_under_way_stays(tmp_path: Path) -> None:
    with making_download(tmp_path, ".csv") as left:
        pass
    scratch = left.parent / ".portolan-x"
    scratch.mkdir()
    (scratch / "sheet").write_text("x")
    grow_old(left)
    grow_old(scratch)
    with making_download(tmp_path, ".xlsx") as young:
        assert list(young.parent.iterdir()) == [young]
    assert sweep_downloads(tmp_path) == 0


def test_there_may_be_nothing_to_sweep(tmp_path: Path) -> None:
    assert sweep_downloads(tmp_path) == 0
