"""All routes of the desk's pages."""

from __future__ import annotations

from service.pages.desk import precision_pages, project, retraining_pages, review_pages

ROUTERS = (project.router, review_pages.router, retraining_pages.router, precision_pages.router)
