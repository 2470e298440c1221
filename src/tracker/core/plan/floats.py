"""What the passes mean: floats, what drives each step, and the longest path."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.core.model import LinkType
from tracker.core.network import Network
from tracker.core.plan.numbers import ONE_WORLD
from tracker.core.plan.passes import Early, Late, asked_by, latest_before
from tracker.core.plan.worlds import Worlds


@dataclass(frozen=True, slots=True)
class Floats:
    """Total and free float of each step of one world, in working days of its own calendar."""

    total: list[int]
    free: list[int]


def floats(network: Network, world: Worlds, forward: Early, backward: Late) -> Floats:
    """Return how far each step can slip: before the deadline does, and before any successor does.

    Total float is the smaller of start and finish float; a step under way has only the latter.
    """
    total, free = [], []
    bounds = _free_bounds(network, world, forward)
    for n, node in enumerate(network.nodes):
        worked = node.calendar.worked_before
        at_start = worked[backward.starts[n]] - worked[forward.starts[n]]
        at_end = worked[backward.ends[n]] - worked[forward.ends[n]]
        total.append(min(at_start, at_end))
        by_start, by_end = bounds[n]
        if node.days:  # the last day on which work can begin may lie before the bound
            starts_left = worked[by_start + 1] - 1 - worked[forward.starts[n]]
        else:
            starts_left = worked[by_start] - worked[forward.starts[n]]
        free.append(min(starts_left, worked[by_end] - worked[forward.ends[n]]))
    return Floats(total, free)


def _free_bounds(network: Network, world: Worlds, forward: Early) -> list[tuple[int, int]]:
    """Return the last start and end of each step that move no early date of a later one.

    A step that passes logic on has no date of its own to protect: it hands on its bounds.
    """
    finish = max(forward.ends)
    bounds = [(finish, finish)] * len(network.nodes)
    for n in reversed(range(len(network.nodes))):
        by_start = by_end = finish
        for arc in network.arcs_out[n]:
            m = arc.successor
            bound = min(bounds[m]) if world.passes[m] else forward.starts[m]
            if not (world.is_off[n] or world.is_off[m]):
                bound = latest_before(bound, arc.lag, arc.calendar, ONE_WORLD)
            if arc.type is LinkType.FINISH_TO_START:
                by_end = min(by_end, bound)
            elif not world.begun[n]:
                by_start = min(by_start, bound)
        bounds[n] = (by_start, by_end)
    return bounds


def driving(network: Network, world: Worlds, forward: Early) -> list[tuple[int, ...]]:
    """Return the predecessors whose links set each early start; all that tie, none for a floor."""
    found = []
    for n in range(len(network.nodes)):
        own = world.stood[n] if world.passes[n] else world.floors[n]
        asked = [
            (asked_by(arc, world, forward, ONE_WORLD), arc.predecessor)
            for arc in network.arcs_in[n]
        ]
        reached = max([own, *(at for at, _ in asked)])
        drivers = {k for at, k in asked if at == reached and reached > own}
        found.append(tuple(sorted(drivers)))
    return found


def critical_chain(
    network: Network, world: Worlds, forward: Early, drivers: Sequence[tuple[int, ...]]
) -> tuple[int, ...]:
    """Return the longest path: the driving chains into the end of the network, in order."""
    last = max(range(len(network.nodes)), key=lambda n: (forward.ends[n], n))
    chain, waiting = set(), [last]
    while waiting:
        step = waiting.pop()
        if step not in chain:
            chain.add(step)
            waiting.extend(drivers[step])
    return tuple(sorted(n for n in chain if not world.passes[n]))
