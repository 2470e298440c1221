"""What can happen to a step, and the reasons a list of law and practice closes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from tracker.core.law import Citation, Duration


class BlockReason(StrEnum):
    """Why a step is held though its papers are ready (codes of the reasons for delay)."""

    SUPERIOR = "D07"
    LAND_QUOTA = "D08"
    PLAN_CONFLICT = "D09"
    CONSTRAINT = "D10"
    FUNDS = "D11"
    DEMOLITION = "D12"
    POLICY = "D13"
    DESIGN_CHANGE = "D14"
    FORCE_MAJEURE = "D15"
    DECISION = "D16"


class StopReason(StrEnum):
    """Why a statutory clock may stand still; the list is closed, anything else is delay."""

    HEARING = "S1"
    TENDER = "S2"
    TESTING = "S3"
    APPRAISAL = "S4"
    EXPERT_REVIEW = "S5"
    PUBLICITY = "S6"
    SUSPENSION = "S7"
    APPLICANT = "S8"


_LICENSING_45 = Citation(law="行政许可法", article="第45条")
STOP_LAWS: dict[StopReason, Citation | None] = {
    StopReason.HEARING: _LICENSING_45,
    StopReason.TENDER: _LICENSING_45,
    StopReason.TESTING: _LICENSING_45,
    StopReason.APPRAISAL: _LICENSING_45,
    StopReason.EXPERT_REVIEW: _LICENSING_45,
    StopReason.PUBLICITY: None,  # only where the rule of the sector says so
    StopReason.SUSPENSION: None,  # by the law that suspends
    StopReason.APPLICANT: None,  # the applicant asks for it in writing
}
"""The rule that lets a clock stand still.

None where it is the step's own or a paper in the file.
"""


class EventKind(StrEnum):
    """What can happen to a step. The record adds events and never changes one.

    A ledger knows the first eight; `started` is acceptance where an authority decides. `retracted`
    says that the event it corrects did not happen.
    """

    STARTED = "started"
    RETURNED = "returned"
    SUSPENDED = "suspended"
    FINISHED = "finished"
    NOT_NEEDED = "not_needed"
    NOT_STARTED = "not_started"
    BLOCKED = "blocked"
    RELEASED = "released"
    LODGED = "lodged"
    CORRECTION = "correction"
    RESUBMITTED = "resubmitted"
    NOT_ACCEPTED = "not_accepted"
    ACCEPTED = "accepted"
    STOPPED = "stopped"
    RESUMED = "resumed"
    EXTENDED = "extended"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    DELIVERED = "delivered"
    RETRACTED = "retracted"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that proves something in the record, kept under its SHA-256; `size` in bytes."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to a step on `day`.

    An unknown day is None: it happened on or before `known_by`, the day of the ledger that says
    so. `expected` is the day a block is promised to be lifted or a clock to run again. `stop` is
    why a clock stands still; `added` and `approver` belong to an extension; `document` is the
    number of the paper, and of the notice where one is required. `corrects` is the `id` of the
    event whose place it takes, and `why` is the reason.
    """

    step: str
    kind: EventKind
    day: date | None
    known_by: date
    document: str | None = None
    reason: BlockReason | None = None
    expected: date | None = None
    note: str | None = None
    stop: StopReason | None = None
    added: Duration | None = None
    approver: str | None = None
    corrects: int | None = None
    why: str | None = None
    id: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Sight:
    """From where the record is looked at.

    `known_by` is the last day on which something counts as known; `through`
    the newest audit entry that counts, None for all. Both days are inclusive.
    """

    status_date: date
    known_by: date
    through: int | None = None

    @classmethod
    def on(cls, status_date: date, *, through: int | None = None) -> "Sight":
        """Return what was believed on a day."""
        return cls(status_date, status_date, through)


def seen(events: Iterable[Event], sight: Sight) -> Sequence[Event]:
    """Return the events that count from where one looks, in the order in which they happened.

    `events` stand in the order of recording. A correction known by then takes the place of what it
    corrects; a retraction leaves nothing. In hindsight (`known_by` after `day`) an event that
    happened by `day` counts as known on it; one whose day nobody knows does not count.
    """
    places: dict[int, int] = {}
    standing: list[Event | None] = []
    for event in events:
        if event.known_by > sight.known_by:
            continue
        place = places.get(event.corrects) if event.corrects else None
        told = None if event.kind is EventKind.RETRACTED else _told(event, sight)
        if place is None:
            place = len(standing)
            standing.append(told)
        else:
            standing[place] = told
        places[event.id] = place
    return [event for event in standing if event]


def _told(event: Event, sight: Sight) -> Event | None:
    """Return the event as it counts on the day one looks at; None when it had not happened."""
    if event.day is not None and event.day > sight.status_date:
        return None
    if event.known_by <= sight.status_date:
        return event
    return replace(event, known_by=sight.status_date) if event.day else None
