"""The tables of the desk: campaigns, their projects, and what people said of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service.store.tables import Base


class Campaign(Base):
    """A round of labelling or review, with its own projects, people and questions. Closed, never deleted."""

    __tablename__ = "desk_campaigns"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[str] = mapped_column(String(20))
    groups: Mapped[list[str]]
    doubled: Mapped[float]
    suggestion: Mapped[str] = mapped_column(String(10))
    evidence_required: Mapped[bool]
    guideline_version: Mapped[str] = mapped_column(String(40))
    shares: Mapped[dict[str, Any]]
    seed: Mapped[str] = mapped_column(String(32))
    created: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(ForeignKey("users.id"))
    closed: Mapped[datetime | None]


class CampaignMember(Base):
    """Who may see a campaign, and as what; removed members stay, for their judgements do."""

    __tablename__ = "desk_members"
    __table_args__ = (UniqueConstraint("campaign_id", "pseudonym"),)

    campaign_id: Mapped[str] = mapped_column(ForeignKey("desk_campaigns.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(String(20))
    pseudonym: Mapped[str] = mapped_column(String(40))
    added: Mapped[datetime]
    removed: Mapped[datetime | None]


class DeskImport(Base):
    """A portfolio on its way into a campaign; its projects are invisible until it is done.

    `repeated` says which identifiers occur more than once, as `service.desk.repeats` writes it; None where all differ.
    """

    __tablename__ = "desk_imports"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("desk_campaigns.id"), index=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    file_name: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20))
    projects: Mapped[int] = mapped_column(default=0)
    rejected_rows: Mapped[int] = mapped_column(default=0)
    repeated: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    staged: Mapped[int] = mapped_column(default=0)
    model_version: Mapped[str] = mapped_column(String(200), default="")
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    started: Mapped[datetime]
    alive: Mapped[datetime]
    ended: Mapped[datetime | None]


class DeskItem(Base):
    """A project in a campaign: what queues, lists and filters ask for. Its text and tagging stand in `DeskContent`.

    It is known by its identifier and its `occurrence`: donors' files hold an identifier more than once, and the
    projects that bear it are counted from 1 in the order in which they came in.
    `areas` and `countries` hold codes between blanks (`` 3.2 4.6 ``), so that one is found with LIKE; `likely` the
    likeliest areas with their probabilities (``3.2:0.61 4.6:0.2``).
    """

    __tablename__ = "desk_items"
    __table_args__ = (
        UniqueConstraint("campaign_id", "project_id", "occurrence"),
        Index("ix_desk_items_next", "campaign_id", "state", "first_judge", "rank"),
        Index("ix_desk_items_changed", "campaign_id", "changed"),
        Index("ix_desk_items_counts", "campaign_id", "decision", "state"),
        Index("ix_desk_items_text_hash", "text_hash"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("desk_campaigns.id"))
    import_id: Mapped[str] = mapped_column(ForeignKey("desk_imports.id"), index=True)
    place: Mapped[int]
    project_id: Mapped[str] = mapped_column(String(255))
    occurrence: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    title: Mapped[str] = mapped_column(String(300))
    language: Mapped[str] = mapped_column(String(8))
    text_hash: Mapped[str] = mapped_column(String(64))
    characters: Mapped[int]
    countries: Mapped[str] = mapped_column(Text)
    year: Mapped[int | None]
    amount: Mapped[float | None]
    currency: Mapped[str] = mapped_column(String(8))
    frozen: Mapped[bool]
    areas: Mapped[str] = mapped_column(String(120))
    main_area: Mapped[str] = mapped_column(String(8))
    gender: Mapped[int | None]
    human_rights: Mapped[int | None]
    risk: Mapped[str] = mapped_column(String(20))
    decision: Mapped[str] = mapped_column(String(20))
    model_version: Mapped[str] = mapped_column(String(200))
    rules_version: Mapped[str] = mapped_column(String(200))
    uncertainty: Mapped[float]
    disagreement: Mapped[float]
    likely: Mapped[str] = mapped_column(String(120))
    rank: Mapped[int]
    reason: Mapped[str] = mapped_column(String(20))
    wanted: Mapped[int]
    judged: Mapped[int] = mapped_column(default=0)
    first_judge: Mapped[str] = mapped_column(String(32), default="")
    state: Mapped[str] = mapped_column(String(12))
    settled_by: Mapped[str] = mapped_column(String(12), default="")
    revision: Mapped[int] = mapped_column(default=0)
    decisions: Mapped[int] = mapped_column(default=0)
    changed: Mapped[datetime | None]

    @property
    def reference(self) -> str:
        """What people call the project by: its identifier, with its number where it is not the first to bear it."""
        return self.project_id if self.occurrence == 1 else f"{self.project_id} ({self.occurrence})"


class DeskContent(Base):
    """The project of an item and the model's tagging of it, as `service.records` writes them."""

    __tablename__ = "desk_contents"

    item_id: Mapped[int] = mapped_column(ForeignKey("desk_items.id", ondelete="CASCADE"), primary_key=True)
    project: Mapped[dict[str, Any]] = mapped_column(JSON)
    tagging: Mapped[list[Any]] = mapped_column(JSON)


class DeskSave(Base):
    """One save of a form, known by the token that the client made. Never changed, never removed."""

    __tablename__ = "desk_saves"
    __table_args__ = (
        Index("ix_desk_saves_item_id", "item_id"),
        Index("ix_desk_saves_user", "campaign_id", "user_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("desk_campaigns.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("desk_items.id"))
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    seat: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text)
    seconds: Mapped[float | None]
    undoes: Mapped[int | None] = mapped_column(ForeignKey("desk_saves.id"))
    revision: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))


class LabelEvent(Base):
    """One human judgement on one label. Never changed, never removed: the database itself refuses it."""

    __tablename__ = "desk_events"
    __table_args__ = (
        Index("ix_desk_events_item_id", "item_id"),
        Index("ix_desk_events_campaign_at", "campaign_id", "at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    save_id: Mapped[int] = mapped_column(ForeignKey("desk_saves.id"))
    campaign_id: Mapped[str] = mapped_column(ForeignKey("desk_campaigns.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("desk_items.id"))
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    seat: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]
    label: Mapped[str] = mapped_column(String(40))
    before: Mapped[str] = mapped_column(String(400))
    after: Mapped[str] = mapped_column(String(400))
    evidence: Mapped[list[Any]] = mapped_column(JSON)
    suggested: Mapped[str] = mapped_column(String(400))
    shown: Mapped[bool]
    model_version: Mapped[str] = mapped_column(String(200))
    rules_version: Mapped[str] = mapped_column(String(200))
    guideline_version: Mapped[str] = mapped_column(String(40))


class LabelView(Base):
    """What a judge now says of an item: derived from the events, in the transaction that adds them.

    `owner` is the user of an annotator's view, empty for the one decision of adjudicators or reviewers.
    """

    __tablename__ = "desk_views"
    __table_args__ = (Index("ix_desk_views_campaign", "campaign_id", "seat", "owner"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("desk_items.id"), primary_key=True)
    seat: Mapped[str] = mapped_column(String(12), primary_key=True)
    owner: Mapped[str] = mapped_column(String(32), primary_key=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("desk_campaigns.id"))
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    answers: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(Text)
    save_id: Mapped[int] = mapped_column(ForeignKey("desk_saves.id"))
    saved: Mapped[datetime]


class DeskLease(Base):
    """Who has an item before them, so that nobody else gets it by accident."""

    __tablename__ = "desk_leases"
    __table_args__ = (Index("ix_desk_leases_user", "campaign_id", "user_id"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("desk_items.id"), primary_key=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("desk_campaigns.id"))
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    taken: Mapped[datetime]
    until: Mapped[datetime]


class DeskSkip(Base):
    """Somebody passed an item over, and why."""

    __tablename__ = "desk_skips"

    item_id: Mapped[int] = mapped_column(ForeignKey("desk_items.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("desk_campaigns.id"), index=True)
    reason: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class DeskDraft(Base):
    """A form that was left before it was saved."""

    __tablename__ = "desk_drafts"

    item_id: Mapped[int] = mapped_column(ForeignKey("desk_items.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    seat: Mapped[str] = mapped_column(String(12), primary_key=True)
    revision: Mapped[int]
    content: Mapped[dict[str, Any]]
    saved: Mapped[datetime]


class Suspect(Base):
    """A settled label that looks wrong, with what speaks against it."""

    __tablename__ = "desk_suspects"
    __table_args__ = (Index("ix_desk_suspects_order", "campaign_id", "resolved", "score"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("desk_campaigns.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("desk_items.id"), index=True)
    label: Mapped[str] = mapped_column(String(40))
    given: Mapped[str] = mapped_column(String(400))
    proposed: Mapped[str] = mapped_column(String(400))
    score: Mapped[float]
    method: Mapped[str] = mapped_column(String(40))
    found: Mapped[datetime]
    resolved: Mapped[str] = mapped_column(String(20), default="", server_default=text("''"))
    resolved_by: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    resolved_at: Mapped[datetime | None]


class Retraining(Base):
    """A training that was started from the desk, how it went, and what was decided on its model."""

    __tablename__ = "desk_retrainings"
    __table_args__ = (Index("ix_desk_retrainings_state_created", "state", "created"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    state: Mapped[str] = mapped_column(String(20))
    choice: Mapped[dict[str, Any]]
    created: Mapped[datetime]
    started: Mapped[datetime | None]
    ended: Mapped[datetime | None]
    worker: Mapped[str] = mapped_column(String(64), default="")
    process: Mapped[int | None]
    alive: Mapped[datetime | None]
    stage: Mapped[str] = mapped_column(String(40), default="")
    progress: Mapped[float | None]
    base_version: Mapped[str] = mapped_column(String(200), default="")
    model_version: Mapped[str] = mapped_column(String(200), default="")
    corpus_hash: Mapped[str] = mapped_column(String(64), default="")
    comparison: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    verdict: Mapped[str] = mapped_column(String(20), default="")
    verdict_reason: Mapped[str] = mapped_column(Text, default="")
    verdict_by: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    verdict_at: Mapped[datetime | None]


class DeskExport(Base):
    """A file of settled labels that left the desk, known by its hash."""

    __tablename__ = "desk_exports"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("desk_campaigns.id"), index=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    format: Mapped[str] = mapped_column(String(20))
    file_name: Mapped[str] = mapped_column(String(255))
    projects: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    pseudonymised: Mapped[bool]
