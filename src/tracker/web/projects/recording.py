"""One event of one step, by form: previewed first, then recorded, with the scans that prove it.

The form carries the number of the newest event it showed. When somebody has recorded something of
the step since, both are shown and nothing is written. Scans chosen before a preview are kept for
the record that follows.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from tracker import clock
from tracker.core.clocks import case_of, legal_moves
from tracker.core.events import BlockReason, Event, EventKind, StopReason
from tracker.core.inbox import can_begin, ordered
from tracker.core.model import Step
from tracker.core.plan import PlannedStep
from tracker.core.problems import TrackerError
from tracker.core.track import State
from tracker.security.policy import Action
from tracker.services.county import follow_ups
from tracker.services.projects import drafts, evidence, lookup, recording
from tracker.services.projects.drafts import Draft
from tracker.services.projects.evidence import Scans
from tracker.services.projects.recording import Effect
from tracker.services.projects.typed_event import typed
from tracker.store import Session, events, reading, transaction
from tracker.web.errors import form_status
from tracker.web.pages import Pages, PagesDep, Seen
from tracker.web.uploads import scan_of
from tracker.web.visits import Form, RefusedActError, UploadDep, access, number_in

router = APIRouter()
_FIELDS = (
    "step",
    "kind",
    "day",
    "reason",
    "note",
    "document",
    "until",
    "add",
    "approver",
    "corrects",
    "why",
    "newest",
    "back",
    "do",
)
_SCANS = tuple(f"scan{place}" for place in range(drafts.MOST))
_NEEDS: Mapping[EventKind, tuple[str, ...]] = {
    EventKind.STOPPED: ("stop", "document", "until"),
    EventKind.BLOCKED: ("block", "until"),
    EventKind.EXTENDED: ("add", "approver", "note"),
    EventKind.NOT_ACCEPTED: ("note",),
    EventKind.REFUSED: ("note",),
    EventKind.NOT_NEEDED: ("note",),
    EventKind.CORRECTION: ("papers",),
}
"""What is asked of an event beside its day, its paper, its scans and words."""
_BACK = re.compile(r"(?P<page>inbox|steps|step)(?P<query>[?][\w=&%+.-]{0,400})?")
"""Where somebody came from and wants to go on: a page of ours, and what it showed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What a page of the form shows beside the form itself."""

    effect: Effect | None = None
    why: str = ""
    clash: Sequence[Event] = ()
    scans: Sequence[Draft] = ()
    status: int = 200


def _steps(seen: Seen) -> list[Step]:
    """Return the steps of a project that whoever asks may record, those of the plan first."""
    steps = lookup.blueprint_of(seen.record, seen.catalog, seen.as_of).procedure.steps
    return [step for step in steps if seen.may(Action.RECORD, step.office.zh)]


def _own(seen: Seen, step: str) -> list[Event]:
    return [event for event in seen.record.events if event.step == step]


def _told(session: Session, number: int, step: str) -> list[Event]:
    """Return everything that was ever recorded of a step, what was taken back too."""
    return [told.event for told in events.history(session, number) if told.event.step == step]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an address asks to record: a step, an event of it, or the event that is corrected."""

    step: str = ""
    kind: str = ""
    corrects: int = 0
    back: str = ""


WantedDep = Annotated[Wanted, Depends()]


@router.get("/projects/{number}/record", **access(Action.RECORD))
def show_record(number: int, request: Request, pages: PagesDep, wanted: WantedDep) -> HTMLResponse:
    """Ask which step, then which event, then show what that event of today would move.

    With `corrects`, ask for the event that takes the place of another.
    """
    back = wanted.back if _BACK.fullmatch(wanted.back) else ""
    corrects, kind = wanted.corrects, _kind(wanted.kind)
    given = {"step": wanted.step, "kind": kind or "", "back": back}
    given["corrects"] = str(corrects or "")
    with reading(pages.engine) as session:
        seen = pages.project(session, request, number, Action.RECORD)
        if not wanted.step and not corrects:
            return _choice(pages, request, seen, back)
        told = _told(session, number, wanted.step)
        old = next((e for e in seen.record.events if e.id == corrects), None)
        if old:
            given |= {"step": old.step, "kind": str(old.kind), "day": str(old.day or "")}
            given |= {"document": old.document or "", "note": old.note or ""}
            given |= {"reason": old.stop or old.reason or "", "until": str(old.expected or "")}
            given |= {"add": str(old.added or ""), "approver": old.approver or ""}
        answer = _Answer()
        if kind and not old and kind not in _NEEDS:
            answer = _foreseen(pages, request, session, seen, given)
    return _page(pages, request, seen, given, told, answer)


def _kind(text: str) -> EventKind | None:
    return next((kind for kind in EventKind if kind == text), None)


def _foreseen(
    pages: Pages, request: Request, session: Session, seen: Seen, given: Mapping[str, str]
) -> _Answer:
    """Return what an event of today would move, or why it cannot be recorded."""
    try:
        event = typed(given, corrects=None).read(seen.as_of)
        effect = recording.effect_of(session, seen.record, seen.catalog, event, seen.as_of)
    except TrackerError as error:
        return _Answer(why=pages.words(request)(error))
    return _Answer(effect=effect)


@dataclass(frozen=True, slots=True)
class _Group:
    """Steps that stand alike; of those that are not in the plan only the step is known."""

    key: str
    steps: tuple[tuple[Step, PlannedStep | None, tuple[EventKind, ...]], ...]


def _choice(pages: Pages, request: Request, seen: Seen, back: str) -> HTMLResponse:
    """Show the steps that may be recorded: under way, ready, to come, and over."""
    planned: dict[str, PlannedStep] = {}
    with suppress(
        TrackerError
    ):  # of a project that cannot be planned the steps are listed all alike
        plan = lookup.look_at(seen.record, seen.catalog, seen.as_of).standing.plan
        planned = {each.step.id: each for each in plan.steps}
    groups: dict[str, list[tuple[Step, PlannedStep | None, tuple[EventKind, ...]]]] = {
        key: [] for key in ("begun", "ready", "later", "beside", "over", "all")
    }
    for step in _steps(seen):
        found = planned.get(step.id)
        case = case_of(step, _own(seen, step.id), seen.as_of, seen.catalog.working_days)
        moves = ordered(legal_moves(step, case))
        groups[_group_of(found) if planned else "all"].append((step, found, moves))
    return pages.show(
        request,
        "projects/record_steps.html",
        project=seen.project,
        groups=[_Group(key, tuple(steps)) for key, steps in groups.items() if steps],
        back=back,
        way_back=_way_back({"back": back}, seen.project.id, ""),
    )


def _group_of(step: PlannedStep | None) -> str:
    if step is None:
        return "beside"
    if step.progress.is_over:
        return "over"
    if step.progress.state is not State.NOT_STARTED:
        return "begun"
    return "ready" if can_begin(step) else "later"


def _page(
    pages: Pages,
    request: Request,
    seen: Seen,
    given: Mapping[str, str],
    told: Sequence[Event],
    answer: _Answer,
) -> HTMLResponse:
    step = next((each for each in _steps(seen) if each.id == given.get("step")), None)
    own = _own(seen, step.id) if step else []
    case = case_of(step, own, pages.as_of(), seen.catalog.working_days) if step else None
    moves = ordered(legal_moves(step, case)) if step else ()
    kind = _kind(given.get("kind", ""))
    if given.get("corrects"):
        moves = (
            EventKind.RETRACTED,
            *(kind for kind in EventKind if kind is not EventKind.RETRACTED),
        )
    return pages.show(
        request,
        "projects/record.html",
        status=answer.status,
        project=seen.project,
        chosen=step,
        case=case,
        moves=moves,
        kind=kind,
        asks=_asked(given, kind),
        given=given,
        effect=answer.effect,
        why=answer.why,
        scans=answer.scans,
        newest=max((event.id for event in told), default=0),
        clash=answer.clash,
        stops=list(StopReason),
        blocks=list(BlockReason),
        way_back=_way_back(given, seen.project.id, ""),
        today=pages.as_of(),
    )


def _way_back(given: Mapping[str, str], project: int, otherwise: str) -> str:
    """Return where somebody goes on; a page of the project where nothing is said."""
    found = _BACK.fullmatch(given.get("back", ""))
    if found is None:
        return f"/projects/{project}{otherwise}"
    step = quote(given.get("step", ""), safe="")
    addresses = {
        "inbox": "/inbox",
        "steps": "/projects/steps",
        "step": f"/projects/{project}/steps/{step}",
    }
    return addresses[found["page"]] + (found["query"] or "")


def _asked(given: Mapping[str, str], kind: EventKind | None) -> frozenset[str]:
    """Return the fields that the event has; all of them where it can still become another."""
    if kind is None or given.get("corrects"):
        return frozenset(("stop", "block", "until", "add", "approver"))
    return frozenset(_NEEDS.get(kind, ()))


@router.post("/projects/{number}/record", **access(Action.RECORD))
def record(number: int, request: Request, pages: PagesDep, form: UploadDep) -> Response:
    """Show what an event would move, or record it."""
    given = form.only(*_FIELDS, *_SCANS)
    keeps = given.get("do") == "record"
    with reading(pages.engine) as session:  # before any file is put anywhere
        seen = pages.project(session, request, number, Action.RECORD)
        told = _told(session, number, given.get("step", ""))
        act = pages.act(request)
    chosen = [draft for key in _SCANS if (draft := drafts.draft_of(given.get(key, "")))]
    answer = _Answer(scans=chosen)
    try:
        corrects = number_in(given["corrects"]) if given.get("corrects") else None
        event = typed(given, corrects=corrects).read(pages.as_of())
        with (
            _proofs(pages, act.by, form, chosen if keeps else None) as proofs,
            transaction(pages.engine) if keeps else reading(pages.engine) as session,
        ):
            seen = pages.project(session, request, number, Action.RECORD)
            if event.step not in {step.id for step in _steps(seen)}:
                raise RefusedActError(Action.RECORD, project=number, about=seen.project.name)
            shown = number_in(given.get("newest") or "0")
            told = _told(session, number, event.step)
            answer = replace(answer, clash=[each for each in told if each.id > shown])
            effect = None
            if not answer.clash:
                effect = recording.effect_of(
                    session, seen.record, seen.catalog, event, pages.as_of()
                )
            if effect and keeps:
                act = pages.act(request, event.why)
                evidence.check_quota(session, act.by, proofs.attachments, clock.now())
                recording.keep(session, act, seen.record, event, effect, proofs.attachments)
                follow_ups.review_project(session, act, number, seen.catalog, pages.as_of())
                proofs.put()
        if effect and keeps:
            drafts.drop(pages.setting.waiting, act.by, chosen)
            return RedirectResponse(_way_back(given, number, "/history"), status_code=303)
        answer = replace(answer, effect=effect, status=409 if answer.clash else 200)
    except TrackerError as error:
        words = pages.words(request)
        answer = replace(answer, why=words(error), status=form_status(error))
    try:
        kept = _kept(pages, act.by, form, chosen)
    except TrackerError as error:
        kept = drafts.waiting(pages.setting.waiting, act.by, chosen)
        answer = replace(answer, why=pages.words(request)(error), status=form_status(error))
    return _page(pages, request, seen, given, told, replace(answer, scans=kept))


@contextmanager
def _proofs(
    pages: Pages, login: str, form: Form, waiting: Sequence[Draft] | None
) -> Iterator[Scans]:
    """Yield the scans of a form and those that wait; none where `waiting` is None: a preview."""
    found: list[tuple[str, bytes]] = []
    if waiting is not None:
        found = drafts.take(pages.setting.waiting, login, waiting)
        found += [scan_of(file) for file in form.files]
    once = {data: (name, data) for name, data in reversed(found)}  # chosen again after a preview
    with evidence.staged(pages.setting.evidence, reversed(once.values())) as proofs:
        yield proofs


def _kept(pages: Pages, login: str, form: Form, chosen: Sequence[Draft]) -> list[Draft]:
    """Keep the scans of a form that is shown again, beside those that wait.

    Raises BadEvidenceError, TooManyDraftsError.
    """
    folder = pages.setting.waiting
    for file in form.files:
        file.file.seek(0)
    fresh = drafts.keep(folder, login, [scan_of(file) for file in form.files], beside=chosen)
    found = {draft.sha256: draft for draft in (*chosen, *fresh)}
    return drafts.waiting(folder, login, list(found.values()))
