"""The law's own clocks: what an authority has left, apart from the network's float.

The day of acceptance is not counted (民法典 art. 201); the limit counts the days its own unit
says. While a case is back with the applicant no clock of the authority runs (行政许可法 §32).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from tracker.core.calendars import EVERY_DAY, Calendar
from tracker.core.model import DayKind, Duration, Owner, Step, StepKind

_LIMITED = (StepKind.AUTHORITY_LIMIT, StepKind.DUTY_DEADLINE)


@dataclass(frozen=True, slots=True)
class Clock:
    """A statutory clock that runs on the status date.

    `due` is the last lawful day, inclusive; `used` and `over` count days of `limit.kind`.
    """

    step: Step
    accepted: date
    due: date
    used: int
    over: int

    @property
    def limit(self) -> Duration:
        """Return the days the law gives."""
        assert self.step.limit is not None
        return self.step.limit

    @property
    def share(self) -> float:
        """Return how much of the limit is used; above 1 it is exceeded."""
        return self.used / self.limit.days


def running(step: Step, accepted: date, status_date: date, working_days: Calendar) -> Clock | None:
    """Return the clock of a step accepted on `accepted`, or None when the law sets no limit.

    The status date itself is still usable, so it does not count as used; a decision made on it
    would be `over` days late.
    """
    if step.kind not in _LIMITED or step.owner is not Owner.AUTHORITY or not step.limit:
        return None
    if step.limit.days == 0:
        return None
    calendar = working_days if step.limit.kind is DayKind.WORKING else EVERY_DAY
    due = calendar.nth_after(accepted, step.limit.days)
    if step.limit.kind is DayKind.CALENDAR and not working_days.is_worked(due):
        due = working_days.nth_after(due, 1)  # 民法典 art. 203: a last day off moves on
    first_counted, yesterday = accepted + timedelta(days=1), status_date - timedelta(days=1)
    used = calendar.count(first_counted, yesterday) if first_counted <= yesterday else 0
    over = calendar.count(due + timedelta(days=1), status_date) if due < status_date else 0
    return Clock(step, accepted, due, used, over)
