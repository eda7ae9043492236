"""Tagging batches in this process."""

from __future__ import annotations

from pathlib import Path

from service.engine import tag_here


def test_a_portfolio_without_a_readable_row_needs_no_model(tmp_path: Path) -> None:
    assert list(tag_here(tmp_path / "no model here", [])) == []
