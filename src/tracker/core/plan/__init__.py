"""Stage 3: network, progress and dates become a plan: early and late dates, floats, what drives.

`circuit` wires the network, `worlds` holds what varies, `passes` are the two passes, `schedule`
reads one column as dates; this page says what they come to for a project of the county.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from tracker.core.calendars import Calendar, ProvisionalDate, day_until
from tracker.core.compile import Blueprint
from tracker.core.model import Duration, Name, Owner, Step, StepKind
from tracker.core.plan.engine.circuit import Circuit, wired
from tracker.core.plan.engine.solve import Forward, outside, solve
from tracker.core.plan.engine.worlds import cut_somewhere
from tracker.core.plan.expiry import Expiry, expiries, worst
from tracker.core.plan.facts import Counts, Facts, with_steps_gone
from tracker.core.plan.record import recorded_facts
from tracker.core.plan.schedule import Dates, Schedule
from tracker.core.plan.span import Hinge, Interim, Span, spare_days
from tracker.core.problems import Message
from tracker.core.track import Progress

__all__ = [
    "Expiry",
    "Hinge",
    "Interim",
    "Plan",
    "PlannedStep",
    "Span",
    "World",
    "fastest_finish",
    "no_plan",
    "plan",
    "plans",
]

_COMPRESSIBLE = (
    StepKind.AUTHORITY_LIMIT,
    StepKind.DUTY_DEADLINE,
    StepKind.AGENCY_WORK,
    StepKind.UNIT_WORK,
    StepKind.GOV_WORK,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStep:
    """One step of a plan. Days are inclusive: the first and the last day worked of what is left.

    Floats count the step's own days and may be negative. A step that is over has no dates but
    its recorded ones. `driven_by` names the steps that set its early start; empty when a floor
    does (today, or the promised release of a block).
    """

    step: Step
    progress: Progress
    takes: Duration
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

    @property
    def provisional(self) -> bool:
        """Tell whether one of its dates rests on a year whose holidays are not settled."""
        days = (self.early_start, self.early_finish, self.late_start, self.late_finish)
        return any(isinstance(day, ProvisionalDate) for day in days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A project's steps in an order that works, and what they come to.

    Where something is not known it shows one world of those that fit: the best one of a project
    that is late even so, the worst of one that is in time even so, else a likely one. `span` says
    between which days the others end. `needed` and `left` count working days from the status date,
    that day included: up to the forecast finish, and up to the deadline. `spare` counts those
    between forecast and deadline; below 0, the days it is late. `finish` is None once the target is
    reached. `expiries` are the approvals that must be used before they lapse, one an approval.
    `fault` says why there is no plan at all; it has no steps then.
    """

    status_date: date
    deadline: date | None
    target: Step
    steps: tuple[PlannedStep, ...]
    finish: date | None
    span: Span
    needed: int
    left: int | None
    spare: int
    because: PlannedStep | None
    expiries: tuple[Expiry, ...] = ()
    fault: Message | None = None

    @property
    def is_done(self) -> bool:
        """Tell whether the target is reached."""
        return self.finish is None and self.fault is None

    @property
    def is_provisional(self) -> bool:
        """Tell whether the forecast rests on a year whose holidays are not settled."""
        return isinstance(self.finish, ProvisionalDate)

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
        """Tell whether even the fastest lawful course misses the deadline, at best."""
        return self.span.is_lost(self.deadline)

    @property
    def shows_best(self) -> bool:
        """Tell whether what is shown is the best world, or the only one: nothing is sooner."""
        return self.span.is_certain or self.span.is_late(self.deadline)

    @property
    def is_open(self) -> bool:
        """Tell whether what is known proves neither that the deadline is missed nor kept."""
        span = self.span
        decided = span.is_late(self.deadline) or span.is_in_time(self.deadline)
        return self.fault is None and self.deadline is not None and not decided


@dataclass(frozen=True, eq=False, kw_only=True)
class World:
    """One world of a project: how its steps stand, as progress and as a column of the passes.

    `span` says where the other worlds end that fit what is known; None where there are no others.
    """

    progress: Mapping[str, Progress]
    facts: Facts
    deadline: date | None
    span: Span | None = None


def plan(
    blueprint: Blueprint,
    progress: Mapping[str, Progress],
    *,
    status_date: date,
    deadline: date | None,
) -> Plan:
    """Return the plan of one project of which everything is known, on plain integers."""
    facts = recorded_facts(blueprint.network, progress, status_date=status_date, deadline=deadline)
    world = World(progress=progress, facts=facts, deadline=deadline)
    return plans(blueprint, [world], status_date=status_date)[0]


def plans(blueprint: Blueprint, worlds: Sequence[World], *, status_date: date) -> list[Plan]:
    """Return the plans of many projects that share a blueprint: one call, a column each."""
    if not worlds:
        return []
    facts = Facts.side_by_side([world.facts for world in worlds])
    solution = solve(blueprint.network, facts)
    everywhere = frozenset(range(len(blueprint.steps)))
    circuit = wired(blueprint.network, everywhere, cut_somewhere(facts))
    schedules = [Schedule(solution.column(n)) for n in range(len(worlds))]
    try:
        chains = [schedule.longest_path for schedule in schedules]
    except IndexError:  # a world leads out of the calendars
        raise outside() from None
    return [
        _Reading(
            blueprint=blueprint,
            world=world,
            schedule=schedule,
            drag=drag,
            status_date=status_date,
        ).plan()
        for world, schedule, drag in zip(
            worlds, schedules, drags(blueprint, circuit, facts, chains), strict=True
        )
    ]


def no_plan(
    fault: Message, *, target: Step | str, status_date: date, deadline: date | None
) -> Plan:
    """Return the plan of a project that cannot be planned: it has no steps, and says why.

    A `target` that no procedure has stands by its id.
    """
    if isinstance(target, str):
        unknown = Name(target, target)
        target = Step(
            id=target,
            name=unknown,
            kind=StepKind.MILESTONE,
            owner=Owner.PROJECT_UNIT,
            office=unknown,
        )
    return Plan(
        status_date=status_date,
        deadline=deadline,
        target=target,
        steps=(),
        finish=None,
        span=Span.of_one(None, None, None),
        needed=0,
        left=None,
        spare=0,
        because=None,
        fault=fault,
    )


def fastest_finish(blueprint: Blueprint, facts: Facts) -> int:
    """Return the end if every step that can be hurried took a day: nothing lawful is faster.

    Minimum periods (公告、招标) take what the law asks, and the release of a block stays.
    """
    hurried = np.minimum(facts.days, hurried_days(blueprint))
    return int(solve(blueprint.network, replace(facts, days=hurried)).finish)


@lru_cache(maxsize=128)
def hurried_days(blueprint: Blueprint) -> Counts:
    """Return `(steps, 1)`: the fewest days in which each step can lawfully be done."""
    nodes = blueprint.network.nodes
    kinds = zip(blueprint.steps, blueprint.takes, nodes, strict=True)
    days = [_least_days(step, takes, node.days, blueprint.day) for step, takes, node in kinds]
    return np.array(days, dtype=np.int16)[:, None]


def _least_days(step: Step, takes: Duration, days: int, day: date) -> int:
    if step.kind in _COMPRESSIBLE:
        return min(days, 1)
    limit = step.limit_on(day)
    return min(days, limit.days) if limit and limit.kind is takes.kind else days


def drags(
    blueprint: Blueprint, circuit: Circuit, facts: Facts, chains: Sequence[Sequence[int]]
) -> list[Mapping[int, int]]:
    """Return how many working days earlier each world would end without each step of its chain.

    One world a question: the step takes no time and nothing holds it. `circuit` has a way through
    every step.
    """
    asked = [(n, step) for n, chain in enumerate(chains) for step in (None, *chain)]
    worlds = with_steps_gone(facts, asked)
    finish = Forward(circuit, worlds).finish
    ends = iter(blueprint.working_days.worked_before.take(finish).tolist())
    return [_sooner(next(ends), {step: next(ends) for step in chain}) for chain in chains]


def _sooner(end: int, without: Mapping[int, int]) -> Mapping[int, int]:
    return {step: end - sooner for step, sooner in without.items()}


@dataclass(frozen=True, kw_only=True)
class _Reading:
    """One project's schedule, to be read as a plan."""

    blueprint: Blueprint
    world: World
    schedule: Schedule
    drag: Mapping[int, int]
    status_date: date

    @property
    def progress(self) -> Mapping[str, Progress]:
        return self.world.progress

    @property
    def deadline(self) -> date | None:
        return self.world.deadline

    def plan(self) -> Plan:
        """Return the plan."""
        calendar = self.blueprint.working_days
        steps = tuple(self.planned(n) for n in range(len(self.blueprint.steps)))
        is_done = self.progress[self.blueprint.target].is_over
        left = [] if is_done else [step for step in steps if not step.progress.is_over]
        finish = calendar.marked(day_until(self.schedule.column.finish)) if left else None
        facts = self.schedule.column.facts
        return Plan(
            status_date=self.status_date,
            deadline=self.deadline,
            target=self.blueprint.steps[-1],
            steps=steps,
            finish=finish,
            span=self.world.span or self._only(finish, facts),
            needed=_working_days(calendar, self.status_date, finish),
            left=_working_days(calendar, self.status_date, self.deadline)
            if self.deadline
            else None,
            spare=spare_days(calendar, finish, self.deadline) if finish and self.deadline else 0,
            because=max(left, key=lambda step: (step.critical, step.drag)) if left else None,
            expiries=worst(expiries(self.blueprint, self.progress, self.schedule.column))
            if left
            else (),
        )

    def _only(self, finish: date | None, facts: Facts) -> Span:
        """Return the span of a project of which everything is known."""
        fastest = day_until(fastest_finish(self.blueprint, facts)) if finish else None
        marked = self.blueprint.working_days.marked
        return Span.of_one(finish, marked(fastest) if fastest else None, self.deadline)

    def _seen(self, dates: Dates) -> date | None:
        """Return the day of a milestone; the evening before the status date is that day itself."""
        eve = self.status_date - timedelta(days=1)
        return self.status_date if dates.seen == eve else dates.seen

    def planned(self, n: int) -> PlannedStep:
        """Return one step with its dates; a step that is over has only what was recorded."""
        step, schedule = self.blueprint.steps[n], self.schedule
        progress = self.progress[step.id]
        if not schedule.column.is_left[n]:
            return PlannedStep(step=step, progress=progress, takes=self.blueprint.takes[n])
        early, late = schedule.early(n), schedule.late(n)
        arcs, marked = self.blueprint.network.arcs, self.blueprint.working_days.marked
        until = self.deadline or day_until(schedule.column.finish)
        first, last = self._seen(early), self._seen(late)
        return PlannedStep(
            step=step,
            progress=progress,
            takes=self.blueprint.takes[n],
            early_start=marked(first or early.start),
            early_finish=marked(first or early.finish),
            late_start=marked(last or late.start, until),
            late_finish=marked(last or late.finish, until),
            total_float=schedule.total_floats[n],
            free_float=schedule.free_floats[n],
            critical=schedule.is_critical(n),
            on_longest_path=schedule.is_on_longest_path(n),
            driven_by=tuple(
                self.blueprint.steps[arcs[arc].predecessor].id for arc in schedule.drivers[n].arcs
            ),
            drag=self.drag.get(n, 0),
        )


def _working_days(calendar: Calendar, first: date, last: date | None) -> int:
    return calendar.count(first, last) if last and first <= last else 0
