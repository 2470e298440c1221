"""The follow-ups as a board, and one of them: taken up, spoken about, promised, closed."""

from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from tracker import clock
from tracker.core.flag import Standing
from tracker.core.follow_up import ActKind, Case, CaseState, Climb, FollowUpAct
from tracker.core.model import Sight
from tracker.core.problems import TrackerError, message
from tracker.reports.cases import ask_words, level_words, office_words, state_words
from tracker.security.policy import Action
from tracker.services.county import follow_ups as service
from tracker.services.projects import evidence, lookup
from tracker.services.texts import day_in
from tracker.store import Session, follow_ups, reading, transaction
from tracker.web.errors import form_status
from tracker.web.pages import Pages, PagesDep, Seen
from tracker.web.uploads import scan_of
from tracker.web.visits import RefusedActError, UploadDep, access, user_of

router = APIRouter()
_COLUMNS = (
    CaseState.OVERDUE,
    CaseState.NEW,
    CaseState.WORKING,
    CaseState.PROMISED,
    CaseState.TO_CHECK,
)
_SAID = {
    "take_up": ActKind.TAKEN_UP,
    "contact": ActKind.CONTACTED,
    "promise": ActKind.PROMISED,
}


@dataclass(frozen=True, slots=True)
class _Found:
    """A follow-up with its project, as whoever asks may see them."""

    seen: Seen
    standing: Standing
    case: Case

    def may(self, action: Action) -> bool:
        """Tell whether the reader may do this to it."""
        return self.seen.may(action, self.case.office)


@router.get("/follow-ups", **access(Action.VIEW))
def show_board(request: Request, pages: PagesDep, *, mine: bool = False) -> HTMLResponse:
    """Show the open follow-ups by where they stand, each column the highest level first.

    With `mine` those alone that are addressed to the reader's own office.
    """
    seen, user = pages.county(request), user_of(request)
    by_id = {standing.project.id: standing for standing in seen.standings}
    cases = [case for case in seen.cases if not mine or case.office == user.office]
    ordered = sorted(
        cases, key=lambda case: (-case.level, case.due, by_id[case.project].project.name)
    )
    words = pages.words(request)
    return pages.show(
        request,
        "county/follow_ups.html",
        columns=[(state, [c for c in ordered if c.state is state]) for state in _COLUMNS],
        total=len(cases),
        by_id=by_id,
        mine=mine,
        has_office=user.office is not None,
        level_words=level_words,
        state_words=state_words,
        ask=lambda case: ask_words(case, by_id[case.project], words),
        office=lambda case: office_words(case, words),
    )


@router.get("/follow-ups/{number}", **access(Action.VIEW))
def show_case(number: int, request: Request, pages: PagesDep) -> HTMLResponse:
    """Show one follow-up: what it asks, what was said of it, and what can be said now."""
    with reading(pages.engine) as session:
        found = _found(session, pages, request, number)
    return _page(pages, request, found)


def _found(session: Session, pages: Pages, request: Request, number: int) -> _Found:
    """Return a follow-up. Raises 404 when there is none, or none for this user."""
    project = follow_ups.project_of(session, number) if number < 2**31 else None
    if project is None:
        raise HTTPException(404)
    seen = pages.project(session, request, project, Action.VIEW)
    standing = lookup.look_at(seen.record, seen.catalog, seen.as_of).standing
    cases = service.every_on(session, [standing], seen.catalog, Sight.on(seen.as_of))
    case = next((each for each in cases if each.follow_up.number == number), None)
    if case is None:
        raise HTTPException(404)
    return _Found(seen, standing, case)


def _page(
    pages: Pages,
    request: Request,
    found: _Found,
    *,
    why: str = "",
    given: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    words, case = pages.words(request), found.case
    return pages.show(
        request,
        "county/follow_up.html",
        status=status,
        case=case,
        s=found.standing,
        level=level_words(case, words),
        state=state_words(case, words),
        ask=ask_words(case, found.standing, words),
        office=office_words(case, words),
        is_taken_up=any(act.kind is ActKind.TAKEN_UP for act in case.follow_up.acts),
        is_open=case.state is not CaseState.CLOSED,
        may_say=found.may(Action.FOLLOW_UP),
        may_close=found.may(Action.CLOSE_FOLLOW_UP),
        ActKind=ActKind,
        climb_words=lambda act: words.text(
            "level {level}: {why}", level=str(act.level), why=Climb(act.text)
        ),
        why=why,
        given=given or {},
        today=found.seen.as_of,
    )


@router.post("/follow-ups/{number}", **access(Action.FOLLOW_UP))
def say(number: int, request: Request, pages: PagesDep, form: UploadDep) -> Response:
    """Keep what was said of a follow-up: taken up, spoken about, or promised.

    With `back` the meeting goes on afterwards.
    """
    given = form.only("do", "who", "text", "until", "back")
    kind = _SAID.get(given.get("do", ""))
    if kind is None:
        raise HTTPException(400)
    with reading(pages.engine) as session:  # before any file is put anywhere
        found = _found(session, pages, request, number)
        _check(found, Action.FOLLOW_UP)
    try:
        said = _act(kind, given, found, user_of(request).login)
        scans = [scan_of(file) for file in form.files]
        with (
            evidence.staged(pages.setting.evidence, scans) as proofs,
            transaction(pages.engine) as session,
        ):
            found = _found(session, pages, request, number)
            _check(found, Action.FOLLOW_UP)
            act = pages.act(request)
            evidence.check_quota(session, act.by, proofs.attachments, clock.now())
            told = replace(said, files=proofs.attachments)
            service.say(session, act, found.standing, _open(found), told)
            proofs.put()
    except TrackerError as error:
        words = pages.words(request)
        return _page(
            pages, request, found, why=words(error), given=given, status=form_status(error)
        )
    is_meeting = given.get("back") == "meeting"
    address = f"/meeting?at={number}" if is_meeting else f"/follow-ups/{number}"
    return RedirectResponse(address, status_code=303)


def _act(kind: ActKind, given: dict[str, str], found: _Found, login: str) -> FollowUpAct:
    """Return what a form says. Raises BadDayError."""
    until: date | None = None
    if kind is ActKind.PROMISED:
        until = day_in(given.get("until", ""), message("Promised until"))
    who = login if kind is ActKind.TAKEN_UP else given.get("who", "")
    text = "" if kind is ActKind.TAKEN_UP else given.get("text", "")
    return FollowUpAct(kind=kind, day=found.seen.as_of, who=who, text=text, until=until)


@router.post("/follow-ups/{number}/close", **access(Action.CLOSE_FOLLOW_UP))
def close(number: int, request: Request, pages: PagesDep, form: UploadDep) -> Response:
    """Close a follow-up: confirmed by the plan, or for a reason."""
    given = form.only("reason")
    with reading(pages.engine) as session:
        found = _found(session, pages, request, number)
        _check(found, Action.CLOSE_FOLLOW_UP)
    try:
        with transaction(pages.engine) as session:
            found = _found(session, pages, request, number)
            _check(found, Action.CLOSE_FOLLOW_UP)
            act = pages.act(request, given.get("reason"))
            service.close(session, act, found.standing, _open(found), found.seen.as_of, act.by)
    except TrackerError as error:
        words = pages.words(request)
        return _page(
            pages, request, found, why=words(error), given=given, status=form_status(error)
        )
    return RedirectResponse(f"/follow-ups/{number}", status_code=303)


def _check(found: _Found, action: Action) -> None:
    if not found.may(action):
        project = found.standing.project
        raise RefusedActError(action, project=project.id, about=project.name)


def _open(found: _Found) -> Case:
    """Return the case. Raises NoCaseError where it was closed meanwhile."""
    if found.case.state is CaseState.CLOSED:
        raise service.NoCaseError(found.standing.project.name)
    return found.case


@router.get("/follow-ups/{number}/files/{sha256}", **access(Action.VIEW))
def download_proof(number: int, sha256: str, request: Request, pages: PagesDep) -> Response:
    """Hand out a file that proves something said of a follow-up."""
    with reading(pages.engine) as session:
        found = _found(session, pages, request, number)
    acts = found.case.follow_up.acts
    files = [file for act in acts for file in act.files if file.sha256 == sha256]
    folder = pages.setting.evidence
    if not files or evidence.lost(folder, files[:1]):
        raise HTTPException(404)
    disposition = f"attachment; filename*=UTF-8''{quote(files[0].name, safe='')}"
    return Response(
        evidence.place_of(folder, sha256).read_bytes(),
        media_type="application/octet-stream",
        headers={"Content-Disposition": disposition},
    )
