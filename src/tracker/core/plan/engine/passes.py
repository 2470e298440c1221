"""The two passes. They read like the textbook and run on one world or on many.

A row holds one number for each world: an index of its cell's calendar (`core.calendars`). A cell
has two moments, its start and its end. Source: Kelley and Walker, "Critical-Path Planning and
Scheduling", 1959.
"""

from dataclasses import replace

from tracker.core.plan.engine.circuit import Circuit
from tracker.core.plan.engine.numbers import Numbers, Row
from tracker.core.plan.engine.worlds import Worlds


def early(circuit: Circuit, worlds: Worlds[Row], numbers: Numbers[Row]) -> list[Row]:
    """Return the first index at which each cell can start and end: the forward pass.

    Two rows a cell. Raises IndexError when one world alone leaves the tables.
    """
    later, look_up, gates = numbers.later, numbers.look_up, worlds.gates
    moments = numbers.zeros(2 * len(circuit.cells))
    for cell, (links, snap) in enumerate(circuit.forward(numbers)):
        start, days = worlds.floors[cell], worlds.days[cell]
        for moment, lag, table, gate, shifts in links:
            asked = moments[moment]
            if table is not None:
                asked = look_up(table, asked)
            elif lag:
                asked = asked + lag
            if gate is not None:
                asked = asked + gates[gate]
            if shifts:
                asked = asked - days
            start = later(start, asked)
        if snap is not None:
            start = look_up(snap, start)
        moments[2 * cell] = start
        moments[2 * cell + 1] = start + days
    return moments


def late(circuit: Circuit, worlds: Worlds[Row], numbers: Numbers[Row]) -> list[Row]:
    """Return the last index at which each cell must start and end: the backward pass (倒排).

    Two rows a cell. They may lie before today: the floats say by how many days.
    """
    earlier, look_up, gates = numbers.earlier, numbers.look_up, worlds.gates
    moments = numbers.zeros(2 * len(circuit.cells))
    backward = circuit.backward(numbers)
    for cell in range(len(backward) - 1, -1, -1):
        links, snap = backward[cell]
        end, days = worlds.last_ends[cell], worlds.days[cell]
        for moment, lag, table, gate, shifts in links:
            bound = moments[moment]
            if table is not None:
                bound = look_up(table, bound)
            elif lag:
                bound = bound - lag
            if gate is not None:
                bound = bound - gates[gate]
            if shifts:
                bound = bound + days
            end = earlier(end, bound)
        if snap is not None:
            end = look_up(snap, end)
        moments[2 * cell] = end - days
        moments[2 * cell + 1] = end
    return moments


def network_finish(circuit: Circuit, moments: list[Row], numbers: Numbers[Row]) -> Row:
    """Return the boundary at which the last step ends."""
    (found,) = numbers.zeros(1)
    for space, _, _, cells in circuit.groups:
        last = numbers.latest(moments, 2 * cells + 1)
        found = numbers.later(found, numbers.look_up(numbers.table(space.end_of), last))
    return found


def bounded(
    circuit: Circuit, worlds: Worlds[Row], finish: Row, numbers: Numbers[Row]
) -> Worlds[Row]:
    """Return the worlds with their own finish as a deadline, where they have no other."""
    last_ends = list(worlds.last_ends)
    for space, _, _, cells in circuit.groups:
        limit = numbers.look_up(numbers.table(space.ends_by), finish)
        for cell in cells.tolist():
            own = limit + worlds.unbounded[cell]
            last_ends[cell] = numbers.earlier(last_ends[cell], own)
    return replace(worlds, last_ends=last_ends)
