"""Coming in and going out: sign-in, one-time link, password, one's own sessions, language."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from tracker import clock
from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.security.entry import Entry
from tracker.services.accounts import administration as service
from tracker.services.accounts.links import Links
from tracker.services.accounts.sign_in import ABSOLUTE, LockedError, RefusedError
from tracker.store import accounts, audit, reading, transaction
from tracker.web.errors import form_status
from tracker.web.pages import LANGUAGE_COOKIE, Pages, PagesDep
from tracker.web.visits import PUBLIC, SIGNED_IN, FormDep, UserDep, access, visit_of

router = APIRouter()


class TwoPasswordsError(TrackerError):
    """The new password was typed in two ways."""

    code = "bad_password"
    kind = ErrorKind.USAGE

    def __init__(self) -> None:
        super().__init__(
            message("The two new passwords do not match."),
            remedy=message("Type it again."),
        )


class SamePasswordError(TrackerError):
    """The new password is the old one, which somebody else may know."""

    code = "bad_password"
    kind = ErrorKind.USAGE

    def __init__(self) -> None:
        super().__init__(
            message("The new password is the old one."),
            remedy=message("Choose another."),
        )


def inside(to: str) -> str:
    """Return an address of ours, or the first page for one that leads elsewhere."""
    is_ours = to.startswith("/") and not to.startswith("//") and "\\" not in to
    return to if is_ours and to.isprintable() else "/"


def address_of(request: Request) -> str:
    """Return where a request comes from, as far as this program can tell."""
    return request.client.host if request.client else "?"


@router.get("/sign-in", **access(PUBLIC))
def show_sign_in(request: Request, pages: PagesDep, to: str = "/") -> Response:
    """Ask for name and password."""
    if visit_of(request):
        return RedirectResponse("/", status_code=303)
    has_link = request.app.state.entry is not None
    return pages.show_alone(
        request, "accounts/sign_in.html", to=inside(to), why="", login="", has_link=has_link
    )


@router.post("/sign-in", **access(PUBLIC))
def sign_in(request: Request, pages: PagesDep, form: FormDep) -> Response:
    """Open a session for whoever knows the password."""
    fields = form.only("login", "password", "to")
    login, to = fields.get("login", ""), inside(fields.get("to", "/"))
    address = address_of(request)
    try:
        with pages.waiting.place(address):
            key = pages.gate.sign_in(
                login,
                form.texts.get("password", ""),
                address=address,
                agent=request.headers.get("user-agent", ""),
            )
    except (RefusedError, LockedError) as error:
        return pages.show_alone(
            request,
            "accounts/sign_in.html",
            status=403,
            to=to,
            why=pages.words(request)(error),
            login=login[:64],
            has_link=request.app.state.entry is not None,
        )
    return _opened(pages, key, to)


@router.get("/enter/{given}", **access(PUBLIC))
def enter(given: str, request: Request, pages: PagesDep) -> Response:
    """Open a session with the one-time link."""
    entry: Entry | None = request.app.state.entry
    links: Links | None = request.app.state.links
    is_known = entry is not None and entry.take(given)
    if not is_known and not (links and links.take(given, clock.now())):
        return pages.message(request, 403)
    key = pages.gate.open_local(
        address=address_of(request), agent=request.headers.get("user-agent", "")
    )
    return _opened(pages, key, "/")


def _opened(pages: Pages, key: str, to: str) -> Response:
    answer = RedirectResponse(to, status_code=303)
    give_key(pages, answer, key)
    return answer


def give_key(pages: Pages, answer: Response, key: str) -> None:
    """Let the browser keep the key of its session."""
    answer.set_cookie(
        pages.cookie,
        key,
        httponly=True,
        samesite="strict",
        path="/",
        secure=pages.is_tls,
        max_age=int(ABSOLUTE.total_seconds()),
    )


@router.post("/sign-out", **access(SIGNED_IN))
def sign_out(request: Request, pages: PagesDep, form: FormDep) -> Response:
    """End this session."""
    form.only()
    visit = visit_of(request)
    assert visit
    pages.gate.sign_out(visit)
    answer = RedirectResponse("/sign-in", status_code=303)
    answer.delete_cookie(pages.cookie, path="/", secure=pages.is_tls, httponly=True)
    return answer


@router.get("/language/{language}", **access(PUBLIC))
def choose_language(language: str, pages: PagesDep, to: Annotated[str, Query()] = "/") -> Response:
    """Remember the language and go back to where one was."""
    answer = RedirectResponse(inside(to), status_code=303)
    if language in ("zh", "en"):
        answer.set_cookie(LANGUAGE_COOKIE, language, samesite="lax", path="/", secure=pages.is_tls)
    return answer


@router.get("/password", **access(SIGNED_IN))
def show_password(request: Request, pages: PagesDep, user: UserDep) -> Response:
    """Ask for another password."""
    return pages.show_alone(
        request, "accounts/password.html", why="", login=user.login, must=user.must_change
    )


@router.post("/password", **access(SIGNED_IN))
def change_password(request: Request, pages: PagesDep, user: UserDep, form: FormDep) -> Response:
    """Replace one's own password; other sessions end."""
    form.only("old", "new", "again")
    old, new, again = (form.texts.get(name, "") for name in ("old", "new", "again"))
    visit = visit_of(request)
    assert visit
    try:
        if new != again:
            raise TwoPasswordsError
        if new == old:
            raise SamePasswordError
        with reading(pages.engine) as session:
            found = service.find(session, user.login)
        if not pages.gate.hasher.fits(old, found.password_hash):
            raise RefusedError
        kept = service.hashed(pages.gate.hasher, new, found.login, found.person)
        with transaction(pages.engine) as session:
            service.set_password(
                session,
                pages.act(request),
                user.login,
                kept,
                must_change=False,
                keep_session=visit.digest,
            )
    except TrackerError as error:
        return pages.show_alone(
            request,
            "accounts/password.html",
            status=form_status(error),
            why=pages.words(request)(error),
            login=user.login,
            must=user.must_change,
        )
    return RedirectResponse("/account", status_code=303)


@router.get("/account", **access(SIGNED_IN))
def show_account(request: Request, pages: PagesDep, user: UserDep) -> HTMLResponse:
    """Show who one is here, and one's own sessions."""
    visit = visit_of(request)
    with reading(pages.engine) as session:
        found = accounts.sessions_of(session, user.account)
    return pages.show(
        request, "accounts/account.html", sessions=found, this=visit.digest if visit else ""
    )


@router.post("/account/sessions", **access(SIGNED_IN))
def end_own_sessions(request: Request, pages: PagesDep, user: UserDep, form: FormDep) -> Response:
    """End one's other sessions."""
    form.only()
    visit = visit_of(request)
    assert visit
    with transaction(pages.engine) as session:
        audit.record(
            session, pages.act(request), action="end sessions", about=user.login, content={}
        )
        accounts.close_sessions(session, account=user.account, but=visit.digest)
    return RedirectResponse("/account", status_code=303)
