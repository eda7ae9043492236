"""Polarity and scope: whether the project itself finances what a hit names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any, Literal, TypeAlias, cast

from classifier.errors import ReferenceDataError
from classifier.oda.lexicon import Tokens
from classifier.oda.matching import Span
from classifier.oda.notation import NotationError, Pattern, Vocabulary, parse_patterns
from classifier.oda.vocabulary import read_classes, read_toml
from classifier.tagging import Polarity, Verdict

Effect: TypeAlias = Literal["negated", "against", "others", "unclear", "stop", "plain"]
Direction: TypeAlias = Literal["forward", "backward", "both"]

_FILE = "scope.toml"
_HARD_STOPS = frozenset({";", ".", "!", "?"})


@dataclass(frozen=True, slots=True)
class Trigger:
    """Words that change what a hit means, in a direction, over a number of words."""

    effect: Effect
    direction: Direction
    reach: int
    inside: bool
    language: str


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that tell the section of a sentence."""

    section: str
    language: str


@dataclass(frozen=True, slots=True)
class ScopeTables:
    """The tables of scope.toml: triggers, section cues, and place roles by language, with their patterns."""

    triggers: tuple[tuple[Trigger, Pattern], ...]
    cues: tuple[tuple[Cue, Pattern], ...]
    places: tuple[tuple[str, str, Pattern], ...]

    def patterns(self) -> Iterable[Pattern]:
        """Yield every pattern of the tables."""
        for table in (self.triggers, self.cues, self.places):
            for *_, pattern in table:
                yield pattern


def read_scope_tables(folder: Traversable, shared: Mapping[str, Vocabulary]) -> ScopeTables:
    """Read scope.toml; its patterns may use the shared vocabularies."""
    data = read_toml(folder, _FILE)
    vocabularies = {}
    for language, vocabulary in shared.items():
        own = read_classes(data.get("classes", {}), language, _FILE)
        vocabularies[language] = Vocabulary({**vocabulary.classes, **own}, vocabulary.macros)
    triggers = tuple(
        (Trigger(row["effect"], row["direction"], int(row["reach"]), bool(row.get("inside")), language), pattern)
        for row in data["trigger"]
        for language, pattern in _patterns(row, vocabularies)
    )
    cues = tuple(
        (Cue(str(row["section"]), lang), one) for row in data["cue"] for lang, one in _patterns(row, vocabularies)
    )
    places = tuple((lang, str(row["role"]), one) for row in data["place"] for lang, one in _patterns(row, vocabularies))
    return ScopeTables(triggers, cues, places)


def _patterns(row: Mapping[str, Any], vocabularies: Mapping[str, Vocabulary]) -> Iterable[tuple[str, Pattern]]:
    """Yield the patterns of one entry with their language."""
    for language, vocabulary in vocabularies.items():
        for line in cast("list[str]", row.get(language, [])):
            try:
                yield from ((language, one) for one in parse_patterns(line, vocabulary))
            except NotationError as error:
                raise ReferenceDataError(f"{_FILE}: {line!r}: {error}.", code="rule-scope") from None


def judge_polarity(tokens: Tokens, triggers: Sequence[Span[Trigger]], hit: Span[str], verdict: Verdict) -> Polarity:
    """Return the polarity of a hit."""
    start, end = hit.start, hit.end
    active = _without_plain(triggers)
    if hit.negates:
        active = [span for span in active if span.end <= start or span.start >= end]
    stops = [span.start for span in active if span.key.effect == "stop"]
    stops += [index for index, word in enumerate(tokens.words) if word in _HARD_STOPS]
    effects = {span.key.effect for span in active if _acts_on(span, start, end, stops)}
    if "negated" in effects:
        return Polarity.NEGATED
    if "against" in effects and verdict is Verdict.INELIGIBLE and "@either-way" not in hit.conditions:
        return Polarity.NEGATED
    if "others" in effects and verdict is Verdict.INELIGIBLE:
        return Polarity.CONTEXT
    if "unclear" in effects and verdict is not Verdict.ELIGIBLE:
        return Polarity.UNCLEAR
    return Polarity.AFFIRMED


def _without_plain(triggers: Sequence[Span[Trigger]]) -> list[Span[Trigger]]:
    """Drop triggers that lie inside words which only look like one (``not only``)."""
    plain = [span for span in triggers if span.key.effect == "plain"]
    return [
        span
        for span in triggers
        if span.key.effect != "plain" and not any(mask.start <= span.start and span.end <= mask.end for mask in plain)
    ]


def _acts_on(trigger: Span[Trigger], start: int, end: int, stops: Sequence[int]) -> bool:
    """Tell whether a trigger reaches a hit."""
    key = trigger.key
    if key.effect == "stop":
        return False
    if key.inside and start <= trigger.start and trigger.end < end:
        return True
    if key.direction != "backward" and trigger.start < start < trigger.end:
        return True
    if key.direction != "backward" and trigger.end <= start:
        reached = start - trigger.end <= key.reach
        return reached and not any(trigger.end <= stop <= start for stop in stops)
    if key.direction != "forward" and trigger.start >= end:
        reached = trigger.start - end <= key.reach
        return reached and not any(end <= stop < trigger.start for stop in stops)
    return False
