"""One event of one step, recorded by hand: checked, shown with what it moves, and kept."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.core.clocks import Case, IllegalMoveError, case_of, check_move
from tracker.core.compile import switched_off
from tracker.core.events import Attachment
from tracker.core.model import Event, EventKind, NeededWhen, Step
from tracker.core.plan import Plan
from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.law import Catalog
from tracker.services.projects import changes, lookup
from tracker.services.projects.changes import Change, NoReasonError
from tracker.store import Session, audit, events
from tracker.store.audit import Act
from tracker.store.events import Evidence
from tracker.store.projects import Record


class LaterDayError(TrackerError):
    """An event is recorded of a day that has not come."""

    code = "later_day"
    kind = ErrorKind.USAGE

    def __init__(self, day: date, today: date) -> None:
        super().__init__(
            message("{day} is in the future; today is {today}.").of(day=day, today=today),
            remedy=message("Record only what has happened; the plan shows what is to come."),
        )


class LaterKnownError(TrackerError):
    """Something newer is recorded of the step than the day that is looked at."""

    code = "later_day"
    kind = ErrorKind.USAGE

    def __init__(self, day: date) -> None:
        super().__init__(
            message("Something of {day} is recorded already.").of(day=day),
            remedy=message("Record events in date order: omit --as-of, or give that date."),
        )


class NotNeededError(TrackerError):
    """The project's facts say that it does not need the step."""

    code = "not_needed"
    kind = ErrorKind.USAGE

    def __init__(self, step: Step, when: NeededWhen | None) -> None:
        super().__init__(
            message("By its facts the project does not need {step}: {when} does not hold.").of(
                step=step.name, when=when or "–"
            ),
            remedy=message("Correct the facts first: tracker project facts."),
        )


class NothingToCorrectError(TrackerError):
    """The event that is to be corrected is not there, or was corrected already."""

    code = "bad_event"
    kind = ErrorKind.USAGE

    def __init__(self, number: int, step: Step, known: Sequence[Event]) -> None:
        listed = tuple(
            message("{number} {kind} {day}").of(
                number=str(event.id), kind=event.kind, day=event.day or "–"
            )
            for event in known
        )
        super().__init__(
            message("Event {number} is not an event of {step} that is in effect.").of(
                number=str(number), step=step.name
            ),
            remedy=message("Those in effect are: {known}.", known=listed or "–"),
        )


class LaterEventError(TrackerError):
    """With the correction, an event that follows could not have happened."""

    code = "illegal_move"
    kind = ErrorKind.USAGE

    def __init__(self, event: Event, why: TrackerError) -> None:
        super().__init__(
            message(
                "With this correction, event {number} ({kind}) would no longer be valid: {why}"
            ).of(number=str(event.id), kind=event.kind, why=why.what),
            remedy=message("Correct that event first."),
        )


_WHY = message(
    "Give the reason for the correction with --why; the old event and the reason are both kept."
)


@dataclass(frozen=True, slots=True)
class Effect:
    """What an event changes: the case and the plan before it and after. A case may be gone."""

    step: Step
    case: Case | None
    plan_before: Plan
    plan: Plan


def effect_of(
    session: Session, record: Record, catalog: Catalog, event: Event, status_date: date
) -> Effect:
    """Return what an event would change; nothing is written.

    Raises UnknownStepError, LaterDayError, IllegalMoveError with the moves that are legal, and for
    a correction NothingToCorrectError and LaterEventError.
    """
    if (event.day or event.known_by) > status_date:
        raise LaterDayError(event.day or event.known_by, status_date)
    procedure = lookup.blueprint_of(record, catalog, status_date).procedure
    if event.step not in procedure.by_id:
        raise catalog.unknown_step(event.step, procedure)
    step = procedure.step(event.step)
    off = switched_off(procedure, record.project.answers)
    if event.step in off and event.kind is not EventKind.NOT_NEEDED:
        when = NeededWhen(step.condition, procedure.questions) if step.condition else None
        raise NotNeededError(step, when)
    newest = events.newest_day(session, record.project.id, event.step)
    if newest and newest > status_date:  # what is known since then would be told out of order
        raise LaterKnownError(newest)
    own = [each for each in record.events if each.step == event.step]
    after = _with(record.events, event)
    _check(catalog, step, own, _with(own, event), event)
    case = case_of(step, [e for e in after if e.step == step.id], status_date, catalog.working_days)
    changed = replace(record, events=tuple(after))
    return Effect(
        step, case, _planned(record, catalog, status_date), _planned(changed, catalog, status_date)
    )


def _with(told: Sequence[Event], event: Event) -> list[Event]:
    """Return the events with one more, which may take the place of another."""
    if event.corrects is None:
        return [*told, event]
    found = [event if each.id == event.corrects else each for each in told]
    return [each for each in found if each.kind is not EventKind.RETRACTED]


def _check(
    catalog: Catalog, step: Step, before: Sequence[Event], after: Sequence[Event], event: Event
) -> None:
    """Raise when the event may not stand where it does, or one that follows no longer can."""
    if event.corrects is None:
        _move(catalog, step, before, event)
        return
    if not event.why:
        raise NoReasonError(_WHY)
    place = next((n for n, each in enumerate(before) if each.id == event.corrects), None)
    if place is None:
        raise NothingToCorrectError(event.corrects, step, before)
    if event.kind is not EventKind.RETRACTED:
        _move(catalog, step, before[:place], event)
    for n, later in enumerate(before[place + 1 :], start=place + 1):
        if _refusal(catalog, step, before[:n], later):
            continue  # a ledger may tell what no clock allows; the correction is not to blame
        upto = n if event.kind is not EventKind.RETRACTED else n - 1
        if refusal := _refusal(catalog, step, after[:upto], later):
            raise LaterEventError(later, refusal)


def _move(catalog: Catalog, step: Step, told: Sequence[Event], event: Event) -> None:
    day = event.day or event.known_by
    check_move(step, case_of(step, list(told), day, catalog.working_days), event)


def _refusal(
    catalog: Catalog, step: Step, told: Sequence[Event], event: Event
) -> IllegalMoveError | None:
    try:
        _move(catalog, step, told, event)
    except IllegalMoveError as error:
        return error
    return None


def _planned(record: Record, catalog: Catalog, status_date: date) -> Plan:
    return lookup.look_at(record, catalog, status_date).standing.plan


def keep(
    session: Session,
    act: Act,
    record: Record,
    event: Event,
    effect: Effect,
    files: Sequence[Attachment] = (),
) -> int:
    """Add an event that was checked, with the files that prove it; return the event's number.

    The caller owns the transaction, and has put the files in their place.
    """
    moved = [effect.plan_before.finish, effect.plan.finish]
    kept = changes.keep(
        session,
        act,
        Change(record.project, record.project, (event,)),
        action="correct event" if event.corrects else "record event",
        known_by=event.known_by,
        more={"forecast": moved} if moved[0] != moved[1] else None,
    )
    number = events.newest_number(session, record.project.id)
    if files:
        proofs = [Evidence.of(file, number) for file in files]
        entry = audit.record(
            session,
            act,
            action="attach evidence",
            about=record.project.name,
            project=record.project.id,
            cause=kept.entry,
            content={"rows": {"evidence": [events.evidence_row(file) for file in proofs]}},
        )
        events.add_evidence(session, proofs, entry=entry)
    return number
