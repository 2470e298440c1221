"""The weeks of the report: on which day each is due, and which are due and not made."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self

from tracker.core.calendars import Calendar

CLOSES = time(15, 0)
"""When the day of a report ends, by the county's clocks."""
MADE_UP = timedelta(days=365)
"""For how long a report that was missed is made up."""
_FRIDAY, _SUNDAY = 5, 7


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """An ISO week, written 2025-W25."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the week a day lies in."""
        year, number, _ = day.isocalendar()
        return cls(year, number)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2025-W25`. Raises ValueError on anything else."""
        year, _, number = text.partition("-W")
        found = cls(int(year), int(number))
        date.fromisocalendar(found.year, found.number, 1)
        return found

    @property
    def first(self) -> date:
        """Return its Monday."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def next(self) -> Self:
        """Return the week after it."""
        return self.of(self.first + timedelta(days=7))

    def report_day(self, working_days: Calendar) -> date:
        """Return the day of its report: Friday, or the last working day of the week.

        In a week without one it is the next working day after the week.
        """
        friday = date.fromisocalendar(self.year, self.number, _FRIDAY)
        if working_days.is_worked(friday):
            return friday
        days = [date.fromisocalendar(self.year, self.number, n) for n in range(_SUNDAY, 0, -1)]
        worked = (day for day in days if working_days.is_worked(day))
        return next(worked, None) or working_days.nth_after(days[0], 1)

    def __sub__(self, other: "Week") -> int:
        """Return how many weeks it is after another."""
        return (self.first - other.first).days // 7

    def __str__(self) -> str:
        """Return what `parse` reads."""
        return f"{self.year}-W{self.number:02d}"


def is_open(week: Week, status_date: date, now: datetime, working_days: Calendar) -> bool:
    """Tell whether a report as of a day, made at `now`, can only be a draft of its week."""
    day = week.report_day(working_days)
    return status_date < day or now.replace(tzinfo=None) < datetime.combine(day, CLOSES)


def newest_due(now: datetime, working_days: Calendar) -> Week:
    """Return the newest week whose report is due at `now`, by the county's clocks."""
    week = Week.of(now.date())
    while is_open(week, now.date() + MADE_UP, now, working_days):
        week = Week.of(week.first - timedelta(days=1))
    return week


@dataclass(frozen=True, slots=True)
class Missing:
    """The weeks whose reports are due and not made, the oldest first.

    `beyond` counts those that are too old to be made up.
    """

    weeks: tuple[Week, ...]
    beyond: int


def missing(
    now: datetime,
    working_days: Calendar,
    *,
    known_from: date,
    begun: Collection[Week],
    made: Collection[Week],
) -> Missing:
    """Return what is due at `now` and was not made, since the first week that was begun.

    Where none was begun, only the newest is due: a county is not late before its first report. Nor
    is a report due of a day before `known_from`, on which the record begins.
    """
    last = newest_due(now, working_days)
    week, due = min(begun, default=last), []
    while week <= last:
        if week not in made and week.report_day(working_days) >= known_from:
            due.append(week)
        week = week.next
    oldest = Week.of(now.date() - MADE_UP)
    kept = tuple(each for each in due if each >= oldest)
    return Missing(kept, len(due) - len(kept))
