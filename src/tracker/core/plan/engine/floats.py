"""How far each step can slip: before the deadline does, and before any later step does."""

from collections.abc import Sequence

from tracker.core.plan.engine.circuit import Wire
from tracker.core.plan.engine.solve import Column

_NOTHING = 1 << 30


def total_floats(column: Column) -> list[int]:
    """Return the days of its own calendar that each step can slip; below 0, those it is late."""
    return [_between(column, n, column.late) for n in range(len(column.network.nodes))]


def _between(column: Column, step: int, moments: list[int]) -> int:
    """Return a step's days from its early end to its end in `moments`."""
    cell = column.circuit.work[step]
    return _days(column, step, column.early[2 * cell + 1], moments[2 * cell + 1])


def _days(column: Column, step: int, first: int, last: int) -> int:
    """Return the step's own days between two of its indices; a milestone's are boundaries."""
    snaps = column.circuit.cells[column.circuit.work[step]].snaps
    if snaps is None:
        return last - first
    return snaps.worked_before[last] - snaps.worked_before[first]


def free_floats(column: Column, fixed: Sequence[tuple[int, int]] = ()) -> list[int]:
    """Return the days each step can slip while no later step's early dates move.

    `fixed` are steps, each with the index by which it must be over for what follows it on fixed
    dates.
    A step that is the last on its path can slip to the network's own finish. A way through has no
    dates to protect: it hands on what those behind it allow.
    """
    allowed = [_NOTHING] * len(column.circuit.cells)
    free = [0] * len(column.network.nodes)
    for cell in range(len(allowed) - 1, -1, -1):
        step = column.circuit.cells[cell].step
        bounds = [(_bound(column, w, allowed), w.is_from_start) for w in column.open_out[cell]]
        if cell != column.circuit.work[step]:
            allowed[cell] = min((bound for bound, _ in bounds), default=_NOTHING)
        elif column.is_left[step]:
            free[step] = _free(column, step, [b for b in bounds if b[0] < _NOTHING])
    for step, last in fixed:
        if column.is_left[step]:
            ends = column.early[2 * column.circuit.work[step] + 1]
            free[step] = min(free[step], _days(column, step, ends, last))
    return free


def _free(column: Column, step: int, bounds: list[tuple[int, bool]]) -> int:
    cell = column.circuit.work[step]
    if not bounds:
        space = column.circuit.cells[cell].space
        bounds = [(space.ends_by[column.finish], False)]
    return min(
        _days(column, step, column.early[2 * cell + (not is_start)], bound)
        for bound, is_start in bounds
    )


def _bound(column: Column, wire: Wire, allowed: list[int]) -> int:
    """Return the latest moment of a wire's source that keeps its sink where it is."""
    step = column.circuit.cells[wire.sink].step
    is_way_through = wire.sink != column.circuit.work[step]
    moment = (
        allowed[wire.sink] if is_way_through else column.early[2 * wire.sink + wire.is_to_finish]
    )
    if moment == _NOTHING:
        return _NOTHING
    return moment - wire.lag if wire.back is None else wire.back[moment]
