"""What happened to a project, and the files that prove its events."""

from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from tracker.core.model import Sight
from tracker.i18n.actions import action_words, told_lines
from tracker.security.policy import Action
from tracker.services.law import names_of
from tracker.services.projects import evidence, history
from tracker.store import events, projects, reading
from tracker.web.pages import PagesDep, steps_of
from tracker.web.visits import access

router = APIRouter()
_MOMENTS = 30


@router.get("/projects/{number}/history", **access(Action.VIEW))
def show_history(number: int, request: Request, pages: PagesDep, step: str = "") -> HTMLResponse:
    """Show everything that was recorded of a project, and which entry moved which date."""
    with reading(pages.engine) as session:
        seen = pages.project(session, request, number, Action.VIEW)
        moments = history.of_project(
            session, pages.setting.procedures, number, most=_MOMENTS, step=step or None
        )
        told = events.history(session, number)
        files = events.evidence(session, number)
        versions = projects.versions_of(session, number)
    words = pages.words(request)
    names = names_of(seen.catalog, seen.as_of)
    steps = {step.id: step.name for step in steps_of(seen.record, seen.catalog, seen.as_of)}
    return pages.show(
        request,
        "projects/history.html",
        project=seen.project,
        told=list(reversed(told)),
        files=files,
        standing={event.id for event in seen.record.events},
        versions=versions,
        steps=steps,
        moments=[
            (
                m,
                action_words(m.entry.action, words),
                told_lines(m.entry.action, m.entry.content, words, names),
            )
            for m in moments
        ],
        step=step,
        day=seen.as_of,
    )


@router.get("/projects/{number}/evidence/{sha256}", **access(Action.VIEW))
def download_evidence(number: int, sha256: str, request: Request, pages: PagesDep) -> Response:
    """Hand out a file that proves an event of a project; never to be shown within a page."""
    with reading(pages.engine) as session:
        pages.project(session, request, number, Action.VIEW, Sight.on(pages.as_of()))
        files = [f for f in events.evidence(session, number) if f.sha256 == sha256]
    folder = pages.setting.evidence
    if not files or evidence.lost(folder, files[:1]):
        raise HTTPException(404)
    data = evidence.place_of(folder, sha256).read_bytes()
    disposition = f"attachment; filename*=UTF-8''{quote(files[0].name, safe='')}"
    return Response(
        data,
        media_type="application/octet-stream",
        headers={"Content-Disposition": disposition},
    )
