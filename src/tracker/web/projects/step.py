"""One step of a project: its law, why its dates are what they are, who held it, what proves it."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from tracker.core.clocks import case_of, legal_moves
from tracker.core.inbox import ordered
from tracker.core.track import State
from tracker.security.policy import Action
from tracker.services.projects import lookup
from tracker.services.projects.reasons import reasons_of
from tracker.store import events, reading
from tracker.web.pages import PagesDep
from tracker.web.visits import access

router = APIRouter()


@router.get("/projects/{number}/steps/{step}", **access(Action.VIEW))
def show_step(number: int, step: str, request: Request, pages: PagesDep) -> HTMLResponse:
    """Show one step of a project as of today."""
    with reading(pages.engine) as session:
        seen = pages.project(session, request, number, Action.VIEW)
        told = [each for each in events.history(session, number) if each.event.step == step]
        files = events.evidence(session, number)
    view = lookup.look_at(seen.record, seen.catalog, seen.as_of)
    found = reasons_of(view, step, pages.words(request))
    if found is None:
        raise HTTPException(404)
    may_record = seen.may(Action.RECORD, found.step.office.zh)
    own = [event for event in seen.record.events if event.step == step]
    case = case_of(found.step, own, seen.as_of, seen.catalog.working_days)
    return pages.show(
        request,
        "projects/step.html",
        project=seen.project,
        procedure=view.blueprint.procedure,
        reasons=found,
        step=found.step,
        planned=found.planned,
        case=case,
        source=view.source_of(step) if found.planned else None,
        told=list(reversed(told)),
        files=files,
        standing={event.id for event in seen.record.events},
        moves=ordered(legal_moves(found.step, case)) if may_record else (),
        may_record=may_record,
        State=State,
        today=seen.as_of,
    )
