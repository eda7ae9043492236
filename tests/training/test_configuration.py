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


@pytest.mark.parametrize(
    ("field", "value"), [("seed", "1"), ("folds", 1), ("folds", 2.5), ("folds", True), ("compositions", "many")]
)
def test_value_of_the_wrong_kind_is_refused(field: str, value: object) -> None:
    data = {**load_configuration().to_json(), field: value}
    with pytest.raises(CorpusError, match=field):
        Configuration.from_data(data, "mine.toml")


@pytest.mark.parametrize(
    ("part", "field", "value"),
    [("linear", "share", 1.5), ("hidden", "dropout", 1.0), ("hidden", "unit_dropout", -0.1), ("linear", "epochs", 0)],
)
def test_option_out_of_its_range_is_refused(part: str, field: str, value: float) -> None:
    data = load_configuration().to_json()
    with pytest.raises(CorpusError, match=field.split("_")[-1]):
        Configuration.from_data({**data, part: {**data[part], field: value}}, "mine.toml")
