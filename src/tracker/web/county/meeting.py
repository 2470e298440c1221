"""The dispatch meeting: its agenda, one matter at a time on the wall, and its minutes."""

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from tracker.core.model import Sight
from tracker.i18n.late import late_sentence
from tracker.reports.cases import ask_words, level_words, office_words, state_words
from tracker.reports.minutes import Taken, minutes_bytes
from tracker.reports.wording import measures_words
from tracker.security.policy import Action, can
from tracker.services.county.meeting import Matter, matters
from tracker.store import audit, reading
from tracker.web.kept import Kept
from tracker.web.pages import Pages, PagesDep, target_of
from tracker.web.visits import access, user_of

router = APIRouter()
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _matters(request: Request, pages: Pages) -> list[Matter]:
    """Return the matters that the reader may see, made once while record and day stand."""
    kept: Kept[list[Matter]] = request.app.state.meetings
    seen = pages.county(request)
    cases = tuple(case.follow_up.number for case in seen.cases)
    with reading(pages.engine) as session:
        return kept.of(
            (audit.newest_of_record(session), seen.as_of, cases),
            lambda: matters(session, seen.cases, seen.catalog, Sight.on(seen.as_of)),
        )


@router.get("/meeting", **access(Action.VIEW))
def show_meeting(request: Request, pages: PagesDep, at: int = 0) -> HTMLResponse:
    """Show the agenda; with `at`, the number of a follow-up, that matter alone for the wall."""
    found, words, user = _matters(request, pages), pages.words(request), user_of(request)
    day = pages.as_of()
    numbers = [matter.case.follow_up.number for matter in found]
    place = numbers.index(at) if at in numbers else 0
    shown = found[place] if at in numbers else None
    target = target_of(shown.standing).at_step(shown.case.office) if shown else None
    return pages.show(
        request,
        "county/matter.html" if shown else "county/meeting.html",
        matters=found,
        matter=shown,
        place=place + 1,
        before=numbers[place - 1] if place else None,
        after=numbers[place + 1] if place + 1 < len(numbers) else None,
        may_decide=shown is not None and can(user, Action.FOLLOW_UP, target),
        ask=lambda m: ask_words(m.case, m.standing, words),
        late=lambda m: late_sentence(m.cause.why, words) if m.cause.why else "",
        measures=lambda m: measures_words(m.decision.choice.measures, day, words).split("\n"),
        level_words=level_words,
        state_words=state_words,
        office=lambda case: office_words(case, words),
        today=day,
    )


@router.get("/meeting.docx", **access(Action.VIEW))
def download_minutes(request: Request, pages: PagesDep) -> Response:
    """Hand out the minutes of today: what was decided, and what was not."""
    found, words, day = _matters(request, pages), pages.words(request), pages.as_of()
    taken = [Taken(m.standing, act) for m in found for act in m.taken]
    open_ = [m.standing for m in found if not m.taken]
    title = words.text("Minutes of the dispatch meeting")
    if not can(user_of(request), Action.VIEW):  # who does not see the whole county
        title = words.text("{title} (own projects)", title=title)
    name = quote(f"{title}-{day.isoformat()}.docx", safe="")
    return Response(
        minutes_bytes(title, day, taken, open_, words),
        media_type=_DOCX,
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )
