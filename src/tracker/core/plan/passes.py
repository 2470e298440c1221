"""The two passes. They read like the textbook and run on one world or on many.

A row holds one number for each world: a boundary between days (`core.calendars`). Source: Kelley
and Walker, "Critical-Path Planning and Scheduling", 1959.
"""

from dataclasses import dataclass
from functools import reduce

from tracker.core.calendars import Calendar
from tracker.core.model import LinkType
from tracker.core.network import Arc, Network, Node
from tracker.core.plan.numbers import Numbers, Row
from tracker.core.plan.worlds import NO_DEADLINE, Worlds


@dataclass(frozen=True, slots=True)
class Early:
    """The forward pass: when each step can begin and end at the earliest.

    `demands` is where the links and floors alone put the start; `starts` is the start of what is
    left; `origins` where a link from the step's start counts from.
    """

    demands: list[Row]
    starts: list[Row]
    ends: list[Row]
    origins: list[Row]

    def column(self, n: int) -> "Early":
        """Return one world of many, as plain integers."""
        rows = (self.demands, self.starts, self.ends, self.origins)
        return Early(*(_column(row, n) for row in rows))


@dataclass(frozen=True, slots=True)
class Late:
    """The backward pass (倒排): when each step must begin and end at the latest.

    Boundaries may lie before today: the floats say by how many working days.
    """

    starts: list[Row]
    ends: list[Row]

    def column(self, n: int) -> "Late":
        """Return one world of many, as plain integers."""
        return Late(_column(self.starts, n), _column(self.ends, n))


def _column(rows: list[Row], n: int) -> list[Row]:
    return [int(row[n]) for row in rows]


def after(boundary: Row, days: int, calendar: Calendar, numbers: Numbers) -> Row:
    """Return the end of the `days`-th day counted from `boundary`; no days, no move."""
    if days == 0:
        return boundary
    done = numbers.look_up(calendar.worked_before, boundary)
    return numbers.look_up(calendar.end_of, done + days)


def latest_before(bound: Row, days: int, calendar: Calendar, numbers: Numbers) -> Row:
    """Return the latest boundary from which `after` does not pass `bound`: its exact adjoint."""
    if days == 0:
        return bound
    done = numbers.look_up(calendar.worked_before, bound)
    return numbers.look_up(calendar.start_of, done - days)


def early(network: Network, worlds: Worlds, numbers: Numbers) -> Early:
    """Return the early dates: the forward pass."""
    found = Early([], [], [], [])
    for n, node in enumerate(network.nodes):
        demand, passed = worlds.floors[n], worlds.stood[n]
        for arc in network.arcs_in[n]:
            asked = asked_by(arc, worlds, found, numbers)
            demand, passed = numbers.later(demand, asked), numbers.later(passed, asked)
        start, end = _work_from(demand, worlds.days[n], node, numbers)
        found.demands.append(demand)
        found.starts.append(numbers.choose(worlds.passes[n], passed, start))
        found.ends.append(numbers.choose(worlds.passes[n], passed, end))
        found.origins.append(numbers.choose(worlds.begun[n], worlds.begins[n], found.starts[n]))
    return found


def asked_by(arc: Arc, worlds: Worlds, found: Early, numbers: Numbers) -> Row:
    """Return the boundary before which `arc` lets its successor not begin."""
    is_from_finish = arc.type is LinkType.FINISH_TO_START
    at = found.ends[arc.predecessor] if is_from_finish else found.origins[arc.predecessor]
    if arc.lag == 0:
        return at
    lagged = after(at, arc.lag, arc.calendar, numbers)
    return numbers.choose(_without_lag(arc, worlds), at, lagged)


def _without_lag(arc: Arc, worlds: Worlds) -> Row:
    """Tell in which worlds one end of `arc` is switched off, so that its lag does not count."""
    return worlds.is_off[arc.predecessor] | worlds.is_off[arc.successor]


def _work_from(demand: Row, days: Row, node: Node, numbers: Numbers) -> tuple[Row, Row]:
    """Return where work that may begin at `demand` starts and ends; a milestone is one instant."""
    calendar = node.calendar
    if node.days == 0:
        instant = numbers.look_up(calendar.instant_after, demand)
        return instant, instant
    done = numbers.look_up(calendar.worked_before, demand)
    start = numbers.look_up(calendar.start_of, done)
    return start, numbers.look_up(calendar.end_of, done + days)


def late(network: Network, worlds: Worlds, finish: Row, numbers: Numbers) -> Late:
    """Return the late dates: the backward pass (倒排).

    `finish` is the network's own end; it stands in where a world has no deadline.
    """
    count = len(network.nodes)
    found = Late([0] * count, [0] * count)
    for n in reversed(range(count)):
        limit = worlds.last_ends[n]
        last_end = last_start = numbers.choose(limit == NO_DEADLINE, finish, limit)
        for arc in network.arcs_out[n]:
            bound = _bound_by(arc, worlds, found, numbers)
            if arc.type is LinkType.FINISH_TO_START:
                last_end = numbers.earlier(last_end, bound)
            else:
                last_start = numbers.earlier(
                    last_start, numbers.choose(worlds.begun[n], last_start, bound)
                )
        start, end = _work_until(last_start, last_end, worlds.days[n], network.nodes[n], numbers)
        passed = numbers.earlier(last_start, last_end)
        found.starts[n] = numbers.choose(worlds.passes[n], passed, start)
        found.ends[n] = numbers.choose(worlds.passes[n], passed, end)
    return found


def _bound_by(arc: Arc, worlds: Worlds, found: Late, numbers: Numbers) -> Row:
    """Return the latest boundary at which the predecessor's end of `arc` may lie."""
    bound = found.starts[arc.successor]
    if arc.lag == 0:
        return bound
    lagged = latest_before(bound, arc.lag, arc.calendar, numbers)
    return numbers.choose(_without_lag(arc, worlds), bound, lagged)


def _work_until(
    last_start: Row, last_end: Row, days: Row, node: Node, numbers: Numbers
) -> tuple[Row, Row]:
    """Return where work starts and ends that must begin by `last_start` and end by `last_end`."""
    calendar = node.calendar
    if node.days == 0:
        instant = numbers.look_up(calendar.instant_before, numbers.earlier(last_start, last_end))
        return instant, instant
    by_end = numbers.look_up(calendar.worked_before, last_end) - days
    by_start = numbers.look_up(calendar.worked_before, last_start + 1) - 1
    done = numbers.earlier(by_end, by_start)
    return (
        numbers.look_up(calendar.start_of, done),
        numbers.look_up(calendar.end_of, done + days),
    )


def network_finish(found: Early, numbers: Numbers) -> Row:
    """Return where the last step ends."""
    return reduce(numbers.later, found.ends)
