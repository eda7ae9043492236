"""What can be judged: codes that never change, and the values that each may take.

========================  ===========================================================
code                      values
========================  ===========================================================
``1.1`` to ``4.6``        ``yes``, ``no``
``main_area``             the code of a result area, ``none``
``gender``                ``0``, ``1``, ``2``
``human_rights``          ``0``, ``1``, ``2``
``risk``                  ``low``, ``review``, ``high``, ``insufficient``
``rules``                 ids of rules, sorted, with a blank between: ``BOR-10 RET-02``; ``none``
========================  ===========================================================

Every label also takes ``unknown``: the person looked and cannot tell. Nothing said at all is the empty string.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from classifier.errors import UsageError
from classifier.tagging import Risk
from classifier.taxonomy import SCORES, load_areas
from training.labels import rule_ids

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from classifier.tagging import Tagging

AREAS: Final = tuple(area.code for area in load_areas())
MAIN_AREA: Final = "main_area"
GENDER: Final = "gender"
HUMAN_RIGHTS: Final = "human_rights"
MARKERS: Final = (GENDER, HUMAN_RIGHTS)
RISK: Final = "risk"
RULES: Final = "rules"

YES: Final = "yes"
NO: Final = "no"
NONE: Final = "none"
UNKNOWN: Final = "unknown"
UNSAID: Final = ""

#: What a campaign can ask for, and the labels of each group, in the order of the page.
GROUPS: Final[dict[str, tuple[str, ...]]] = {
    GENDER: (GENDER,),
    HUMAN_RIGHTS: (HUMAN_RIGHTS,),
    "areas": AREAS,
    MAIN_AREA: (MAIN_AREA,),
    RISK: (RISK,),
    RULES: (RULES,),
}
#: What a campaign asks for unless it says otherwise.
USUAL_GROUPS: Final = (GENDER, HUMAN_RIGHTS, "areas", MAIN_AREA, RISK)
#: Labels that words of the text can be cited for.
CITABLE: Final = frozenset((*AREAS, *MARKERS, RISK))
_MOST_RULES: Final = 20


def labels_of(groups: Iterable[str]) -> tuple[str, ...]:
    """Return the labels of some groups, in the order of the page.

    Raises
    ------
    UsageError
        When a group is unknown, there is none at all, or the main area is asked for without areas.
    """
    wanted = set(groups)
    if not wanted or not wanted <= set(GROUPS) or (MAIN_AREA in wanted and "areas" not in wanted):
        raise UsageError(
            "The groups of labels do not fit.",
            code="bad-label-groups",
            remedy=f"Choose among {', '.join(GROUPS)}; main_area needs areas.",
        )
    return tuple(label for group, labels in GROUPS.items() if group in wanted for label in labels)


def is_value(label: str, value: str) -> bool:
    """Return whether a label may take a value; False for an unknown label, and for nothing said."""
    if value == UNKNOWN:
        return label in AREAS or label in GROUPS
    if label == RULES:
        rules = value.split(" ")
        known = rule_ids()
        return value == NONE or (len(rules) <= _MOST_RULES and rules == sorted(set(rules)) and known.issuperset(rules))
    return value in values_of(label)


def values_of(label: str) -> tuple[str, ...]:
    """Return the values of a label that are a closed list, without ``unknown``; none for rules."""
    if label in AREAS:
        return (YES, NO)
    if label == MAIN_AREA:
        return (*AREAS, NONE)
    if label in MARKERS:
        return tuple(map(str, SCORES))
    return tuple(Risk) if label == RISK else ()


def suggested_values(tagging: Tagging) -> dict[str, str]:
    """Return what a tagging says of each label, in the words of the desk."""
    return _say(
        {area.code: area.selected for area in tagging.areas},
        tagging.main_area,
        (tagging.gender.score, tagging.human_rights.score),
        tagging.oda.risk.value,
        {finding.rule for finding in tagging.oda.findings if finding.counts},
    )


def read_suggested(row: Sequence[Any]) -> dict[str, str]:
    """Return the `suggested_values` of a tagging that `service.records` wrote, without reading all of it."""
    _, _, areas, main_area, gender, human_rights, oda, *_ = row
    selected = {code: selected for code, _, _, selected, *_ in areas}
    rules = {rule for rule, *_, counts in oda[3] if counts}
    return _say(selected, main_area, (gender[0], human_rights[0]), oda[0], rules)


def _say(
    areas: Mapping[str, bool], main_area: str | None, scores: Sequence[int | None], risk: str, rules: Iterable[str]
) -> dict[str, str]:
    values = {code: YES if selected else NO for code, selected in areas.items()}
    values[MAIN_AREA] = main_area or NONE
    values[GENDER], values[HUMAN_RIGHTS] = (UNKNOWN if score is None else str(score) for score in scores)
    values[RISK] = risk
    values[RULES] = " ".join(sorted(rules)[:_MOST_RULES]) or NONE
    return values
