"""What can happen to a step, and the reasons a list of law and practice closes."""

from dataclasses import dataclass
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


_LICENSING_45 = Citation("行政许可法", "第45条")
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
"""The rule that lets a clock stand still; None where it is the step's own or a paper in the file."""


class EventKind(StrEnum):
    """What can happen to a step. The record adds events and never changes one.

    A ledger knows the first eight; `started` is acceptance where an authority decides.
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


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a step on `day`.

    An unknown day is None: it happened on or before `known_by`, the day of the ledger that says
    so. `expected` is the day a block is promised to be lifted or a clock to run again. `stop` is
    why a clock stands still; `added` and `approver` belong to an extension; `document` is the
    number of the paper, and of the notice where one is required.
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
