"""All routes of the desk's pages."""

from __future__ import annotations

from service.pages.desk import (
    agreement_pages,
    campaigns,
    history,
    importing,
    precision_pages,
    project,
    retraining_pages,
    review_pages,
)

ROUTERS = (
    campaigns.router,
    importing.router,
    project.router,
    history.router,
    review_pages.router,
    retraining_pages.router,
    precision_pages.router,
    agreement_pages.router,
)
