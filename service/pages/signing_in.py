"""Signing in and out, and the language switch."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from classifier.taxonomy import LANGUAGES
from service.access.audit import Action, record
from service.access.sessions import close_session, open_session
from service.access.users import check_password
from service.api.access import Here, cookie_name, everybody, people
from service.api.hosts import refuse_other_sites
from service.api.problems import too_many
from service.pages.catalogue import COOKIE
from service.pages.rendering import render

if TYPE_CHECKING:
    from service.api.service import Service
    from service.store.database import Database
    from service.store.tables import User

router = APIRouter(include_in_schema=False)
_FIELDS = 10
_FIELD_BYTES = 4_000
#: Pages that are there without signing in, and where the language can be switched.
_OPEN_PAGES = frozenset({"/docs", "/sign-in"})
_YEAR_SECONDS = 31_536_000


@router.get("/sign-in")
@everybody
async def show_sign_in(request: Request, service: Here) -> Response:
    """Show the form."""
    return _show(request, service)


@router.post("/sign-in")
@everybody
async def sign_in(request: Request, service: Here) -> Response:
    """Sign a person in with name and password."""
    refuse_other_sites(request, service.settings.url)
    fields = await read_fields(request)
    name, password = fields.get("name", ""), fields.get("password", "")
    address = request.client.host if request.client else ""
    wait = max(service.sign_ins.take(f"address:{address}"), service.sign_ins.take(f"name:{name.strip().lower()[:200]}"))
    if wait:
        raise too_many("There were too many sign-ins in a minute.", "sign-in-limited", wait)
    user = await run_in_threadpool(check_password, service.database, name, password)
    if user is None:
        await run_in_threadpool(_note_refusal, service.database, name, address)
        return _show(request, service, 401, refused=True)
    return await admit(service, user, "password")


@router.post("/sign-out")
@people
async def sign_out(request: Request, service: Here) -> Response:
    """Sign a person out."""
    name = cookie_name(service)
    await run_in_threadpool(close_session, service.database, request.cookies.get(name, ""))
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(name, secure=service.settings.is_https, httponly=True, samesite="lax")
    return response


@router.post("/language")
@everybody
async def switch_language(request: Request, service: Here) -> Response:
    """Remember the language of a browser."""
    refuse_other_sites(request, service.settings.url)
    chosen = (await read_fields(request)).get("language", "")
    response = RedirectResponse(_page_before(request), 303)
    if chosen in LANGUAGES:
        response.set_cookie(
            COOKIE, chosen, max_age=_YEAR_SECONDS, secure=service.settings.is_https, httponly=True, samesite="lax"
        )
    return response


def _page_before(request: Request) -> str:
    """Return the page of ours that a form stood on."""
    before = urlsplit(request.headers.get("referer", ""))
    is_ours = before.netloc == request.headers.get("host")
    return before.path if is_ours and (before.path in _OPEN_PAGES or before.path.startswith("/desk")) else "/"


async def admit(service: Service, user: User, how: str) -> Response:
    """Open a session for a person and send them to the page."""
    hours = service.settings.session_hours
    token = await run_in_threadpool(open_session, service.database, user, hours, how=how)
    response = RedirectResponse("/", 303)
    response.set_cookie(
        cookie_name(service),
        token,
        max_age=int(hours * 3600),
        secure=service.settings.is_https,
        httponly=True,
        samesite="lax",
    )
    return response


async def read_fields(request: Request) -> dict[str, str]:
    """Return the text fields of a small form."""
    async with request.form(max_files=0, max_fields=_FIELDS, max_part_size=_FIELD_BYTES) as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}


def _show(request: Request, service: Service, status: int = 200, *, refused: bool = False) -> Response:
    return render(request, "sign_in.html", status, refused=refused, oidc=bool(service.settings.oidc_issuer))


def _note_refusal(database: Database, name: str, address: str) -> None:
    shown = "".join(character for character in name[:200] if character.isprintable())
    with database.writing() as session:
        record(session, shown or "-", Action.SIGN_IN_REFUSED, shown, f"from {address}")
