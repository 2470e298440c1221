"""An import that was committed: what it changed, and taking it back."""

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from tracker.core.problems import TrackerError
from tracker.i18n.actions import told_lines
from tracker.security.policy import Action
from tracker.services.county import follow_ups
from tracker.services.imports import undo
from tracker.services.imports.undo import Undone
from tracker.services.imports.wording import left_words
from tracker.services.law import names_of
from tracker.store import audit, ledgers, reading, rehearsal, transaction
from tracker.web.errors import form_status
from tracker.web.imports.room import Importing, ImportingDep
from tracker.web.pages import Pages, PagesDep
from tracker.web.visits import FormDep, access

router = APIRouter()


@router.get("/imports/{number}", **access(Action.IMPORT_LEDGER))
def show_import(number: int, request: Request, pages: PagesDep, room: ImportingDep) -> HTMLResponse:
    """Show what an import did, and which lights it changed."""
    return _import(request, pages, room, number)


def _import(
    request: Request,
    pages: Pages,
    room: Importing,
    number: int,
    *,
    undone: Undone | None = None,
    why: str = "",
    reason: str = "",
    status: int = 200,
) -> HTMLResponse:
    words, county = pages.words(request), pages.county(request)
    names = names_of(county.catalog, county.as_of)
    with reading(pages.engine) as session:
        imports = ledgers.imports(session)
        found = next((each for each in imports if each.number == number), None)
        if found is None:
            raise HTTPException(404)
        told = [e for e in audit.entries(session, after=found.entry) if e.cause == found.entry]
    newest = next((each.number for each in imports if each.undone is None), None)
    return pages.show(
        request,
        "imports/import.html",
        status=status,
        found=found,
        added=[each for each in told if each.action == "add project"],
        changed=[each for each in told if each.action == "change project"],
        turned=room.turned.get(number, []),
        lines=lambda each: told_lines(each.action, each.content, words, names),
        is_newest=found.number == newest,
        undone=undone,
        left=[left_words(*each, words) for each in undone.left] if undone else [],
        why=why,
        reason=reason,
    )


@router.post("/imports/{number}/undo", **access(Action.IMPORT_LEDGER))
def take_back(
    number: int, request: Request, pages: PagesDep, room: ImportingDep, form: FormDep
) -> Response:
    """Show what taking an import back would do, or take it back."""
    fields = form.only("reason", "do")
    keeps, reason = fields.get("do") == "undo", fields.get("reason", "")
    act = pages.act(request, reason or pages.words(request).text("the import is undone"))
    try:
        with transaction(pages.engine) if keeps else rehearsal(pages.engine) as session:
            done = undo.undo(session, act, number, pages.as_of())
            if keeps:
                catalog = pages.county(request).catalog
                follow_ups.review_county(session, act, catalog, pages.as_of())
    except TrackerError as error:
        why, status = pages.words(request)(error), form_status(error)
        return _import(request, pages, room, number, why=why, status=status)
    if keeps:
        return RedirectResponse(f"/imports/{number}", status_code=303)
    return _import(request, pages, room, number, undone=done, reason=reason)
