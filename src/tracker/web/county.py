"""The county at a glance, and the open follow-ups."""

from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from tracker.core.digest import leader_lines
from tracker.core.flag import LATE_LIGHTS, Light
from tracker.web.pages import PagesDep

router = APIRouter()
_WORST = 10
_SOON = timedelta(days=45)
_NEEDS_EYES = (*LATE_LIGHTS, Light.YELLOW)


@router.get("/")
def show_county(request: Request, pages: PagesDep) -> HTMLResponse:
    """Show lights, the worst ten, the deadlines ahead and the leaders."""
    seen = pages.county()
    worst = [s for s in seen.standings if s.light in _NEEDS_EYES][:_WORST]
    soon = [
        s
        for s in seen.standings
        if s.plan.deadline and not s.plan.is_done and s.plan.deadline <= seen.day + _SOON
    ]
    soon.sort(key=lambda s: (s.plan.deadline, s.project.name))
    return pages.show(
        request, "county.html", worst=worst, soon=soon, leaders=leader_lines(seen.standings)
    )


@router.get("/follow-ups")
def show_follow_ups(request: Request, pages: PagesDep) -> HTMLResponse:
    """Show the open cases, the highest level first."""
    seen = pages.county()
    cases = [(case, seen.of(case.project)) for case in seen.cases]
    ordered = sorted(
        ((case, standing) for case, standing in cases if standing),
        key=lambda pair: (-pair[0].level, pair[0].due, pair[1].project.name),
    )
    return pages.show(request, "follow_ups.html", cases=ordered)
