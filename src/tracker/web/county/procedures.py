"""The law as data: the procedures, their networks, and every step with its articles."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from tracker.core.model import Link
from tracker.core.problems import BadFileError
from tracker.pictures.network import network
from tracker.security.policy import Action
from tracker.web.pages import PagesDep
from tracker.web.visits import access

router = APIRouter()


@router.get("/procedures", **access(Action.ENTER))
def show_procedures(request: Request, pages: PagesDep) -> HTMLResponse:
    """Show the procedures in force and the changes of law."""
    seen = pages.county(request)
    in_force = seen.catalog.in_force(seen.as_of)
    used = {s.project.procedure for s in seen.standings if "+" in s.project.procedure}
    found = [in_force[each] for each in (*in_force, *sorted(used))]
    return pages.show(
        request, "county/procedures.html", procedures=found, changes=seen.catalog.changes
    )


@router.get("/procedures/{procedure_id}", **access(Action.ENTER))
def show_procedure(procedure_id: str, request: Request, pages: PagesDep) -> HTMLResponse:
    """Show one procedure: its network, and its steps with times, prerequisites and law."""
    seen = pages.county(request)
    try:
        procedure = seen.catalog.procedure(procedure_id, seen.as_of)
    except BadFileError:
        raise HTTPException(404) from None
    words = pages.words(request)
    picture = network(procedure, seen.as_of, words, title=words(procedure.name))
    waits: dict[str, list[Link]] = {step.id: [] for step in procedure.steps}
    for link in procedure.links:
        waits[link.successor].append(link)
    return pages.show(
        request,
        "county/procedure.html",
        procedure=procedure,
        waits=waits,
        objections=[o for o in seen.catalog.objections if o.step in procedure.by_id],
        picture=Markup(picture),  # noqa: S704  drawn by us, every text escaped there # nosec B704
    )
