"""Let an identifier stand in a campaign more than once: the projects that bear it are told apart by number."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_TABLE = "desk_items"


def upgrade() -> None:
    """Go to this state."""
    op.add_column("desk_imports", sa.Column("repeated", sa.JSON(), nullable=True))
    highest = _highest_id()
    # SQLite makes the table anew for a constraint, and what makes it does not know indexes on expressions.
    op.drop_index("ix_desk_items_review", _TABLE)
    with op.batch_alter_table(_TABLE, table_kwargs={"sqlite_autoincrement": True}) as table:
        table.add_column(sa.Column("occurrence", sa.Integer(), nullable=False, server_default=sa.text("1")))
        table.drop_constraint("uq_desk_items_campaign_id_project_id", type_="unique")
        table.create_unique_constraint(
            "uq_desk_items_campaign_id_project_id_occurrence", ["campaign_id", "project_id", "occurrence"]
        )
    op.create_index(
        "ix_desk_items_review",
        _TABLE,
        [
            "campaign_id",
            sa.text("(CASE WHEN state = 'settled' THEN 1 ELSE 0 END)"),
            sa.text("(CASE WHEN decision = 'accepted' THEN 2 WHEN risk IN ('high', 'review') THEN 0 ELSE 1 END)"),
            sa.text("(-uncertainty)"),
            "id",
        ],
    )
    _count_on(highest)


def _highest_id() -> int | None:
    """Return the highest number that SQLite has ever given to a project, None where there is none."""
    if op.get_bind().dialect.name != "sqlite":
        return None
    found: int | None = op.get_bind().scalar(sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'desk_items'"))
    return found


def _count_on(highest: int | None) -> None:
    """Let SQLite never give a number again, also not one of a project that is gone."""
    if highest is not None:
        op.execute("DELETE FROM sqlite_sequence WHERE name = 'desk_items'")
        op.execute(sa.text("INSERT INTO sqlite_sequence VALUES ('desk_items', :seq)").bindparams(seq=highest))
