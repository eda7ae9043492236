"""Let a job make a report."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Go to this state."""
    op.add_column("jobs", sa.Column("report", sa.String(length=20), nullable=False, server_default=""))
