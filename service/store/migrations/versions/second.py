"""Make the tables of the desk, and let the database itself refuse to change what people said."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_KEPT = ("desk_events", "desk_saves")


def upgrade() -> None:
    """Go to this state."""
    _make_campaigns()
    _make_items()
    _make_judgements()
    _make_work()
    _keep_for_ever()


def _make_campaigns() -> None:
    """Make what a campaign is."""
    op.create_table(
        "desk_campaigns",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("doubled", sa.Double(), nullable=False),
        sa.Column("suggestion", sa.String(length=10), nullable=False),
        sa.Column("evidence_required", sa.Boolean(), nullable=False),
        sa.Column("guideline_version", sa.String(length=40), nullable=False),
        sa.Column("shares", sa.JSON(), nullable=False),
        sa.Column("seed", sa.String(length=32), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=False),
        sa.Column("closed", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name="fk_desk_campaigns_created_by"),
        sa.PrimaryKeyConstraint("id", name="pk_desk_campaigns"),
    )

    op.create_table(
        "desk_members",
        sa.Column("campaign_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("pseudonym", sa.String(length=40), nullable=False),
        sa.Column("added", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["desk_campaigns.id"], name="fk_desk_members_campaign_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_desk_members_user_id"),
        sa.PrimaryKeyConstraint("campaign_id", "user_id", name="pk_desk_members"),
        sa.UniqueConstraint("campaign_id", "pseudonym", name="uq_desk_members_campaign_id_pseudonym"),
    )
    op.create_index("ix_desk_members_user_id", "desk_members", ["user_id"])

    op.create_table(
        "desk_imports",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("campaign_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("projects", sa.Integer(), nullable=False),
        sa.Column("rejected_rows", sa.Integer(), nullable=False),
        sa.Column("staged", sa.Integer(), nullable=False),
        sa.Column("model_version", sa.String(length=200), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=True),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alive", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["desk_campaigns.id"], name="fk_desk_imports_campaign_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_desk_imports_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_desk_imports"),
    )
    op.create_index("ix_desk_imports_campaign_id", "desk_imports", ["campaign_id"])

    op.create_table(
        "desk_exports",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("campaign_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("projects", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("pseudonymised", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["desk_campaigns.id"], name="fk_desk_exports_campaign_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_desk_exports_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_desk_exports"),
    )
    op.create_index("ix_desk_exports_campaign_id", "desk_exports", ["campaign_id"])


def _make_items() -> None:
    """Make the projects of the campaigns, and who has them."""
    op.create_table(
        "desk_items",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("campaign_id", sa.String(length=32), nullable=False),
        sa.Column("import_id", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.String(length=255), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("characters", sa.Integer(), nullable=False),
        sa.Column("countries", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("amount", sa.Double(), nullable=True),
        sa.Column("currency", sa.String(length=8), nullable=False),
        sa.Column("frozen", sa.Boolean(), nullable=False),
        sa.Column("areas", sa.String(length=120), nullable=False),
        sa.Column("main_area", sa.String(length=8), nullable=False),
        sa.Column("gender", sa.Integer(), nullable=True),
        sa.Column("human_rights", sa.Integer(), nullable=True),
        sa.Column("risk", sa.String(length=20), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("model_version", sa.String(length=200), nullable=False),
        sa.Column("rules_version", sa.String(length=200), nullable=False),
        sa.Column("uncertainty", sa.Double(), nullable=False),
        sa.Column("disagreement", sa.Double(), nullable=False),
        sa.Column("likely", sa.String(length=120), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("judged", sa.Integer(), nullable=False),
        sa.Column("first_judge", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("settled_by", sa.String(length=12), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("decisions", sa.Integer(), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["desk_campaigns.id"], name="fk_desk_items_campaign_id"),
        sa.ForeignKeyConstraint(["import_id"], ["desk_imports.id"], name="fk_desk_items_import_id"),
        sa.PrimaryKeyConstraint("id", name="pk_desk_items"),
        sa.UniqueConstraint("campaign_id", "project_id", name="uq_desk_items_campaign_id_project_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_desk_items_changed", "desk_items", ["campaign_id", "changed"])
    op.create_index("ix_desk_items_import_id", "desk_items", ["import_id"])
    op.create_index("ix_desk_items_next", "desk_items", ["campaign_id", "state", "first_judge", "rank"])
    op.create_index("ix_desk_items_text_hash", "desk_items", ["text_hash"])

    op.create_table(
        "desk_contents",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("project", sa.JSON(), nullable=False),
        sa.Column("tagging", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["desk_items.id"], name="fk_desk_contents_item_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("item_id", name="pk_desk_contents"),
    )

    op.create_table(
        "desk_leases",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("taken", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["desk_items.id"], name="fk_desk_leases_item_id"),
        sa.ForeignKeyConstraint(["campaign_id"], ["desk_campaigns.id"], name="fk_desk_leases_campaign_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_desk_leases_user_id"),
        sa.PrimaryKeyConstraint("item_id", name="pk_desk_leases"),
    )
    op.create_index("ix_desk_leases_user", "desk_leases", ["campaign_id", "user_id"])

    op.create_table(
        "desk_skips",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("campaign_id", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["desk_items.id"], name="fk_desk_skips_item_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_desk_skips_user_id"),
        sa.ForeignKeyConstraint(["campaign_id"], ["desk_campaigns.id"], name="fk_desk_skips_campaign_id"),
        sa.PrimaryKeyConstraint("item_id", "user_id", name="pk_desk_skips"),
    )
    op.create_index("ix_desk_skips_campaign_id", "desk_skips", ["campaign_id"])

    op.create_table(
        "desk_drafts",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("seat", sa.String(length=12), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("saved", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["desk_items.id"], name="fk_desk_drafts_item_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_desk_drafts_user_id"),
        sa.PrimaryKeyConstraint("item_id", "user_id", "seat", name="pk_desk_drafts"),
    )


def _make_judgements() -> None:
    """Make what people say."""
    op.create_table(
        "desk_saves",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("campaign_id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("seat", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["desk_campaigns.id"], name="fk_desk_saves_campaign_id"),
        sa.ForeignKeyConstraint(["item_id"], ["desk_items.id"], name="fk_desk_saves_item_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_desk_saves_user_id"),
        sa.ForeignKeyConstraint(["undoes"], ["desk_saves.id"], name="fk_desk_saves_undoes"),
        sa.PrimaryKeyConstraint("id", name="pk_desk_saves"),
        sa.UniqueConstraint("token", name="uq_desk_saves_token"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_desk_saves_item_id", "desk_saves", ["item_id"])
    op.create_index("ix_desk_saves_user", "desk_saves", ["campaign_id", "user_id", "id"])

    op.create_table(
        "desk_events",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("save_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("seat", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("before", sa.String(length=400), nullable=False),
        sa.Column("after", sa.String(length=400), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("suggested", sa.String(length=400), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("model_version", sa.String(length=200), nullable=False),
        sa.Column("rules_version", sa.String(length=200), nullable=False),
        sa.Column("guideline_version", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["save_id"], ["desk_saves.id"], name="fk_desk_events_save_id"),
        sa.ForeignKeyConstraint(["campaign_id"], ["desk_campaigns.id"], name="fk_desk_events_campaign_id"),
        sa.ForeignKeyConstraint(["item_id"], ["desk_items.id"], name="fk_desk_events_item_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_desk_events_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_desk_events"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_desk_events_campaign_at", "desk_events", ["campaign_id", "at"])
    op.create_index("ix_desk_events_item_id", "desk_events", ["item_id"])

    op.create_table(
        "desk_views",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("seat", sa.String(length=12), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("campaign_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("save_id", sa.Integer(), nullable=False),
        sa.Column("saved", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["desk_items.id"], name="fk_desk_views_item_id"),
        sa.ForeignKeyConstraint(["campaign_id"], ["desk_campaigns.id"], name="fk_desk_views_campaign_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_desk_views_user_id"),
        sa.ForeignKeyConstraint(["save_id"], ["desk_saves.id"], name="fk_desk_views_save_id"),
        sa.PrimaryKeyConstraint("item_id", "seat", "owner", name="pk_desk_views"),
    )
    op.create_index("ix_desk_views_campaign", "desk_views", ["campaign_id", "seat", "owner"])


def _make_work() -> None:
    """Make what is done with it."""
    op.create_table(
        "desk_suspects",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("campaign_id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("given", sa.String(length=400), nullable=False),
        sa.Column("proposed", sa.String(length=400), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("found", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved", sa.String(length=20), server_default=sa.text("''"), nullable=False),
        sa.Column("resolved_by", sa.String(length=32), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["desk_campaigns.id"], name="fk_desk_suspects_campaign_id"),
        sa.ForeignKeyConstraint(["item_id"], ["desk_items.id"], name="fk_desk_suspects_item_id"),
        sa.ForeignKeyConstraint(["resolved_by"], ["users.id"], name="fk_desk_suspects_resolved_by"),
        sa.PrimaryKeyConstraint("id", name="pk_desk_suspects"),
    )
    op.create_index("ix_desk_suspects_item_id", "desk_suspects", ["item_id"])
    op.create_index("ix_desk_suspects_order", "desk_suspects", ["campaign_id", "resolved", "score"])

    op.create_table(
        "desk_retrainings",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("choice", sa.JSON(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker", sa.String(length=64), nullable=False),
        sa.Column("process", sa.Integer(), nullable=True),
        sa.Column("alive", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("progress", sa.Double(), nullable=True),
        sa.Column("base_version", sa.String(length=200), nullable=False),
        sa.Column("model_version", sa.String(length=200), nullable=False),
        sa.Column("corpus_hash", sa.String(length=64), nullable=False),
        sa.Column("comparison", sa.JSON(), nullable=True),
        sa.Column("problem", sa.JSON(), nullable=True),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("verdict_reason", sa.Text(), nullable=False),
        sa.Column("verdict_by", sa.String(length=32), nullable=True),
        sa.Column("verdict_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_desk_retrainings_user_id"),
        sa.ForeignKeyConstraint(["verdict_by"], ["users.id"], name="fk_desk_retrainings_verdict_by"),
        sa.PrimaryKeyConstraint("id", name="pk_desk_retrainings"),
    )
    op.create_index("ix_desk_retrainings_state_created", "desk_retrainings", ["state", "created"])


def _keep_for_ever() -> None:
    """Refuse every change of a row that people's judgements are made of."""
    if op.get_bind().dialect.name == "sqlite":
        for table in _KEPT:
            for deed in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION desk_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in _KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION desk_refuse()"
        )
