"""Tagging batches in this process."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from service.engine import single_threaded_numbers, tag_here


def test_a_portfolio_without_a_readable_row_needs_no_model(tmp_path: Path) -> None:
    assert list(tag_here(tmp_path / "no model here", [])) == []


def test_the_threads_of_numeric_libraries_are_as_many_as_before_once_processes_are_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    with single_threaded_numbers():
        assert os.environ["OPENBLAS_NUM_THREADS"] == os.environ["OMP_NUM_THREADS"] == "1"
    assert os.environ["OPENBLAS_NUM_THREADS"] == "3"
    assert "OMP_NUM_THREADS" not in os.environ
