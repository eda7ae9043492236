"""The rules that Portolan ships, ready to use once their examples are known to hold."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources.abc import Traversable
from pathlib import Path

from classifier.errors import ReferenceDataError
from classifier.oda.examples import failing_examples
from classifier.oda.rulebook import RuleBook, read_rules, rules_folder

#: Names the version of the rules whose examples all hold.
TESTED = "tested.txt"


@lru_cache(maxsize=1)
def load_rules() -> RuleBook:
    """Read the rules that Portolan ships and check them, once per process.

    Their examples run when the rules are not the ones that `TESTED` names: rules that somebody edited load
    only when every example holds, untouched ones at once.

    Raises
    ------
    ReferenceDataError
        A rule is invalid, does not fit another, or an example does not hold; file, rule and line are named.
    """
    return read_checked(rules_folder())


def read_checked(folder: Traversable) -> RuleBook:
    """Read the rules of a folder and check them, as `load_rules` does."""
    book = read_rules(folder)
    if problems := book.check():
        raise ReferenceDataError(problems[0], code="rule-invalid")
    if book.version == _tested_version(folder):
        return book
    if failures := failing_examples(book, folder):
        first = failures[0]
        raise ReferenceDataError(
            f"{first.file}: {first.rule} (line {first.line}): the {first.language} example does not "
            f"{first.kind}: {first.example!r}",
            code="rule-example",
            remedy="Change the pattern or the example.",
        )
    return book


def _tested_version(folder: Traversable) -> str:
    """Return the version whose examples were last run and found to hold, empty when there is none."""
    path = folder.joinpath(TESTED)
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


def record_tested(book: RuleBook, folder: Path) -> None:
    """Remember that every example of these rules holds; call it only after `failing_examples` found none."""
    (folder / TESTED).write_text(f"{book.version}\n", encoding="utf-8")
