"""Counting days by a clock, over the stretches in which it runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tracker.core.calendars import EVERY_DAY, Calendar
from tracker.core.law import Citation, DayKind, Duration
from tracker.core.model import Step

ONE_DAY = timedelta(days=1)


class ClockKind(StrEnum):
    """Which period runs."""

    COMPLETENESS = "completeness"
    REVIEW = "review"
    DUTY = "duty"
    PERIOD = "period"
    DELIVERY = "delivery"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days in which a clock runs, both inclusive; without a last day it runs on."""

    first: date
    last: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A period that runs on the status date, or ran out.

    It counts from the day after `accepted`. `due` is the last lawful day, inclusive, and unknown
    while the clock stands still with no day named for it to go on; of a minimum period it is the
    first lawful end. `promised_due` is the last day the office promised. `used`, `over` and `left`
    count days of `limit.kind`; `left` is below 0 beyond the due day.
    """

    kind: ClockKind
    step: Step
    accepted: date
    limit: Duration
    due: date | None
    used: int
    over: int
    law: Citation | None
    left: int = 0
    promised_due: date | None = None
    promised_left: int | None = None
    deemed: bool = False

    @property
    def share(self) -> float:
        """Return how much of the limit is used; above 1 it is exceeded."""
        return self.used / self.limit.days if self.limit.days else 1.0


def counting(kind: DayKind, working_days: Calendar) -> Calendar:
    """Return the calendar whose days a duration counts."""
    return working_days if kind is DayKind.WORKING else EVERY_DAY


def last_day(day: date, period: Duration, working_days: Calendar) -> date:
    """Return the last day of a period that begins after `day`.

    A calendar day that is off moves on to the next working day (民法典 art. 203).
    """
    return _moved_on(counting(period.kind, working_days).nth_after(day, period.days), working_days)


def _moved_on(day: date, working_days: Calendar) -> date:
    """Return the day, or the next that is worked; marked where its year is not settled."""
    is_worked = working_days.is_worked(day)
    return working_days.marked(day) if is_worked else working_days.nth_after(day, 1)


def clock_over(
    kind: ClockKind,
    step: Step,
    began: date,
    limit: Duration,
    stretches: Sequence[Stretch],
    *,
    status_date: date,
    working_days: Calendar,
    deemed: bool = False,
) -> Clock:
    """Return the clock of a limit that counts over some stretches, as of a day.

    The status date is still usable, so it is not used; a decision made on it would be `over` days
    late.
    """
    calendar = counting(limit.kind, working_days)
    due = day_reached(stretches, limit, working_days)
    used = days_used(stretches, limit.kind, status_date - ONE_DAY, working_days)
    late = calendar.count(due + ONE_DAY, status_date) if due and status_date > due else 0
    left = limit.days - used
    if due and left <= 0:  # run out, or moved on by days off
        left = calendar.count(status_date, due) if status_date <= due else -late
    promised = step.promised_on(began)
    return Clock(
        kind=kind,
        step=step,
        accepted=began,
        limit=limit,
        due=due,
        used=used,
        over=0 if kind is ClockKind.PERIOD else late,
        law=step.limit_law_on(began),
        left=left,
        promised_due=day_reached(stretches, promised, working_days) if promised else None,
        promised_left=promised.days
        - days_used(stretches, promised.kind, status_date - ONE_DAY, working_days)
        if promised
        else None,
        deemed=deemed,
    )


def days_used(
    stretches: Sequence[Stretch], kind: DayKind, until: date, working_days: Calendar
) -> int:
    """Return how many days were counted through `until`, inclusive."""
    calendar = counting(kind, working_days)
    ends = ((s.first, min(s.last or until, until)) for s in stretches)
    return sum(calendar.count(first, last) for first, last in ends if first <= last)


def day_reached(
    stretches: Sequence[Stretch], period: Duration, working_days: Calendar
) -> date | None:
    """Return the day on which a period runs out; None when it stands still before that."""
    calendar, left = counting(period.kind, working_days), period.days
    for stretch in stretches:
        within = calendar.count(stretch.first, stretch.last) if stretch.last else left
        if within >= left:
            return _moved_on(calendar.nth_after(stretch.first - ONE_DAY, left), working_days)
        left -= within
    return None
