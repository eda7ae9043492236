"""Runs the migrations on the connection that the caller hands over."""

from __future__ import annotations

from alembic import context

import service.store.desk_tables  # noqa: F401 - its tables belong to the metadata
from service.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
