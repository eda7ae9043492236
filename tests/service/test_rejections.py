"""The file of rejected rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from classifier.errors import RowError, UsageError
from service.rejections import RejectionFile

ROW = RowError(7, "=cmd", "bad-cell", "The cell cannot be read.")


def test_rejected_rows_are_written_and_guarded(tmp_path: Path) -> None:
    path = tmp_path / "rejected.csv"
    with RejectionFile(str(path), force=False) as rejections:
        rejections.add(ROW)
    assert path.read_text(encoding="utf-8").splitlines() == [
        "line,field,code,message",
        "7,'=cmd,bad-cell,The cell cannot be read.",
    ]


def test_without_rejected_rows_there_is_no_file(tmp_path: Path) -> None:
    with RejectionFile(str(tmp_path / "rejected.csv"), force=False):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_failed_run_leaves_none(tmp_path: Path) -> None:
    rejections = RejectionFile(str(tmp_path / "rejected.csv"), force=False)
    rejections.add(ROW)
    rejections.__exit__(KeyboardInterrupt)
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_not_replaced_unasked(tmp_path: Path) -> None:
    path = tmp_path / "rejected.csv"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError):
        RejectionFile(str(path), force=False)


def test_a_stale_file_goes_with_force(tmp_path: Path) -> None:
    path = tmp_path / "rejected.csv"
    path.write_text("of yesterday", encoding="utf-8")
    with RejectionFile(str(path), force=True):
        pass
    assert not path.exists()


def test_without_a_name_rows_are_passed_over() -> None:
    with RejectionFile("", force=False) as rejections:
        rejections.add(ROW)
