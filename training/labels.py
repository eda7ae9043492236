"""The labels of a project as people judge them, and the closed lists that they come from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, TypeAlias

from classifier.tagging import Risk
from classifier.taxonomy import load_areas

Marker: TypeAlias = Literal["gender", "human_rights"]

AREAS: Final = tuple(area.code for area in load_areas())
MARKERS: Final[tuple[Marker, ...]] = ("gender", "human_rights")
RISKS: Final = tuple(Risk)
#: How a record is written: what the sources of real records have in common.
MANNERS: Final = ("title", "terse", "caps", "truncated", "prose", "logframe", "mixed", "programme", "list")

#: The pairs that annotators and models confuse most.
NEIGHBOURS: Final = (
    ("1.1", "1.2"),
    ("1.2", "4.2"),
    ("1.2", "2.3"),
    ("1.3", "3.4"),
    ("1.3", "3.5"),
    ("1.3", "3.6"),
    ("3.5", "3.6"),
    ("2.1", "2.2"),
    ("2.1", "3.5"),
    ("3.1", "3.2"),
    ("3.1", "3.4"),
    ("3.1", "3.6"),
    ("3.2", "3.3"),
    ("3.3", "4.6"),
    ("3.3", "4.3"),
    ("4.1", "4.2"),
    ("3.1", "4.3"),
    ("4.4", "4.5"),
    ("2.1", "4.4"),
)


@cache
def rule_ids() -> frozenset[str]:
    """Return the ids of all rules of ODA eligibility."""
    from classifier.oda.rulebook import read_rules, rules_folder

    return frozenset(read_rules(rules_folder()).rules)


@dataclass(frozen=True, slots=True)
class Labels:
    """What one judge says about one project.

    Parameters
    ----------
    id
        Identifier of the project.
    areas
        Codes of the result areas; None when this judge did not look at areas.
    gender, human_rights
        Marker scores; None when the text cannot tell, or nobody looked.
    risk
        ODA risk; None when nobody looked.
    main
        Main result area, when there is one.
    """

    id: str
    areas: frozenset[str] | None
    gender: int | None = None
    human_rights: int | None = None
    risk: Risk | None = None
    main: str | None = None

    def marker(self, name: Marker) -> int | None:
        """Return the score of a marker."""
        return self.gender if name == "gender" else self.human_rights
