"""What the closed lists of the core are called."""

from enum import StrEnum
from typing import TypeVar

from tracker.core.assign import GAP_WORDS
from tracker.core.clocks import Account, ClockKind, Holder
from tracker.core.delay import Bucket, Reason
from tracker.core.digest import Change
from tracker.core.flag import BLOCK_WORDS, FlagKind, Light
from tracker.core.follow_up import ActKind, CaseState, Climb, Outcome
from tracker.core.model import (
    Area,
    Basis,
    EventKind,
    Level,
    Owner,
    ProjectState,
    Regime,
    StepKind,
    StopReason,
    Sureness,
)
from tracker.core.problems import Message, message
from tracker.core.track import Known, State
from tracker.i18n.catalogue import translations

_LABELS: tuple[tuple[StrEnum, Message], ...] = (
    *BLOCK_WORDS.items(),
    *GAP_WORDS.items(),
    (Light.BLACK, message("cannot be met")),
    (Light.RED, message("late")),
    (Light.YELLOW, message("at risk")),
    (Light.OPEN, message("undecided")),
    (Light.GREY, message("unclear")),
    (Light.BLUE, message("clock stopped")),
    (Light.GREEN, message("on time")),
    (Light.HOLLOW, message("not yet due")),
    (Light.DONE, message("done")),
    (FlagKind.OPEN, message("not decided by what is recorded")),
    (FlagKind.INTERIM, message("interim deadline")),
    (FlagKind.INFEASIBLE, message("deadline cannot be met")),
    (FlagKind.LATE, message("forecast after the deadline")),
    (FlagKind.OVERDUE, message("limit exceeded")),
    (FlagKind.UNRECORDED, message("due, and nothing is recorded")),
    (FlagKind.CLOCK_NEAR, message("limit nearly used")),
    (FlagKind.FLOAT_SHORT, message("low float")),
    (FlagKind.BLOCKED, message("blocked")),
    (FlagKind.RETURNED, message("back for correction")),
    (FlagKind.SUSPENDED, message("suspended")),
    (FlagKind.STALE, message("not updated")),
    (FlagKind.NO_DEADLINE, message("no deadline")),
    (FlagKind.ESTIMATE, message("estimate exceeded")),
    (FlagKind.EXPIRED, message("approval lapses before it is used")),
    (FlagKind.EXPIRING, message("approval about to lapse")),
    (FlagKind.PAUSED, message("project suspended")),
    (FlagKind.UNPLANNED, message("cannot be planned")),
    (Outcome.DUE, message("due next week")),
    (Outcome.KEPT, message("kept")),
    (Outcome.BROKEN, message("broken")),
    (Outcome.MOVED, message("moved")),
    (Bucket.OVERRUN, message("over-run")),
    (Bucket.CORRECTION, message("correction of papers")),
    (Bucket.HAND_OFF, message("hand-off between offices")),
    (Bucket.WAITING, message("waiting")),
    (Bucket.REVIEW, message("time that the law leaves out")),
    (Bucket.CALENDAR, message("days off")),
    (Bucket.PLAN_CHANGE, message("change of plan")),
    (Bucket.UNKNOWN, message("not known")),
    (Bucket.GAINED, message("won back")),
    (Reason.OFFICE, message("office over its time")),
    (Reason.CORRECTION, message("papers back for correction")),
    (Reason.STUDY, message("work or study over its time")),
    (Reason.HAND_OFF, message("papers lying between two steps")),
    (Reason.PREDECESSOR, message("held by what comes before")),
    (Reason.REVIEW, message("review, hearing or notice by law")),
    (Reason.NO_DATA, message("days not recorded")),
    *((Reason(reason), words) for reason, words in BLOCK_WORDS.items()),
    (CaseState.NEW, message("nobody has taken it up")),
    (CaseState.WORKING, message("being worked on")),
    (CaseState.PROMISED, message("promised")),
    (CaseState.OVERDUE, message("promise broken")),
    (CaseState.TO_CHECK, message("recovered, to be confirmed")),
    (CaseState.CLOSED, message("closed")),
    (Climb.TIME, message("no promise for five working days")),
    (Climb.BROKEN, message("a promise was broken")),
    (Climb.HOPELESS, message("cannot be met in any case")),
    (Climb.WAS_HOPELESS, message("could not be met for a time")),
    (ActKind.TAKEN_UP, message("taken up")),
    (ActKind.CONTACTED, message("contacted")),
    (ActKind.PROMISED, message("promised")),
    (ActKind.CLOSED, message("closed")),
    (ActKind.REOPENED, message("opened again")),
    (ActKind.RECOVERED, message("the plan recovered")),
    (ActKind.RESTED, message("it rests with the project")),
    (ActKind.SLIPPED, message("it slipped again")),
    (ActKind.CLIMBED, message("level raised")),
    (ProjectState.ACTIVE, message("under way")),
    (ProjectState.SUSPENDED, message("project suspended")),
    (ProjectState.ARCHIVED, message("archived")),
    (ProjectState.WITHDRAWN, message("withdrawn")),
    (Known.RECORDED, message("recorded")),
    (Known.IMPLIED, message("follows from the record")),
    (Known.ANSWERED, message("by an answer")),
    (Known.SILENT, message("nothing recorded")),
    (Known.ASSUMED, message("assumed")),
    (State.NOT_STARTED, message("not started")),
    (State.UNDER_WAY, message("under way")),
    (State.RETURNED, message("returned")),
    (State.SUSPENDED, message("suspended")),
    (State.FINISHED, message("finished")),
    (State.NOT_NEEDED, message("not needed")),
    (State.LODGED, message("lodged")),
    (State.NOT_ACCEPTED, message("not accepted")),
    (State.REFUSED, message("refused")),
    (State.WITHDRAWN, message("withdrawn")),
    (Holder.OWNER, message("project unit")),
    (Holder.AGENCY, message("agency")),
    (Holder.DEPARTMENT, message("department")),
    (Holder.SUPERIOR, message("superior")),
    (Holder.COUNTY, message("county government")),
    (Account.COUNTED, message("counted")),
    (Account.DAY_OFF, message("non-working day")),
    (Account.STOPPED, message("stopped")),
    (Account.HELD, message("held by one side")),
    (ClockKind.COMPLETENESS, message("completeness check")),
    (ClockKind.REVIEW, message("review")),
    (ClockKind.DUTY, message("duty")),
    (ClockKind.PERIOD, message("minimum period")),
    (ClockKind.DELIVERY, message("delivery")),
    (StopReason.HEARING, message("hearing")),
    (StopReason.TENDER, message("tender or auction")),
    (StopReason.TESTING, message("inspection, testing, quarantine")),
    (StopReason.APPRAISAL, message("appraisal")),
    (StopReason.EXPERT_REVIEW, message("expert review")),
    (StopReason.PUBLICITY, message("public notice")),
    (StopReason.SUSPENSION, message("suspended by law")),
    (StopReason.APPLICANT, message("asked for by the applicant")),
    (EventKind.STARTED, message("started")),
    (EventKind.RETURNED, message("returned")),
    (EventKind.SUSPENDED, message("suspended")),
    (EventKind.FINISHED, message("finished")),
    (EventKind.NOT_NEEDED, message("not needed")),
    (EventKind.NOT_STARTED, message("not started")),
    (EventKind.BLOCKED, message("blocked")),
    (EventKind.RELEASED, message("released")),
    (EventKind.LODGED, message("lodged")),
    (EventKind.CORRECTION, message("correction notice given")),
    (EventKind.RESUBMITTED, message("lodged again after correction")),
    (EventKind.NOT_ACCEPTED, message("not accepted")),
    (EventKind.ACCEPTED, message("accepted")),
    (EventKind.STOPPED, message("clock stopped")),
    (EventKind.RESUMED, message("clock resumed")),
    (EventKind.EXTENDED, message("limit extended")),
    (EventKind.GRANTED, message("granted")),
    (EventKind.REFUSED, message("refused")),
    (EventKind.WITHDRAWN, message("withdrawn")),
    (EventKind.DELIVERED, message("delivered")),
    (EventKind.RETRACTED, message("record withdrawn")),
    (StepKind.AUTHORITY_LIMIT, message("decision within a limit")),
    (StepKind.MINIMUM_PERIOD, message("minimum period")),
    (StepKind.DUTY_DEADLINE, message("duty with a deadline")),
    (StepKind.AGENCY_WORK, message("work of an agency")),
    (StepKind.UNIT_WORK, message("work of the project unit")),
    (StepKind.GOV_WORK, message("work of the county")),
    (StepKind.FILING, message("instant filing")),
    (StepKind.MILESTONE, message("milestone")),
    (StepKind.RECURRING, message("recurring")),
    (Level.COUNTY, message("county")),
    (Level.CITY, message("city")),
    (Level.PROVINCE, message("province")),
    (Level.STATE, message("state")),
    (Area.DECISION, message("reserve and decision")),
    (Area.APPROVAL, message("project approval")),
    (Area.ENVIRONMENT, message("environment, water and energy")),
    (Area.LAND, message("land and siting")),
    (Area.DESIGN, message("design and planning permits")),
    (Area.TENDER, message("drawings, tender and permit")),
    (Area.START, message("start and works")),
    (Area.ACCEPTANCE, message("completion")),
    (Area.FUNDING, message("funding")),
    (Basis.LAW, message("by law")),
    (Basis.LOGIC, message("works on its result")),
    (Basis.CUSTOM, message("custom")),
    (Basis.ADVICE, message("advice")),
    (Sureness.HIGH, message("checked against the original text")),
    (Sureness.MEDIUM, message("seen in public sources")),
    (Sureness.LOW, message("to be confirmed")),
    (Owner.AUTHORITY, message("authority")),
    (Owner.PROJECT_UNIT, message("project unit")),
    (Owner.AGENCY, message("agency")),
    (Owner.COUNTY_GOV, message("county government")),
    (Regime.APPROVAL, message("approval")),
    (Regime.VERIFICATION, message("verification")),
    (Regime.FILING, message("filing")),
    (Change.NEWLY_LATE, message("newly late")),
    (Change.CLEARED, message("no longer late")),
    (Change.DOUBTFUL, message("now undecided or unclear")),
    (Change.WORSE, message("worse")),
    (Change.UNCHANGED, message("unchanged")),
    (Change.BETTER, message("better")),
    (Change.NEW, message("new in the ledger")),
    (Change.GONE, message("no longer in the ledger")),
)
_BY_KIND = {(type(key), str(key)): label for key, label in _LABELS}


def label_of(thing: StrEnum) -> Message | None:
    """Return what a member of a closed list is called, or None when it is shown as it is."""
    return _BY_KIND.get((type(thing), str(thing)))


Member = TypeVar("Member", bound=StrEnum)


def named(kind: type[Member], text: str) -> Member | None:
    """Return the member that a text names: by its value, or by its label in either language."""
    return next((member for member in kind if text.strip() in _names_of(member)), None)


def named_first(kind: type[Member], text: str) -> tuple[Member | None, str]:
    """Return the member that a text begins by naming, and the rest; without one, all of it."""
    words = text.split(" ")
    for count in range(len(words), 0, -1):
        if found := named(kind, " ".join(words[:count])):
            return found, " ".join(words[count:])
    return None, text


def _names_of(member: StrEnum) -> set[str]:
    label = label_of(member)
    own = {label.template, translations("zh").gettext(label.template)} if label else set()
    return {str(member)} | own
