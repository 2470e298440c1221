"""The county at a glance: lights and how they moved, the worst, what is due and what is stale."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from tracker.core.digest import Change, Earlier, Moved, Promised, changes, leader_lines, promises
from tracker.core.flag import LATE_LIGHTS, Light, Standing
from tracker.core.follow_up import Outcome
from tracker.core.weeks import Week
from tracker.reports.front import change_words
from tracker.security.policy import Action, Role, might
from tracker.services.county import weekly_report
from tracker.store import reading
from tracker.web.pages import County, PagesDep
from tracker.web.visits import UserDep, access

router = APIRouter()
_WORST, _MOST_MOVED, _MOST_STALE = 10, 12, 10
_SOON, _STALE = timedelta(days=45), timedelta(days=28)
_NEEDS_EYES = (*LATE_LIGHTS, Light.YELLOW)
_TOLD = (Change.NEWLY_LATE, Change.WORSE, Change.BETTER, Change.CLEARED, Change.DOUBTFUL)


@router.get("/", **access(Action.ENTER))
def show_county(request: Request, pages: PagesDep, user: UserDep) -> Response:
    """Show the county as far as the reader may see it; or where one works."""
    if not might(user, Action.VIEW):
        return RedirectResponse("/account", status_code=303)
    if user.leader and "/" not in user.leader and user.roles == {Role.LEADER}:
        return RedirectResponse(f"/leaders/{quote(user.leader, safe='')}", status_code=303)
    seen, words = pages.county(request), pages.words(request)
    with reading(pages.engine) as session:
        history = weekly_report.before_day(session, seen.as_of)
    since = history[0].as_of if history else None
    soon = [
        s
        for s in seen.standings
        if s.plan.deadline and not s.plan.is_done and s.plan.deadline <= seen.as_of + _SOON
    ]
    soon.sort(key=lambda s: (s.plan.deadline, s.project.name))
    moved = _moved(seen, history)
    return pages.show(
        request,
        "county/county.html",
        worst=[s for s in seen.standings if s.light in _NEEDS_EYES][:_WORST],
        soon=soon,
        leaders=leader_lines(seen.standings),
        since=since,
        turned=_turned(seen.standings, history),
        moved=moved[:_MOST_MOVED],
        more_moved=max(0, len(moved) - _MOST_MOVED),
        change_words=lambda each: change_words(each, words),
        promised=_promised(seen, history),
        Outcome=Outcome,
        stale=_stale(seen),
        by_id={s.project.id: s for s in seen.standings},
    )


def _turned(standings: Sequence[Standing], history: Sequence[Earlier]) -> Mapping[Light, int]:
    """Return how many more projects stand at each light than in the report before.

    Only projects that are seen now count, so that nothing is told of others.
    """
    if not history:
        return {}
    before = history[0].figures
    then = Counter(before[s.project.id].light for s in standings if s.project.id in before)
    now = Counter(s.light for s in standings if s.project.id in before)
    return {light: now[light] - then[light] for light in Light}


def _moved(seen: County, history: Sequence[Earlier]) -> list[Moved]:
    """Return the projects that moved since the report before, the newly late first."""
    found = changes(seen.standings, history, Week.of(seen.as_of))
    return [each for each in found if each.standing and each.change in _TOLD]


def _promised(seen: County, history: Sequence[Earlier]) -> tuple[Promised, ...]:
    """Return the promises broken or kept since the report before, and those due within a week."""
    since = history[0].as_of + timedelta(days=1) if history else Week.of(seen.as_of).first
    return promises(seen.cases, since, seen.as_of)


def _stale(seen: County) -> list[Standing]:
    """Return the projects of which no ledger has said anything for four weeks, the oldest first."""
    found = [
        s
        for s in seen.standings
        if s.project.updated_on
        and not s.plan.is_done
        and s.project.updated_on < seen.as_of - _STALE
    ]
    found.sort(key=lambda s: (s.project.updated_on or seen.as_of, s.project.name))
    return found[:_MOST_STALE]
