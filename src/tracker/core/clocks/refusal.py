"""What may be recorded next of a case, and why anything else is refused."""

from collections.abc import Sequence
from datetime import date

from tracker.core.clocks.case import COMPLETENESS_LAW, Case
from tracker.core.clocks.moves import State, moves_from
from tracker.core.events import Event, EventKind, StopReason
from tracker.core.model import Step
from tracker.core.problems import ErrorKind, Message, TrackerError, message

_NOTICED = (
    StopReason.HEARING,
    StopReason.TENDER,
    StopReason.TESTING,
    StopReason.APPRAISAL,
    StopReason.EXPERT_REVIEW,
    StopReason.PUBLICITY,
    StopReason.SUSPENSION,
    StopReason.APPLICANT,
)
_OVER = (State.FINISHED, State.NOT_NEEDED)


class IllegalMoveError(TrackerError):
    """An event that may not follow what has happened; `legal` are those that may."""

    code = "illegal_move"
    kind = ErrorKind.USAGE

    def __init__(self, what: Message, legal: Sequence[EventKind]) -> None:
        self.legal = tuple(legal)
        listed = tuple(legal) if legal else message("nothing")
        super().__init__(
            what, remedy=message("Events that can be recorded now: {moves}.", moves=listed)
        )


def legal_moves(step: Step, case: Case | None) -> tuple[EventKind, ...]:
    """Return the events that may be recorded next."""
    state = case.state if case else State.NOT_STARTED
    moves = moves_from(step, state)
    if step.extension is None or (case and case.extension):
        moves = tuple(kind for kind in moves if kind is not EventKind.EXTENDED)
    if state in _OVER:
        return moves
    blocked = case is not None and case.is_blocked
    return (*moves, EventKind.RELEASED if blocked else EventKind.BLOCKED)


def check_move(step: Step, case: Case | None, event: Event) -> None:
    """Raise IllegalMoveError when an event may not follow; `case` is as of the event's own day."""
    legal = legal_moves(step, case)
    state = case.state if case else State.NOT_STARTED
    if event.kind not in legal:
        what = message("'{kind}' cannot be recorded: {step} is {state}{deemed}.").of(
            kind=event.kind, step=step.name, state=state, deemed=_deemed(case)
        )
        raise IllegalMoveError(what, legal)
    day = event.day or event.known_by
    if case and case.last_event and day < case.last_event:
        what = message("{day} is before {last}, the date of the latest recorded event.").of(
            day=day, last=case.last_event
        )
        raise IllegalMoveError(what, legal)
    problem = _missing(step, case, event, day)
    if problem:
        raise IllegalMoveError(problem, legal)


def _deemed(case: Case | None) -> Message | str:
    if case is None or not case.deemed:
        return ""
    words = message(", deemed accepted from {day} (no correction notice) ({law})")
    return words.of(day=case.lodged, law=str(COMPLETENESS_LAW))


def _missing(step: Step, case: Case | None, event: Event, day: date) -> Message | None:
    """Return what the event lacks to be lawful."""
    if event.expected and event.expected < day:
        return message("The promised day {day} lies before the event.").of(day=event.expected)
    if event.kind is EventKind.CORRECTION and case and case.corrections and not event.note:
        words = message(
            "A correction notice is given only once ({law}): a second notice needs a reason."
        )
        return words.of(law=str(COMPLETENESS_LAW))
    if event.kind is EventKind.STOPPED:
        return _stop(event)
    if event.kind is EventKind.EXTENDED:
        return _extension(step, case, event, day)
    if event.kind is EventKind.BLOCKED and event.reason is None:
        return message("A block needs a reason code (D07 to D16).")
    if event.kind in (EventKind.NOT_NEEDED, EventKind.NOT_ACCEPTED, EventKind.REFUSED):
        return None if event.note else message("This needs a reason in words.")
    return None


def _stop(event: Event) -> Message | None:
    if event.stop is None:
        return message("A clock stop needs a statutory reason code (S1 to S8).")
    if event.stop in _NOTICED and not event.document:
        return message(
            "Time that does not count must be notified in writing: enter the number of the notice."
        )
    return None


def _extension(step: Step, case: Case | None, event: Event, day: date) -> Message | None:
    most = step.extension
    if most is None:
        return message("No law lets this limit be extended.")
    if event.added is None:
        return message("An extension needs the days it adds, at most {most}.", most=most)
    if event.added.kind is not most.kind or event.added.days > most.days:
        return message("At most {most} may be added.", most=most)
    if not event.approver or not event.note:
        return message("An extension needs who approved it and a reason.")
    if case and case.extension:
        return message("The limit was extended already; that happens once.")
    if case and case.clock and case.clock.due and day > case.clock.due:
        return message("The limit ended on {due}; it can be extended only before that date.").of(
            due=case.clock.due
        )
    return None
