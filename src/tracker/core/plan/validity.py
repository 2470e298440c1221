"""Windows: what a step gives expires, and must be used before that.

A window is a maximal lag: the user may start at most so long after the giver ends. As a difference
constraint it points backwards, and backward links make cycles, so it is kept off the plain
passes: these stay comparable with other engines. When a plan breaks a window, the passes are
repeated with floors and limits moved until nothing moves any more (Bellman-Ford, with calendars as
monotone maps). The first days at which all windows hold and the last ones bound the issue.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.core.calendars import Calendar, boundary_after, day_until
from tracker.core.law import Term
from tracker.core.network import Network
from tracker.core.plan.draft import Draft
from tracker.core.plan.engine.lags import moved
from tracker.core.plan.engine.numbers import ONE_WORLD
from tracker.core.plan.engine.passes import early, late
from tracker.core.plan.engine.solve import Column
from tracker.core.plan.facts import Stage
from tracker.core.plan.reasons import Drivers, drivers, driving_chain

_MOST_ROUNDS = 500


@dataclass(frozen=True, slots=True)
class CountedLife:
    """Something is good for `days` of `calendar` after the day on which it was issued."""

    days: int
    calendar: Calendar

    def ends(self, issued: int) -> int:
        """Return the boundary at which what was issued at a boundary expires."""
        return int(moved(issued, self.days, self.calendar, to_finish=False, numbers=ONE_WORLD))

    def needs(self, used: int) -> int:
        """Return the first boundary of issue that is still good until `used`."""
        calendar = self.calendar
        return calendar.end_of[calendar.finish_at[used] - self.days]


@dataclass(frozen=True, slots=True)
class TermLife:
    """Something is good for so many years or months, through the day of the same number."""

    term: Term

    def ends(self, issued: int) -> int:
        """Return the boundary at which what was issued at a boundary expires."""
        return boundary_after(self.term.after(day_until(issued)))

    def needs(self, used: int) -> int:
        """Return the first boundary of issue that is still good until `used`."""
        return boundary_after(self.term.before(day_until(used)))


@dataclass(frozen=True, slots=True)
class Window:
    """What `giver` gives must be used while it lives: through the first day of `user`.

    `until_end` asks for more: that `user` has ended by then.
    """

    giver: int
    user: int
    life: CountedLife | TermLife
    until_end: bool = False

    def ends(self, issued: int) -> int:
        """Return the boundary at which what was issued at a boundary expires."""
        return self.life.ends(issued)

    def needs(self, used: int) -> int:
        """Return the first boundary of issue that is still good until `used`."""
        return self.life.needs(used)


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenWindow:
    """A window that the plan breaks, and what can be done.

    `expires` is the last day on which it is good. It would have to be issued from
    `earliest_issue` to `latest_issue`, both inclusive; neither is known when nothing works, and
    then `conflict` holds the steps that lie between.
    """

    window: Window
    issued: date
    expires: date
    used: date
    earliest_issue: date | None
    latest_issue: date | None
    conflict: tuple[int, ...]


def windows_of(draft: Draft, network: Network) -> list[Window]:
    """Return the windows between steps that are computed."""
    found = []
    for n, node in enumerate(network.nodes):
        valid = draft.by_id[node.id].valid_for
        users = valid.used_by if valid else ()
        found += [
            Window(n, network.position[user], CountedLife(valid.days, valid.calendar))
            for user in users
            if valid and user in network.position
        ]
    return found


def broken_windows(
    column: Column, windows: Sequence[Window], moments: list[int]
) -> list[BrokenWindow]:
    """Return the windows that a plan's dates break; `moments` are its early or its late ones."""
    open_ones = [w for w in windows if is_open(column, w)]
    broken = _used_late(column, open_ones, moments)
    if not broken:
        return []
    bounds = _bounds(column, open_ones)
    found = [] if bounds else drivers(column)
    return [
        _report(column, window, moments, bounds, () if bounds else _between(column, window, found))
        for window in broken
    ]


def is_open(column: Column, window: Window) -> bool:
    """Tell whether the giver takes part and the user is still to come."""
    gives, user = column.stages[window.giver] <= Stage.FINISHED, column.stages[window.user]
    return gives and (user is Stage.WAITING or (window.until_end and user is Stage.BEGUN))


def _used_late(column: Column, windows: Sequence[Window], moments: list[int]) -> list[Window]:
    """Return the windows that are used after they have expired."""
    return [
        w for w in windows if used_at(column, moments, w) > w.ends(issued_at(column, moments, w))
    ]


def issued_at(column: Column, moments: list[int], window: Window) -> int:
    """Return the boundary at which the giver ends, or ended."""
    if column.is_left[window.giver]:
        return column.ends(moments, window.giver)
    return int(column.facts.stood[window.giver, 0])


def used_at(column: Column, moments: list[int], window: Window) -> int:
    """Return the boundary until which it must be good.

    The end of the user's first day, or its end.
    """
    if window.until_end:
        return column.ends(moments, window.user)
    is_work = not column.network.nodes[window.user].is_milestone
    return column.starts(moments, window.user) + is_work


def _report(
    column: Column,
    window: Window,
    moments: list[int],
    bounds: tuple[list[int], list[int]] | None,
    conflict: tuple[int, ...],
) -> BrokenWindow:
    issued = issued_at(column, moments, window)
    first = last = None
    if bounds and column.is_left[window.giver]:
        first = day_until(column.ends(bounds[0], window.giver))
        last = day_until(column.ends(bounds[1], window.giver))
    node = column.network.nodes[window.user]
    start = node.calendar.start_of[node.calendar.worked_before[column.starts(moments, window.user)]]
    return BrokenWindow(
        window=window,
        issued=day_until(issued),
        expires=day_until(window.ends(issued)),
        used=day_until(used_at(column, moments, window) if window.until_end else start + 1),
        earliest_issue=first,
        latest_issue=last,
        conflict=conflict,
    )


def _bounds(column: Column, windows: Sequence[Window]) -> tuple[list[int], list[int]] | None:
    """Return the first and the last moments at which every window holds, or None."""
    first = _first_moments(column, windows)
    last = _last_moments(column, windows) if first else None
    if first is None or last is None:
        return None
    cells = (cell for n, cell in enumerate(column.circuit.work) if column.is_left[n])
    fits = all(first[2 * cell + 1] <= last[2 * cell + 1] for cell in cells)
    return (first, last) if fits else None


def _first_moments(column: Column, windows: Sequence[Window]) -> list[int] | None:
    """Return the earliest moments at which all windows hold: givers are delayed as needed."""
    floors, moments = list(column.worlds.floors), column.early
    for _ in range(_MOST_ROUNDS):
        late_ones = _used_late(column, windows, moments)
        if not late_ones:
            return moments
        if not _delay(column, late_ones, moments, floors):
            return None
        try:
            moments = early(column.circuit, replace(column.worlds, floors=floors), ONE_WORLD)
        except IndexError:
            return None
    return None


def _delay(
    column: Column, windows: Iterable[Window], moments: list[int], floors: list[int]
) -> bool:
    """Move the givers' floors; False when one is over or would end after its late finish."""
    for window in windows:
        if not column.is_left[window.giver]:
            return False
        at = window.needs(used_at(column, moments, window))
        cell = column.circuit.work[window.giver]
        place = column.circuit.cells[cell]
        if at > column.ends(column.late, window.giver):
            return False
        end = place.space.finish_at[at]
        floors[cell] = max(floors[cell], end - column.worlds.days[cell])
    return True


def _last_moments(column: Column, windows: Sequence[Window]) -> list[int] | None:
    """Return the latest moments at which all windows hold: users are brought forward as needed."""
    last_ends, moments = list(column.worlds.last_ends), column.late
    for _ in range(_MOST_ROUNDS):
        late_ones = _used_late(column, windows, moments)
        if not late_ones:
            return moments
        for window in late_ones:
            cell = column.circuit.work[window.user]
            place, days = column.circuit.cells[cell], column.worlds.days[cell]
            by = window.ends(issued_at(column, moments, window))
            start = place.space.worked_before[by] - (0 if place.snaps else 1)
            end = place.space.worked_before[by] if window.until_end else start + days
            last_ends[cell] = min(last_ends[cell], end)
        moments = late(column.circuit, replace(column.worlds, last_ends=last_ends), ONE_WORLD)
        if min(moments[2 * column.circuit.work[w.user]] for w in windows) <= 0:
            return None
    return None


def _between(column: Column, window: Window, found: Sequence[Drivers]) -> tuple[int, ...]:
    """Return the steps that drive the user from the giver on: what takes longer than is allowed."""
    chain = driving_chain(column, found, window.user)
    after = {window.giver}
    for arc in column.network.arcs:
        if arc.predecessor in after:
            after.add(arc.successor)
    return tuple(sorted(chain & after | {window.giver, window.user}))
