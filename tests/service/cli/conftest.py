"""What the tests of the commands share."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_model import write_tiny_model


@pytest.fixture
def models(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of models in use, with one tiny version in it."""
    folder = tmp_path_factory.mktemp("models")
    write_tiny_model(folder)
    monkeypatch.setenv("PORTOLAN_MODELS", str(folder))
    return folder


@pytest.fixture
def portfolio(tmp_path: Path) -> Path:
    """A small portfolio in a folder of its own."""
    path = tmp_path / "portfolio.csv"
    path.write_text(
        "id,title,description\n"
        "P-1,Shelter for refugees,Refugees receive shelter and food near the border of the district.\n"
        "P-2,Ponts ruraux,Le projet construit six ponts et forme une équipe locale d'entretien.\n",
        encoding="utf-8",
    )
    return path
