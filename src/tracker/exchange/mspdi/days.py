"""Moments and durations of a Project XML file as whole days, or refused."""

from datetime import date, datetime, time, timedelta

from tracker.core.calendars import Calendar, boundary_after, day_from
from tracker.core.problems import message
from tracker.exchange.mspdi.calendars import Calendars
from tracker.exchange.mspdi.codes import MINUTES_A_DAY
from tracker.exchange.mspdi.element import unsupported
from tracker.exchange.refusal import RefusedNetworkError


class WholeDays:
    """Counts by the hours at which days begin and end in a file."""

    def __init__(self, calendars: Calendars) -> None:
        self.calendars = calendars

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
        hours = self.calendars.hours
        if hours is None or at.time() <= hours.first:
            return at.date()
        if at.time() >= hours.last:
            return at.date() + timedelta(days=1)
        raise _within_a_day(at, where)

    def last_day(self, at: datetime, where: str) -> date:
        """Return the last day whose work is done by a moment."""
        hours = self.calendars.hours
        if hours is None or at.time() >= hours.last or at.time() == time(0):
            return at.date()
        if at.time() <= hours.first:
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
