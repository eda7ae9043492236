"""All routes of the desk's pages."""

from __future__ import annotations

from service.pages.desk import project

ROUTERS = (project.router,)
