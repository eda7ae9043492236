"""Read the sentences of a project and collect the rules that fire, each with its words and polarity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources.abc import Traversable
from itertools import chain
from typing import TypeAlias

from classifier.oda.lexicon import Lexicon, Tokens
from classifier.oda.matching import Alphabet, Key, PatternIndex, Reading, Span, atoms_of, in_order
from classifier.oda.notation import Pattern
from classifier.oda.places import Surroundings, departure_of, holds, roles_of
from classifier.oda.recipients import load_nationalities
from classifier.oda.rulebook import Rule, RuleBook
from classifier.oda.scope import ScopeTables, Trigger, judge_polarity, read_scope_tables
from classifier.oda.sections import section_of
from classifier.oda.vocabulary import load_vocabularies, place_classes
from classifier.project import TextField
from classifier.tagging import Polarity

_ENOUGH_AFFIRMED = 6
_ENOUGH = 60
_QUOTE_BEFORE, _QUOTE_AFTER = 8, 10
#: Matches of sentences already read, by language and letters: repeated text costs nothing.
_Known: TypeAlias = dict[tuple[str, ...], list[Span[str]]]

_CLAUSE_ENDS = frozenset({";", ".", ":", "!", "?"})
_SHORT = 20
_FEW_WORDS = 8


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence to read: its field, its place in the text, and its cleaned words."""

    field: TextField
    number: int
    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that fired on a sentence: words from `start` to `end` of the line's text."""

    rule: Rule
    line: Line
    section: str
    polarity: Polarity
    start: int
    end: int
    sole: bool
    strong: bool


class _Sentence:
    """A sentence under the patterns; what is costly is looked up when first asked for."""

    def __init__(self, line: Line, tokens: Tokens, patterns: Patterns) -> None:
        self.line, self.tokens, self._patterns = line, tokens, patterns

    @cached_property
    def triggers(self) -> list[Span[Trigger]]:
        """Words that change what a hit means."""
        return self.find(self._patterns.triggers)

    @cached_property
    def section(self) -> str:
        """The part of the description that the sentence belongs to."""
        return section_of(self.line.field, {span.key.section for span in self.find(self._patterns.cues)})

    @cached_property
    def reading(self) -> Reading:
        """The sentence looked up in the alphabet of the patterns."""
        return self._patterns.alphabet.read(self.tokens)

    def find(self, indexes: Mapping[str, PatternIndex[Key]]) -> list[Span[Key]]:
        """Return the hits of the patterns in the languages that the sentence may be in, in order."""
        found = [index.find(self.reading) for language, index in indexes.items() if self.speaks(language)]
        return found[0] if len(found) == 1 else sorted(chain.from_iterable(found), key=in_order)

    def speaks(self, language: str) -> bool:
        """Tell whether the sentence may be in a language; that of few words cannot be trusted."""
        return self.line.language in {language, "", "other"} or len(self.tokens.words) <= _FEW_WORDS

    @cached_property
    def places(self) -> list[Span[str]]:
        """Places with their roles."""
        return self.find(self._patterns.places)

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles of all places of the sentence."""
        return roles_of(self.places)


class Patterns:
    """All patterns of the rules and of the scope tables, compiled over one alphabet."""

    def __init__(self, book: RuleBook, tables: ScopeTables, heads: Sequence[str] = ()) -> None:
        fires = [(language, rule.id, one) for rule in book for language, ones in rule.patterns.items() for one in ones]
        blocks = {rule.id: [("", one) for found in rule.unless.values() for one in found] for rule in book}
        people = load_nationalities()
        words = atoms_of(
            [one for _, _, one in fires] + [one for found in blocks.values() for _, one in found]
        ) | atoms_of(tables.patterns())
        words.update(form for forms in people.values() for form in forms)
        self.lexicon = Lexicon(words, heads)
        self.alphabet = Alphabet(self.lexicon)
        places = self.lexicon.letters(place_classes()["listed_place"])
        self.people = {iso3: self.lexicon.letters(forms) - places for iso3, forms in people.items()}
        self.rules = self._by_language(fires)
        self.unless = {rule: PatternIndex(found, self.alphabet) for rule, found in blocks.items() if found}
        self.triggers = self._by_language([(key.language, key, one) for key, one in tables.triggers])
        self.cues = self._by_language([(key.language, key, one) for key, one in tables.cues])
        self.places = self._by_language(tables.places)

    def _by_language(self, patterns: Iterable[tuple[str, Key, Pattern]]) -> dict[str, PatternIndex[Key]]:
        """Compile patterns apart for each language, so that a sentence meets only those of its own."""
        apart: dict[str, list[tuple[Key, Pattern]]] = {}
        for language, key, pattern in patterns:
            apart.setdefault(language, []).append((key, pattern))
        return {language: PatternIndex(found, self.alphabet) for language, found in apart.items()}


class _Enough:
    """Knows the rules of which enough hits were found: affirmed ones, or very many others."""

    def __init__(self) -> None:
        self.rules: set[str] = set()
        self._affirmed: Counter[str] = Counter()
        self._all: Counter[str] = Counter()

    def add(self, hit: Hit) -> None:
        """Count a hit."""
        rule = hit.rule.id
        self._all[rule] += 1
        self._affirmed[rule] += hit.polarity is Polarity.AFFIRMED and hit.section != "context"
        if self._affirmed[rule] >= _ENOUGH_AFFIRMED or self._all[rule] >= _ENOUGH:
            self.rules.add(rule)


class RuleReader:
    """Finds the rules that fire on lines of text. Safe to call from several threads."""

    def __init__(self, book: RuleBook, folder: Traversable) -> None:
        self._book = book
        vocabularies = load_vocabularies(folder)
        heads = vocabularies["nl"].classes.get("compound_head", ())
        self._patterns = Patterns(book, read_scope_tables(folder, vocabularies), heads)

    def surroundings(
        self, recipients: frozenset[str], countries: frozenset[str], title: Sequence[Line]
    ) -> Surroundings:
        """Return what places the recipients and the title give to every sentence."""
        return Surroundings(
            recipients,
            countries,
            self._patterns.people,
            lambda: frozenset(role for line in title for role in self._sentence(line).roles),
        )

    def read(self, lines: Sequence[Line], around: Surroundings, words: int) -> list[Hit]:
        """Return the hits of all rules on the lines, in the order of the text."""
        hits: list[Hit] = []
        enough = _Enough()
        known: _Known = {}
        for line in lines:
            for hit in self._read_sentence(self._sentence(line), around, words, enough, known):
                enough.add(hit)
                hits.append(hit)
        return hits

    def _sentence(self, line: Line) -> _Sentence:
        """Read the tokens of a line."""
        return _Sentence(line, self._patterns.lexicon.read(line.text), self._patterns)

    def _read_sentence(
        self, sentence: _Sentence, around: Surroundings, words: int, enough: _Enough, known: _Known
    ) -> Iterator[Hit]:
        """Yield the hits on one sentence, of rules of which there is not enough yet."""
        letters = (sentence.line.language, *sentence.tokens.words)
        found = known.get(letters)
        if found is None:
            found = known[letters] = sentence.find(self._patterns.rules)
        spans = [span for span in found if span.key not in enough.rules]
        if not spans:
            return
        blocks = self._blocks(sentence, {span.key for span in spans})
        holding = [
            span
            for span in spans
            if not _lies_over(span, blocks[span.key]) and self._holds(span, sentence, around, words)
        ]
        for span in _apart(holding):
            yield self._hit(span, sentence)

    def _blocks(self, sentence: _Sentence, rules: Collection[str]) -> dict[str, list[Span[str]]]:
        """Return the expressions of the sentence in which the words of a rule do not count."""
        unless = self._patterns.unless
        return {rule: unless[rule].find(sentence.reading) if rule in unless else [] for rule in rules}

    def _holds(self, span: Span[str], sentence: _Sentence, around: Surroundings, words: int) -> bool:
        """Tell whether the conditions of the pattern hold where it matched."""
        departure = ""
        for condition in sorted(span.conditions):
            if condition == "@title":
                held = sentence.section == "title"
            elif condition == "@objective":
                held = sentence.section in {"title", "objective", "overall"}
            elif condition in {"@strong", "@either-way"}:
                held = True
            elif condition == "@short":
                held = words <= _SHORT
            else:
                if condition.startswith("@from:"):
                    departure = departure or departure_of(sentence.tokens, sentence.places, span, around)
                held = holds(condition, sentence.roles, around, departure)
            if not held:
                return False
        return True

    def _hit(self, span: Span[str], sentence: _Sentence) -> Hit:
        """Make a hit of a match: polarity, section and the words to quote."""
        rule, tokens = self._book.rules[span.key], sentence.tokens
        polarity = judge_polarity(tokens, sentence.triggers, span, rule.verdict)
        if polarity is Polarity.AFFIRMED and "@from:unstated" in span.conditions:
            polarity = Polarity.UNCLEAR
        first, last = _quote(tokens, span)
        joins = _JOINS.get(sentence.line.language, _ALL_JOINS)
        sole = joins.isdisjoint(tokens.words[span.end : span.end + 8])
        return Hit(
            rule,
            sentence.line,
            sentence.section,
            polarity,
            tokens.spans[first][0],
            tokens.spans[last][1],
            sole,
            "@strong" in span.conditions,
        )


_JOINS = {"en": frozenset({"and"}), "fr": frozenset({"et"}), "nl": frozenset({"en"})}
_ALL_JOINS = frozenset({"and", "et", "en"})


def _apart(spans: Sequence[Span[str]]) -> Iterator[Span[str]]:
    """Yield one span where several patterns of a rule overlap: the first, by start and length."""
    ends: dict[tuple[str, bool], int] = {}
    for span in spans:
        key = (span.key, bool(span.conditions & {"@from:unstated", "@strong"}))
        if span.start >= ends.get(key, 0):
            ends[key] = span.end
            yield span


def _lies_over(span: Span[str], blocks: Sequence[Span[str]]) -> bool:
    """Tell whether the hit overlaps one of the blocks."""
    return any(block.start < span.end and span.start < block.end for block in blocks)


def _quote(tokens: Tokens, span: Span[str]) -> tuple[int, int]:
    """Return the first and last token to quote: the clause around the hit, of bounded length."""
    first, last = span.start, span.end - 1
    while first > max(0, span.start - _QUOTE_BEFORE) and tokens.words[first - 1] not in _CLAUSE_ENDS:
        first -= 1
    limit = min(len(tokens.words), span.end + _QUOTE_AFTER)
    while last + 1 < limit and tokens.words[last + 1] not in _CLAUSE_ENDS:
        last += 1
    return first, last
