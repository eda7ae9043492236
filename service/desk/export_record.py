"""Remembers what left the desk: a row of its own and an entry in the audit log, in one transaction."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from service.access.audit import Action, record
from service.clock import now
from service.store.desk_tables import DeskExport

if TYPE_CHECKING:
    from service.desk.access import Access
    from service.store.database import Database


def record_export(
    database: Database,
    access: Access,
    actor: str,
    detail: str,
    *,
    form: str,
    file_name: str,
    projects: int,
    sha256: str,
    pseudonymised: bool,
) -> None:
    """Write down a file that leaves a campaign; `detail` is what the audit log says of it."""
    made = DeskExport(
        id=secrets.token_hex(16),
        campaign_id=access.campaign.id,
        user_id=access.user_id,
        at=now(),
        format=form,
        file_name=file_name,
        projects=projects,
        sha256=sha256,
        pseudonymised=pseudonymised,
    )
    with database.writing() as session:
        session.add(made)
        record(session, actor, Action.EXPORT, access.campaign.id, detail)
