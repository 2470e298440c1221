"""What the closed lists of the core are called."""

from enum import StrEnum

from tracker.core.assign import GAP_WORDS
from tracker.core.digest import Change
from tracker.core.flag import BLOCK_WORDS, FlagKind, Light
from tracker.core.model import Owner, Regime
from tracker.core.problems import Message, message
from tracker.core.track import State

_LABELS: tuple[tuple[StrEnum, Message], ...] = (
    *BLOCK_WORDS.items(),
    *GAP_WORDS.items(),
    (Light.BLACK, message("cannot be met")),
    (Light.RED, message("late")),
    (Light.YELLOW, message("at risk")),
    (Light.GREY, message("unclear")),
    (Light.BLUE, message("clock stopped")),
    (Light.GREEN, message("on time")),
    (Light.HOLLOW, message("not yet due")),
    (Light.DONE, message("done")),
    (FlagKind.INFEASIBLE, message("deadline cannot be met")),
    (FlagKind.LATE, message("forecast after the deadline")),
    (FlagKind.OVERDUE, message("limit exceeded")),
    (FlagKind.CLOCK_NEAR, message("limit nearly used")),
    (FlagKind.FLOAT_SHORT, message("little slack")),
    (FlagKind.BLOCKED, message("held")),
    (FlagKind.RETURNED, message("back for correction")),
    (FlagKind.SUSPENDED, message("suspended")),
    (FlagKind.STALE, message("not updated")),
    (FlagKind.NO_DEADLINE, message("no deadline")),
    (State.NOT_STARTED, message("not started")),
    (State.UNDER_WAY, message("under way")),
    (State.RETURNED, message("returned")),
    (State.SUSPENDED, message("suspended")),
    (State.FINISHED, message("finished")),
    (State.NOT_NEEDED, message("not needed")),
    (Owner.AUTHORITY, message("authority")),
    (Owner.PROJECT_UNIT, message("project unit")),
    (Owner.AGENCY, message("agency")),
    (Owner.COUNTY_GOV, message("county government")),
    (Regime.APPROVAL, message("approval")),
    (Regime.VERIFICATION, message("verification")),
    (Regime.FILING, message("filing")),
    (Change.NEWLY_LATE, message("newly late")),
    (Change.CLEARED, message("no longer late")),
    (Change.WORSE, message("later than last week")),
    (Change.BETTER, message("earlier than last week")),
    (Change.NEW, message("new in the ledger")),
    (Change.GONE, message("no longer in the ledger")),
)
_BY_KIND = {(type(key), str(key)): label for key, label in _LABELS}


def label_of(thing: StrEnum) -> Message | None:
    """Return what a member of a closed list is called, or None when it is shown as it is."""
    return _BY_KIND.get((type(thing), str(thing)))
