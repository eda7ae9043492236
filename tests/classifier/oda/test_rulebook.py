from __future__ import annotations

from pathlib import Path

import pytest
from rule_folder import RULE, make_rules

from classifier.errors import ReferenceDataError
from classifier.oda.examples import failing_examples
from classifier.oda.rulebook import describe_rule, list_rules, read_rules, rules_folder
from classifier.oda.shipped import load_rules
from classifier.tagging import Verdict

SHIPPED = rules_folder()


def test_all_criteria_are_there_with_their_verdicts() -> None:
    book = load_rules()
    verdicts = [rule.verdict for rule in book if rule.id != "COD-01"]
    assert len(verdicts) == 123
    assert [verdicts.count(verdict) for verdict in Verdict] == [44, 42, 37]


def test_every_example_holds() -> None:
    assert failing_examples(load_rules(), SHIPPED) == ()


def test_rules_agree_with_each_other() -> None:
    assert load_rules().check() == ()


def test_rule_is_found_in_any_case_and_described_as_data() -> None:
    described = describe_rule(load_rules().rule("ret-02"))
    assert described["id"] == "RET-02"
    assert described["verdict"] == "ineligible"


def test_unknown_rule_is_named() -> None:
    with pytest.raises(ReferenceDataError, match="RET-99"):
        load_rules().rule("RET-99")


def test_rules_of_one_group() -> None:
    assert {rule.group for rule in list_rules(load_rules(), "bor")} == {"BOR"}


def test_version_ignores_layout_and_follows_content(tmp_path: Path) -> None:
    first = read_rules(make_rules(tmp_path, RULE)).version
    assert read_rules(make_rules(tmp_path, "# a note\n" + RULE)).version == first
    assert read_rules(make_rules(tmp_path, RULE.replace("A test.", "Another."))).version != first


def test_good_rule_loads_and_its_examples_hold(tmp_path: Path) -> None:
    book = read_rules(make_rules(tmp_path, RULE))
    assert failing_examples(book, tmp_path) == ()


def test_failing_example_is_reported(tmp_path: Path) -> None:
    book = read_rules(make_rules(tmp_path, RULE.replace("Bicycles", "Beehives")))
    (failure,) = failing_examples(book, tmp_path)
    assert (failure.rule, failure.kind, failure.file) == ("XXX-01", "hold", "xxx.toml")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('status = "J"', 'status = "J"\ncolour = "red"', "unknown field 'colour'"),
        ('status = "J"', 'status = "Z"', "unknown status"),
        ('reason = "A test."', "", "reason is missing"),
        ('verdict = "eligible"', 'verdict = "perhaps"', "unknown verdict"),
        ('verdict = "eligible"', 'verdict = "conditional"', "question is missing"),
        ('["beehive*"]', '["hive?"]', "can match nothing"),
        ('["beehive*"]', '["<nothing>"]', "unknown or empty word class"),
        ('["beehive*"]', '["..3 hive"]', "begins and ends with a word"),
        ('["beehive*"]', '["@nowhere hive"]', "unknown condition"),
        ('["beehive*"]', '["$nothing"]', "unknown pattern list"),
        ('fire = ["Beehives for farmers."], ', "", "need examples"),
        ('status = "J"', 'status = "J"\nfields = ["colour = red"]', "unknown field 'colour'"),
    ],
)
def test_invalid_rule_is_refused_with_file_rule_and_line(tmp_path: Path, old: str, new: str, problem: str) -> None:
    with pytest.raises(ReferenceDataError, match=r"xxx\.toml: XXX-01 \(line 3\)") as caught:
        read_rules(make_rules(tmp_path, RULE.replace(old, new)))
    assert problem in str(caught.value)


def test_broken_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReferenceDataError, match=r"xxx\.toml"):
        read_rules(make_rules(tmp_path, "[[rule"))


def test_id_that_occurs_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReferenceDataError, match="twice"):
        read_rules(make_rules(tmp_path, RULE + RULE))
