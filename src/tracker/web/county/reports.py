"""The archive of weekly reports."""

import hashlib

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, Response

from tracker.security.policy import Action
from tracker.services.county.weekly_report import SCOPE
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
    """Show every issue of the reports that were made, the newest first."""
    with reading(pages.engine) as session:
        found = records.reports(session, SCOPE)
    return pages.show(request, "county/reports.html", reports=found)


@router.get("/reports/{folder}/{name}", **access(Action.READ_REPORTS))
def download(folder: str, name: str, pages: PagesDep) -> Response:
    """Hand out a file of an issue, if it is still the one that was made."""
    with reading(pages.engine) as session:
        made = records.reports(session, SCOPE)
    found = next((r for r in made if r.folder == folder and name in r.files), None)
    path = pages.setting.reports / folder / name
    if found is None or not path.is_file():
        raise HTTPException(404)
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != found.files[name]:
        raise HTTPException(404)
    kind = _TYPES.get(name.rpartition(".")[2], "application/octet-stream")
    disposition = f'attachment; filename="{folder}-{name}"'
    return Response(data, media_type=kind, headers={"Content-Disposition": disposition})
