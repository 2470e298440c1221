"""Forms about one project: its fields, and the answers to what its procedure asks.

A form carries the version it showed. When somebody has changed the project since, nothing is
written: the page shows both values of each field and asks.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from tracker.core.fields import FIELDS, ProjectField
from tracker.core.model import Project
from tracker.core.problems import Message, TrackerError
from tracker.security.policy import Action
from tracker.services.county import follow_ups
from tracker.services.law import names_of
from tracker.services.projects import answers, editing
from tracker.services.projects.editing import BLANK, TwiceError, TwiceUnseenError
from tracker.store import reading, transaction
from tracker.web.errors import form_status
from tracker.web.pages import Pages, PagesDep, Seen
from tracker.web.visits import FormDep, access, number_in

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Clash:
    """A field of which two people want different things."""

    field: str
    label: Message
    now: str
    yours: str


def text_of(value: object) -> str:
    """Return how a field stands in a form."""
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _fields(*, is_new: bool) -> list[ProjectField]:
    """Return the fields of the form; whoever answers for a known project is assigned."""
    return [field for field in FIELDS.values() if is_new or not field.is_assigned]


def _choices(
    pages: Pages, request: Request, project: Project
) -> dict[str, list[tuple[str, object]]]:
    """Return the procedures and targets to choose from, with what the project has."""
    seen = pages.county(request)
    in_force = seen.catalog.in_force(seen.as_of)
    targets = {target for procedure in in_force.values() for target in procedure.targets}
    names = {step.id: step.name for p in in_force.values() for step in p.steps}
    procedures: dict[str, object] = {key: p.name for key, p in in_force.items() if not p.is_overlay}
    own = names_of(seen.catalog, seen.as_of).procedure(project.procedure)
    return {
        "procedure": [*({project.procedure: own} | procedures).items()],
        "target": [(key, names[key]) for key in sorted(targets)],
    }


def _form_page(
    pages: Pages,
    request: Request,
    project: Project,
    values: Mapping[str, str],
    *,
    why: str = "",
    clashes: tuple[Clash, ...] = (),
    status: int = 200,
) -> HTMLResponse:
    is_new = project.id == 0
    return pages.show(
        request,
        "projects/edit.html",
        status=status,
        project=project,
        fields=_fields(is_new=is_new),
        values=values,
        why=why,
        clashes=clashes,
        choices=_choices(pages, request, project),
        is_new=is_new,
    )


@router.get("/projects/new", **access(Action.ADD))
def show_new(request: Request, pages: PagesDep) -> HTMLResponse:
    """Ask for a new project."""
    values = {"procedure": BLANK.procedure, "target": BLANK.target}
    return _form_page(pages, request, BLANK, values)


@router.post("/projects/new", **access(Action.ADD))
def add(request: Request, pages: PagesDep, form: FormDep) -> Response:
    """Add a project."""
    fields = form.only(*FIELDS, "version", "reason")
    said = {field: fields[field] for field in FIELDS if fields.get(field)}
    day = pages.as_of()
    catalog = pages.county(request).catalog
    try:
        with transaction(pages.engine) as session:
            after = editing.edited(BLANK, {"name": "", **said}, catalog, day)
            act = pages.act(request, fields.get("reason"))
            kept = editing.keep(session, act, None, after, day)
            follow_ups.review_project(session, act, kept.project.id, catalog, day)
    except TrackerError as error:
        return _again(pages, request, BLANK, fields, error)
    return RedirectResponse(f"/projects/{kept.project.id}", status_code=303)


def _again(
    pages: Pages, request: Request, project: Project, fields: Mapping[str, str], error: TrackerError
) -> HTMLResponse:
    """Return the form as it was filled in, with what is wrong. Raises what is no fault of input."""
    if isinstance(error, TwiceError) and pages.county(request).of(error.other.id) is None:
        error = TwiceUnseenError()  # whoever may not see a project learns nothing of it
    why = pages.words(request)(error)
    return _form_page(pages, request, project, fields, why=why, status=form_status(error))


@router.get("/projects/{number}/edit", **access(Action.EDIT))
def show_edit(number: int, request: Request, pages: PagesDep) -> HTMLResponse:
    """Show a project's fields to be changed."""
    with reading(pages.engine) as session:
        project = pages.project(session, request, number, Action.EDIT).project
    values = {field: text_of(getattr(project, field)) for field in FIELDS}
    return _form_page(pages, request, project, values)


@router.post("/projects/{number}/edit", **access(Action.EDIT))
def edit(number: int, request: Request, pages: PagesDep, form: FormDep) -> Response:
    """Change a project's fields, if nobody else has meanwhile."""
    names = [field.name for field in _fields(is_new=False)]
    fields = form.only(*names, "version", "reason")
    shown = number_in(fields.get("version"))
    try:
        with transaction(pages.engine) as session:
            seen = pages.project(session, request, number, Action.EDIT)
            project = seen.project
            said = {name: fields[name] for name in names if name in fields}
            clashes = _clashes(project, said) if shown != project.version else ()
            if not clashes:
                said = {n: text for n, text in said.items() if text != text_of(getattr(project, n))}
                after = editing.edited(project, said, seen.catalog, pages.as_of())
                if after != project:
                    act = pages.act(request, fields.get("reason"))
                    editing.keep(session, act, project, after, pages.as_of())
                    follow_ups.review_project(session, act, number, seen.catalog, pages.as_of())
    except TrackerError as error:
        form_status(error)  # raises what other input cannot mend, before a project was found
        return _again(pages, request, project, fields, error)
    if clashes:
        return _form_page(pages, request, project, fields, clashes=clashes, status=409)
    return RedirectResponse(f"/projects/{number}", status_code=303)


def _clashes(project: Project, said: Mapping[str, str]) -> tuple[Clash, ...]:
    """Return the fields in which the form differs from what stands now."""
    return tuple(
        Clash(field, FIELDS[field].label, text_of(getattr(project, field)), text)
        for field, text in said.items()
        if text != text_of(getattr(project, field))
    )


@router.get("/projects/{number}/answers", **access(Action.ANSWER))
def show_answers(number: int, request: Request, pages: PagesDep) -> HTMLResponse:
    """Show what the procedure asks, with what is known."""
    with reading(pages.engine) as session:
        seen = pages.project(session, request, number, Action.ANSWER)
    return _answers_page(pages, request, seen, {})


def _answers_page(
    pages: Pages,
    request: Request,
    seen: Seen,
    given: Mapping[str, str],
    *,
    why: str = "",
    is_clash: bool = False,
    status: int = 200,
) -> HTMLResponse:
    known = answers.known_of(seen.record, seen.catalog, seen.as_of)
    own = answers.asked(known)
    return pages.show(
        request,
        "projects/answers.html",
        status=status,
        project=seen.project,
        known=own,
        given=given,
        why=why,
        is_clash=is_clash,
    )


@router.post("/projects/{number}/answers", **access(Action.ANSWER))
def answer(number: int, request: Request, pages: PagesDep, form: FormDep) -> Response:
    """Keep the answers, if nobody else has changed the project meanwhile."""
    try:
        with transaction(pages.engine) as session:
            seen = pages.project(session, request, number, Action.ANSWER)
            known = answers.known_of(seen.record, seen.catalog, seen.as_of)
            names = [each.question.fact for each in answers.asked(known)]
            fields = form.only(*names, "version", "reason")
            before = seen.project.facts
            said = {n: fields[n] for n in names if n in fields and fields[n] != before.get(n, "")}
            is_clash = number_in(fields.get("version")) != seen.project.version and bool(said)
            if said and not is_clash:
                after = answers.answered(seen.record, seen.catalog, seen.as_of, said)
                act = pages.act(request, fields.get("reason"))
                answers.keep(session, act, seen.project, after, pages.as_of())
                follow_ups.review_project(session, act, number, seen.catalog, pages.as_of())
    except TrackerError as error:
        status = form_status(error)
        why = pages.words(request)(error)
        return _answers_page(pages, request, seen, form.texts, why=why, status=status)
    if is_clash:
        return _answers_page(pages, request, seen, fields, is_clash=True, status=409)
    return RedirectResponse(f"/projects/{number}", status_code=303)
