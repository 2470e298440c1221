"""Moments and durations of a Project XML file as whole days, or refused."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tracker.core.calendars import (
    EVERY_DAY,
    Calendar,
    boundary_after,
    boundary_before,
    day_from,
    day_until,
)
from tracker.core.problems import message
from tracker.exchange.mspdi.calendars import Calendars, Hours
from tracker.exchange.mspdi.codes import MINUTES_A_DAY
from tracker.exchange.mspdi.element import Element, unsupported
from tracker.exchange.refusal import RefusedNetworkError


@dataclass(frozen=True, slots=True)
class Instant:
    """When a milestone stands: at the start of `day`, or at its end."""

    day: date
    ends_day: bool

    def last_day(self, calendar: Calendar) -> date:
        """Return the day by whose end the instant is reached: before a morning, the last worked."""
        return self.day if self.ends_day else _worked_before(self.day, calendar)

    def worked(self, calendar: Calendar) -> "Instant":
        """Return the instant, or the morning of the next day worked where it is on a day off."""
        if calendar.is_worked(self.day):
            return self
        return Instant(_worked_after(self.day, calendar), ends_day=False)

    @property
    def not_before(self) -> date:
        """Return the day that begins with the instant, or right after it."""
        return self.day + timedelta(days=self.ends_day)


class WholeDays:
    """Counts by the hours at which days begin and end in a file.

    Where no calendar tells any they are those that the project has for new tasks, or 8 to 17.
    """

    def __init__(self, root: Element, calendars: Calendars) -> None:
        self.calendars = calendars
        self.without_time: list[str] = []
        """Where a finish was named without a time of day."""
        self._assumed = Hours(
            root.hour("DefaultStartTime") if root.content("DefaultStartTime") else time(8),
            root.hour("DefaultFinishTime") if root.content("DefaultFinishTime") else time(17),
            calendars.minutes_a_day,
        )

    @property
    def hours(self) -> Hours:
        """Return when a day's work begins and ends."""
        return self.calendars.hours or self._assumed

    def instant(self, at: datetime, where: str, *, is_finish: bool = False) -> Instant:
        """Return where a milestone stands that was set for a moment.

        One set for a finish without a time of day stands at the end of its day.
        """
        if is_finish and at.time() == time(0) < self.hours.first:
            self.without_time.append(where)
            return Instant(at.date(), ends_day=True)
        return Instant(at.date(), ends_day=self.first_day(at, where, EVERY_DAY) > at.date())

    def days(self, minutes: float, where: str, *, is_elapsed: bool) -> int:
        """Return whole days, or refuse."""
        days = minutes / (MINUTES_A_DAY if is_elapsed else self.calendars.minutes_a_day)
        if abs(days - round(days)) > 1e-9:
            raise unsupported(
                where,
                message(
                    "{days} is not a whole number of days: this plan would have to be counted in"
                    " hours.",
                    days=f"{days:.2f}",
                ),
            )
        return round(days)

    def first_day(self, at: datetime, where: str, calendar: Calendar) -> date:
        """Return the first day on which work can be done from a moment on.

        After an evening that is the next day worked.
        """
        if at.time() <= self.hours.first:
            return at.date()
        if at.time() >= self.hours.last and not self.hours.is_around_the_clock:
            return _worked_after(at.date(), calendar)
        raise _within_a_day(at, where)

    def last_day(self, at: datetime, where: str, calendar: Calendar) -> date:
        """Return the last day whose work is done by a moment.

        Before a morning that is the last day worked. A day without a time of day counts to its end.
        """
        if at.time() == time(0) < self.hours.first:
            self.without_time.append(where)
            return at.date()
        if at.time() >= self.hours.last and not self.hours.is_around_the_clock:
            return at.date()
        if at.time() <= self.hours.first:
            return _worked_before(at.date(), calendar)
        raise _within_a_day(at, where)


def _worked_before(day: date, calendar: Calendar) -> date:
    return day_until(calendar.end_of[calendar.worked_before[boundary_before(day)]])


def _worked_after(day: date, calendar: Calendar) -> date:
    return day_from(calendar.start_of[calendar.worked_before[boundary_after(day)]])


def _within_a_day(at: datetime, where: str) -> RefusedNetworkError:
    words = message(
        "{moment} falls within a day: this plan would have to be counted in hours.",
        moment=at.isoformat(" ", "minutes"),
    )
    return unsupported(where, words)


def start_for(finish: date, duration: int, calendar: Calendar) -> date:
    """Return the day to start on so as to finish on a day, or on the last day worked before it."""
    at = calendar.worked_before[boundary_after(finish)]
    return day_from(calendar.start_of[max(0, at - duration)])
