"""API keys: shown once, kept as a hash, with scopes and an end."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from classifier.errors import UsageError
from service.access.audit import Action, record
from service.access.scopes import ROLES, Scope
from service.access.users import find_user
from service.clock import now
from service.store.tables import ApiKey, User

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from service.store.database import Database

_MARK = "ptl"
_PREFIX_BYTES = 5
_SECRET_BYTES = 32
_USE_NOTED = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made; `secret` is never to be had again."""

    secret: str
    prefix: str
    expires: datetime | None


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """Whose key it is and what it may do."""

    user_id: str
    user_name: str
    prefix: str
    scopes: frozenset[Scope]
    expires: datetime | None


def make_key(
    database: Database, user_name: str, name: str, scopes: Iterable[Scope], days: float | None, *, actor: str
) -> NewKey:
    """Make a key for a user.

    Parameters
    ----------
    user_name
        The user on whose behalf it acts.
    name
        What it is for.
    scopes
        What it may do; never more than the user's role allows.
    days
        After how many days it ends, None for never.
    """
    prefix, secret = secrets.token_hex(_PREFIX_BYTES), secrets.token_urlsafe(_SECRET_BYTES)
    whole = f"{_MARK}_{prefix}_{secret}"
    expires = None if days is None else now() + timedelta(days=days)
    chosen = sorted(scopes)
    with database.writing() as session:
        user = find_user(session, user_name)
        beyond = set(chosen) - ROLES[user.role]
        if beyond:
            raise UsageError(
                f"The role {user.role} does not allow the scope {min(beyond)}.",
                code="scope-beyond-role",
                remedy="Choose fewer scopes, or give the user another role.",
            )
        session.add(
            ApiKey(
                id=secrets.token_hex(16),
                user_id=user.id,
                name=name[:200],
                prefix=prefix,
                hash=_hash(whole),
                scopes=[scope.value for scope in chosen],
                created=now(),
                expires=expires,
                last_used=None,
                revoked=None,
            )
        )
        record(session, actor, Action.KEY_MADE, prefix, f"for {user.name}: {', '.join(chosen)}")
    return NewKey(whole, prefix, expires)


def list_keys(database: Database) -> Sequence[tuple[ApiKey, str]]:
    """Return all keys with the names of their users, oldest first."""
    with database.reading() as session:
        rows = session.execute(select(ApiKey, User.name).join(User).order_by(ApiKey.created, ApiKey.prefix))
        return [(key, name) for key, name in rows]


def revoke_key(database: Database, prefix: str, *, actor: str) -> None:
    """Make a key useless.

    Raises
    ------
    UsageError
        When there is no such key.
    """
    wanted = prefix.removeprefix(f"{_MARK}_").split("_")[0]
    with database.writing() as session:
        key = session.scalar(select(ApiKey).where(ApiKey.prefix == wanted))
        if key is None:
            raise UsageError(
                f"There is no key {wanted}.", code="key-missing", remedy="List them with: portolan keys list."
            )
        if key.revoked is None:
            key.revoked = now()
            record(session, actor, Action.KEY_REVOKED, wanted)


def find_holder(database: Database, secret: str) -> KeyHolder | None:
    """Return whose key this is, None when it is not a valid key."""
    mark, _, rest = secret.partition("_")
    prefix, _, tail = rest.partition("_")
    if mark != _MARK or len(prefix) != 2 * _PREFIX_BYTES or not tail:
        return None
    with database.reading() as session:
        found = session.execute(select(ApiKey, User).join(User).where(ApiKey.prefix == prefix)).first()
    if found is None:
        return None
    key, user = found
    valid = secrets.compare_digest(key.hash, _hash(secret))
    ended = key.revoked is not None or user.disabled is not None or (key.expires is not None and key.expires <= now())
    if not valid or ended:
        return None
    # A role that was lowered since lowers its keys too.
    scopes = frozenset(map(Scope, key.scopes)) & ROLES[user.role]
    return KeyHolder(user.id, user.name, prefix, scopes, key.expires)


def note_use(database: Database, prefix: str) -> None:
    """Write down that a key was used, at most once a minute."""
    moment = now()
    with database.writing() as session:
        session.execute(
            update(ApiKey)
            .where(ApiKey.prefix == prefix)
            .where((ApiKey.last_used.is_(None)) | (ApiKey.last_used < moment - _USE_NOTED))
            .values(last_used=moment)
        )


def _hash(secret: str) -> str:
    # Keys are long and random: a slow hash would guard nothing and cost every request.
    return hashlib.sha256(secret.encode()).hexdigest()
