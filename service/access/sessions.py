"""Sessions of people at the page: a random token in a cookie, of which the hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from service.access.audit import Action, record
from service.access.scopes import ROLES, Scope
from service.clock import now
from service.store.tables import SignIn, User

if TYPE_CHECKING:
    from service.store.database import Database


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in, and what they may do."""

    user_id: str
    user_name: str
    scopes: frozenset[Scope]


def open_session(database: Database, user: User, hours: float, *, how: str) -> str:
    """Sign a person in; return the token for the cookie."""
    token = secrets.token_urlsafe(32)
    moment = now()
    with database.writing() as session:
        session.execute(delete(SignIn).where(SignIn.expires <= moment))
        session.add(
            SignIn(token_hash=_hash(token), user_id=user.id, created=moment, expires=moment + timedelta(hours=hours))
        )
        record(session, user.name, Action.SIGN_IN, user.name, how)
    return token


def find_person(database: Database, token: str) -> Person | None:
    """Return who is signed in with a token, None when nobody is."""
    with database.reading() as session:
        found = session.execute(
            select(User, SignIn.expires).join(SignIn).where(SignIn.token_hash == _hash(token))
        ).first()
    if found is None or found[1] <= now() or found[0].disabled is not None:
        return None
    return Person(found[0].id, found[0].name, ROLES[found[0].role])


def close_session(database: Database, token: str) -> None:
    """Sign a person out."""
    with database.writing() as session:
        row = session.execute(select(SignIn, User).join(User).where(SignIn.token_hash == _hash(token))).first()
        if row is not None:
            session.delete(row[0])
            record(session, row[1].name, Action.SIGN_OUT, row[1].name)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
