"""Coming in by the county's identity service: there with a state, back with a code."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from typing import Annotated, Protocol

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.security.tokens import new_key, same, sealed, unsealed
from tracker.web.accounts.sign_in import address_of, give_key, inside
from tracker.web.pages import Pages, PagesDep
from tracker.web.visits import PUBLIC, access

router = APIRouter()
COOKIE = "tracker-identity"
_WAITS = timedelta(minutes=10)
_AT_ONCE = 4


class IdentityService(Protocol):
    """Says where to sign in, and who came back."""

    def address(self, *, state: str, nonce: str, verifier: str) -> str:
        """Return where the browser is sent."""

    def login(self, code: str, *, nonce: str, verifier: str) -> str:
        """Return the sign-in name of whoever brought a code back."""


class SlowIdentityError(TrackerError):
    """The service is slow, and enough people wait for it already."""

    code = "identity"
    kind = ErrorKind.FORBIDDEN

    def __init__(self) -> None:
        super().__init__(
            message("The identity service is slow to answer."),
            remedy=message("Try again in a minute, or sign in with name and password."),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A sign-in that is under way at the service.

    The browser itself keeps it, sealed, in a cookie.
    """

    state: str
    nonce: str
    verifier: str
    to: str
    since: float


@dataclass
class Identity:
    """The service, and the key of the cookies; no more than a few ask it at once."""

    service: IdentityService
    _key: str = field(default_factory=new_key)
    _turns: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(_AT_ONCE))

    def begin(self, to: str, now: datetime) -> tuple[str, str]:
        """Return where the browser is sent, and the cookie that it brings back."""
        waiting = Waiting(
            state=new_key(),
            nonce=new_key(),
            verifier=new_key() + new_key(),
            to=to,
            since=now.timestamp(),
        )
        with self._turn():
            url = self.service.address(
                state=waiting.state, nonce=waiting.nonce, verifier=waiting.verifier
            )
        return url, sealed(self._key, json.dumps(asdict(waiting)))

    def back(self, cookie: str, state: str, now: datetime) -> Waiting | None:
        """Return the sign-in that a browser comes back from, within ten minutes."""
        text = unsealed(self._key, cookie)
        waiting = Waiting(**json.loads(text)) if text else None
        if waiting is None or not same(waiting.state, state):
            return None
        return waiting if 0 <= now.timestamp() - waiting.since < _WAITS.total_seconds() else None

    def login(self, code: str, waiting: Waiting) -> str:
        """Return the sign-in name of whoever brought a code back; the service takes a code once."""
        with self._turn():
            return self.service.login(code, nonce=waiting.nonce, verifier=waiting.verifier)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(blocking=False):
            raise SlowIdentityError
        try:
            yield
        finally:
            self._turns.release()


def _identity(request: Request) -> Identity:
    found: Identity | None = request.app.state.identity
    if found is None:
        raise HTTPException(404)
    return found


@router.get("/identity/begin", **access(PUBLIC))
def begin(request: Request, pages: PagesDep, to: str = "/") -> Response:
    """Send the browser to the identity service."""
    identity = _identity(request)
    try:
        url, cookie = identity.begin(inside(to), pages.gate.now())
    except TrackerError as error:
        return _again(request, pages, error)
    answer = RedirectResponse(url, status_code=303)
    # not strict: the browser comes back from another site
    answer.set_cookie(
        COOKIE,
        cookie,
        httponly=True,
        samesite="lax",
        path="/identity/",
        secure=pages.is_tls,
        max_age=int(_WAITS.total_seconds()),
    )
    return answer


@router.get("/identity/back", **access(PUBLIC))
def back(
    request: Request, pages: PagesDep, code: Annotated[str, Query()] = "", state: str = ""
) -> Response:
    """Open a session for whoever the service says it is, if they have an account."""
    identity = _identity(request)
    waiting = identity.back(request.cookies.get(COOKIE, ""), state, pages.gate.now())
    if waiting is None or not code:
        return pages.message(request, 403)
    try:
        login = identity.login(code, waiting)
        key = pages.gate.open_known(
            login, address=address_of(request), agent=request.headers.get("user-agent", "")
        )
    except TrackerError as error:
        return _again(request, pages, error)
    # a page, and not a redirect: browsers do not send a strict cookie on the way from another site
    answer = pages.show_alone(request, "accounts/entered.html", to=waiting.to)
    give_key(pages, answer, key)
    answer.delete_cookie(COOKIE, path="/identity/", secure=pages.is_tls, httponly=True)
    return answer


def _again(request: Request, pages: Pages, error: TrackerError) -> Response:
    if error.kind is not ErrorKind.FORBIDDEN:
        raise error
    return pages.show_alone(
        request,
        "accounts/sign_in.html",
        status=403,
        to="/",
        why=pages.words(request)(error),
        login="",
        has_link=request.app.state.entry is not None,
    )
