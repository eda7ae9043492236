"""What a key or a person may do."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from classifier.errors import UsageError


class Scope(StrEnum):
    """One kind of thing that may be done."""

    TAG = "tag"
    READ = "read"
    ANNOTATE = "annotate"
    ADMIN = "admin"


#: What people of each role may do.
ROLES: dict[str, frozenset[Scope]] = {
    "reader": frozenset({Scope.TAG, Scope.READ}),
    "annotator": frozenset({Scope.TAG, Scope.READ, Scope.ANNOTATE}),
    "admin": frozenset(Scope),
}


def read_scopes(names: Iterable[str]) -> frozenset[Scope]:
    """Return the scopes of these names.

    Raises
    ------
    UsageError
        When there is no scope of a name, or no name at all.
    """
    found = {name.strip() for name in names} - {""}
    unknown = sorted(found - set(Scope))
    if unknown or not found:
        raise UsageError(
            f"There is no scope {unknown[0]!r}." if unknown else "A key needs a scope.",
            code="unknown-scope",
            remedy=f"Scopes: {', '.join(Scope)}.",
        )
    return frozenset(map(Scope, found))


def require_role(name: str) -> str:
    """Return the name of a role.

    Raises
    ------
    UsageError
        When there is no such role.
    """
    if name not in ROLES:
        raise UsageError(f"There is no role {name!r}.", code="unknown-role", remedy=f"Roles: {', '.join(ROLES)}.")
    return name
