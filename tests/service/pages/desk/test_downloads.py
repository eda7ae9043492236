"""Files that are made for one download."""

from __future__ import annotations

import os
import shutil
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
        assert sweep_downloads(tmp_path) == 2
        assert list(young.parent.iterdir()) == [young]


def test_what_cannot_be_removed_stays_and_the_rest_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "downloads"
    (folder / "stuck").mkdir(parents=True)
    (folder / "file").write_text("x")
    for path in folder.iterdir():
        grow_old(path)

    def refuse(path: Path) -> None:
        raise PermissionError(path)

    monkeypatch.setattr(shutil, "rmtree", refuse)
    assert sweep_downloads(tmp_path) == 1
    assert [path.name for path in folder.iterdir()] == ["stuck"]


def test_a_link_goes_and_what_it_leads_to_stays(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "downloads", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    (elsewhere / "file").write_text("x")
    for name, target in (("link", elsewhere), ("dangling", tmp_path / "nothing")):
        (folder / name).symlink_to(target)
        os.utime(folder / name, (0, 0), follow_symlinks=False)
    assert sweep_downloads(tmp_path) == 2
    assert (elsewhere / "file").exists()


def test_there_may_be_nothing_to_sweep(tmp_path: Path) -> None:
    assert sweep_downloads(tmp_path) == 0
