"""By how much a forecast has left what was agreed, in words."""

from tracker.core.model import DayKind, Duration
from tracker.core.plan.variance import Variance
from tracker.core.problems import Message, message


def variance_words(found: Variance | None) -> Message:
    """Return by how much a forecast has left what was agreed."""
    if found is None:
        return message("not comparable")
    if found.calendar_days == 0:
        return message("same as the baseline")
    later = found.calendar_days > 0
    template = (
        message("{working} or {calendar} later")
        if later
        else message("{working} or {calendar} sooner")
    )
    return template.of(
        working=Duration(abs(found.working_days)),
        calendar=Duration(abs(found.calendar_days), DayKind.CALENDAR),
    )
