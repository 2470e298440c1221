"""Who asks, what they may do, and what a form must carry.

Every route names what it takes: `**access(Action.VIEW)`. A route that does not is refused when the
application is made. What is forbidden answers exactly like what is not there.
"""

import unicodedata
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.routing import APIRoute
from starlette.datastructures import FormData, UploadFile
from starlette.routing import BaseRoute, Mount

from tracker.core.texts import check
from tracker.security.policy import Action, User, might
from tracker.security.tokens import form_token, same
from tracker.services.accounts.sign_in import Visit
from tracker.services.projects.evidence import MOST_BYTES

PUBLIC, SIGNED_IN = "public", "signed_in"
FOREIGN_FORM = "foreign form"
TOKEN = "_token"  # noqa: S105  the name of a field
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_SAFE = frozenset({"GET", "HEAD"})
_SECRET = frozenset({"password", "old", "new", "again"})
"""Password fields: never stored or shown in an error, and compared exactly as typed."""
MOST_FILES = 20
_DIGITS = 18
_MOST_FIELDS = 3000
"""Of a form; a preview of a large ledger has that many. Its bytes are few all the same."""
_FORM_BYTES, _UPLOAD_BYTES = 256 * 1024, 4 * MOST_BYTES


class RefusedActError(HTTPException):
    """Somebody may not do this; the answer is that of what is not there.

    `what` is the action, or `FOREIGN_FORM`; `project` and `about` are the project's number and
    name where it is about one.
    """

    def __init__(
        self, what: str, status: int = 404, *, project: int | None = None, about: str = ""
    ) -> None:
        super().__init__(status)
        self.what, self.project, self.about = what, project, about


def access(what: Action | str) -> dict[str, Any]:
    """Return what a route is declared with: what it takes, and the check of it."""
    checks = [] if what in (PUBLIC, SIGNED_IN) else [Depends(_checks(Action(what)))]
    return {"openapi_extra": {"access": str(what)}, "dependencies": checks}


def access_of(route: APIRoute) -> str:
    """Return what a route takes. Raises KeyError where nobody has said it."""
    return str((route.openapi_extra or {})["access"])


def routes_of(app: FastAPI) -> list[APIRoute]:
    """Return every route of the application, those of its rooms too; static files apart.

    Raises LookupError for a kind of route that cannot say who may use it.
    """
    found: list[APIRoute] = []
    waiting: list[BaseRoute] = list(app.routes)
    for route in waiting:
        inner = getattr(route, "original_router", None)
        if isinstance(route, APIRoute):
            found.append(route)
        elif inner is not None:
            waiting.extend(inner.routes)
        elif not (isinstance(route, Mount) and route.path == "/static"):
            raise LookupError(f"nobody can say who may use {route}")
    return found


def check_routes(app: FastAPI) -> None:
    """Raise LookupError for a route that does not say who may use it, or that changes unchecked."""
    for route in routes_of(app):
        if "access" not in (route.openapi_extra or {}):
            raise LookupError(f"{route.path} does not say who may use it")
        changes = not (route.methods or set()) <= _SAFE
        if changes and not _CHECKS & {d.call for d in route.dependant.dependencies}:
            raise LookupError(f"{route.path} changes things without looking at its form")


def _checks(action: Action) -> Callable[[Request], None]:
    def check(request: Request) -> None:
        if not might(user_of(request), action):
            raise RefusedActError(action)

    return check


def visit_of(request: Request) -> Visit | None:
    """Return who asks, or None."""
    visit: Visit | None = getattr(request.state, "visit", None)
    return visit


def user_of(request: Request) -> User:
    """Return who asks; nobody else gets this far."""
    visit = visit_of(request)
    if visit is None:
        raise HTTPException(404)
    return visit.user


UserDep = Annotated[User, Depends(user_of)]


@dataclass(frozen=True)
class Form:
    """The fields of a form, once it is known to come from a page of this session."""

    texts: Mapping[str, str]
    files: tuple[UploadFile, ...]

    def only(self, *names: str) -> dict[str, str]:
        """Return the fields, without blanks around them. Raises 400 for one that no form has."""
        if unknown := set(self.texts) - set(names):
            raise HTTPException(400, detail=f"unknown field {sorted(unknown)[0]!r}")
        return {name: self.texts[name].strip() for name in names if name in self.texts}


def number_in(text: str | None) -> int:
    """Return the number that a hidden field carries. Raises 400 when no page of ours sent it."""
    if text is None or not text.isdecimal() or len(text) > _DIGITS:
        raise HTTPException(400)
    return int(text)


def token_of(request: Request) -> str:
    """Return the token that forms of this session carry; before a session, of this visit."""
    key: str = request.state.key
    return form_token(key)


async def checked_form(request: Request) -> AsyncIterator[Form]:
    """Yield the form, which has no files.

    Raises 403 when it is not from our pages in this session.
    """
    async for form in _form(request, most_files=0, most_bytes=_FORM_BYTES):
        yield form


async def checked_upload(request: Request) -> AsyncIterator[Form]:
    """Yield the form with its files, which are let go once the answer is made."""
    async for form in _form(request, most_files=MOST_FILES, most_bytes=_UPLOAD_BYTES):
        yield form


async def _form(request: Request, *, most_files: int, most_bytes: int) -> AsyncIterator[Form]:
    """Yield the form. Raises 411 and 413 before anything is read of one that may be too large.

    Of a form that is not sent in pieces the server reads no more than was declared.
    """
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or "transfer-encoding" in request.headers:
        raise HTTPException(411)  # of a form in pieces the length that is declared means nothing
    if len(length) > _DIGITS or int(length) > most_bytes:
        raise HTTPException(413)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _FORMS or not _is_from_here(request):
        raise RefusedActError(FOREIGN_FORM, 403)
    async with request.form(max_files=most_files, max_fields=_MOST_FIELDS) as fields:
        given = fields.get(TOKEN)
        if not isinstance(given, str) or not same(given, token_of(request)):
            raise RefusedActError(FOREIGN_FORM, 403)
        texts = _texts_of(fields)
        for name, text in texts.items():
            check(name)
            if name not in _SECRET:
                check(text)
                texts[name] = unicodedata.normalize("NFC", text)
        files = tuple(v for v in fields.getlist("file") if isinstance(v, UploadFile) and v.filename)
        yield Form(texts, files)


def _texts_of(fields: FormData) -> dict[str, str]:
    """Return the texts of a form; of several fields of one name the blank ones say nothing."""
    texts: dict[str, str] = {}
    for name, said in fields.multi_items():
        if isinstance(said, str) and name != TOKEN and (said.strip() or name not in texts):
            texts[name] = said
    return texts


_CHECKS = {checked_form, checked_upload}


def _is_from_here(request: Request) -> bool:
    """Tell whether the browser says that our own page sent the form; an old one says nothing."""
    if request.headers.get("sec-fetch-site") not in (None, "same-origin", "none"):
        return False
    origin = request.headers.get("origin") or request.headers.get("referer")
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc == request.headers.get("host")
    except ValueError:
        return False


FormDep = Annotated[Form, Depends(checked_form)]
UploadDep = Annotated[Form, Depends(checked_upload)]
