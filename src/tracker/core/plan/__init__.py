"""Stage 3: network, progress and dates become a plan: early and late dates, floats, what drives.

The passes are in `passes`, what varies between worlds in `worlds`; this page reads one column of
their result as dates that people understand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from tracker.core.calendars import Calendar, boundary_after, check_covered, day_from, day_until
from tracker.core.compile import Blueprint
from tracker.core.model import Step, StepKind
from tracker.core.plan.floats import Floats, critical_chain, driving, floats
from tracker.core.plan.numbers import MANY_WORLDS, ONE_WORLD
from tracker.core.plan.passes import Early, Late, early, late, network_finish
from tracker.core.plan.worlds import Worlds, world_of
from tracker.core.track import Progress

__all__ = ["Plan", "PlannedStep", "fastest_finish", "plan", "plans"]

_COMPRESSIBLE = (
    StepKind.AUTHORITY_LIMIT,
    StepKind.DUTY_DEADLINE,
    StepKind.AGENCY_WORK,
    StepKind.UNIT_WORK,
    StepKind.GOV_WORK,
)


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step of a plan. Days are inclusive: the first and the last day worked of what is left.

    Floats count the step's own days and may be negative. A step that is over has no dates but
    its recorded ones. `driven_by` names the steps that set its early start; empty when a floor
    does (today, or the promised release of a block).
    """

    step: Step
    progress: Progress
    early_start: date | None = None
    early_finish: date | None = None
    late_start: date | None = None
    late_finish: date | None = None
    total_float: int | None = None
    free_float: int | None = None
    critical: bool = False
    on_longest_path: bool = False
    driven_by: tuple[str, ...] = ()
    drag: int = 0
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A project's steps in an order that works, and what they come to.

    `needed` and `left` count working days from the status date, that day included: up to the
    forecast finish, and up to the deadline. `spare` counts those between forecast and deadline;
    below 0, the days it is late. `finish` is None once nothing is left to do.
    """

    status_date: date
    deadline: date | None
    target: Step
    steps: tuple[PlannedStep, ...]
    finish: date | None
    fastest: date | None
    needed: int
    left: int | None
    spare: int
    because: PlannedStep | None

    @property
    def is_done(self) -> bool:
        """Tell whether the target is reached."""
        return self.finish is None

    @property
    def is_feasible(self) -> bool:
        """Tell whether the forecast keeps the deadline."""
        return self.deadline is None or self.finish is None or self.finish <= self.deadline

    @property
    def days_late(self) -> int:
        """Return by how many working days the forecast misses the deadline; 0 when it keeps it."""
        return max(0, -self.spare)

    @property
    def is_lost(self) -> bool:
        """Tell whether even the fastest lawful course misses the deadline."""
        return bool(self.deadline and self.fastest and self.fastest > self.deadline)


def plan(
    blueprint: Blueprint,
    progress: Mapping[str, Progress],
    *,
    status_date: date,
    deadline: date | None,
) -> Plan:
    """Return the plan of one project, on plain integers."""
    world = world_of(blueprint.network, progress, status_date=status_date, deadline=deadline)
    forward = early(blueprint.network, world, ONE_WORLD)
    backward = late(blueprint.network, world, network_finish(forward, ONE_WORLD), ONE_WORLD)
    return _Column(blueprint, progress, world, forward, backward, status_date, deadline).read()


def plans(
    blueprint: Blueprint,
    projects: Sequence[tuple[Mapping[str, Progress], date | None]],
    *,
    status_date: date,
) -> list[Plan]:
    """Return the plans of many projects that share a blueprint: one call, a column each.

    `projects` holds the progress and the deadline of each.
    """
    if not projects:
        return []
    network = blueprint.network
    worlds = [
        world_of(network, progress, status_date=status_date, deadline=deadline)
        for progress, deadline in projects
    ]
    together = Worlds.side_by_side(worlds)
    forward = early(network, together, MANY_WORLDS)
    backward = late(network, together, network_finish(forward, MANY_WORLDS), MANY_WORLDS)
    found = []
    for n, (progress, deadline) in enumerate(projects):
        column = _Column(
            blueprint, progress, worlds[n],
            forward.column(n), backward.column(n), status_date, deadline,
        )  # fmt: skip
        found.append(column.read())
    return found


def fastest_finish(blueprint: Blueprint, world: Worlds) -> int:
    """Return the end if every step that can be hurried took a day: nothing lawful is faster.

    Minimum periods (公告、招标) take what the law asks, and the release of a block stays.
    """
    days = [
        min(left, _least_days(step, left))
        for step, left in zip(blueprint.steps, world.days, strict=True)
    ]
    found = early(blueprint.network, world.with_days(days), ONE_WORLD)
    return int(network_finish(found, ONE_WORLD))


def _least_days(step: Step, left: int) -> int:
    if step.kind in _COMPRESSIBLE:
        return 1
    same_unit = step.limit is not None and step.limit.kind is step.plan_time.kind
    return step.limit.days if step.limit and same_unit else left


def drags(blueprint: Blueprint, world: Worlds, chain: Sequence[int]) -> dict[int, int]:
    """Return how many working days earlier the network would end without each step of `chain`.

    One world a question: the step takes no time and nothing holds it.
    """
    if not chain:
        return {}
    worlds = Worlds.side_by_side([world] + [world.with_step_gone(n) for n in chain])
    found = early(blueprint.network, worlds, MANY_WORLDS)
    finish = network_finish(found, MANY_WORLDS)
    worked = blueprint.working_days.worked_before.take(finish)
    return {n: int(worked[0] - worked[k]) for k, n in enumerate(chain, start=1)}


@dataclass(frozen=True)
class _Column:
    """One project's column of the passes, to be read as a plan."""

    blueprint: Blueprint
    progress: Mapping[str, Progress]
    world: Worlds
    forward: Early
    backward: Late
    status_date: date
    deadline: date | None

    @cached_property
    def floats(self) -> Floats:
        return floats(self.blueprint.network, self.world, self.forward, self.backward)

    @cached_property
    def drivers(self) -> list[tuple[int, ...]]:
        return driving(self.blueprint.network, self.world, self.forward)

    @cached_property
    def chain(self) -> tuple[int, ...]:
        return critical_chain(self.blueprint.network, self.world, self.forward, self.drivers)

    @cached_property
    def drag(self) -> Mapping[int, int]:
        return drags(self.blueprint, self.world, self.chain)

    def read(self) -> Plan:
        """Return the plan, checking that every date lies inside the calendar."""
        calendar = self.blueprint.working_days
        backward, forward = self.backward, self.forward
        check_covered(calendar.name, *forward.ends, *backward.starts, *backward.ends)
        steps = tuple(self.planned(n) for n in range(len(self.blueprint.steps)))
        is_done = self.progress[self.blueprint.target].is_over
        left = [] if is_done else [step for step in steps if not step.progress.is_over]
        finish = day_until(network_finish(forward, ONE_WORLD)) if left else None
        return Plan(
            status_date=self.status_date,
            deadline=self.deadline,
            target=self.blueprint.steps[-1],
            steps=steps,
            finish=finish,
            fastest=day_until(fastest_finish(self.blueprint, self.world)) if left else None,
            needed=_working_days(calendar, self.status_date, finish),
            left=_working_days(calendar, self.status_date, self.deadline)
            if self.deadline
            else None,
            spare=_between(calendar, finish, self.deadline) if finish and self.deadline else 0,
            because=max(left, key=lambda step: (step.critical, step.drag)) if left else None,
        )

    def planned(self, n: int) -> PlannedStep:
        """Return one step with its dates; a step that is over has only what was recorded."""
        step, node = self.blueprint.steps[n], self.blueprint.network.nodes[n]
        progress = self.progress[step.id]
        if self.world.passes[n]:
            return PlannedStep(step, progress)
        start_of, worked = node.calendar.start_of, node.calendar.worked_before
        dates = (
            day_from(start_of[worked[self.forward.starts[n]]]),
            day_until(self.forward.ends[n]),
            day_from(start_of[worked[self.backward.starts[n]]]),
            day_until(self.backward.ends[n]),
        )
        return PlannedStep(
            step,
            progress,
            *dates,
            total_float=self.floats.total[n],
            free_float=self.floats.free[n],
            critical=self.floats.total[n] <= 0 or n in self.chain,
            on_longest_path=n in self.chain,
            driven_by=tuple(self.blueprint.steps[k].id for k in self.drivers[n]),
            drag=self.drag.get(n, 0),
            provisional=any(self.blueprint.working_days.is_provisional(day) for day in dates),
        )


def _between(calendar: Calendar, finish: date, deadline: date) -> int:
    worked = calendar.worked_before
    return worked[boundary_after(deadline)] - worked[boundary_after(finish)]


def _working_days(calendar: Calendar, first: date, last: date | None) -> int:
    return calendar.count(first, last) if last and first <= last else 0
