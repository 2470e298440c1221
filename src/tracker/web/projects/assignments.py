"""Who answers for a project: one at a time, or all that somebody hands over."""

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.security.policy import Action
from tracker.services.projects import hand_over as handover
from tracker.services.projects.changes import assign
from tracker.services.texts import day_in
from tracker.store import assignments, reading, transaction
from tracker.store.assignments import LEADER, ROLES
from tracker.web.errors import form_status
from tracker.web.pages import Pages, PagesDep
from tracker.web.visits import FormDep, access, number_in

router = APIRouter()
_FROM = message("From")


class NewNameError(TrackerError):
    """Somebody is to receive who never answered for anything; it may be a slip of the pen."""

    code = "new_name"
    kind = ErrorKind.USAGE

    def __init__(self, name: str) -> None:
        super().__init__(
            message("{name} has not been responsible for any project so far.", name=name),
            remedy=message("Choose a name of the list, or say that the person is new."),
        )


@router.get("/projects/{number}/assign", **access(Action.ASSIGN))
def show_assign(number: int, request: Request, pages: PagesDep) -> HTMLResponse:
    """Show who answers for a project, and who did, and ask who will."""
    return _assign_page(pages, request, number)


def _assign_page(
    pages: Pages, request: Request, number: int, *, why: str = "", status: int = 200
) -> HTMLResponse:
    with reading(pages.engine) as session:
        seen = pages.project(session, request, number, Action.ASSIGN)
        told = assignments.history(session, number)
        known = {role: assignments.parties(session, role) for role in ROLES}
    newest = max((each.entry for each in told), default=0)
    return pages.show(
        request,
        "projects/assign.html",
        status=status,
        project=seen.project,
        told=list(reversed(told)),
        known=known,
        roles=ROLES,
        newest=newest,
        why=why,
        today=pages.as_of(),
    )


@router.post("/projects/{number}/assign", **access(Action.ASSIGN))
def change_assignment(number: int, request: Request, pages: PagesDep, form: FormDep) -> Response:
    """Let somebody answer for a project from a day on."""
    fields = form.only("role", "name", "from", "reason", "newest")
    role, name = fields.get("role", ""), fields.get("name", "")
    shown = number_in(fields.get("newest"))
    if role not in ROLES or not name:
        raise HTTPException(400)
    try:
        from_day = day_in(fields.get("from", ""), _FROM)
        with transaction(pages.engine) as session:
            seen = pages.project(session, request, number, Action.ASSIGN)
            newest = max((each.entry for each in assignments.history(session, number)), default=0)
            is_clash = newest != shown
            if not is_clash:
                act = pages.act(request, fields.get("reason"))
                assign(session, act, seen.project, role, name, from_day, known_by=seen.as_of)
    except TrackerError as error:
        status = form_status(error)
        why = pages.words(request)(error)
        return _assign_page(pages, request, number, why=why, status=status)
    if is_clash:
        words = pages.words(request)
        why = words.text(
            "Somebody else has changed who is responsible; you entered: {name}.", name=name
        )
        return _assign_page(pages, request, number, why=why, status=409)
    return RedirectResponse(f"/projects/{number}", status_code=303)


@router.get("/hand-over", **access(Action.ASSIGN))
def show_hand_over(
    request: Request, pages: PagesDep, giver: str = "", role: str = LEADER
) -> HTMLResponse:
    """Show what somebody would hand over, what is open of it, and who could receive."""
    return _hand_over_page(pages, request, giver, role)


def _hand_over_page(
    pages: Pages, request: Request, giver: str, role: str, *, why: str = "", status: int = 200
) -> HTMLResponse:
    if role not in ROLES:
        raise HTTPException(404)
    seen = pages.county(request)
    held = {handover.held_by(s, role) for s in seen.standings}
    names = sorted(name for name in held if name)
    found = None
    if giver in names:
        found = handover.prepare(
            seen.standings, seen.cases, role=role, giver=giver, receiver="", from_day=seen.as_of
        )
    return pages.show(
        request,
        "projects/hand_over.html",
        status=status,
        found=found,
        names=names,
        giver=giver,
        role=role,
        roles=ROLES,
        why=why,
        loads=handover.receivers(seen.standings, role, giver) if found else [],
    )


@router.post("/hand-over", **access(Action.ASSIGN))
def hand_over(request: Request, pages: PagesDep, form: FormDep) -> Response:
    """Hand projects over from a day on; old days keep their owner."""
    numbers = [name for name in form.texts if name.removeprefix("project_").isdecimal()]
    fields = form.only("giver", "receiver", "role", "from", "reason", "is_new", *numbers)
    giver, role = fields.get("giver", ""), fields.get("role", "")
    only = [number_in(name.removeprefix("project_")) for name in numbers]
    if role not in ROLES or not fields.get("receiver") or not only:
        raise HTTPException(400)
    seen = pages.county(request)
    try:
        found = handover.prepare(
            seen.standings,
            seen.cases,
            role=role,
            giver=giver,
            receiver=fields["receiver"],
            from_day=day_in(fields.get("from", ""), _FROM),
            only=only,
        )
        if {item.standing.project.id for item in found.items} != set(only):
            raise HTTPException(409)  # somebody else has handed some over since
        with transaction(pages.engine) as session:
            act = pages.act(request, fields.get("reason"))
            if handover.is_new(session, found) and "is_new" not in fields:
                raise NewNameError(found.receiver)
            handover.keep(session, act, found, known_by=seen.as_of)
    except TrackerError as error:
        status = form_status(error)
        why = pages.words(request)(error)
        return _hand_over_page(pages, request, giver, role, why=why, status=status)
    return RedirectResponse("/leaders", status_code=303)
