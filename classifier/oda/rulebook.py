"""The rules of ODA eligibility: data that a domain expert edits, read and checked here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Literal, TypeAlias

from classifier.errors import ReferenceDataError
from classifier.oda.conditions import Condition, parse_condition
from classifier.oda.notation import NotationError, Pattern, Vocabulary, parse_patterns
from classifier.oda.vocabulary import LANGUAGES, load_vocabularies, parse_toml
from classifier.tagging import Verdict

STATUSES = frozenset({"C", "C+J", "M", "J"})

Effect: TypeAlias = Literal["risk", "review", "remark", "insufficient"]

_EFFECTS = frozenset({"risk", "review", "remark", "insufficient"})
_FIELDS = frozenset(
    {
        "id",
        "verdict",
        "activity",
        "reason",
        "status",
        "sources",
        "question",
        "effect",
        "rises",
        "lowers",
        "fields",
        "patterns",
        "unless",
        "examples",
    }
)
_NOT_RULES = frozenset({"vocabulary.toml", "scope.toml"})
_QUESTIONED = frozenset({Verdict.CONDITIONAL, Verdict.INELIGIBLE})


@dataclass(frozen=True, slots=True)
class Examples:
    """Sentences in one language on which a rule must fire, and look-alikes on which it must not."""

    fire: tuple[str, ...]
    hold: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One criterion of eligibility.

    Parameters
    ----------
    id
        ``RET-02``; the letters name the group.
    verdict, activity, reason
        What the rule says about which activity, and why, in our words.
    status, sources
        How well the rule is documented (C, C+J, M, J) and where.
    question
        What would settle the doubt, by language.
    effect
        ``risk`` by the verdict; ``review`` at most a review (an actor's name, a principle);
        ``remark`` beside the risk; ``insufficient`` when the text does not show what is done.
    rises
        Section that lifts the rule to high: ``objective``, ``overall``, or empty.
    lowers
        Conditional rules that this eligible one settles when both concern the same component.
    fields
        Conditions on codes and recipients, any of which fires the rule.
    patterns, unless
        Words that fire it, and longer expressions in which they do not count, by language.
    examples
        By language, for every language that has patterns.
    """

    id: str
    verdict: Verdict
    activity: str
    reason: str
    status: str
    sources: tuple[str, ...]
    question: Mapping[str, str]
    effect: Effect
    rises: str
    lowers: tuple[str, ...]
    fields: tuple[Condition, ...]
    patterns: Mapping[str, tuple[Pattern, ...]]
    unless: Mapping[str, tuple[Pattern, ...]]
    examples: Mapping[str, Examples]
    file: str
    line: int

    @property
    def group(self) -> str:
        """The letters of the id."""
        return self.id.split("-")[0]

    def questions(self, language: str) -> str:
        """Return the settling question in a language, English where there is no other."""
        return self.question.get(language) or self.question.get("en", "")


@dataclass(frozen=True, slots=True)
class Failure:
    """An example that does not hold."""

    rule: str
    file: str
    line: int
    language: str
    kind: Literal["fire", "hold"]
    example: str


@dataclass(frozen=True)
class RuleBook:
    """All rules, with the version that every assessment carries."""

    rules: Mapping[str, Rule]
    groups: Mapping[str, str]
    version: str
    sources: Mapping[str, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules.values())

    def __len__(self) -> int:
        return len(self.rules)

    def rule(self, rule_id: str) -> Rule:
        """Return the rule of an id."""
        try:
            return self.rules[rule_id.upper()]
        except KeyError:
            raise ReferenceDataError(
                f"There is no rule {rule_id!r}.", code="rule-unknown", remedy="List them with: portolan rules list"
            ) from None

    def check(self) -> tuple[str, ...]:
        """Return what is wrong between rules: rules named in `lowers` that are missing or not conditional."""
        return tuple(
            f"{rule.file}: {rule.id} (line {rule.line}): lowers {other}, which is no conditional rule"
            for rule in self
            for other in rule.lowers
            if other not in self.rules or self.rules[other].verdict is not Verdict.CONDITIONAL
        )


def rules_folder() -> Traversable:
    """Return the folder of the rules that Portolan ships."""
    return files("classifier").joinpath("oda", "rules")


def read_rules(folder: Traversable) -> RuleBook:
    """Read all rule files of a folder, without running the examples."""
    rules: dict[str, Rule] = {}
    groups: dict[str, str] = {}
    vocabularies = load_vocabularies(folder)
    content: dict[str, Any] = {}
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if not path.name.endswith(".toml"):
            continue
        reader = _FileReader(path.name, path.read_text(encoding="utf-8"), vocabularies)
        content[path.name] = reader.data
        if path.name in _NOT_RULES:
            continue
        reader.check_fields()
        groups |= reader.groups
        for rule in reader.rules():
            if rule.id in rules:
                raise reader.error(rule.id, "the id occurs twice")
            rules[rule.id] = rule
    return RuleBook(rules, groups, _version(content))


def _version(content: Mapping[str, Any]) -> str:
    """Return a short hash of the content of all files, blind to layout and comments."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


class _FileReader:
    """Reads the rules of one file, and names file, rule and line when something is wrong."""

    def __init__(self, name: str, text: str, vocabularies: Mapping[str, Vocabulary]) -> None:
        self._name, self._text, self._vocabularies = name, text, vocabularies
        self.data = parse_toml(name, text)

    def check_fields(self) -> None:
        """Refuse a rule file with a table that is unknown."""
        if unknown := set(self.data) - {"groups", "rule"}:
            raise ReferenceDataError(f"{self._name}: unknown field {min(unknown)!r}.", code="rule-field")

    @property
    def groups(self) -> dict[str, str]:
        """The names of the groups of rules."""
        return dict(self.data.get("groups", {}))

    def rules(self) -> Iterator[Rule]:
        """Yield the rules of the file in order."""
        for row in self.data.get("rule", []):
            yield self._rule(row)

    def error(self, rule_id: str, problem: str) -> ReferenceDataError:
        """Return an error that names file, rule and line."""
        place = f"{self._name}: {rule_id or 'a rule without id'} (line {self._line(rule_id)})"
        return ReferenceDataError(f"{place}: {problem}.", code="rule-invalid")

    def _line(self, rule_id: str) -> int:
        """Return the line that states the id of a rule, or 0."""
        wanted = f'id = "{rule_id}"'
        lines = self._text.splitlines()
        return next((number for number, line in enumerate(lines, 1) if line.strip() == wanted), 0)

    def _rule(self, row: dict[str, Any]) -> Rule:
        """Make a rule of a table, refusing what is unknown, missing or empty."""
        rule_id = str(row.get("id", ""))
        if unknown := set(row) - _FIELDS:
            raise self.error(rule_id, f"unknown field {min(unknown)!r}")
        missing = [name for name in ("id", "verdict", "activity", "reason", "status", "sources") if not row.get(name)]
        if missing:
            raise self.error(rule_id, f"{missing[0]} is missing")
        rule = Rule(
            id=rule_id,
            verdict=self._choice(rule_id, "verdict", Verdict, row["verdict"]),
            activity=row["activity"],
            reason=row["reason"],
            status=row["status"],
            sources=tuple(row["sources"]),
            question=row.get("question", {}),
            effect=row.get("effect", "risk"),
            rises=row.get("rises", ""),
            lowers=tuple(row.get("lowers", ())),
            fields=tuple(self._condition(rule_id, text) for text in row.get("fields", ())),
            patterns=self._patterns(rule_id, row.get("patterns", {})),
            unless=self._patterns(rule_id, row.get("unless", {})),
            examples=self._examples(rule_id, row),
            file=self._name,
            line=self._line(rule_id),
        )
        self._check(rule)
        return rule

    def _check(self, rule: Rule) -> None:
        """Refuse a rule whose parts do not fit together."""
        if rule.status not in STATUSES:
            raise self.error(rule.id, f"unknown status {rule.status!r}")
        if rule.effect not in _EFFECTS:
            raise self.error(rule.id, f"unknown effect {rule.effect!r}")
        if rule.rises not in {"", "objective", "overall"}:
            raise self.error(rule.id, f"unknown section {rule.rises!r} in rises")
        if rule.verdict in _QUESTIONED and set(rule.question) != set(LANGUAGES):
            raise self.error(rule.id, "the question is missing in one of en, fr, nl")

    def _choice(self, rule_id: str, name: str, choices: type[Verdict], value: str) -> Verdict:
        """Read a value of a closed list."""
        try:
            return choices(value)
        except ValueError:
            raise self.error(rule_id, f"unknown {name} {value!r}") from None

    def _condition(self, rule_id: str, text: str) -> Condition:
        """Parse a condition on fields."""
        try:
            return parse_condition(text)
        except ValueError as error:
            raise self.error(rule_id, str(error)) from None

    def _patterns(self, rule_id: str, table: Mapping[str, Iterable[str]]) -> dict[str, tuple[Pattern, ...]]:
        """Parse the patterns of a rule, by language."""
        found: dict[str, tuple[Pattern, ...]] = {}
        for language, lines in table.items():
            if language not in self._vocabularies:
                raise self.error(rule_id, f"unknown language {language!r}")
            vocabulary = self._vocabularies[language]
            try:
                found[language] = tuple(one for line in lines for one in parse_patterns(line, vocabulary))
            except NotationError as error:
                raise self.error(rule_id, f"{language} pattern: {error}") from None
        return found

    def _examples(self, rule_id: str, row: Mapping[str, Any]) -> dict[str, Examples]:
        """Read the examples; each language with patterns needs both kinds."""
        found: dict[str, Examples] = {}
        for language, table in row.get("examples", {}).items():
            if unknown := set(table) - {"fire", "hold"}:
                raise self.error(rule_id, f"unknown field {min(unknown)!r} in the examples")
            found[language] = Examples(tuple(table.get("fire", ())), tuple(table.get("hold", ())))
        for language in row.get("patterns", {}):
            examples = found.get(language)
            if examples is None or not examples.fire or not examples.hold:
                raise self.error(rule_id, f"patterns in {language} need examples that fire and that hold")
        return found


def list_rules(book: RuleBook, group: str = "") -> tuple[Rule, ...]:
    """Return the rules of a group (all by default), in the order of the files."""
    return tuple(rule for rule in book if not group or rule.group == group.upper())


def describe_rule(rule: Rule) -> dict[str, object]:
    """Return everything about a rule as plain data, patterns as they are written."""
    described: dict[str, object] = asdict(rule)
    described["patterns"] = {lang: [one.text for one in found] for lang, found in rule.patterns.items()}
    described["unless"] = {lang: [one.text for one in found] for lang, found in rule.unless.items()}
    described["fields"] = [condition.text for condition in rule.fields]
    return described
