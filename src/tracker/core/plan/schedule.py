"""One column of a solution as dates that people read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from tracker.core.calendars import Calendar, day_from, day_until
from tracker.core.network import MilestoneRule, Network
from tracker.core.plan.engine.floats import free_floats, total_floats
from tracker.core.plan.engine.solve import Column
from tracker.core.plan.reasons import Bound, Drivers, bounds_by_cell, drivers, ends_of, longest_path
from tracker.core.plan.sides import Sides, sides_of
from tracker.core.problems import OutsideCalendarError


@dataclass(frozen=True, slots=True)
class Dates:
    """First and last day worked, both inclusive, of what is left of a step.

    Of a milestone `start` is the first working day at or after its instant, `finish` the last one
    before it, and `seen` the one people see: the end of a day when it has predecessors.
    """

    start: date
    finish: date
    seen: date | None = None


def day_seen(calendar: Calendar, instant: int, *, ends_day: bool) -> date:
    """Return the day on which people see a milestone, which is never a day off.

    It is the end of a working day, or the start of one.
    """
    worked = calendar.worked_before[instant]
    if ends_day and calendar.end_of[worked] == instant:
        return day_until(instant)
    return day_from(calendar.start_of[worked])


def is_led_to(network: Network, step: int) -> bool:
    """Tell whether a milestone lies at the end of a day: links lead there, or it was set so."""
    return network.nodes[step].ends_day or bool(network.arcs_in[step])


@dataclass(frozen=True, eq=False)
class Schedule:
    """Dates, floats and reasons of the steps of one world that are still left.

    With `critical_to` a step is critical by its total float alone, if that is at most so many days.
    `fixed` are the indices by
    which steps must be over for what follows them on fixed dates.
    """

    column: Column
    critical_to: int | None = None
    fixed: Sequence[tuple[int, int]] = ()

    @cached_property
    def total_floats(self) -> list[int]:
        """Return by how many of its own days each step can slip; see `floats`."""
        return total_floats(self.column)

    @cached_property
    def free_floats(self) -> list[int]:
        """Return by how many of its own days each step can slip and move no other."""
        return free_floats(self.column, self.fixed)

    @cached_property
    def drivers(self) -> list[Drivers]:
        """Return what sets each early start."""
        return drivers(self.column)

    @cached_property
    def bounds_by_cell(self) -> list[Bound]:
        """Return what sets the late dates of each cell."""
        return bounds_by_cell(self.column)

    @cached_property
    def bounds(self) -> list[Bound]:
        """Return what sets each late finish."""
        return [self.bounds_by_cell[cell] for cell in self.column.circuit.work]

    @cached_property
    def longest_path(self) -> tuple[int, ...]:
        """Return the steps that drive the end of least float."""
        return longest_path(self.column, self.total_floats, self.drivers)

    @cached_property
    def ends(self) -> list[int]:
        """Return the steps that are left and that nothing waits for."""
        return ends_of(self.column)

    def is_critical(self, step: int) -> bool:
        """Tell whether a step has no float, or lies on the longest path."""
        if self.critical_to is not None:
            return self.total_floats[step] <= self.critical_to
        return self.total_floats[step] <= 0 or self.is_on_longest_path(step)

    def is_on_longest_path(self, step: int) -> bool:
        """Tell whether a step drives the end of least float."""
        return step in self._on_longest_path

    @cached_property
    def _on_longest_path(self) -> frozenset[int]:
        return frozenset(self.longest_path)

    @cached_property
    def finish(self) -> date | None:
        """Return the last day worked of what is left, or None when nothing is.

        A milestone that is driven to the morning of a day ends the project on that day.
        """
        left = [n for n, is_left in enumerate(self.column.is_left) if is_left]
        is_driven = self.column.network.milestones is MilestoneRule.DRIVEN
        days = (
            (dates.seen if is_driven else None) or dates.finish for dates in map(self.early, left)
        )
        return max(days, default=None)

    @property
    def is_feasible(self) -> bool:
        """Tell whether no step that is left has negative float."""
        steps = enumerate(self.column.is_left)
        return all(self.total_floats[n] >= 0 for n, is_left in steps if is_left)

    def early(self, step: int) -> Dates:
        """Return the first dates at which a step can be done."""
        return self._dates(self.column.early, step)

    def late(self, step: int) -> Dates:
        """Return the last dates at which a step must be done."""
        return self._dates(self.column.late, step)

    def _dates(self, moments: list[int], step: int) -> Dates:
        start, end = self.column.starts(moments, step), self.column.ends(moments, step)
        node = self.column.network.nodes[step]
        try:
            node.calendar.check_covered(start, end)
        except OutsideCalendarError as error:
            raise error.at(node.id) from None
        if not node.is_milestone:
            return Dates(day_from(start), day_until(end))
        worked = node.calendar.worked_before[start]
        first = day_from(node.calendar.start_of[worked])
        last = day_until(node.calendar.end_of[worked])
        if self.column.network.milestones is MilestoneRule.DRIVEN:
            # a late instant with float is what a finish leaves: the end of a day
            is_early = start == self.column.starts(self.column.early, step)
            ends_day = not (is_early and self._sides[step].ends_in_the_morning)
        else:
            is_floor = moments is self.column.early and self._begins_on_its_floor(step, start)
            ends_day = is_led_to(self.column.network, step) and not is_floor
        return Dates(first, last, day_seen(node.calendar, start, ends_day=ends_day))

    @cached_property
    def _sides(self) -> list[Sides]:
        return sides_of(self.column, self.drivers)

    def _begins_on_its_floor(self, step: int, instant: int) -> bool:
        """Tell whether a milestone stands where its own `not_before` begins, and not later."""
        node = self.column.network.nodes[step]
        return not node.ends_day and int(self.column.facts.not_before[step, 0]) == instant > 0

    def is_provisional(self, step: int, calendar: Calendar) -> bool:
        """Tell whether one of the step's dates lies in a year whose holidays are not settled."""
        found = (self.early(step), self.late(step))
        days = [day for dates in found for day in (dates.start, dates.finish)]
        return any(calendar.is_provisional(day) for day in days)
