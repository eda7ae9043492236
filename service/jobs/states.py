"""The states of a job."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a job stands; `DELETED` ones are gone for their owner and wait to be cleared away."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    DELETED = "deleted"


UNFINISHED = (State.QUEUED, State.RUNNING)
FINISHED = (State.DONE, State.FAILED, State.CANCELLED)
