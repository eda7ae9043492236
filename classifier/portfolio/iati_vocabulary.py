"""The vocabularies under which Portolan's own elements stand in an IATI document."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Where the list of result areas is said to live.
RESULT_AREAS_URI = "https://portolan.example/vocabulary/result-areas"
#: Where the markers are said to live; it also tells our gender marker from one that the publisher declares.
MARKERS_URI = "https://portolan.example/vocabulary/markers"
#: Namespace of the attribute that carries the address before version 2.02 had one of its own.
NAMESPACE = "https://portolan.example/ns"

RESULT_AREA_PREFIX = "RA"
HUMAN_RIGHTS_CODE = "HR"
GENDER_CODE = "1"
GOVERNANCE_CODE = "3"

_URI_ATTRIBUTES = ("vocabulary-uri", "portolan:vocabulary-uri", f"{{{NAMESPACE}}}vocabulary-uri")
_OWN = frozenset({RESULT_AREAS_URI, MARKERS_URI})


def is_own(attributes: Mapping[str, str]) -> bool:
    """Return whether an element with these attributes was written by an earlier run."""
    return any(attributes.get(name) in _OWN for name in _URI_ATTRIBUTES)
