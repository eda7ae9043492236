from __future__ import annotations

from pathlib import Path

import pytest
from rule_folder import RULE, make_rules

from classifier.errors import ReferenceDataError
from classifier.oda.rulebook import read_rules, rules_folder
from classifier.oda.shipped import TESTED, load_rules, read_checked, record_tested


def test_the_shipped_rules_are_those_whose_examples_were_run() -> None:
    assert load_rules().version == rules_folder().joinpath(TESTED).read_text(encoding="utf-8").strip()


def test_rules_whose_examples_hold_load_untested(tmp_path: Path) -> None:
    assert "XXX-01" in read_checked(make_rules(tmp_path, RULE)).rules


def test_rules_whose_example_does_not_hold_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ReferenceDataError, match=r"xxx\.toml: XXX-01 \(line 3\)") as caught:
        read_checked(make_rules(tmp_path, RULE.replace("Bicycles", "Beehives")))
    assert caught.value.code == "rule-example"


def test_rules_that_are_recorded_load_without_their_examples(tmp_path: Path) -> None:
    broken = RULE.replace("Bicycles", "Beehives")
    record_tested(read_rules(make_rules(tmp_path, broken)), tmp_path)
    assert "XXX-01" in read_checked(tmp_path).rules


def test_rules_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ReferenceDataError, match="lowers XXX-99"):
        read_checked(make_rules(tmp_path, RULE.replace('status = "J"', 'status = "J"\nlowers = ["XXX-99"]')))


@pytest.mark.parametrize("name", ["vocabulary.toml", "scope.toml"])
def test_a_missing_table_is_named(tmp_path: Path, name: str) -> None:
    make_rules(tmp_path, RULE)
    (tmp_path / name).unlink()
    with pytest.raises(ReferenceDataError, match=name):
        read_checked(tmp_path)
