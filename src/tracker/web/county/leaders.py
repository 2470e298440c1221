"""The leaders: who answers for what, worst first, for a phone."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from tracker.core.digest import leader_lines
from tracker.security.policy import Action
from tracker.web.pages import PagesDep
from tracker.web.visits import access

router = APIRouter()


@router.get("/leaders", **access(Action.VIEW))
def show_leaders(request: Request, pages: PagesDep) -> HTMLResponse:
    """Show every leader with the number of their projects, and projects without one."""
    seen = pages.county(request)
    nobody = [s for s in seen.standings if not s.project.leader]
    return pages.show(
        request, "county/leaders.html", leaders=leader_lines(seen.standings), nobody=nobody
    )


@router.get("/leaders/{name}", **access(Action.VIEW))
def show_leader(name: str, request: Request, pages: PagesDep) -> HTMLResponse:
    """Show one leader's projects, worst first."""
    seen = pages.county(request)
    own = [s for s in seen.standings if s.project.leader == name]
    if not own:
        raise HTTPException(404)
    cases = {case.project: case for case in seen.cases}
    return pages.show(request, "county/leader.html", leader=name, own=own, cases=cases)
