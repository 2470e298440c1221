"""Whether the server lives, and whether it can answer: for whatever watches over it."""

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from tracker.store import reading, records
from tracker.web.pages import PagesDep
from tracker.web.visits import PUBLIC, access

HEALTH = "/health/"
router = APIRouter()


@router.get(f"{HEALTH}live", **access(PUBLIC))
def live() -> PlainTextResponse:
    """Answer 200 while the process serves at all: one that does not is to be started again."""
    return PlainTextResponse("live\n")


@router.get(f"{HEALTH}ready", **access(PUBLIC))
def ready(pages: PagesDep) -> PlainTextResponse:
    """Answer 200 while the data can be read, and else 503: then starting again helps nobody."""
    try:
        with reading(pages.engine) as session:
            records.setting(session, "")
    except Exception:  # whatever it is, pages cannot be made
        return PlainTextResponse("not ready\n", status_code=503)
    return PlainTextResponse("ready\n")
