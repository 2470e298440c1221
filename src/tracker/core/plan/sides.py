"""The time of day at which steps start and end, where a boundary lies between two days.

The end of one day and the start of the next are the same boundary. Which of the two a milestone is
seen at is handed on by what sets it, as in Microsoft Project.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.core.calendars import EVERY_DAY
from tracker.core.network import Arc, Node
from tracker.core.plan.engine.solve import Column
from tracker.core.plan.facts import Stage
from tracker.core.plan.reasons import Drivers, Floor


@dataclass(frozen=True, slots=True)
class Sides:
    """Whether a step starts in the morning, and whether it ends in one."""

    starts_in_the_morning: bool
    ends_in_the_morning: bool


_WORK = Sides(starts_in_the_morning=True, ends_in_the_morning=False)


def sides_of(column: Column, drivers: Sequence[Drivers]) -> list[Sides]:
    """Return the sides of each step, by what drives it; the later of several counts."""
    found: list[Sides] = []
    arcs = column.network.arcs
    steps = zip(column.network.nodes, column.stages, drivers, strict=True)
    for n, (node, stage, driven) in enumerate(steps):
        if not _takes_any_hour(node):
            found.append(_WORK)
            continue
        if stage >= Stage.FINISHED:
            is_morning = node.is_milestone and not node.ends_day
        else:
            sides = [_floor_side(floor, node) for floor in driven.floors]
            sides += [_arc_side(arcs[arc], found) for arc in driven.arcs]
            is_morning = any(sides) or not sides or not _ends_work(column, n)
        found.append(Sides(is_morning, is_morning))
    return found


def _takes_any_hour(node: Node) -> bool:
    """Tell whether a step is an instant or counts every hour: it ends at the hour it began."""
    return node.is_milestone or node.is_elapsed


def _ends_work(column: Column, n: int) -> bool:
    """Tell whether a step starts where a day of its own calendar ends: else work has to begin."""
    calendar, at = column.network.nodes[n].calendar, column.starts(column.early, n)
    return bool(calendar.end_of[calendar.worked_before[at]] == at)


def _floor_side(floor: Floor, node: Node) -> bool:
    return not (floor is Floor.NOT_BEFORE and node.ends_day)


def _arc_side(arc: Arc, found: Sequence[Sides]) -> bool:
    """Tell whether an arc asks for a morning: work of a lag ends in an evening, a lead in none."""
    before = found[arc.predecessor]
    if arc.lag == 0 or arc.calendar is EVERY_DAY:
        return (
            before.starts_in_the_morning if arc.type.is_from_start else before.ends_in_the_morning
        )
    return arc.lag < 0
