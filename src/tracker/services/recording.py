"""One event of one step, recorded by hand: checked, shown with what it moves, and kept."""

from dataclasses import dataclass, replace
from datetime import date

from tracker.catalog import Catalog
from tracker.core.clocks import Case, case_of, check_move
from tracker.core.compile import switched_off
from tracker.core.model import Event, EventKind, Step
from tracker.core.plan import Plan, plan
from tracker.core.problems import TrackerError, message
from tracker.services import county
from tracker.store import Session, audit, projects
from tracker.store.projects import Record


class LaterDayError(TrackerError):
    """An event is recorded of a day that has not come."""

    code = "later_day"

    def __init__(self, day: date, today: date) -> None:
        super().__init__(
            message("{day} has not come; today is {today}.").of(day=day, today=today),
            remedy=message("Record what has happened; a plan says what is to come."),
        )


class LaterKnownError(TrackerError):
    """Something newer is recorded of the step than the day that is looked at."""

    code = "later_day"

    def __init__(self, day: date) -> None:
        super().__init__(
            message("Something of {day} is recorded already.").of(day=day),
            remedy=message("Record in the order of the days: leave --as-of out, or give that day."),
        )


class NotNeededError(TrackerError):
    """The project's facts say that it does not need the step."""

    code = "not_needed"

    def __init__(self, step: Step) -> None:
        super().__init__(
            message("By its facts the project does not need {step}: {when} does not hold.").of(
                step=step.name, when=str(step.condition)
            ),
            remedy=message("Correct the facts first: tracker project facts."),
        )


@dataclass(frozen=True, slots=True)
class Effect:
    """What an event changes: the case and the plan before it and after."""

    step: Step
    case: Case
    plan_before: Plan
    plan: Plan


def effect_of(record: Record, catalog: Catalog, event: Event, as_of: date) -> Effect:
    """Return what an event would change; nothing is written.

    Raises UnknownStepError, LaterDayError, and IllegalMoveError with the moves that are legal.
    """
    if (event.day or event.known_by) > as_of:
        raise LaterDayError(event.day or event.known_by, as_of)
    project = record.project
    procedure = county.blueprint_of(record, catalog, as_of).procedure
    if event.step not in procedure.by_id:
        raise catalog.unknown_step(event.step, procedure)
    step = procedure.step(event.step)
    off = switched_off(procedure, project.answers)
    if event.step in off and event.kind is not EventKind.NOT_NEEDED:
        raise NotNeededError(step)
    own = [each for each in record.events if each.step == event.step]
    days = [each.known_by for each in own]
    if days and max(days) > as_of:  # what is known since then would be told out of order
        raise LaterKnownError(max(days))
    before = case_of(step, own, event.day or event.known_by, catalog.working_days)
    check_move(step, before, event)
    case = case_of(step, [*own, event], as_of, catalog.working_days)
    assert case is not None  # there is at least this event
    after = replace(record, events=(*record.events, event))
    return Effect(
        step,
        case,
        _planned(record, catalog, as_of, project.deadline),
        _planned(after, catalog, as_of, project.deadline),
    )


def _planned(record: Record, catalog: Catalog, as_of: date, deadline: date | None) -> Plan:
    blueprint = county.blueprint_of(record, catalog, as_of)
    progress = county.progress_of(blueprint, record, as_of)
    return plan(blueprint, progress, status_date=as_of, deadline=deadline)


def keep(session: Session, record: Record, event: Event, *, by: str) -> None:
    """Add an event that was checked to the record. The caller owns the transaction."""
    projects.add_event(session, record.project.id, event, by=by)
    audit.record(
        session, by=by, action="record event", about=record.project.name,
        content={
            "step": event.step, "kind": event.kind, "day": event.day, "document": event.document,
            "reason": event.reason or event.stop, "expected": event.expected, "note": event.note,
            "added": str(event.added) if event.added else None, "approver": event.approver,
        },
    )  # fmt: skip
