"""Working days: which days count, and how to move by them without a loop.

An instant is a boundary between two days, an integer: boundary `b` lies before day `b`, and day 0
is `FIRST_DAY`. All calendars share this count, so a boundary means the same in each of them.
Adding n working days is two look-ups, exact across any holiday.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate
from typing import Self

import numpy as np
import numpy.typing as npt

from tracker.core.problems import OutsideCalendarError

Table = npt.NDArray[np.int32]

FIRST_DAY, LAST_DAY = date(2004, 1, 1), date(2040, 12, 31)
_MARGIN = (
    366  # look-ups that leave the covered years end in a year of margin, and are refused there
)
_ORIGIN = FIRST_DAY.toordinal()
_DAYS = LAST_DAY.toordinal() - _ORIGIN + 1


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


def check_covered(calendar: str, *boundaries: int) -> None:
    """Raise OutsideCalendarError when a boundary lies outside `FIRST_DAY` to `LAST_DAY`."""
    if any(not 0 <= boundary <= _DAYS for boundary in boundaries):
        raise OutsideCalendarError(calendar, FIRST_DAY, LAST_DAY)


@dataclass(frozen=True, eq=False)
class Calendar:
    """The working days of `FIRST_DAY` to `LAST_DAY`, as tables over day boundaries.

    `worked_before[b]` counts the days worked before boundary b, from the margin on, so that only
    differences mean anything; `start_of[k]` is where the day after the k-th worked day begins,
    `end_of[k]` where the k-th worked day ends; `instant_after[b]` and `instant_before[b]` are the
    nearest boundaries that end or begin a worked day.
    """

    name: str
    worked: tuple[bool, ...]
    provisional_years: frozenset[int] = frozenset()

    @classmethod
    def of(
        cls,
        name: str,
        is_worked: Callable[[date], bool],
        provisional_years: Iterable[int] = (),
    ) -> Self:
        """Build a calendar by asking `is_worked` once for each day."""
        days = (FIRST_DAY + timedelta(days=n) for n in range(_DAYS))
        return cls(name, tuple(map(is_worked, days)), frozenset(provisional_years))

    @cached_property
    def _days(self) -> tuple[bool, ...]:
        """Return the days with a margin on both sides, in which every day is worked."""
        edge = (True,) * _MARGIN
        return edge + self.worked + edge

    @cached_property
    def worked_before(self) -> "Lookup":
        """Return the number of days worked before each boundary."""
        return Lookup.of(accumulate(self._days, initial=0))

    @cached_property
    def start_of(self) -> "Lookup":
        """Return where the next worked day begins once k days have been worked."""
        starts = [b - _MARGIN for b, worked in enumerate(self._days) if worked]
        return Lookup.of([*starts, _DAYS + _MARGIN], offset=0)

    @cached_property
    def end_of(self) -> "Lookup":
        """Return where the k-th worked day ends."""
        ends = [b + 1 - _MARGIN for b, worked in enumerate(self._days) if worked]
        return Lookup.of([-_MARGIN, *ends], offset=0)

    @cached_property
    def instant_after(self) -> "Lookup":
        """Return the first boundary at or after b that ends or begins a worked day."""
        return self._snap(lambda b: self.start_of[self.worked_before[b]])

    @cached_property
    def instant_before(self) -> "Lookup":
        """Return the last boundary at or before b that ends or begins a worked day."""
        return self._snap(lambda b: self.end_of[self.worked_before[b]])

    def _snap(self, move: Callable[[int], int]) -> "Lookup":
        days = self._days
        touches = [days[max(i - 1, 0)] or days[min(i, len(days) - 1)] for i in range(len(days) + 1)]
        return Lookup.of(b if touch else move(b) for b, touch in enumerate(touches, start=-_MARGIN))

    def count(self, first: date, last: date) -> int:
        """Return how many days are worked from `first` to `last`, both inclusive."""
        return self.worked_before[boundary_after(last)] - self.worked_before[boundary_before(first)]

    def is_worked(self, day: date) -> bool:
        """Tell whether `day` is worked."""
        check_covered(self.name, boundary_before(day))
        return self.worked[boundary_before(day)]

    def nth_after(self, day: date, n: int) -> date:
        """Return the n-th worked day after `day`, which itself is not counted (民法典 art. 201)."""
        boundary = self.end_of[self.worked_before[boundary_after(day)] + n]
        check_covered(self.name, boundary)
        return day_until(boundary)

    def is_provisional(self, day: date) -> bool:
        """Tell whether the holiday notice of the day's year was still to come."""
        return day.year in self.provisional_years


@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """A table over boundaries or counts, for a number or a row; it saturates at its ends."""

    values: tuple[int, ...]
    row: Table
    offset: int

    @classmethod
    def of(cls, values: Iterable[int], offset: int = _MARGIN) -> Self:
        """Make a table whose first value stands at index `-offset`."""
        listed = tuple(values)
        return cls(listed, np.array(listed, dtype=np.int32), offset)

    def __getitem__(self, index: int) -> int:
        """Return one value."""
        place = index + self.offset
        if place < 0:
            return self.values[0]
        return self.values[place] if place < len(self.values) else self.values[-1]

    def take(self, index: Table) -> Table:
        """Return a row of values."""
        return np.take(self.row, index + self.offset, mode="clip")


EVERY_DAY = Calendar.of("every_day", lambda _: True)
