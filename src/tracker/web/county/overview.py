"""The county at a glance."""

from datetime import timedelta

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from tracker.core.digest import leader_lines
from tracker.core.flag import LATE_LIGHTS, Light
from tracker.security.policy import Action, might
from tracker.web.pages import PagesDep
from tracker.web.visits import UserDep, access

router = APIRouter()
_WORST = 10
_SOON = timedelta(days=45)
_NEEDS_EYES = (*LATE_LIGHTS, Light.YELLOW)


@router.get("/", **access(Action.ENTER))
def show_county(request: Request, pages: PagesDep, user: UserDep) -> Response:
    """Show lights, the worst ten, the deadlines ahead and the leaders; or where one works."""
    if not might(user, Action.VIEW):
        return RedirectResponse("/account", status_code=303)
    seen = pages.county(request)
    worst = [s for s in seen.standings if s.light in _NEEDS_EYES][:_WORST]
    soon = [
        s
        for s in seen.standings
        if s.plan.deadline and not s.plan.is_done and s.plan.deadline <= seen.as_of + _SOON
    ]
    soon.sort(key=lambda s: (s.plan.deadline, s.project.name))
    return pages.show(
        request, "county/county.html", worst=worst, soon=soon, leaders=leader_lines(seen.standings)
    )
