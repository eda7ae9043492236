"""Values worked out once for each key: a dictionary that fills itself, up to a bound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Key = TypeVar("Key")
Value = TypeVar("Value")

_MOST_KEYS: Final = 100_000


class Memory(dict[Key, Value]):
    """Keeps what `make` returned for each key; beyond the bound, new keys are worked out each time.

    `make` must be pure: several threads may work out the same key at once.
    """

    def __init__(self, make: Callable[[Key], Value], most: int = _MOST_KEYS) -> None:
        super().__init__()
        self._make = make
        self._most = most

    def __missing__(self, key: Key) -> Value:
        """Work the value out, and keep it while there is room."""
        value = self._make(key)
        if len(self) < self._most:
            self[key] = value
        return value
