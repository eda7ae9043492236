from __future__ import annotations

from pathlib import Path

import pytest

from classifier.errors import CorpusError
from training.configuration import Configuration, load_configuration


def test_shipped_configuration_loads() -> None:
    assert load_configuration().folds > 1


def test_unknown_field_is_named() -> None:
    data = {**load_configuration().to_json(), "colour": "blue"}
    with pytest.raises(CorpusError, match="colour"):
        Configuration.from_data(data, "mine.toml")


def test_missing_field_is_named() -> None:
    data = load_configuration().to_json()
    del data["seed"]
    with pytest.raises(CorpusError, match="seed"):
        Configuration.from_data(data, "mine.toml")


def test_file_that_is_not_toml_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("seed = ", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"mine\.toml"):
        load_configuration(path)
