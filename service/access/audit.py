"""Writes down who did what: entries are only ever added."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from service.clock import now
from service.store.tables import AuditEntry

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_LONGEST_NAME = 200
_LONGEST_SUBJECT = 255


class Action(StrEnum):
    """What is written down."""

    SIGN_IN = "sign-in"
    SIGN_IN_REFUSED = "sign-in-refused"
    SIGN_OUT = "sign-out"
    USER_MADE = "user-made"
    USER_CHANGED = "user-changed"
    KEY_MADE = "key-made"
    KEY_REVOKED = "key-revoked"
    PROMOTION = "promotion"
    EXPORT = "export"
    DELETION = "deletion"
    CAMPAIGN_MADE = "campaign-made"
    CAMPAIGN_CHANGED = "campaign-changed"
    MEMBER_CHANGED = "member-changed"
    IMPORT = "import"
    RETRAINING = "retraining"
    ROLLBACK = "rollback"


def record(session: Session, actor: str, action: Action, subject: str = "", detail: str = "") -> None:
    """Add an entry, in the transaction of what it tells about.

    Parameters
    ----------
    session
        The open transaction.
    actor
        Name of the user, ``key:PREFIX`` of the key, ``console`` for the command line.
    subject, detail
        What it was done to, and more about it. Never the text of a project.
    """
    session.add(
        AuditEntry(
            at=now(),
            actor=actor[:_LONGEST_NAME],
            action=action.value,
            subject=subject[:_LONGEST_SUBJECT],
            detail=detail,
        )
    )
