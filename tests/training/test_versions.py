from __future__ import annotations

from pathlib import Path

import pytest
from bare_version import write_bare_version

from classifier.errors import ModelError, UsageError
from classifier.model import current_version
from training.bootstrap import Figure
from training.comparison import Change, Comparison
from training.versions import HISTORY, promote, read_history, rollback

WHEN = "2025-03-01T12:00:00Z"


@pytest.fixture
def models(tmp_path: Path) -> Path:
    for name in ("a", "b", "c"):
        write_bare_version(tmp_path, name)
    promote(tmp_path, "a", when=WHEN)
    return tmp_path


def comparison(current: str, candidate: str, *, worse: bool = False) -> Comparison:
    change = Change("area 3.2", 30, 0.9, 0.4, Figure(-0.5, -0.6, -0.4), worse)
    return Comparison(current, candidate, 100, (change,))


def test_the_first_version_needs_no_comparison(models: Path) -> None:
    assert current_version(models).name == "a"
    assert [(one.previous, one.version) for one in read_history(models)] == [("", "a")]


def test_promotes_what_is_not_worse(models: Path) -> None:
    promote(models, "b", when=WHEN, comparison=comparison("a", "b"), who="Ada", reason="better on French")
    assert current_version(models).name == "b"
    last = read_history(models)[-1]
    assert (last.previous, last.version, last.who, last.reason, last.forced) == (
        "a",
        "b",
        "Ada",
        "better on French",
        False,
    )


def test_refuses_what_is_worse_beyond_noise(models: Path) -> None:
    with pytest.raises(ModelError, match=r"area 3\.2 0\.90 to 0\.40") as caught:
        promote(models, "b", when=WHEN, comparison=comparison("a", "b", worse=True))
    assert caught.value.code == "model-worse"
    assert current_version(models).name == "a"
    assert len(read_history(models)) == 1


def test_a_forced_promotion_needs_a_reason_and_records_it(models: Path) -> None:
    with pytest.raises(UsageError, match="needs a reason"):
        promote(models, "b", when=WHEN, force=True, reason=" ")
    promote(models, "b", when=WHEN, comparison=comparison("a", "b", worse=True), force=True, reason="new guideline")
    assert read_history(models)[-1].forced
    assert read_history(models)[-1].reason == "new guideline"


@pytest.mark.parametrize("found", [None, comparison("a", "c"), comparison("c", "b")])
def test_another_comparison_does_not_count(models: Path, found: Comparison | None) -> None:
    with pytest.raises(UsageError, match="was not compared"):
        promote(models, "b", when=WHEN, comparison=found)


def test_a_changed_version_is_never_promoted(models: Path) -> None:
    (models / "b" / "vocabulary.json").write_text("[1]")
    with pytest.raises(ModelError):
        promote(models, "b", when=WHEN, force=True, reason="hurry")
    assert current_version(models).name == "a"


@pytest.mark.parametrize("name", ["", "z", "../a", "."])
def test_a_version_that_is_not_there(models: Path, name: str) -> None:
    with pytest.raises(ModelError):
        promote(models, name, when=WHEN, force=True, reason="hurry")


def test_the_current_version_is_not_promoted_again(models: Path) -> None:
    with pytest.raises(UsageError, match="current version already"):
        promote(models, "a", when=WHEN)


def test_goes_back_step_by_step(models: Path) -> None:
    promote(models, "b", when=WHEN, comparison=comparison("a", "b"))
    promote(models, "c", when=WHEN, comparison=comparison("b", "c"))
    rollback(models, when=WHEN, reason="complaints")
    assert current_version(models).name == "b"
    rollback(models, when=WHEN, reason="more complaints")
    assert current_version(models).name == "a"
    assert [one.action for one in read_history(models)] == ["promote"] * 3 + ["rollback"] * 2
    with pytest.raises(ModelError, match="no version before a"):
        rollback(models, when=WHEN, reason="yet more")


def test_a_rollback_needs_a_reason(models: Path) -> None:
    with pytest.raises(UsageError, match="needs a reason"):
        rollback(models, when=WHEN, reason="")


def test_does_not_go_back_to_a_changed_version(models: Path) -> None:
    promote(models, "b", when=WHEN, comparison=comparison("a", "b"))
    (models / "a" / "vocabulary.json").unlink()
    with pytest.raises(ModelError):
        rollback(models, when=WHEN, reason="complaints")
    assert current_version(models).name == "b"


def test_nothing_but_pointer_and_history_is_written(models: Path) -> None:
    assert {path.name for path in models.iterdir()} == {"a", "b", "c", "current", HISTORY}


@pytest.mark.parametrize("line", ["{", "[]", '{"when": 1}', '{"action": "delete"}'])
def test_a_broken_history_is_named_with_its_line(models: Path, line: str) -> None:
    with (models / HISTORY).open("a") as file:
        file.write(line + "\n")
    with pytest.raises(ModelError, match=r"history\.jsonl, line 2"):
        read_history(models)
