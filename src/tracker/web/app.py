"""The application: who may come in, what every answer carries, and the pages."""

import secrets
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware

from tracker import clock
from tracker.core.problems import TrackerError
from tracker.security.entry import Entry
from tracker.security.passwords import Hasher
from tracker.security.tokens import new_key
from tracker.services.accounts.links import Links
from tracker.services.accounts.sign_in import Gate
from tracker.services.files import why_of
from tracker.services.imports.desk import Desk
from tracker.settings import Settings
from tracker.store import Engine
from tracker.web import health
from tracker.web.accounts import administration, sign_in
from tracker.web.accounts import identity as identities
from tracker.web.accounts.identity import Identity, IdentityService
from tracker.web.county import follow_ups, inbox, leaders, meeting, overview, procedures, reports
from tracker.web.errors import UNREACHABLE, is_unreachable, status_of
from tracker.web.health import HEALTH
from tracker.web.imports import past, uploads, waiting
from tracker.web.imports.room import Importing
from tracker.web.installation import audit
from tracker.web.kept import Kept
from tracker.web.logs import log_request
from tracker.web.pages import Pages
from tracker.web.projects import (
    assignments,
    decisions,
    editing,
    history,
    ledger,
    recording,
    step,
    steps,
)
from tracker.web.questions import asking
from tracker.web.visits import RefusedActError, check_routes

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:;"
    " script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_OPEN = (HEALTH, "/enter/", "/static/", "/language/", "/sign-in", "/identity/")
_BEFORE_CHANGE = ("/password", "/sign-out")
VISIT_COOKIE = "tracker-visit"
Next = Callable[[Request], Awaitable[Response]]


def create_app(
    engine: Engine,
    setting: Settings,
    *,
    key: str | None,
    as_of: Callable[[], date],
    hosts: Sequence[str],
    now: Callable[[], datetime] = clock.now,
    hasher: Hasher | None = None,
    is_tls: bool = False,
    identity: IdentityService | None = None,
) -> FastAPI:
    """Return the application of one county.

    `key` opens it once without an account, on this machine; `as_of` says which day it shows,
    `hosts` by which names it may be called. `is_tls` says that browsers reach it over TLS.
    `identity` lets in whom the county's own service knows.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    gate = Gate(engine=engine, now=now, hasher=hasher or Hasher())
    pages = Pages(engine=engine, setting=setting, as_of=as_of, gate=gate, is_tls=is_tls)
    app.state.pages, app.state.entry = pages, Entry(key) if key else None
    app.state.links = Links(setting.links) if key else None
    app.state.identity = Identity(identity) if identity else None
    app.state.imports = Importing(Desk(setting.waiting))
    app.state.askings = Kept()
    app.state.meetings = Kept()
    static = Path(__file__).parent / "static"
    app.mount("/static", StaticFiles(directory=static), name="static")
    rooms = (
        health,
        sign_in,
        identities,
        overview,
        inbox,
        follow_ups,
        meeting,
        asking,
        editing,
        uploads,
        waiting,
        past,
        steps,
        step,
        ledger,
        recording,
        decisions,
        assignments,
        leaders,
        reports,
        procedures,
        administration,
        audit,
        history,
    )
    for room in rooms:
        app.include_router(room.router)
    check_routes(app)
    _add_guard(app, pages)
    _add_errors(app, pages)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))
    return app


def _add_guard(app: FastAPI, pages: Pages) -> None:
    @app.middleware("http")
    async def guard(request: Request, call_next: Next) -> Response:
        request.state.number, request.state.visit = secrets.token_hex(4), None
        key = request.cookies.get(pages.cookie)
        fresh = None if request.cookies.get(VISIT_COOKIE) else new_key()
        request.state.key = request.cookies.get(VISIT_COOKIE) or fresh
        try:
            away = await run_in_threadpool(_turned_away, request, pages, key)
            answer = away or await call_next(request)
        except Exception as error:  # nobody could be asked who this is: the door stays shut
            answer = _broken(request, pages, error)
        else:
            log_request(request, answer.status_code)
        is_watched = request.url.path.startswith(HEALTH)  # by what keeps no cookies
        if fresh and request.state.visit is None and not is_watched:
            answer.set_cookie(
                VISIT_COOKIE, fresh, httponly=True, samesite="strict", path="/", secure=pages.is_tls
            )
        for name, value in _HEADERS.items():
            answer.headers.setdefault(name, value)
        if pages.is_tls:
            answer.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return answer


def _turned_away(request: Request, pages: Pages, key: str | None) -> Response | None:
    """Return the answer to whoever may not come in yet; None for all others."""
    path = request.url.path
    if path.startswith(("/static/", HEALTH)):
        return None
    visit = pages.gate.visit(key)
    if visit and key:
        request.state.visit, request.state.key = visit, key
    if path.startswith(_OPEN):
        return None
    if visit is None:
        if request.method in ("GET", "HEAD"):
            return RedirectResponse(f"/sign-in?to={path}", status_code=303)
        return pages.message(request, 403)
    if visit.user.must_change and path not in _BEFORE_CHANGE:
        return RedirectResponse("/password", status_code=303)
    return None


def _broken(request: Request, pages: Pages, error: Exception) -> HTMLResponse:
    """Return the answer where something failed: no word of how, but a number to quote."""
    if isinstance(error, TrackerError):
        return _failed(request, pages, error)
    status, why = 500, ""
    if isinstance(error, OSError):  # a disk that is full, a folder that is gone
        status, why = UNREACHABLE, pages.words(request)(why_of(error))
    log_request(request, status, error)
    return pages.message(request, status, why=why, number=request.state.number)


def _failed(request: Request, pages: Pages, error: TrackerError) -> HTMLResponse:
    status = status_of(error)
    log_request(request, status, error if is_unreachable(status) else None)
    why = pages.words(request)(error)
    return pages.message(request, status, why=why, number=request.state.number)


def _add_errors(app: FastAPI, pages: Pages) -> None:
    @app.exception_handler(TrackerError)
    def told(request: Request, error: TrackerError) -> HTMLResponse:
        return _failed(request, pages, error)

    @app.exception_handler(RequestValidationError)
    def no_such_address(request: Request, error: RequestValidationError) -> HTMLResponse:
        del error
        return pages.message(request, 404)

    @app.exception_handler(HTTPException)
    def not_found(request: Request, error: HTTPException) -> HTMLResponse:
        answer = pages.message(request, error.status_code)
        if isinstance(error, RefusedActError):
            answer.background = pages.refusal_of(
                request, error.what, project=error.project, about=error.about
            )
        return answer
