"""The leaders: who answers for what, worst first, for a phone."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from tracker.core.digest import count_lights, leader_lines
from tracker.core.flag import Standing
from tracker.core.inbox import turn_of
from tracker.core.plan import PlannedStep
from tracker.security.policy import Action, might
from tracker.web.pages import PagesDep
from tracker.web.visits import UserDep, access

router = APIRouter()
_NEXT = 3


@router.get("/leaders", **access(Action.VIEW))
def show_leaders(request: Request, pages: PagesDep) -> HTMLResponse:
    """Show every leader with the number of their projects, and projects without one."""
    seen = pages.county(request)
    nobody = [s for s in seen.standings if not s.project.leader]
    return pages.show(
        request, "county/leaders.html", leaders=leader_lines(seen.standings), nobody=nobody
    )


@router.get("/leaders/{name}", **access(Action.VIEW))
def show_leader(name: str, request: Request, pages: PagesDep, user: UserDep) -> HTMLResponse:
    """Show one leader's projects, worst first, with the steps that decide each."""
    seen = pages.county(request)
    own = [s for s in seen.standings if s.project.leader == name]
    if not own and user.leader != name:
        raise HTTPException(404)
    return pages.show(
        request,
        "county/leader.html",
        leader=name,
        own=own,
        by_light=[(light, n) for light, n in count_lights(own).items() if n],
        cases={case.project: case for case in seen.cases},
        next_steps={s.project.id: _next_steps(s) for s in own},
        turn_of=turn_of,
        may_urge=might(user, Action.FOLLOW_UP),
    )


def _next_steps(standing: Standing) -> list[PlannedStep]:
    """Return the first steps on the critical path that are still to be done."""
    way = [s for s in standing.plan.steps if s.on_longest_path and not s.progress.is_over]
    return way[:_NEXT]
