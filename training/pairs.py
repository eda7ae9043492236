"""Minimal pairs of ODA eligibility: two texts that differ in little and get different risks.

``labelled_data/oda_pairs/parts.jsonl`` may be read while rules are improved, ``frozen.jsonl`` only measures them.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from classifier.errors import CorpusError
from classifier.project import Project, Recipient, Source
from classifier.tagging import Risk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

PAIRS: Final = "oda_pairs"
_SIDE_FIELDS: Final = {"title", "description", "recipient", "purpose_codes", "aid_type", "flow_type", "year", "risk"}
_OPTIONAL: Final = {"rules", "quote"}


@dataclass(frozen=True, slots=True)
class Side:
    """One text of a pair and the risk that it has."""

    project: Project
    risk: Risk


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sides, the group of rules and the trait that tells them apart."""

    id: str
    language: str
    group: str
    trait: str
    sides: tuple[Side, Side]


@dataclass(frozen=True, slots=True)
class PairScore:
    """How many pairs have both sides right, in all and by language, group and trait as (right, all).

    `confusion` counts sides as (right risk, assessed risk).
    """

    right: int
    pairs: int
    by: Mapping[str, Mapping[str, tuple[int, int]]]
    confusion: Mapping[tuple[Risk, Risk], int]

    @property
    def share(self) -> float:
        """Share of the pairs with both sides right."""
        return self.right / self.pairs if self.pairs else 0.0


def load_pairs(path: Path) -> list[Pair]:
    """Load minimal pairs.

    Raises
    ------
    CorpusError
        A line is not JSON, lacks a field, has an unknown one, or two sides of the same risk.
    """
    pairs = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            pairs.append(_parse(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise CorpusError(f"{path.name}, line {number}: {error}.", code="pair-invalid") from None
    return pairs


def score_pairs(pairs: Sequence[Pair], assess: Callable[[Project], Risk]) -> PairScore:
    """Assess both sides of every pair."""
    right: dict[str, Counter[str]] = {"language": Counter(), "group": Counter(), "trait": Counter()}
    total: dict[str, Counter[str]] = {name: Counter() for name in right}
    confusion: Counter[tuple[Risk, Risk]] = Counter()
    for pair in pairs:
        said = [assess(side.project) for side in pair.sides]
        confusion.update((side.risk, risk) for side, risk in zip(pair.sides, said, strict=True))
        both = all(side.risk is risk for side, risk in zip(pair.sides, said, strict=True))
        for name in right:
            value = str(getattr(pair, name))
            total[name][value] += 1
            right[name][value] += both
    by = {name: {value: (right[name][value], count) for value, count in sorted(total[name].items())} for name in total}
    return PairScore(sum(right["language"].values()), len(pairs), by, confusion)


def _parse(data: Mapping[str, Any]) -> Pair:
    identifier = str(data["id"])
    first, second = (_side(data[name], f"{identifier}-{name}", _SIDE_FIELDS) for name in ("a", "b"))
    if first.risk is second.risk:
        raise ValueError("both sides have the same risk")
    return Pair(identifier, str(data["lang"]), str(data["group"]), str(data["trait"]), (first, second))


def _side(data: Mapping[str, Any], identifier: str, fields: Iterable[str]) -> Side:
    if odd := (set(data) ^ set(fields)) - _OPTIONAL:
        raise ValueError(f"side {identifier}: field missing or unknown: {min(odd)}")
    recipients = tuple(Recipient(code=code) for code in str(data["recipient"] or "").split(", ") if code)
    project = Project(
        id=identifier,
        source=Source(1),
        title=data["title"] or "",
        description=data["description"] or "",
        recipients=recipients,
        purpose_codes=tuple(data["purpose_codes"] or ()),
        aid_types=(data["aid_type"],) if data["aid_type"] else (),
        flow_type=data["flow_type"] or "",
        year=data["year"],
    )
    return Side(project, Risk(data["risk"]))
