"""What varies from one column to the next: durations, floors, deadlines and progress."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Self

import numpy as np

from tracker.core.calendars import LAST_DAY, boundary_after, boundary_before, check_covered
from tracker.core.network import Network, Node
from tracker.core.plan.numbers import Row
from tracker.core.track import BEGUN, Progress, State

NO_DEADLINE = boundary_after(LAST_DAY) + 1


@dataclass(frozen=True, slots=True)
class Worlds:
    """One row a step, in the order of the network; a row holds one number for each world.

    `days` are the days of the step's own calendar that are left; `floors` the boundary before
    which nothing of them begins; `last_ends` the boundary by which a deadline wants the step over.
    `passes` marks steps that take no part (finished or not needed) and hand logic on: finished
    ones from where they `stood`, the others unmoved and without lags (`is_off`). `begun` marks
    steps that have begun, at `begins`; a link from their start is met for good.
    """

    days: list[Row]
    floors: list[Row]
    last_ends: list[Row]
    passes: list[Row]
    is_off: list[Row]
    begun: list[Row]
    begins: list[Row]
    stood: list[Row]

    @classmethod
    def side_by_side(cls, worlds: Sequence[Self]) -> Self:
        """Put single worlds of one network into the columns of one."""
        return cls(
            *(
                list(np.array([getattr(world, row.name) for world in worlds]).T)
                for row in fields(cls)
            )
        )

    def with_step_gone(self, step: int) -> Self:
        """Return this single world as if the step took no time and nothing held it."""
        days, floors = list(self.days), list(self.floors)
        days[step], floors[step] = 0, min(floors)
        passes = list(self.passes)
        passes[step] = True
        return replace(self, days=days, floors=floors, passes=passes)

    def with_days(self, days: Sequence[int]) -> Self:
        """Return this single world with other durations."""
        return replace(self, days=list(days))


def world_of(
    network: Network,
    progress: Mapping[str, Progress],
    *,
    status_date: date,
    deadline: date | None,
) -> Worlds:
    """Return one world: a project as of its status date.

    Without a deadline the backward pass starts from the network's own finish.
    """
    states = [progress[node.id] for node in network.nodes]
    today = boundary_before(status_date)
    check_covered("every_day", today, boundary_after(deadline or status_date))
    limit = boundary_after(deadline) if deadline else NO_DEADLINE
    return Worlds(
        days=[_days_left(n, p, status_date) for n, p in zip(network.nodes, states, strict=True)],
        floors=[_floor(p, today) for p in states],
        last_ends=[limit] * len(states),
        passes=[p.is_over for p in states],
        is_off=[p.state is State.NOT_NEEDED for p in states],
        begun=[p.state is State.FINISHED or bool(p.state in BEGUN and p.start) for p in states],
        begins=[_begins(p.start) if p.start else _stood(p, today) for p in states],
        stood=[_stood(p, today) for p in states],
    )


def _days_left(node: Node, progress: Progress, status_date: date) -> int:
    """Return the days a step still takes; one under way has at least one left."""
    if progress.is_over:
        return 0
    if progress.state is not State.UNDER_WAY or progress.start is None or node.days == 0:
        return node.days
    worked = node.calendar.worked_before
    done = worked[boundary_before(status_date)] - worked[_begins(progress.start)]
    return max(1, node.days - max(0, done))


def _begins(start: date) -> int:
    """Return where counting begins: the day of acceptance is not counted (民法典 art. 201)."""
    return boundary_after(start)


def _floor(progress: Progress, today: int) -> int:
    released = progress.block.expected if progress.block else None
    return max(today, boundary_before(released)) if released else today


def _stood(progress: Progress, today: int) -> int:
    if progress.finish:
        return boundary_after(progress.finish)
    return min(today, boundary_before(progress.known_by)) if progress.known_by else today
