"""The ledger by families of steps; each cell leads to what can be recorded of its step."""

from collections.abc import Callable
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from tracker.core.clocks import legal_moves
from tracker.core.flag import Standing
from tracker.core.inbox import ordered
from tracker.core.plan import PlannedStep
from tracker.reports.excel_steps import steps_bytes
from tracker.reports.step_table import (
    FAMILY_WORDS,
    Family,
    StepTable,
    cell_words,
    families_of,
    mark_of,
)
from tracker.security.policy import Action, User, can
from tracker.web.pages import PagesDep, target_of
from tracker.web.projects.chosen import ChosenDep, choices_of
from tracker.web.visits import UserDep, access

router = APIRouter()
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/projects/steps", **access(Action.VIEW))
def show_steps(
    request: Request,
    pages: PagesDep,
    user: UserDep,
    chosen: ChosenDep,
    family: Family = Family.PROJECT,
    whole: bool = False,  # noqa: FBT001, FBT002  a part of the address
) -> HTMLResponse:
    """Show the steps of a family for the projects that are chosen."""
    seen, words = pages.county(request), pages.words(request)
    table = StepTable(chosen.rows(seen.standings), family, whole)
    own = f"family={family}" + ("&whole=true" if whole else "")
    return pages.show(
        request,
        "projects/steps.html",
        table=table,
        chosen=chosen,
        choices=choices_of(seen.standings),
        families=families_of(seen.standings),
        family_words=FAMILY_WORDS,
        mark_of=mark_of,
        cell_words=lambda each: cell_words(each, words),
        address_of=_addresses(user, "&".join(filter(None, (own, chosen.query)))),
    )


@router.get("/projects/steps.xlsx", **access(Action.VIEW))
def export_steps(
    request: Request,
    pages: PagesDep,
    chosen: ChosenDep,
    family: Family = Family.PROJECT,
    whole: bool = False,  # noqa: FBT001, FBT002  a part of the address
) -> Response:
    """Hand out the steps as they are shown, as a workbook."""
    seen, words = pages.county(request), pages.words(request)
    table = StepTable(chosen.rows(seen.standings), family, whole)
    title = words.text(
        "Ledger of key projects, {family}, {day}", family=FAMILY_WORDS[family], day=seen.as_of
    )
    name = quote(f"{title}.xlsx", safe="")
    disposition = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    data = steps_bytes(title, table, seen.as_of, words)
    return Response(data, media_type=_XLSX, headers=disposition)


def _addresses(user: User, query: str) -> Callable[[Standing, PlannedStep], str]:
    """Return what tells where a cell leads: its usual next event, or what is known of the step.

    `query` is what the page shows, to come back to.
    """
    back = quote(f"steps?{query}", safe="")
    targets: dict[int, dict[str, bool]] = {}

    def address(standing: Standing, each: PlannedStep) -> str:
        office, known = each.step.office.zh, targets.setdefault(standing.project.id, {})
        if office not in known:
            known[office] = can(user, Action.RECORD, target_of(standing).at_step(office))
        moves = ordered(legal_moves(each.step, each.progress.case)) if known[office] else ()
        project = f"/projects/{standing.project.id}"
        if not moves:
            return f"{project}/steps/{each.step.id}"
        return f"{project}/record?step={each.step.id}&back={back}&kind={moves[0]}"

    return address
