"""Tagging batches in this process."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tiny_model import write_tiny_model

from classifier.project import Project, Source
from service.engine import Batch, Tagged, single_threaded_numbers, tag_here, tag_in_processes


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


def in_a_process(model_dir: Path, batches: list[Batch]) -> Iterator[Tagged]:
    return tag_in_processes(model_dir, batches, 1)


@pytest.mark.parametrize("tag", [tag_here, in_a_process])
def test_the_garbage_collector_is_afterwards_as_it_was(
    tmp_path: Path, tag: Callable[[Path, list[Batch]], Iterator[Tagged]]
) -> None:
    model, batches = write_tiny_model(tmp_path), [[Project(name, Source(1), title="Refugees")] for name in "ab"]
    before = gc.get_threshold(), gc.get_freeze_count()
    assert [len(batch) for batch, _ in tag(model, batches)] == [1, 1]
    assert (gc.get_threshold(), gc.get_freeze_count()) == before
    broken_off = tag(model, batches)
    next(broken_off)
    assert gc.get_threshold() != before[0]
    broken_off.close()  # type: ignore[attr-defined]
    assert (gc.get_threshold(), gc.get_freeze_count()) == before
