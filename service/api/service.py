"""What one process of the service holds: settings, database, model, limits, counters."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from starlette.requests import Request

from service.access.promotions import note_in_use
from service.api.keyring import KeyRing
from service.api.metrics import Metrics
from service.api.rates import FOLDER_VARIABLE, RateLimit
from service.api.taggers import TaggerKeeper
from service.jobs.desk import JobDesk
from service.store.database import Database

if TYPE_CHECKING:
    from service.settings import Settings


@dataclass(frozen=True, slots=True)
class Service:
    """One process of the service."""

    settings: Settings
    database: Database
    keeper: TaggerKeeper
    keyring: KeyRing
    desk: JobDesk
    metrics: Metrics
    requests: RateLimit
    sign_ins: RateLimit

    @classmethod
    def open(cls, settings: Settings) -> Service:
        """Open everything but the model, which is loaded before the first request."""
        database = Database(settings.database)

        def on_change(before: str, version: str) -> None:
            note_in_use(database, before, version)

        return cls(
            settings=settings,
            database=database,
            keeper=TaggerKeeper(settings.models, on_change),
            keyring=KeyRing(database, settings.key_cache_seconds),
            desk=JobDesk(database, settings),
            metrics=Metrics(),
            requests=_open_rates("requests", settings.requests_per_minute),
            sign_ins=_open_rates("sign-ins", settings.sign_ins_per_minute),
        )

    def close(self) -> None:
        """Close everything."""
        self.keeper.close()
        self.requests.close()
        self.sign_ins.close()
        self.database.close()


def of(request: Request) -> Service:
    """Return the service that a request came to."""
    return cast("Service", request.app.state.service)


def _open_rates(name: str, per_minute: int) -> RateLimit:
    folder = os.environ.get(FOLDER_VARIABLE, "")
    return RateLimit(per_minute, Path(folder) / f"{name}.rates" if folder else None)
