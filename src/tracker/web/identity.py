"""Coming in by the county's identity service: there with a state, back with a code."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Annotated, Protocol

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from tracker.core.problems import TrackerError
from tracker.security.tokens import digest_of, new_key, same
from tracker.web.entrance import address_of, give_key, inside
from tracker.web.pages import Pages, PagesDep
from tracker.web.visits import PUBLIC, access

router = APIRouter()
COOKIE = "tracker-identity"
_WAITS, _MOST = timedelta(minutes=10), 1000
_REFUSED = ("identity", "refused", "locked")


class IdentityService(Protocol):
    """Says where to sign in, and who came back."""

    def address(self, *, state: str, nonce: str, verifier: str) -> str:
        """Return where the browser is sent."""

    def login(self, code: str, *, nonce: str, verifier: str) -> str:
        """Return the sign-in name of whoever brought a code back."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A sign-in that is under way at the service, for the browser that holds a cookie."""

    cookie_digest: str
    nonce: str
    verifier: str
    to: str
    since: datetime


@dataclass
class Identity:
    """The service, and the sign-ins that are under way there: each comes back once, in ten minutes."""

    service: IdentityService
    _waiting: OrderedDict[str, Waiting] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def begin(self, cookie: str, to: str, now: datetime) -> str:
        """Return where the browser is sent."""
        state, nonce, verifier = new_key(), new_key(), new_key() + new_key()
        url = self.service.address(state=state, nonce=nonce, verifier=verifier)
        with self._lock:
            self._waiting[state] = Waiting(digest_of(cookie), nonce, verifier, to, now)
            while len(self._waiting) > _MOST:
                self._waiting.popitem(last=False)
        return url

    def take(self, state: str, cookie: str, now: datetime) -> Waiting | None:
        """Return the sign-in that a browser comes back from; it cannot come back twice."""
        with self._lock:
            found = self._waiting.pop(state, None)
        if found is None or not same(found.cookie_digest, digest_of(cookie)):
            return None
        return found if found.since <= now < found.since + _WAITS else None


def _identity(request: Request) -> Identity:
    found: Identity | None = request.app.state.identity
    if found is None:
        raise HTTPException(404)
    return found


@router.get("/identity/begin", **access(PUBLIC))
def begin(request: Request, pages: PagesDep, to: str = "/") -> Response:
    """Send the browser to the identity service."""
    identity, cookie = _identity(request), new_key()
    try:
        url = identity.begin(cookie, inside(to), pages.gate.now())
    except TrackerError as error:
        return _again(request, pages, error)
    answer = RedirectResponse(url, status_code=303)
    # not strict: the browser comes back from another site
    answer.set_cookie(
        COOKIE, cookie, httponly=True, samesite="lax", path="/identity/", secure=pages.is_tls,
        max_age=int(_WAITS.total_seconds()),
    )  # fmt: skip
    return answer


@router.get("/identity/back", **access(PUBLIC))
def back(
    request: Request, pages: PagesDep, code: Annotated[str, Query()] = "", state: str = ""
) -> Response:
    """Open a session for whoever the service says it is, if they have an account."""
    identity = _identity(request)
    waiting = identity.take(state, request.cookies.get(COOKIE, ""), pages.gate.now())
    if waiting is None or not code:
        return pages.message(request, 403)
    try:
        login = identity.service.login(code, nonce=waiting.nonce, verifier=waiting.verifier)
        key = pages.gate.open_known(
            login, address=address_of(request), agent=request.headers.get("user-agent", "")
        )
    except TrackerError as error:
        return _again(request, pages, error)
    # a page, and not a redirect: browsers do not send a strict cookie on the way from another site
    answer = pages.show_alone(request, "entered.html", to=waiting.to)
    give_key(pages, answer, key)
    answer.delete_cookie(COOKIE, path="/identity/", secure=pages.is_tls, httponly=True)
    return answer


def _again(request: Request, pages: Pages, error: TrackerError) -> Response:
    if error.code not in _REFUSED:
        raise error
    return pages.show_alone(
        request, "sign_in.html", status=403, to="/", why=pages.words(request)(error), login="",
        has_link=request.app.state.entry is not None,
    )  # fmt: skip
