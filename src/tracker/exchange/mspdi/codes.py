"""The codes of MSPDI. Source: Microsoft, "Project 2007 XML Data Interchange Schema Reference"."""

from enum import IntEnum

from tracker.core.model import LinkType

NAMESPACE = "http://schemas.microsoft.com/project"
LINK_TYPES = {
    0: LinkType.FINISH_TO_FINISH,
    1: LinkType.FINISH_TO_START,
    2: LinkType.START_TO_FINISH,
    3: LinkType.START_TO_START,
}


class Constraint(IntEnum):
    """How a task is bound to a date."""

    AS_SOON_AS_POSSIBLE = 0
    AS_LATE_AS_POSSIBLE = 1
    MUST_START_ON = 2
    MUST_FINISH_ON = 3
    START_NO_EARLIER_THAN = 4
    START_NO_LATER_THAN = 5
    FINISH_NO_EARLIER_THAN = 6
    FINISH_NO_LATER_THAN = 7


DAYS, ELAPSED_DAYS = 7, 8
ELAPSED_FORMATS = frozenset({4, 6, 8, 10, 12, 36, 38, 40, 42, 44})
PERCENT_FORMATS = frozenset({19, 20, 51, 52})
LAG_UNITS_A_MINUTE = 10
MINUTES_A_DAY = 24 * 60
