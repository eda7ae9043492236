"""Makes projects and taggings cheap to send between processes.

The default for slotted dataclasses copies field by field in Python, which would cost more than the tagging
itself; here each record travels as one tuple.
"""

from __future__ import annotations

import copyreg
from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter
from typing import Any

from classifier.project import Amount, Project, Recipient, Source
from classifier.tagging import AreaTag, Evidence, Finding, MarkerTag, OdaAssessment, Tagging

#: Fields that the tagger does not look at: they stay in the process that writes.
_KEPT_HOME = frozenset({"columns", "xml", "parallel"})
_RECORDS = (Source, Recipient, Amount, MarkerTag, OdaAssessment, Finding, Evidence)
_TAGGING_FIELDS = tuple(one.name for one in fields(Tagging) if one.name != "areas")
_PROJECT_FIELDS = tuple(one.name for one in fields(Project) if one.name not in _KEPT_HOME)


def prepare_transport() -> None:
    """Register the short form of every record that travels; call it in both processes."""
    for record in _RECORDS:
        _register(record, record, tuple(one.name for one in fields(record)))
    _register(Project, _restore_project, _PROJECT_FIELDS)
    take = attrgetter(*_TAGGING_FIELDS)
    copyreg.pickle(Tagging, lambda one: (_restore_tagging, (tuple(map(tuple, one.areas)), *take(one))))


def _register(record: type[Any], make: Callable[..., Any], names: tuple[str, ...]) -> None:
    take = attrgetter(*names)

    def reduce(one: object) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return make, take(one)

    copyreg.pickle(record, reduce)


def _restore_project(*values: Any) -> Project:  # noqa: ANN401 - the fields of a project, in order
    return Project(**dict(zip(_PROJECT_FIELDS, values, strict=True)))


def _restore_tagging(areas: tuple[tuple[Any, ...], ...], *values: Any) -> Tagging:  # noqa: ANN401 - as above
    return Tagging(areas=tuple(map(AreaTag._make, areas)), **dict(zip(_TAGGING_FIELDS, values, strict=True)))
