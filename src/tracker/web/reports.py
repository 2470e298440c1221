"""The archive of weekly reports."""

import hashlib

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, Response

from tracker.security.policy import Action
from tracker.services.weekly_report import SCOPE
from tracker.store import reading, records
from tracker.web.pages import PagesDep
from tracker.web.visits import access

router = APIRouter()
_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "txt": "text/plain; charset=utf-8",
}


@router.get("/reports", **access(Action.READ_REPORTS))
def show_reports(request: Request, pages: PagesDep) -> HTMLResponse:
    """Show the reports that were made, the newest first, one line a week."""
    with reading(pages.engine) as session:
        found = records.reports(session, SCOPE)
    newest = {report.week: report for report in reversed(found)}
    ordered = sorted(newest.values(), key=lambda report: report.week, reverse=True)
    return pages.show(request, "reports.html", reports=ordered)


@router.get("/reports/{week}/{name}", **access(Action.READ_REPORTS))
def download(week: str, name: str, pages: PagesDep) -> Response:
    """Hand out a file of a report, if it is still the one that was made."""
    with reading(pages.engine) as session:
        found = [r for r in records.reports(session, SCOPE) if r.week == week and name in r.files]
    path = pages.setting.reports / week / name
    if not found or not path.is_file():
        raise HTTPException(404)
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() not in {r.files[name] for r in found}:
        raise HTTPException(404)
    kind = _TYPES.get(name.rpartition(".")[2], "application/octet-stream")
    disposition = f'attachment; filename="{week}-{name}"'
    return Response(data, media_type=kind, headers={"Content-Disposition": disposition})
