"""The ledger, and one project with its chart and its steps."""

from datetime import date
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup

from tracker.core.model import Sight
from tracker.core.problems import TrackerError
from tracker.core.track import State
from tracker.i18n.variance import variance_words
from tracker.pictures.gantt import gantt
from tracker.reports.excel import ledger_bytes
from tracker.reports.ledger_columns import LEDGER_COLUMNS
from tracker.reports.step_table import FAMILY_WORDS, families_of
from tracker.security.policy import Action
from tracker.services.projects import baselines as service
from tracker.services.projects import lookup
from tracker.services.projects.lookup import View
from tracker.services.projects.plan_file import plan_file
from tracker.services.projects.question_words import asking_words
from tracker.services.projects.questions import askings
from tracker.store import baselines, events, reading
from tracker.web.pages import PagesDep, Seen
from tracker.web.projects.chosen import ChosenDep, choices_of
from tracker.web.visits import access

router = APIRouter()
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/projects", **access(Action.VIEW))
def show_ledger(request: Request, pages: PagesDep, chosen: ChosenDep) -> HTMLResponse:
    """Show the ledger; the address says which rows and in which order."""
    seen = pages.county(request)
    return pages.show(
        request,
        "projects/ledger.html",
        rows=chosen.rows(seen.standings),
        chosen=chosen,
        query=chosen.query,
        choices=choices_of(seen.standings),
        families=families_of(seen.standings),
        family_words=FAMILY_WORDS,
        columns=[column for column in LEDGER_COLUMNS if not column.below],
        below={c.key: [b for b in LEDGER_COLUMNS if b.below == c.key] for c in LEDGER_COLUMNS},
    )


@router.get("/projects.xlsx", **access(Action.VIEW))
def export_ledger(request: Request, pages: PagesDep, chosen: ChosenDep) -> Response:
    """Hand out the ledger as it is shown, as a workbook."""
    seen = pages.county(request)
    words = pages.words(request)
    title = words.text("Ledger of key projects, {day}", day=seen.as_of)
    data = ledger_bytes(title, chosen.rows(seen.standings), seen.as_of, words)
    name = f"ledger-{seen.as_of}.xlsx"
    return Response(
        data, media_type=_XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _view(seen: Seen, sight: Sight) -> View | TrackerError:
    """Return the project looked at closely, or why it cannot be planned."""
    try:
        return lookup.look_at(seen.record, seen.catalog, sight.status_date)
    except TrackerError as error:
        return error


@router.get("/projects/{number}", **access(Action.VIEW))
def show_project(
    number: int,
    request: Request,
    pages: PagesDep,
    day: date | None = None,
    known: date | None = None,
) -> HTMLResponse:
    """Show one project: its light, its chart, its steps with their law, and open questions.

    `day` looks back; `known` says until when something counts as known, that day by default.
    """
    today = pages.as_of()
    back = min(day or today, today)
    sight = Sight(back, max(back, min(known or back, today)))
    with reading(pages.engine) as session:
        seen = pages.project(session, request, number, Action.VIEW, sight)
        view = _view(seen, sight)
        agreed = baselines.of_project(session, number, sight)
        newest = events.newest_number(session, number)
    words = pages.words(request)
    if isinstance(view, TrackerError):
        return pages.show(
            request,
            "projects/unplanned.html",
            project=seen.project,
            why=words(view),
            seen=seen,
            Action=Action,
        )
    standing = view.standing
    title = words.text("Plan of {project}", project=standing.project.name)
    chart = gantt(standing.plan, seen.catalog.working_days, words, title=title)
    return pages.show(
        request,
        "projects/project.html",
        standing=standing,
        plan=standing.plan,
        project=standing.project,
        procedure=view.blueprint.procedure,
        asked=askings([view.record], seen.catalog, sight.status_date, most=5),
        asking_words=asking_words,
        source_of=view.source_of,
        measured=service.measured(agreed, standing.plan, seen.catalog),
        variance_words=variance_words,
        case=next((c for c in pages.county(request).cases if c.project == number), None),
        chart=Markup(chart),  # noqa: S704  drawn by us, every text escaped there # nosec B704
        State=State,
        sight=sight,
        today=today,
        newest=newest,
        seen=seen,
        Action=Action,
    )


@router.get("/projects/{number}/plan.xml", **access(Action.VIEW))
def download_plan(number: int, request: Request, pages: PagesDep) -> Response:
    """Hand out the plan of today, for Microsoft Project."""
    sight = Sight.on(pages.as_of())
    with reading(pages.engine) as session:
        seen = pages.project(session, request, number, Action.VIEW, sight)
    view = lookup.look_at(seen.record, seen.catalog, sight.status_date)
    content, _ = plan_file(view, pages.words(request))
    name = quote(f"{seen.project.name}-{sight.status_date.isoformat()}.xml", safe="")
    disposition = f"attachment; filename*=UTF-8''{name}"
    return Response(
        content, media_type="application/xml", headers={"Content-Disposition": disposition}
    )
