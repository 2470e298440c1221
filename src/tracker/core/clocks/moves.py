"""The states of a case, which event leads to which, and who holds the ball in each."""

from collections.abc import Mapping
from enum import StrEnum

from tracker.core.model import BlockReason, EventKind, Level, Owner, Step, StepKind, StopReason


class State(StrEnum):
    """How far a step has come."""

    NOT_STARTED = "not_started"
    LODGED = "lodged"
    UNDER_WAY = "under_way"
    RETURNED = "returned"
    SUSPENDED = "suspended"
    FINISHED = "finished"
    NOT_ACCEPTED = "not_accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    NOT_NEEDED = "not_needed"


class Holder(StrEnum):
    """Who holds the ball."""

    OWNER = "owner"
    AGENCY = "agency"
    DEPARTMENT = "department"
    SUPERIOR = "superior"
    COUNTY = "county"


class Account(StrEnum):
    """What a day is entered under: each calendar day under exactly one."""

    COUNTED = "counted"
    DAY_OFF = "day_off"
    STOPPED = "stopped"
    HELD = "held"


STATE_AFTER: Mapping[EventKind, State] = {
    EventKind.STARTED: State.UNDER_WAY,
    EventKind.ACCEPTED: State.UNDER_WAY,
    EventKind.RESUMED: State.UNDER_WAY,
    EventKind.LODGED: State.LODGED,
    EventKind.RESUBMITTED: State.LODGED,
    EventKind.RETURNED: State.RETURNED,
    EventKind.CORRECTION: State.RETURNED,
    EventKind.SUSPENDED: State.SUSPENDED,
    EventKind.STOPPED: State.SUSPENDED,
    EventKind.FINISHED: State.FINISHED,
    EventKind.GRANTED: State.FINISHED,
    EventKind.NOT_ACCEPTED: State.NOT_ACCEPTED,
    EventKind.REFUSED: State.REFUSED,
    EventKind.WITHDRAWN: State.WITHDRAWN,
    EventKind.NOT_NEEDED: State.NOT_NEEDED,
    EventKind.NOT_STARTED: State.NOT_STARTED,
}
"""Events that are not here (a block, an extension, a delivery) leave the state as it is; what else
they do is in `replay`."""

_AGAIN = (EventKind.LODGED, EventKind.NOT_NEEDED)
_APPLICATION: Mapping[State, tuple[EventKind, ...]] = {
    State.NOT_STARTED: (EventKind.LODGED, EventKind.ACCEPTED, EventKind.NOT_NEEDED),
    State.LODGED: (
        EventKind.ACCEPTED,
        EventKind.CORRECTION,
        EventKind.NOT_ACCEPTED,
        EventKind.WITHDRAWN,
    ),
    State.RETURNED: (EventKind.RESUBMITTED, EventKind.WITHDRAWN),
    State.UNDER_WAY: (
        EventKind.STOPPED,
        EventKind.EXTENDED,
        EventKind.GRANTED,
        EventKind.REFUSED,
        EventKind.WITHDRAWN,
    ),
    State.SUSPENDED: (EventKind.RESUMED, EventKind.WITHDRAWN),
    State.FINISHED: (EventKind.DELIVERED,),
    State.NOT_ACCEPTED: _AGAIN,
    State.REFUSED: _AGAIN,
    State.WITHDRAWN: _AGAIN,
    State.NOT_NEEDED: (EventKind.LODGED,),
}
_WORK: Mapping[State, tuple[EventKind, ...]] = {
    State.NOT_STARTED: (EventKind.STARTED, EventKind.FINISHED, EventKind.NOT_NEEDED),
    State.UNDER_WAY: (EventKind.SUSPENDED, EventKind.FINISHED, EventKind.NOT_NEEDED),
    State.SUSPENDED: (EventKind.STARTED, EventKind.FINISHED, EventKind.NOT_NEEDED),
    State.RETURNED: (EventKind.STARTED, EventKind.FINISHED),
    State.NOT_NEEDED: (EventKind.STARTED, EventKind.FINISHED),
}


def moves_from(step: Step, state: State) -> tuple[EventKind, ...]:
    """Return the events that may follow a state, blocks apart."""
    table = _APPLICATION if step.kind is StepKind.AUTHORITY_LIMIT else _WORK
    return table.get(state, ())


_OWNERS = {
    Owner.PROJECT_UNIT: Holder.OWNER,
    Owner.AGENCY: Holder.AGENCY,
    Owner.COUNTY_GOV: Holder.COUNTY,
}


def holder_of(step: Step) -> Holder:
    """Return who holds the ball while the step itself runs."""
    if step.owner is Owner.AUTHORITY:
        return Holder.DEPARTMENT if step.level is Level.COUNTY else Holder.SUPERIOR
    return _OWNERS[step.owner]


STOP_HOLDERS: Mapping[StopReason, Holder | None] = {
    StopReason.HEARING: None,
    StopReason.TENDER: None,
    StopReason.TESTING: Holder.AGENCY,
    StopReason.APPRAISAL: Holder.AGENCY,
    StopReason.EXPERT_REVIEW: Holder.AGENCY,
    StopReason.PUBLICITY: None,
    StopReason.SUSPENSION: None,
    StopReason.APPLICANT: Holder.OWNER,
}
"""Who holds the ball while a clock stands still; None is whoever runs the step."""

BLOCK_HOLDERS: Mapping[BlockReason, Holder] = {
    BlockReason.SUPERIOR: Holder.SUPERIOR,
    BlockReason.LAND_QUOTA: Holder.COUNTY,
    BlockReason.PLAN_CONFLICT: Holder.COUNTY,
    BlockReason.CONSTRAINT: Holder.SUPERIOR,
    BlockReason.FUNDS: Holder.COUNTY,
    BlockReason.DEMOLITION: Holder.COUNTY,
    BlockReason.POLICY: Holder.SUPERIOR,
    BlockReason.DESIGN_CHANGE: Holder.OWNER,
    BlockReason.FORCE_MAJEURE: Holder.OWNER,
    BlockReason.DECISION: Holder.COUNTY,
}
