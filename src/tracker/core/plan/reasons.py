"""Why each date is where it is: what drives a start, which deadline binds a finish."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from tracker.core.network import Arc
from tracker.core.plan.engine.circuit import Wire
from tracker.core.plan.engine.lags import demanded, measure_of, moved
from tracker.core.plan.engine.numbers import ONE_WORLD
from tracker.core.plan.engine.solve import Column
from tracker.core.plan.engine.worlds import own_limits
from tracker.core.plan.facts import NONE, Stage


class Floor(StrEnum):
    """A date before which nothing is done, whatever the links say."""

    PROJECT_START = "project_start"
    STATUS_DATE = "status_date"
    NOT_BEFORE = "not_before"


@dataclass(frozen=True, slots=True)
class Drivers:
    """What sets an early start: the arcs, by number, and the floors; all that tie."""

    arcs: tuple[int, ...] = ()
    floors: tuple[Floor, ...] = ()


def stands(column: Column, arc: Arc) -> int:
    """Return the boundary from which an arc counts: where its predecessor stands or stood."""
    p, stage = arc.predecessor, column.stages[arc.predecessor]
    if arc.type.is_from_start and stage in (Stage.BEGUN, Stage.FINISHED):
        return int(column.facts.began[p, 0])
    if stage < Stage.FINISHED:
        return (column.starts if arc.type.is_from_start else column.ends)(column.early, p)
    stood = int(column.facts.stood[p, 0]) if stage is Stage.FINISHED else 0
    way_through = column.circuit.through.get(p)
    return stood if way_through is None else max(stood, column.early[2 * way_through])


def lag_of(column: Column, arc: Arc) -> int:
    """Return the lag that counts: none where one of the steps is not needed."""
    stages = column.stages
    is_off = Stage.OFF in (stages[arc.predecessor], stages[arc.successor])
    return 0 if is_off else arc.lag


def asks(column: Column, arc: Arc) -> int:
    """Return the boundary that an arc asks of its successor's start, or of its finish."""
    lag, to_finish = lag_of(column, arc), arc.type.is_to_finish
    at = stands(column, arc)
    return int(moved(at, lag, arc.calendar, to_finish=to_finish, numbers=ONE_WORLD))


def demand(column: Column, arc: Arc) -> int:
    """Return the first index at which an arc lets its successor start."""
    step, to_finish = arc.successor, arc.type.is_to_finish
    at = asks(column, arc)
    if not column.is_left[step]:
        return at
    sink = column.circuit.cells[column.circuit.work[step]]
    measure = measure_of(arc.type, column.network.finish_rule)
    found = int(demanded(at, sink.space, sink.snaps, measure, ONE_WORLD))
    if to_finish:
        found -= column.worlds.days[column.circuit.work[step]]
    return sink.snaps.instant_after[found] if sink.snaps else found


def holds(column: Column, arc: Arc) -> bool:
    """Tell whether an arc counts: not when it is cut or when progress overrides it."""
    if column.facts.cut is not None and column.facts.cut[arc.number, 0]:
        return False
    begun = (Stage.BEGUN, Stage.FINISHED)
    return not (column.circuit.overrides and column.stages[arc.successor] in begun)


def start_of(column: Column, step: int) -> int:
    """Return the early start of a step, or of its way through, as an index."""
    cells = column.circuit
    cell = cells.work[step] if column.is_left[step] else cells.through.get(step)
    return column.early[2 * cell] if cell is not None else 0


def drivers(column: Column) -> list[Drivers]:
    """Return what drives each step that is left or that logic goes through."""
    return [_drivers(column, n) for n in range(len(column.network.nodes))]


def _drivers(column: Column, step: int) -> Drivers:
    start = start_of(column, step)
    if start == 0:
        return Drivers()
    arcs = tuple(
        arc.number
        for arc in column.network.arcs_in[step]
        if holds(column, arc) and demand(column, arc) == start
    )
    return Drivers(arcs, _floors(column, step, start) if column.is_left[step] else ())


def _floors(column: Column, step: int, start: int) -> tuple[Floor, ...]:
    facts = column.facts
    waits = column.stages[step] is Stage.WAITING
    floors = {
        Floor.PROJECT_START: int(facts.start[0]) if waits else 0,
        Floor.STATUS_DATE: int(facts.today[0]),
        Floor.NOT_BEFORE: int(facts.not_before[step, 0]),
    }
    cell = column.circuit.cells[column.circuit.work[step]]
    table = cell.snaps.instant_after if cell.snaps else cell.space.worked_before
    return tuple(floor for floor, at in floors.items() if at and table[at] == start)


def ends_of(column: Column) -> list[int]:
    """Return the steps that are left and whose finish nothing that is left waits for."""
    cells = column.circuit.cells
    leads_on = [False] * len(cells)
    waited_for = set()
    for cell in range(len(cells) - 1, -1, -1):
        is_way_through = cell != column.circuit.work[cells[cell].step]
        for wire in column.open_out[cell]:
            counts = is_way_through or not wire.is_from_start
            if counts and leads_on[wire.sink]:
                waited_for.add(cells[cell].step)
                leads_on[cell] = True
        leads_on[cell] |= not is_way_through and column.is_left[cells[cell].step]
    return [n for n, left in enumerate(column.is_left) if left and n not in waited_for]


def longest_path(column: Column, total: Sequence[int], found: Sequence[Drivers]) -> tuple[int, ...]:
    """Return the steps on the driving chains into the end of least float, in order.

    Ends of equal float: the one that finishes last. A step that sets the network's finish is an
    end too, though a lead may let another begin before it is over.
    """
    left = [n for n, is_left in enumerate(column.is_left) if is_left]
    setting = [n for n in left if column.ends(column.early, n) == column.finish]
    if not left:
        return ()
    last = max(
        {*ends_of(column), *setting},
        key=lambda n: (-total[n], column.ends(column.early, n), n),
    )
    return tuple(sorted(n for n in driving_chain(column, found, last) if column.is_left[n]))


def driving_chain(column: Column, found: Sequence[Drivers], end: int) -> set[int]:
    """Return a step with all that drives it, back to what nothing drives."""
    chain, waiting = set(), [end]
    while waiting:
        step = waiting.pop()
        if step not in chain:
            chain.add(step)
            waiting.extend(column.network.arcs[arc].predecessor for arc in found[step].arcs)
    return chain


@dataclass(frozen=True, slots=True)
class FloatPath:
    """Steps that drive one another, and by how many days they may slip before they drive the end.

    `slack` adds up the days between what each link asks and where its successor starts, in the
    days of each successor's calendar, along the way to the end that has the fewest.
    """

    steps: tuple[int, ...]
    slack: int


def float_paths(column: Column, end: int, most: int) -> list[FloatPath]:
    """Return the worst path into `end`, then the next worst, each with the steps not yet named."""
    slack = _slack_to(column, end)
    paths: list[FloatPath] = []
    named: set[int] = set()
    first: int | None = end
    while first is not None and len(paths) < most:
        chain = _traced(column, first, slack, named)
        named |= set(chain)
        paths.append(FloatPath(tuple(reversed(chain)), slack[first]))
        beside = [n for n in slack if n not in named and column.is_left[n]]
        first = min(beside, key=lambda n: (slack[n], -n), default=None)
    return paths


def _slack_to(column: Column, end: int) -> dict[int, int]:
    """Return the least slack along any way from each step to `end`."""
    found = {end: 0}
    for n in range(end, -1, -1):
        for arc in column.network.arcs_in[n] if n in found else ():
            if _carries(column, arc):
                at = found[n] + _slack(column, arc)
                found[arc.predecessor] = min(at, found.get(arc.predecessor, at))
    return found


def _carries(column: Column, arc: Arc) -> bool:
    """Tell whether a slip of the predecessor can reach the successor through an arc."""
    stage = column.stages[arc.predecessor]
    is_met = stage is Stage.BEGUN and arc.type.is_from_start
    return holds(column, arc) and not is_met and stage is not Stage.FINISHED


def _slack(column: Column, arc: Arc) -> int:
    """Return the successor's days between what an arc asks and its start."""
    step = arc.successor
    if not column.is_left[step]:
        return 0
    start, asked = start_of(column, step), demand(column, arc)
    snaps = column.circuit.cells[column.circuit.work[step]].snaps
    if snaps is None:
        return start - asked
    return snaps.worked_before[start] - snaps.worked_before[asked]


def _traced(column: Column, end: int, slack: dict[int, int], named: set[int]) -> list[int]:
    """Return the steps that drive one another back from `end`, as far as no path has named them."""
    chain, at = [end], end
    while True:
        before = [
            arc.predecessor
            for arc in column.network.arcs_in[at]
            if _carries(column, arc)
            and arc.predecessor not in named
            and column.is_left[arc.predecessor]
            and slack[arc.predecessor] == slack[at]
            and _slack(column, arc) == 0
        ]
        if not before:
            return chain
        at = max(before)
        chain.append(at)


@dataclass(frozen=True, slots=True)
class Bound:
    """The deadline that sets a late finish.

    It is a step's own, by position, the project's, or, where there is none at all, the network's
    own finish. `wire` is the first link on the way to it; none where it binds at once.
    """

    step: int | None = None
    is_network_finish: bool = False
    wire: Wire | None = None


def bounds_by_cell(column: Column) -> list[Bound]:
    """Return what bounds the late dates of each cell; ties go to the nearest deadline."""
    by_cell: list[Bound] = [Bound()] * len(column.circuit.cells)
    limits = _limits(column)
    for cell in range(len(by_cell) - 1, -1, -1):
        if limits.get(cell) == column.late[2 * cell + 1]:
            by_cell[cell] = Bound(column.circuit.cells[cell].step)
        else:
            by_cell[cell] = _bound(column, cell, by_cell)
    return by_cell


def _bound(column: Column, cell: int, by_cell: Sequence[Bound]) -> Bound:
    late = column.late[2 * cell + 1]
    place = column.circuit.cells[cell]
    snap = place.snaps.instant_before if place.snaps else None
    for wire in column.open_out[cell]:
        at = column.late[2 * wire.sink + wire.is_to_finish]
        bound = at - wire.lag if wire.back is None else wire.back[at]
        bound += column.worlds.days[cell] if wire.is_from_start else 0
        if (snap[bound] if snap else bound) == late:
            return replace(by_cell[wire.sink], wire=wire)
    return Bound(is_network_finish=int(column.facts.deadline[0]) == NONE)


def way_on(column: Column, by_cell: Sequence[Bound], step: int) -> list[Arc]:
    """Return the links from a step on to the deadline that binds it."""
    arcs, wire = [], by_cell[column.circuit.work[step]].wire
    while wire is not None:
        if wire.arc is not None:
            arcs.append(column.network.arcs[wire.arc])
        wire = by_cell[wire.sink].wire
    return arcs


def _limits(column: Column) -> dict[int, int]:
    """Return the index by which its own dates want each cell's work over, where it has any."""
    facts, found = column.facts, {}
    has_dates = np.minimum(facts.last_end, facts.last_start)[:, 0] < NONE
    for space, snaps, steps, cells in column.circuit.groups:
        limits = own_limits(space, snaps, facts, steps)[:, 0].tolist()
        for step, cell, limit in zip(steps.tolist(), cells.tolist(), limits, strict=True):
            if has_dates[step] and column.is_left[step]:
                found[cell] = snaps.instant_before[limit] if snaps else limit
    return found
