"""What is decided about a project on its page: that it rests, goes on or is closed, and its plan.

The forms carry what the page showed. When somebody has changed the project or recorded something
since, nothing is written and the change is shown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from tracker.core.model import Project
from tracker.i18n.fields import field_words, value_words
from tracker.security.policy import Action
from tracker.services.county import follow_ups
from tracker.services.law import names_of
from tracker.services.projects import baselines, editing
from tracker.services.texts import check_day
from tracker.store import Session, events, projects, transaction
from tracker.store.events import Told
from tracker.web.pages import Pages, PagesDep
from tracker.web.visits import FormDep, access, number_in

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What others changed of a project between the showing of a form and its sending."""

    project: Project
    moved: tuple[tuple[str, object, object], ...]
    told: tuple[Told, ...]


def _meanwhile(session: Session, project: Project, fields: Mapping[str, str]) -> Meanwhile | None:
    """Return what changed since the form was shown, or None: it showed what stands now."""
    shown, newest = number_in(fields.get("version")), number_in(fields.get("newest"))
    told = tuple(t for t in events.history(session, project.id) if t.event.id > newest)
    if shown == project.version and not told:
        return None
    versions = projects.versions_of(session, project.id)
    before = next((v.project for v in versions if v.project.version == shown), project)
    moved = projects.moved(before, project)
    return Meanwhile(project, tuple((key, old, new) for key, (old, new) in moved.items()), told)


def _changed_page(pages: Pages, request: Request, found: Meanwhile, wanted: str) -> HTMLResponse:
    words = pages.words(request)
    standing = pages.county(request).of(found.project.id)
    steps = {s.step.id: words(s.step.name) for s in standing.plan.steps} if standing else {}
    return pages.show(
        request,
        "projects/changed.html",
        status=409,
        project=found.project,
        moved=found.moved,
        told=found.told,
        wanted=wanted,
        steps=steps,
        field_words=field_words,
        value_words=value_words,
        names=names_of(pages.county(request).catalog, pages.as_of()),
    )


@router.post("/projects/{number}/state", **access(Action.SET_STATE))
def set_state(number: int, request: Request, pages: PagesDep, form: FormDep) -> Response:
    """Suspend, resume or close a project."""
    fields = form.only("do", "reason", "until", "version", "newest")
    why, today = fields.get("reason", ""), pages.as_of()
    ways: Mapping[str, Callable[[Project], Project]] = {
        "suspend": lambda p: editing.suspended(p, why, _day(fields.get("until")), today),
        "resume": lambda p: editing.resumed(p, why),
        "close": lambda p: editing.archived(p, why),
    }
    way = ways.get(fields.get("do", ""))
    if way is None:
        raise HTTPException(400)
    with transaction(pages.engine) as session:
        seen = pages.project(session, request, number, Action.SET_STATE)
        project = seen.project
        change = _meanwhile(session, project, fields)
        if change is None:
            after = way(project)
            if after != project:
                act = pages.act(request, why)
                editing.keep(session, act, project, after, today)
                follow_ups.review_project(session, act, number, seen.catalog, today)
    if change:
        words = pages.words(request)
        return _changed_page(
            pages, request, change, words.text("You gave as reason: {why}", why=why)
        )
    return RedirectResponse(f"/projects/{number}", status_code=303)


def _day(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    check_day(found)
    return found


@router.post("/projects/{number}/baseline", **access(Action.AGREE))
def agree(number: int, request: Request, pages: PagesDep, form: FormDep) -> Response:
    """Keep the plan as it stands as the one that is agreed."""
    fields = form.only("reason", "decision", "version", "newest")
    reason = fields.get("reason", "")
    with transaction(pages.engine) as session:
        seen = pages.project(session, request, number, Action.AGREE)
        change = _meanwhile(session, seen.project, fields)
        if change is None:
            baselines.agree(
                session,
                pages.act(request, reason),
                seen.record,
                seen.catalog,
                pages.as_of(),
                reason=reason,
                decision=fields.get("decision") or None,
            )
    if change:
        words = pages.words(request)
        told = words.text("You gave as reason: {why}", why=reason)
        return _changed_page(pages, request, change, told)
    return RedirectResponse(f"/projects/{number}", status_code=303)
