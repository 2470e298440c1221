"""The list of imports, and the door where a workbook comes in."""

import unicodedata
from pathlib import PurePath

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import UploadFile

from tracker import clock
from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.core.texts import check
from tracker.ledger.book.confine import refusal
from tracker.ledger.book.guard import MOST_BYTES
from tracker.security.policy import Action
from tracker.services.texts import day_in
from tracker.store import ledgers, reading
from tracker.web.errors import form_status
from tracker.web.imports.room import Importing, ImportingDep
from tracker.web.pages import Pages, PagesDep
from tracker.web.visits import UploadDep, UserDep, access

router = APIRouter()
_LONGEST_NAME = 120


class NoWorkbookError(TrackerError):
    """A form without a file."""

    code = "no_ledger"
    kind = ErrorKind.USAGE

    def __init__(self) -> None:
        super().__init__(
            message("No workbook was chosen."),
            remedy=message("Choose the ledger: .xlsx, .xls or .csv."),
        )


@router.get("/imports", **access(Action.IMPORT_LEDGER))
def show_imports(
    request: Request, pages: PagesDep, room: ImportingDep, user: UserDep, *, same: bool = False
) -> HTMLResponse:
    """Ask for a workbook; list what waits and what was imported. `same`: nothing was new."""
    told = pages.words(request).text("The ledger contains nothing new; the records did not change.")
    return _list(request, pages, room, user.login, told=told if same else "")


def _list(
    request: Request,
    pages: Pages,
    room: Importing,
    login: str,
    *,
    why: str = "",
    told: str = "",
    status: int = 200,
) -> HTMLResponse:
    with reading(pages.engine) as session:
        imports = ledgers.imports(session)
    return pages.show(
        request,
        "imports/imports.html",
        status=status,
        imports=imports,
        waiting=room.desk.waiting(login),
        why=why,
        told=told,
        today=pages.as_of(),
    )


@router.post("/imports", **access(Action.IMPORT_LEDGER))
def upload(
    request: Request, pages: PagesDep, room: ImportingDep, user: UserDep, form: UploadDep
) -> Response:
    """Keep a workbook until it is committed, and show it."""
    fields = form.only("day")
    try:
        day = day_in(fields.get("day") or str(pages.as_of()), message("Day of the ledger"))
        if not form.files:
            raise NoWorkbookError
        name, data = _workbook(form.files[0])
        made = room.desk.put(user.login, name, data, day, clock.now())
    except TrackerError as error:
        why, status = pages.words(request)(error), form_status(error)
        return _list(request, pages, room, user.login, why=why, status=status)
    return RedirectResponse(f"/imports/waiting/{made.key}", status_code=303)


def _workbook(file: UploadFile) -> tuple[str, bytes]:
    """Return a file's name without its folders, and its bytes.

    Raises BadTextError, and RefusedFileError before a file is read that is far too large.
    """
    name = unicodedata.normalize("NFC", PurePath((file.filename or "").replace("\\", "/")).name)
    check(name)
    stem, suffix = PurePath(name).stem, PurePath(name).suffix[:_LONGEST_NAME]
    name = f"{stem[: _LONGEST_NAME - len(suffix)]}{suffix}"
    if (file.size or 0) > MOST_BYTES:
        raise refusal("too_large", name)
    return name, file.file.read()
