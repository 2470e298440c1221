"""The county at a glance, and the open follow-ups."""

from datetime import timedelta

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from tracker.core.digest import leader_lines
from tracker.core.flag import LATE_LIGHTS, Light
from tracker.reports.cases import level_words, state_words
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


@router.get("/follow-ups", **access(Action.VIEW))
def show_follow_ups(request: Request, pages: PagesDep) -> HTMLResponse:
    """Show the open cases, the highest level first."""
    seen = pages.county(request)
    cases = [(case, seen.of(case.project)) for case in seen.cases]
    ordered = sorted(
        ((case, standing) for case, standing in cases if standing),
        key=lambda pair: (-pair[0].level, pair[0].due, pair[1].project.name),
    )
    return pages.show(
        request,
        "county/follow_ups.html",
        cases=ordered,
        level_words=level_words,
        state_words=state_words,
    )
