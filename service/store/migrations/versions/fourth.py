"""Let the table of a review be read in its order, and what is left be counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Go to this state."""
    op.create_index(
        "ix_desk_items_review",
        "desk_items",
        [
            "campaign_id",
            sa.text("(CASE WHEN state = 'settled' THEN 1 ELSE 0 END)"),
            sa.text("(CASE WHEN decision = 'accepted' THEN 2 WHEN risk IN ('high', 'review') THEN 0 ELSE 1 END)"),
            sa.text("(-uncertainty)"),
            "id",
        ],
    )
    op.create_index("ix_desk_items_counts", "desk_items", ["campaign_id", "decision", "state"])
