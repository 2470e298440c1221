"""The calendars of a Project XML file, as calendars of whole days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cached_property

from tracker.core.calendars import FIRST_DAY, LAST_DAY, WEEKDAYS, Calendar
from tracker.core.problems import Message, message
from tracker.exchange.mspdi.codes import MINUTES_A_DAY
from tracker.exchange.mspdi.element import Element, bad, refused, unsupported
from tracker.exchange.mspdi.recurrences import recurring_days
from tracker.exchange.refusal import RefusedNetworkError

_UNNAMED = ("", "-1")
_DEEPEST, _MOST_USED, _MOST_DAYS = 20, 300, 200_000
"""Calendars based on one another, those that are used, and the days that their exceptions name."""


@dataclass(frozen=True)
class Hours:
    """When a day's work begins and ends, and how long it is; around the clock both are midnight."""

    first: time
    last: time
    minutes: int

    @property
    def is_around_the_clock(self) -> bool:
        """Tell whether work goes on all day and night."""
        return self.first == self.last == time(0)


class Calendars:
    """The calendars of a file, each read once; `hours` are those of the first that names any."""

    def __init__(self, root: Element) -> None:
        self.minutes_a_day = root.number("MinutesPerDay", 480)
        if not 0 < self.minutes_a_day <= MINUTES_A_DAY:
            raise bad("MinutesPerDay", str(self.minutes_a_day))
        self.by_uid = {c.content("UID"): c for c in root.all("Calendars", "Calendar")}
        self.hours: Hours | None = None
        self._made: dict[str, Calendar] = {}
        self.days_named = 0

    def is_unnamed(self, uid: str) -> bool:
        """Tell whether a `CalendarUID` names no calendar."""
        return uid in _UNNAMED

    def get(self, uid: str, where: str) -> Calendar:
        """Return a calendar of whole days, made once.

        Where none is named it is the only base calendar of the file, or else Monday to Friday.
        """
        if uid in _UNNAMED:
            bases = [uid for uid, found in self.by_uid.items() if found.is_true("IsBaseCalendar")]
            if len(bases) != 1:
                return WEEKDAYS
            uid = bases[0]
        if uid not in self.by_uid:
            raise refused(
                "unknown_calendar",
                where,
                message("No calendar is called '{name}'.", name=uid),
                message("Correct this entry."),
            )
        if uid not in self._made:
            if len(self._made) >= _MOST_USED:
                raise too_many(
                    message("The plan uses more than {most} calendars.", most=_MOST_USED)
                )
            found = _CalendarReader(self, self.by_uid[uid])
            self._made[uid] = Calendar.weekly(found.name, found.week, found.days)
        return self._made[uid]

    def count_days(self, days: int) -> None:
        """Count days that exceptions name. Raises RefusedNetworkError for far too many."""
        self.days_named += days
        if self.days_named > _MOST_DAYS:
            raise too_many(
                message("The exceptions of the calendars name more than {most} days.").of(
                    most=_MOST_DAYS
                )
            )


def too_many(what: Message) -> RefusedNetworkError:
    """Return the refusal of a file that holds far more than any plan."""
    return refused(
        "too_large", "Calendars", what, message("Save the plan without what it does not need.")
    )


class _CalendarReader:
    """The worked days of one calendar and those it is based on."""

    def __init__(self, calendars: Calendars, element: Element, below: tuple[str, ...] = ()) -> None:
        self.calendars, self.element = calendars, element
        self.below = below or (element.content("UID"),)
        self.name = element.content("Name") or element.content("UID")

    @cached_property
    def base(self) -> "_CalendarReader | None":
        """Return the calendar this one is based on."""
        uid = self.element.content("BaseCalendarUID")
        found = self.calendars.by_uid.get(uid)
        if found is None:
            return None
        if len(self.below) >= _DEEPEST:
            raise too_many(
                message("More than {most} calendars are based on one another.", most=_DEEPEST)
            )
        if uid in self.below:
            words = message("The calendar '{name}' is based on itself.", name=self.name)
            raise unsupported(f"Calendar {self.name}", words)
        return _CalendarReader(self.calendars, found, (*self.below, uid))

    @cached_property
    def week(self) -> list[bool]:
        """Return which days of the week are worked, Monday first."""
        week = list(self.base.week) if self.base else [True] * 5 + [False] * 2
        for day in self.element.all("WeekDays", "WeekDay"):
            kind = day.number("DayType")
            if 1 <= kind <= 7:
                week[(kind - 2) % 7] = self._is_worked(day)
        return week

    @cached_property
    def days(self) -> dict[date, bool]:
        """Return the days that differ from the week."""
        days = dict(self.base.days) if self.base else {}
        for work_week in self.element.all("WorkWeeks", "WorkWeek"):
            week = {
                d.number("DayType"): self._is_worked(d)
                for d in work_week.all("WeekDays", "WeekDay")
            }
            for day in self._period(work_week):
                kind = day.isoweekday() % 7 + 1
                if kind in week:
                    days[day] = week[kind]
        for entry in [
            *self.element.all("WeekDays", "WeekDay"),
            *self.element.all("Exceptions", "Exception"),
        ]:
            if entry.content("DayType") in ("", "0"):
                days |= dict.fromkeys(self._held_days(entry), self._is_worked(entry))
        return days

    def _held_days(self, entry: Element) -> Iterator[date]:
        """Yield the days of an exception, which may come back in a pattern."""
        for period in entry.all("TimePeriod"):
            days = recurring_days(entry, period.edge("FromDate"), period.edge("ToDate"))
            if days is None:
                words = message("The calendar '{name}' has recurring exceptions.", name=self.name)
                raise unsupported(f"Calendar {self.name}", words)
            self.calendars.count_days(len(days))
            yield from days

    def _period(self, entry: Element) -> Iterator[date]:
        for period in entry.all("TimePeriod"):
            day = max(period.edge("FromDate"), FIRST_DAY)
            end = min(period.edge("ToDate"), LAST_DAY)
            self.calendars.count_days(max(0, (end - day).days))
            while day <= end:
                yield day
                day += timedelta(days=1)

    def _is_worked(self, day: Element) -> bool:
        """Tell whether a day is worked; all worked days must be equally long."""
        if not day.is_true("DayWorking"):
            return False
        spans = [
            (t.hour("FromTime"), t.hour("ToTime"))
            for t in day.all("WorkingTimes", "WorkingTime")
            if t.content("FromTime")
        ]
        if not spans:
            return True
        minutes = sum(
            (_minutes(last) - _minutes(first)) % MINUTES_A_DAY or MINUTES_A_DAY
            for first, last in spans
        )
        if minutes != self.calendars.minutes_a_day:
            words = message(
                "The calendar '{name}' has a working day of {hours} hours, but the plan counts days"
                " of {counted}: it would have to be counted in hours.",
                name=self.name,
                hours=f"{minutes / 60:g}",
                counted=f"{self.calendars.minutes_a_day / 60:g}",
            )
            raise unsupported(f"Calendar {self.name}", words)
        hours = Hours(spans[0][0], spans[-1][1], minutes)
        if hours.last <= hours.first and not hours.is_around_the_clock:
            words = message("The calendar '{name}' works through the night.", name=self.name)
            raise unsupported(f"Calendar {self.name}", words)
        known = self.calendars.hours = self.calendars.hours or hours
        if (known.first, known.last) != (hours.first, hours.last):
            words = message(
                "The calendar '{name}' works at other hours than the others: the plan would have to"
                " be counted in hours.",
                name=self.name,
            )
            raise unsupported(f"Calendar {self.name}", words)
        return True


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
