"""Puts elements into the bytes of one IATI activity, in schema order, and leaves every other byte alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.parsers import expat

from classifier.portfolio.iati_document import end_of_element
from classifier.portfolio.iati_vocabulary import is_own

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Children of an activity in the order that the schema wants (2.03; earlier versions lack some).
CHILD_ORDER = (
    "iati-identifier",
    "reporting-org",
    "title",
    "description",
    "participating-org",
    "other-identifier",
    "activity-status",
    "activity-date",
    "contact-info",
    "activity-scope",
    "recipient-country",
    "recipient-region",
    "location",
    "sector",
    "tag",
    "country-budget-items",
    "humanitarian-scope",
    "policy-marker",
    "collaboration-type",
    "default-flow-type",
    "default-finance-type",
    "default-aid-type",
    "default-tied-status",
    "budget",
    "planned-disbursement",
    "capital-spend",
    "transaction",
    "document-link",
    "related-activity",
    "legacy-data",
    "conditions",
    "result",
    "crs-add",
    "fss",
)
_RANKS = {name: rank for rank, name in enumerate(CHILD_ORDER)}
_INDENT = re.compile(rb"(?:\r?\n)?[ \t]*\Z")


@dataclass(frozen=True, slots=True)
class Child:
    """One child element: its name, attributes, and where its bytes begin and end."""

    name: str
    attributes: Mapping[str, str]
    start: int
    end: int


def read_children(activity: bytes) -> list[Child]:
    """Return the children of an activity, given in UTF-8, with their byte offsets."""
    children: list[Child] = []
    depth = 0
    opened: tuple[Mapping[str, str], int] = ({}, 0)
    parser = expat.ParserCreate("UTF-8")

    def start(_name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, opened
        if depth == 1:
            opened = attributes, parser.CurrentByteIndex
        depth += 1

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        if depth == 1:
            attributes, first = opened
            after = end_of_element(activity, parser.CurrentByteIndex, name)
            children.append(Child(name, attributes, first, after))

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.Parse(activity, True)
    return children


def replace_own_elements(activity: bytes, children: Sequence[Child], additions: Mapping[str, Sequence[bytes]]) -> bytes:
    """Return the activity without the elements of an earlier run, and with the new ones.

    Parameters
    ----------
    activity
        Bytes of the activity in UTF-8.
    children
        What `read_children` found in it.
    additions
        Element name to the markup of new elements of that name.
    """
    kept = [child for child in children if not is_own(child.attributes)]
    edits = [
        (child.start - len(_indent(activity, child.start)), child.end, b"")
        for child in children
        if is_own(child.attributes)
    ]
    for name, elements in additions.items():
        if elements and kept:
            edits.append(_insertion(activity, kept, name, elements))
    return _apply(activity, edits)


def _insertion(activity: bytes, kept: Sequence[Child], name: str, elements: Sequence[bytes]) -> tuple[int, int, bytes]:
    """Return the edit that puts elements behind the last child that may stand before them."""
    rank = _RANKS[name]
    before = [child for child in kept if _RANKS.get(child.name, len(_RANKS)) <= rank]
    anchor = before[-1] if before else kept[0]
    indent = _indent(activity, anchor.start)
    if before:
        return anchor.end, anchor.end, b"".join(indent + element for element in elements)
    return anchor.start, anchor.start, b"".join(element + indent for element in elements)


def _indent(activity: bytes, start: int) -> bytes:
    """Return the line break and blanks right before an offset."""
    match = _INDENT.search(activity, max(0, start - 200), start)
    return match.group() if match else b""


def _apply(activity: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    pieces: list[bytes] = []
    done = 0
    for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
        pieces += (activity[done:start], new)
        done = end
    pieces.append(activity[done:])
    return b"".join(pieces)
