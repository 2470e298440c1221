"""The application: who may come in, what every answer carries, and the pages."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware

from tracker.core.problems import TrackerError
from tracker.security.entry import Entry
from tracker.settings import Settings
from tracker.store import Engine
from tracker.web import county, leaders, procedures, projects, reports
from tracker.web.pages import COOKIE, LANGUAGE_COOKIE, Pages

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:;"
    " script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_OPEN = ("/enter/", "/static/", "/language/")
Next = Callable[[Request], Awaitable[Response]]


def create_app(
    engine: Engine,
    setting: Settings,
    *,
    key: str,
    day: Callable[[], date],
    hosts: Sequence[str],
) -> FastAPI:
    """Return the application of one county.

    `key` opens it once, `day` says which day it shows, `hosts` by which names it may be called.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    entry, pages = Entry(key), Pages(engine, setting, day)
    app.state.pages = pages
    static = Path(__file__).parent / "static"
    app.mount("/static", StaticFiles(directory=static), name="static")
    for room in (county, projects, leaders, reports, procedures):
        app.include_router(room.router)
    _add_entrance(app, entry, pages)
    _add_guard(app, entry, pages)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))
    return app


def _add_entrance(app: FastAPI, entry: Entry, pages: Pages) -> None:
    @app.get("/enter/{given}")
    def enter(given: str, request: Request) -> Response:
        """Open a session with the one-time link."""
        session = entry.open_session(given)
        if session is None:
            return pages.message(request, 403, closed=True)
        answer = RedirectResponse("/", status_code=303)
        answer.set_cookie(COOKIE, session, httponly=True, samesite="strict", path="/")
        return answer

    @app.get("/language/{language}")
    def language(language: str, to: str = "/") -> Response:
        """Remember the language and go back to where one was."""
        inside = to.startswith("/") and not to.startswith("//") and "\\" not in to
        answer = RedirectResponse(to if inside else "/", status_code=303)
        if language in ("zh", "en"):
            answer.set_cookie(LANGUAGE_COOKIE, language, samesite="lax", path="/")
        return answer


def _add_guard(app: FastAPI, entry: Entry, pages: Pages) -> None:
    @app.middleware("http")
    async def guard(request: Request, call_next: Next) -> Response:
        is_open = request.url.path.startswith(_OPEN)
        if is_open or entry.is_open(request.cookies.get(COOKIE)):
            answer = await call_next(request)
        else:
            answer = pages.message(request, 403, closed=True)
        for name, value in _HEADERS.items():
            answer.headers.setdefault(name, value)
        return answer

    @app.exception_handler(TrackerError)
    def told(request: Request, error: TrackerError) -> HTMLResponse:
        return pages.message(request, 409, closed=False, why=pages.words(request)(error))

    @app.exception_handler(RequestValidationError)
    def no_such_address(request: Request, error: RequestValidationError) -> HTMLResponse:
        del error
        return pages.message(request, 404, closed=False)

    @app.exception_handler(HTTPException)
    def not_found(request: Request, error: HTTPException) -> HTMLResponse:
        return pages.message(request, error.status_code, closed=False)
