"""Moments and durations of a Project XML file as whole days, or refused."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tracker.core.calendars import Calendar, boundary_after, day_from
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

    def latest_day(self, *, ends_day: bool) -> date:
        """Return the day that a milestone may be seen on at the latest.

        One that is seen at the end of its day is over by the morning of a day only the day before.
        """
        return self.day - timedelta(days=ends_day and not self.ends_day)

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
        self._assumed = Hours(
            root.hour("DefaultStartTime") if root.content("DefaultStartTime") else time(8),
            root.hour("DefaultFinishTime") if root.content("DefaultFinishTime") else time(17),
            calendars.minutes_a_day,
        )

    @property
    def hours(self) -> Hours:
        """Return when a day's work begins and ends."""
        return self.calendars.hours or self._assumed

    def instant(self, at: datetime, where: str) -> Instant:
        """Return where a milestone stands that was set for a moment."""
        ends_day = self.first_day(at, where) > at.date()
        return Instant(at.date(), ends_day)

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

    def first_day(self, at: datetime, where: str) -> date:
        """Return the first day on which work can be done from a moment on."""
        if at.time() <= self.hours.first:
            return at.date()
        if at.time() >= self.hours.last:
            return at.date() + timedelta(days=1)
        raise _within_a_day(at, where)

    def last_day(self, at: datetime, where: str) -> date:
        """Return the last day whose work is done by a moment."""
        if at.time() >= self.hours.last or at.time() == time(0):
            return at.date()
        if at.time() <= self.hours.first:
            return at.date() - timedelta(days=1)
        raise _within_a_day(at, where)


def _within_a_day(at: datetime, where: str) -> RefusedNetworkError:
    words = message(
        "{moment} falls within a day: this plan would have to be counted in hours.",
        moment=at.isoformat(" ", "minutes"),
    )
    return unsupported(where, words)


def start_for(finish: date, duration: int, calendar: Calendar) -> date:
    """Return the day to start on so as to finish on a day."""
    at = calendar.finish_at[boundary_after(finish)]
    return day_from(calendar.start_of[at - duration])
