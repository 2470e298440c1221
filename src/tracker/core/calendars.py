"""Working days: which days count, and how to move by them without a loop.

An instant is a boundary between two days, an integer: boundary `b` lies before day `b`. All
calendars share this count, so a boundary means the same in each of them. A calendar also counts
its own days: index `k` stands after its k-th worked day. Boundaries become indices and back by one
look-up each way, exact across any holiday.

`EVERY_DAY` works always, so that its indices are the boundaries themselves.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property, lru_cache
from typing import Self

import numpy as np
import numpy.typing as npt

from tracker.core.problems import NoWorkingDayError, OutsideCalendarError

Table = npt.NDArray[np.int16]
Days = npt.NDArray[np.bool_]

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2040, 12, 31)
_EDGE = 31  # look-ups that leave the covered days end in an edge, and are refused there
_ORIGIN = FIRST_DAY.toordinal() - _EDGE
_COUNT = LAST_DAY.toordinal() - FIRST_DAY.toordinal() + 1
LAST_BOUNDARY = _COUNT + 2 * _EDGE
"""No table reaches beyond; 16 bits hold twice as much."""


@cache
def _shared_integers() -> list[int]:
    """Return every boundary once, and -1 at the end: tables that share them take a third less."""
    return [*range(LAST_BOUNDARY + 1), -1]


def boundary_before(day: date) -> int:
    """Return the boundary at which `day` begins."""
    return day.toordinal() - _ORIGIN


def boundary_after(day: date) -> int:
    """Return the boundary at which `day` has ended."""
    return day.toordinal() - _ORIGIN + 1


def day_from(boundary: int) -> date:
    """Return the day that begins at `boundary`."""
    return date.fromordinal(boundary + _ORIGIN)


def day_until(boundary: int) -> date:
    """Return the day that ends at `boundary`."""
    return date.fromordinal(boundary + _ORIGIN - 1)


class ProvisionalDate(date):
    """A day that rests on a year whose holiday notice is still to come; it is shown with a mark."""


def provisional(day: date) -> ProvisionalDate:
    """Return the day, marked."""
    return ProvisionalDate(day.year, day.month, day.day)


@dataclass(frozen=True, eq=False)
class Lookup:
    """A table over boundaries or indices, for a number or a row; it saturates at its ends."""

    row: Table

    @classmethod
    def of(cls, values: npt.ArrayLike) -> Self:
        """Make a table whose first value stands at index 0."""
        row = np.asarray(values, dtype=np.int16)
        row.setflags(write=False)
        return cls(row)

    @cached_property
    def values(self) -> list[int]:
        """Return the table as plain integers, which all tables share: they are many."""
        numbers = _shared_integers()
        return [numbers[value] for value in self.row.tolist()]

    def __getitem__(self, index: int) -> int:
        """Return one value."""
        return self.values[min(max(index, 0), len(self.values) - 1)]

    def take(self, index: npt.NDArray[np.integer]) -> Table:
        """Return a row of values."""
        return self.row.take(index, mode="clip")


@dataclass(frozen=True, eq=False, kw_only=True)
class Calendar:
    """The working days from `first_day` to `last_day`, as tables over boundaries and indices.

    Outside these days every day counts as worked, and no date there is ever shown.
    """

    name: str
    worked: Days = field(repr=False)
    provisional_years: frozenset[int] = frozenset()
    first_day: date = FIRST_DAY
    last_day: date = LAST_DAY

    @classmethod
    def of(
        cls,
        name: str,
        is_worked: Callable[[date], bool],
        provisional_years: Iterable[int] = (),
        first_day: date = FIRST_DAY,
    ) -> Self:
        """Build a calendar by asking `is_worked` once for each day from `first_day` on."""
        skipped = (first_day - FIRST_DAY).days
        asked = [is_worked(first_day + timedelta(n)) for n in range(_COUNT - skipped)]
        worked = np.array([True] * skipped + asked, dtype=np.bool_)
        return cls(
            name=name,
            worked=worked,
            provisional_years=frozenset(provisional_years),
            first_day=first_day,
        )

    @classmethod
    def weekly(cls, name: str, week: Sequence[bool], days: Mapping[date, bool]) -> Self:
        """Build a calendar from the days of a week, Monday first, and the days that differ."""
        shift = FIRST_DAY.weekday()
        worked = np.resize(np.roll(np.array(week, dtype=np.bool_), -shift), _COUNT)
        for day, is_worked in days.items():
            if FIRST_DAY <= day <= LAST_DAY:
                worked[(day - FIRST_DAY).days] = is_worked
        return cls(name=name, worked=worked)

    def without(self, stops: Iterable[tuple[date, date]]) -> "Calendar":
        """Return the calendar with some days off: the first and the last of each, inclusive."""
        worked = self.worked.copy()
        for first, last in stops:
            start = max(0, (first - FIRST_DAY).days)
            worked[start : max(0, (last - FIRST_DAY).days + 1)] = False
        return Calendar(
            name=self.name,
            worked=worked,
            provisional_years=self.provisional_years,
            first_day=self.first_day,
            last_day=self.last_day,
        )

    @cached_property
    def _days(self) -> Days:
        edge = np.ones(_EDGE, dtype=np.bool_)
        return np.concatenate((edge, self.worked, edge))

    @cached_property
    def worked_before(self) -> Lookup:
        """Return the number of days worked before each boundary."""
        return Lookup.of(np.concatenate(([0], np.cumsum(self._days))))

    @cached_property
    def start_of(self) -> Lookup:
        """Return where the next worked day begins once k days have been worked."""
        return Lookup.of(np.append(np.flatnonzero(self._days), LAST_BOUNDARY))

    @cached_property
    def end_of(self) -> Lookup:
        """Return where the k-th worked day ends."""
        return Lookup.of(np.append(0, np.flatnonzero(self._days) + 1))

    @property
    def ends_by(self) -> Lookup:
        """Return the last index whose worked day ends at or before each boundary."""
        return self.worked_before

    @cached_property
    def finish_at(self) -> Lookup:
        """Return the first index whose worked day ends at or after each boundary."""
        off_before = np.append(False, ~self._days)
        return Lookup.of(self.worked_before.row + off_before)

    @cached_property
    def instant_after(self) -> Lookup:
        """Return the first boundary at or after b that ends or begins a worked day."""
        return self._snap(self.start_of)

    @cached_property
    def instant_before(self) -> Lookup:
        """Return the last boundary at or before b that ends or begins a worked day."""
        return self._snap(self.end_of)

    def _snap(self, moved: Lookup) -> Lookup:
        touches = np.append(self._days, True) | np.append(True, self._days)
        here = np.arange(LAST_BOUNDARY + 1)
        return Lookup.of(np.where(touches, here, moved.take(self.worked_before.row)))

    def count(self, first: date, last: date) -> int:
        """Return how many days are worked from `first` to `last`, both inclusive."""
        return self.worked_before[boundary_after(last)] - self.worked_before[boundary_before(first)]

    def is_worked(self, day: date) -> bool:
        """Tell whether `day` is worked."""
        self.check_covered(boundary_before(day), boundary_after(day))
        return bool(self.worked[(day - FIRST_DAY).days])

    def nth_after(self, day: date, n: int) -> date:
        """Return the n-th worked day after `day`, which itself is not counted (民法典 art. 201).

        It is marked where it rests on a year that is not settled.
        """
        boundary = self.end_of[self.worked_before[boundary_after(day)] + n]
        self.check_covered(boundary)
        return self.marked(day_until(boundary))

    def marked(self, day: date, until: date | None = None) -> date:
        """Return the day, marked as provisional where it or the day it was counted from is."""
        years = self.provisional_years
        unsettled = day.year in years or (until is not None and until.year in years)
        return provisional(day) if unsettled else day

    def is_provisional(self, day: date) -> bool:
        """Tell whether the holiday notice of the day's year was still to come."""
        return day.year in self.provisional_years

    def check_covered(self, *boundaries: int) -> None:
        """Raise OutsideCalendarError when a boundary lies outside the calendar's days."""
        first, last = self._covered
        for boundary in boundaries:
            if not first <= boundary <= last:
                raise OutsideCalendarError(self.name, self.first_day, self.last_day)

    @cached_property
    def _covered(self) -> tuple[int, int]:
        return boundary_before(self.first_day), boundary_after(self.last_day)

    def check_works(self, first: date) -> None:
        """Raise NoWorkingDayError when no day from `first` on is worked."""
        if not self.worked[max(0, (first - FIRST_DAY).days) :].any():
            raise NoWorkingDayError(self.name, first, self.last_day)


@dataclass(frozen=True, eq=False)
class PeriodCalendar(Calendar):
    """Every day counts, but a period that ends on a day off ends on the next working day.

    `closes_on` says which days are worked (民法典 art. 203).
    """

    closes_on: Calendar | None = None

    @cached_property
    def end_of(self) -> Lookup:
        """Return where a period ends whose last counted day is the k-th."""
        every_day = np.arange(LAST_BOUNDARY + 1)
        on = self.closes_on
        return Lookup.of(on.end_of.take(on.finish_at.take(every_day)) if on else every_day)

    @cached_property
    def ends_by(self) -> Lookup:
        """Return the last index whose period closes at or before each boundary."""
        ends = self.end_of.row
        return Lookup.of(np.searchsorted(ends, np.arange(len(ends)), side="right") - 1)


@lru_cache(maxsize=16)
def period_calendar(working_days: Calendar) -> PeriodCalendar:
    """Return the calendar of notices and other periods in calendar days."""
    worked = np.ones(_COUNT, dtype=np.bool_)
    name = "calendar days, closing on a working day"
    return PeriodCalendar(name=name, worked=worked, closes_on=working_days)


EVERY_DAY = Calendar.weekly("every_day", [True] * 7, {})
WEEKDAYS = Calendar.weekly("weekdays", [True] * 5 + [False] * 2, {})
