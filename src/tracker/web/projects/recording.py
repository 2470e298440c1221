"""One event of one step, by form: looked at first, then recorded, with the scans that prove it.

The form carries the number of the newest event it showed. When somebody has recorded something of
the step since, both are shown and nothing is written.
"""

from collections.abc import Sequence

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from tracker import clock
from tracker.core.clocks import case_of, legal_moves
from tracker.core.events import BlockReason, Event, EventKind, StopReason
from tracker.core.model import Step
from tracker.core.problems import TrackerError
from tracker.security.policy import Action
from tracker.services.county import follow_ups
from tracker.services.projects import evidence, lookup, recording
from tracker.services.projects.recording import Effect
from tracker.services.projects.typed_event import typed
from tracker.store import Session, events, reading, transaction
from tracker.web.errors import form_status
from tracker.web.pages import Pages, PagesDep, Seen
from tracker.web.uploads import scan_of
from tracker.web.visits import RefusedActError, UploadDep, access, number_in

router = APIRouter()
_FIELDS = (
    "step",
    "kind",
    "day",
    "reason",
    "note",
    "document",
    "until",
    "add",
    "approver",
    "corrects",
    "why",
    "newest",
    "do",
)


def _steps(seen: Seen) -> list[Step]:
    """Return the steps of a project that whoever asks may record, those of the plan first."""
    steps = lookup.blueprint_of(seen.record, seen.catalog, seen.as_of).procedure.steps
    return [step for step in steps if seen.may(Action.RECORD, step.office.zh)]


def _own(seen: Seen, step: str) -> list[Event]:
    return [event for event in seen.record.events if event.step == step]


def _told(session: Session, number: int, step: str) -> list[Event]:
    """Return everything that was ever recorded of a step, what was taken back too."""
    return [told.event for told in events.history(session, number) if told.event.step == step]


@router.get("/projects/{number}/record", **access(Action.RECORD))
def show_record(
    number: int, request: Request, pages: PagesDep, step: str = "", corrects: int = 0
) -> HTMLResponse:
    """Ask for an event of a step; with `corrects`, for the one that takes its place."""
    with reading(pages.engine) as session:
        seen = pages.project(session, request, number, Action.RECORD)
        told = _told(session, number, step)
    given = {"step": step, "corrects": str(corrects or "")}
    old = next((e for e in seen.record.events if e.id == corrects), None)
    if old:
        given |= {"step": old.step, "kind": str(old.kind), "day": str(old.day or "")}
        given["document"] = old.document or ""
    return _page(pages, request, seen, given, told)


def _page(
    pages: Pages,
    request: Request,
    seen: Seen,
    given: dict[str, str],
    told: Sequence[Event],
    *,
    effect: Effect | None = None,
    why: str = "",
    clash: Sequence[Event] = (),
    status: int = 200,
) -> HTMLResponse:
    steps = _steps(seen)
    step = next((each for each in steps if each.id == given.get("step")), None)
    own = _own(seen, step.id) if step else []
    case = case_of(step, own, pages.as_of(), seen.catalog.working_days) if step else None
    moves = list(legal_moves(step, case)) if step else []
    if given.get("corrects"):
        moves = [kind for kind in EventKind if kind not in (EventKind.RETRACTED,)]
        moves.insert(0, EventKind.RETRACTED)
    return pages.show(
        request,
        "projects/record.html",
        status=status,
        project=seen.project,
        steps=steps,
        chosen=step,
        case=case,
        own=own,
        moves=moves,
        given=given,
        effect=effect,
        why=why,
        newest=max((event.id for event in told), default=0),
        clash=clash,
        stops=list(StopReason),
        blocks=list(BlockReason),
        today=pages.as_of(),
    )


@router.post("/projects/{number}/record", **access(Action.RECORD))
def record(number: int, request: Request, pages: PagesDep, form: UploadDep) -> Response:
    """Show what an event would move, or record it."""
    given = form.only(*_FIELDS)
    keeps = given.get("do") == "record"
    with reading(pages.engine) as session:  # before any file is put anywhere
        seen = pages.project(session, request, number, Action.RECORD)
        told = _told(session, number, given.get("step", ""))
    try:
        corrects = number_in(given["corrects"]) if given.get("corrects") else None
        event = typed(given, corrects=corrects).read(pages.as_of())
        scans = [scan_of(file) for file in form.files if keeps]
        with (
            evidence.staged(pages.setting.evidence, scans) as proofs,
            transaction(pages.engine) if keeps else reading(pages.engine) as session,
        ):
            seen = pages.project(session, request, number, Action.RECORD)
            if event.step not in {step.id for step in _steps(seen)}:
                raise RefusedActError(Action.RECORD, project=number, about=seen.project.name)
            shown = number_in(given.get("newest") or "0")
            told = _told(session, number, event.step)
            clash = [each for each in told if each.id > shown]
            effect = None
            if not clash:
                effect = recording.effect_of(
                    session, seen.record, seen.catalog, event, pages.as_of()
                )
            if effect and keeps:
                act = pages.act(request, event.why)
                evidence.check_quota(session, act.by, proofs.attachments, clock.now())
                recording.keep(session, act, seen.record, event, effect, proofs.attachments)
                follow_ups.review_project(session, act, number, seen.catalog, pages.as_of())
                proofs.put()
    except TrackerError as error:
        status = form_status(error)
        why = pages.words(request)(error)
        return _page(pages, request, seen, given, told, why=why, status=status)
    if clash:
        return _page(pages, request, seen, given, told, clash=clash, status=409)
    if not keeps:
        return _page(pages, request, seen, given, told, effect=effect)
    return RedirectResponse(f"/projects/{number}/history", status_code=303)
