"""People's accounts: made by an administrator, with a password that only its hash is kept of."""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from classifier.errors import UsageError
from service.access.audit import Action, record
from service.access.scopes import require_role
from service.clock import now
from service.store.tables import SignIn, User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from argon2 import PasswordHasher
    from sqlalchemy.orm import Session

    from service.store.database import Database

SHORTEST_PASSWORD = 12
_LONGEST_PASSWORD = 1_000
_LONGEST_NAME = 200


def add_user(database: Database, name: str, role: str, password: str = "", *, actor: str) -> User:
    """Make an account; without a password its person can only sign in over OpenID Connect.

    Raises
    ------
    UsageError
        When the name is taken or cannot be one, the role is unknown, or the password is too weak.
    """
    user = User(
        id=secrets.token_hex(16),
        name=_check_name(name),
        role=require_role(role),
        password_hash=_hash(password, name) if password else "",
        created=now(),
        disabled=None,
    )
    with database.writing() as session:
        if session.scalar(select(User.id).where(User.name == user.name)):
            raise UsageError(f"There is a user {user.name} already.", code="user-exists", remedy="Choose another name.")
        session.add(user)
        record(session, actor, Action.USER_MADE, user.name, role)
    return user


def list_users(database: Database) -> Sequence[User]:
    """Return all accounts by name."""
    with database.reading() as session:
        return session.scalars(select(User).order_by(User.name)).all()


def set_password(database: Database, name: str, password: str, *, actor: str) -> None:
    """Give a user another password and end their sessions."""
    hashed = _hash(password, name)
    with database.writing() as session:
        user = find_user(session, name)
        user.password_hash = hashed
        _end_sessions(session, user)
        record(session, actor, Action.USER_CHANGED, user.name, "password")


def set_role(database: Database, name: str, role: str, *, actor: str) -> None:
    """Give a user another role."""
    with database.writing() as session:
        user = find_user(session, name)
        user.role = require_role(role)
        record(session, actor, Action.USER_CHANGED, user.name, f"role {role}")


def set_disabled(database: Database, name: str, *, disabled: bool, actor: str) -> None:
    """Shut a user out with all their keys and sessions, or let them in again."""
    with database.writing() as session:
        user = find_user(session, name)
        user.disabled = now() if disabled else None
        if disabled:
            _end_sessions(session, user)
        record(session, actor, Action.USER_CHANGED, user.name, "disabled" if disabled else "enabled")


def find_user(session: Session, name: str) -> User:
    """Return the user of a name.

    Raises
    ------
    UsageError
        When there is none.
    """
    user = session.scalar(select(User).where(User.name == _fold(name)))
    if user is None:
        raise UsageError(
            f"There is no user {name!r}.",
            code="user-missing",
            remedy="Administrators list them with: portolan users list.",
        )
    return user


def check_password(database: Database, name: str, password: str) -> User | None:
    """Return the user whose name and password these are; takes as long when there is none."""
    from argon2.exceptions import InvalidHashError, VerificationError

    with database.reading() as session:
        user = session.scalar(select(User).where(User.name == _fold(name))) if name.isprintable() else None
    usable = user is not None and user.disabled is None and bool(user.password_hash)
    hashed = user.password_hash if user is not None and usable else _decoy()
    try:
        _hasher().verify(hashed, password[:_LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return None
    return user if usable else None


def _end_sessions(session: Session, user: User) -> None:
    session.execute(delete(SignIn).where(SignIn.user_id == user.id))


def _fold(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip().lower()


def _check_name(name: str) -> str:
    folded = _fold(name)
    if not folded or len(folded) > _LONGEST_NAME or not folded.isprintable():
        raise UsageError("A user needs a name of at most 200 printable characters.", code="bad-user-name")
    return folded


def _hash(password: str, name: str) -> str:
    if not SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
        raise UsageError(
            f"A password needs at least {SHORTEST_PASSWORD} characters.",
            code="weak-password",
            remedy="Choose a sentence.",
        )
    if len(set(password)) < SHORTEST_PASSWORD // 3 or _fold(name) in password.lower():
        raise UsageError(
            "The password is too easy to guess: it holds the user's name, or too few different characters.",
            code="weak-password",
            remedy="Choose a sentence.",
        )
    return _hasher().hash(password)


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _decoy() -> str:
    return _hasher().hash(secrets.token_hex(16))
