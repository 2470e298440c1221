"""The codes of MSPDI. Source: Microsoft, "Project 2007 XML Data Interchange Schema Reference"."""

from tracker.core.model import LinkType

NAMESPACE = "http://schemas.microsoft.com/project"
LINK_TYPES = {
    0: LinkType.FINISH_TO_FINISH,
    1: LinkType.FINISH_TO_START,
    2: LinkType.START_TO_FINISH,
    3: LinkType.START_TO_START,
}
SNET, SNLT, FNET, FNLT = 4, 5, 6, 7
DAYS, ELAPSED_DAYS = 7, 8
ELAPSED_FORMATS = frozenset({4, 6, 8, 10, 12, 36, 38, 40, 42, 44})
PERCENT_FORMATS = frozenset({19, 20, 51, 52})
LAG_UNITS_A_MINUTE = 10
MINUTES_A_DAY = 24 * 60
