"""Which part of a description a sentence belongs to: title, objective, activity or context."""

from __future__ import annotations

from collections.abc import Collection

from classifier.project import TextField

_PRIORITY = ("overall", "objective", "activity", "context")


def section_of(field: TextField, cues: Collection[str]) -> str:
    """Return the section of a sentence from its field and the cues found in it.

    ``overall`` is an objective that the text calls the overall or main one.
    """
    if field in {"title", "short_description"}:
        return "title"
    if field in {"target_groups", "conditions"}:
        return "activity"
    found = next((section for section in _PRIORITY if section in cues), "activity")
    if field == "objectives" and found != "overall":
        return "objective"
    return found


def reported(section: str) -> str:
    """Return the section as findings name it."""
    return "objective" if section == "overall" else section
