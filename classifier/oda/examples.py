"""Run the examples that every rule with patterns carries."""

from __future__ import annotations

from importlib.resources.abc import Traversable
from typing import Literal

from classifier.oda.findings import Line, RuleReader
from classifier.oda.places import Surroundings
from classifier.oda.rulebook import Failure, Rule, RuleBook
from classifier.tagging import Polarity

_NOWHERE = Surroundings(frozenset({"none"}))
_COUNTING = frozenset({Polarity.AFFIRMED, Polarity.UNCLEAR})


def failing_examples(book: RuleBook, folder: Traversable) -> tuple[Failure, ...]:
    """Return the examples of the rules of a folder that do not do what they promise."""
    reader = RuleReader(book, folder)
    return tuple(failure for rule in book for failure in _failures(rule, reader))


def _failures(rule: Rule, reader: RuleReader) -> list[Failure]:
    """Return the failing examples of one rule."""
    found = []
    for language, examples in rule.examples.items():
        for kind, sentences in (("fire", examples.fire), ("hold", examples.hold)):
            for sentence in sentences:
                if fires(rule.id, sentence, reader, language) != (kind == "fire"):
                    kind_of: Literal["fire", "hold"] = "fire" if kind == "fire" else "hold"
                    found.append(Failure(rule.id, rule.file, rule.line, language, kind_of, sentence))
    return found


def fires(rule_id: str, sentence: str, reader: RuleReader, language: str = "") -> bool:
    """Tell whether a rule counts on a sentence that stands alone, without codes or recipients."""
    hits = reader.read([Line("description", 0, sentence, language)], _NOWHERE, len(sentence.split()))
    return any(hit.rule.id == rule_id and hit.polarity in _COUNTING for hit in hits)
