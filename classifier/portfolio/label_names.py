"""What result areas are called, for outputs that name them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

#: Code of a result area and language to its name, empty when it has none.
LabelNames: TypeAlias = Callable[[str, str], str]


def no_names(_code: str, _language: str) -> str:
    """Name nothing: the code has to speak for itself."""
    return ""
