"""Lets people into the desk and its campaigns."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends
from starlette.requests import Request

from service.access.scopes import Scope
from service.api.access import Here, Principal, principal_of
from service.api.problems import Problem
from service.desk.access import Access, enter


def require_annotator(request: Request) -> Principal:
    """Return who is at the desk; people who only read and tag have no place there."""
    principal = principal_of(request)
    if Scope.ANNOTATE not in principal.scopes:
        raise Problem(403, "scope-missing", "The desk is for annotators.", remedy="Ask the administrator.")
    return principal


AtDesk = Annotated[Principal, Depends(require_annotator)]


def enter_campaign(campaign_id: str, service: Here, asking: AtDesk) -> Access:
    """Return the campaign of a path as the person may see it, 404 where it is not theirs."""
    return enter(service.database, campaign_id, asking.user_id, is_admin=Scope.ADMIN in asking.scopes)


Entered = Annotated[Access, Depends(enter_campaign)]


def back_from(request: Request) -> str:
    """Return where people go back to from a problem: the page that they came from, if it is ours, else the desk."""
    came = urlsplit(request.headers.get("referer", ""))
    is_ours = came.netloc == request.headers.get("host", "") and came.path.startswith("/desk")
    return came.path if is_ours and came.path != request.url.path else "/desk"
