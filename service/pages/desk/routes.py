"""All routes of the desk's pages."""

from __future__ import annotations

from service.pages.desk import agreement_pages, precision_pages, project, retraining_pages, review_pages

ROUTERS = (project.router, review_pages.router, retraining_pages.router, precision_pages.router, agreement_pages.router)
