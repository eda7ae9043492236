from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from classifier.errors import ReferenceDataError
from classifier.oda.rulebook import read_rules, rules_folder
from classifier.oda.shipped import TESTED, load_rules, read_checked, record_tested

RULE = """
[[rule]]
id = "XXX-01"
verdict = "eligible"
activity = "Bees"
reason = "A test."
status = "J"
sources = ["J"]
patterns.en = ["beehive*"]
examples.en = {fire = ["Beehives for farmers."], hold = ["Bicycles for farmers."]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("vocabulary.toml", "scope.toml"):
        shutil.copy(str(rules_folder().joinpath(name)), tmp_path / name)
    return tmp_path


def write(folder: Path, text: str) -> Path:
    (folder / "xxx.toml").write_text(text, encoding="utf-8")
    return folder


def test_the_shipped_rules_are_those_whose_examples_were_run() -> None:
    assert load_rules().version == rules_folder().joinpath(TESTED).read_text(encoding="utf-8").strip()


def test_rules_whose_examples_hold_load_untested(folder: Path) -> None:
    assert "XXX-01" in read_checked(write(folder, RULE)).rules


def test_rules_whose_example_does_not_hold_are_refused(folder: Path) -> None:
    with pytest.raises(ReferenceDataError, match=r"xxx\.toml: XXX-01 \(line 3\)") as caught:
        read_checked(write(folder, RULE.replace("Bicycles", "Beehives")))
    assert caught.value.code == "rule-example"


def test_rules_that_are_recorded_load_without_their_examples(folder: Path) -> None:
    broken = RULE.replace("Bicycles", "Beehives")
    record_tested(read_rules(write(folder, broken)), folder)
    assert "XXX-01" in read_checked(folder).rules


def test_rules_that_contradict_each_other_are_refused(folder: Path) -> None:
    with pytest.raises(ReferenceDataError, match="lowers XXX-99"):
        read_checked(write(folder, RULE.replace('status = "J"', 'status = "J"\nlowers = ["XXX-99"]')))


@pytest.mark.parametrize("name", ["vocabulary.toml", "scope.toml"])
def test_a_missing_table_is_named(folder: Path, name: str) -> None:
    write(folder, RULE)
    (folder / name).unlink()
    with pytest.raises(ReferenceDataError, match=name):
        read_checked(folder)
