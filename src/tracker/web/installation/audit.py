"""The audit page, a project's history, and the files that prove its events."""

import csv
import json
from io import StringIO
from itertools import islice
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse

from tracker.core.model import Sight
from tracker.i18n.actions import ACTIONS, action_words, told_lines
from tracker.security.policy import Action
from tracker.services.law import names_of
from tracker.services.projects import evidence, history
from tracker.store import audit, events, projects, reading
from tracker.store.audit import Entry
from tracker.store.audit import rows as audit_rows
from tracker.web.pages import PagesDep, steps_of
from tracker.web.visits import access

router = APIRouter()
_PAGE = 200
_MOMENTS = 30
_KEYS = ("seq", "at", "by", "action", "about", "project", "cause", "why", "request", "digest")


@router.get("/audit", **access(Action.READ_AUDIT))
def show_audit(
    request: Request,
    pages: PagesDep,
    *,
    project: str = "",
    by: str = "",
    action: str = "",
    before: Annotated[int | None, Query(ge=1)] = None,
    form: Annotated[str, Query(alias="format")] = "",
    check: bool = False,
) -> Response:
    """Show who did what, when and why, the newest first; or as a file to take along, in order."""
    with reading(pages.engine) as session:
        number = (
            int(project) if project.isascii() and project.isdigit() and len(project) < 10 else None
        )
        found = audit.entries(
            session,
            project=number,
            by=by or None,
            action=action or None,
            before=before,
            newest_first=not form,
        )
        rows = list(found if form else islice(found, _PAGE + 1))
        broken = audit_rows.first_fault(session) if check else None
        head = audit.head(session)
    if form in ("csv", "json"):
        return _file(rows, form)
    words = pages.words(request)
    return pages.show(
        request,
        "installation/audit.html",
        entries=[(entry, action_words(entry.action, words)) for entry in rows[:_PAGE]],
        next=rows[_PAGE - 1].seq if len(rows) > _PAGE else None,
        broken=broken,
        head=head,
        is_checked=check,
        actions=ACTIONS.items(),
        chosen={"project": project, "by": by, "action": action},
    )


def _file(rows: list[Entry], form: str) -> Response:
    if form == "json":
        data = [{key: getattr(e, key) for key in _KEYS} | {"content": e.content} for e in rows]
        text, kind = json.dumps(data, ensure_ascii=False), "application/json"
    else:
        out = StringIO()
        writer = csv.writer(out)
        writer.writerow([*_KEYS, "content"])
        for entry in rows:
            content = json.dumps(entry.content, ensure_ascii=False)
            writer.writerow([_inert(getattr(entry, key)) for key in _KEYS] + [_inert(content)])
        text, kind = "\ufeff" + out.getvalue(), "text/csv; charset=utf-8"
    disposition = f'attachment; filename="audit.{form}"'
    return Response(text, media_type=kind, headers={"Content-Disposition": disposition})


def _inert(value: object) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


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
