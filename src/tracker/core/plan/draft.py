"""A plan in its plainest form: steps, links, calendars and dates, without a procedure or a record.

This is what a network file says (`tracker-network/1`). `network_of` gives its shape to the passes,
`facts_of` what is known of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

import networkx as nx
import numpy as np
import numpy.typing as npt

from tracker.core.calendars import EVERY_DAY, Calendar, boundary_after, boundary_before
from tracker.core.network import (
    FinishRule,
    MilestoneRule,
    Network,
    Node,
    Tie,
    graph_of,
    join,
    shortest_cycle,
)
from tracker.core.plan.facts import NONE, Facts, Stage
from tracker.core.plan.finding import Finding
from tracker.core.plan.fixed import limits_before


class ProgressRule(StrEnum):
    """Whether a step that has begun still waits for what it should have waited for."""

    RETAINED_LOGIC = "retained_logic"
    OVERRIDE = "override"


class PlanMode(StrEnum):
    """Which of the two sets of dates is the plan."""

    EARLY = "early"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class ValidFor:
    """What a step gives expires `days` of `calendar` after its last day, which is not counted.

    The steps of `used_by` must start before that; the last valid day is good.
    """

    days: int
    calendar: Calendar
    used_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftStep:
    """A step: `duration` counts whole days of `calendar`, and 0 makes it a milestone.

    Days are inclusive. `remaining` counts what is left from the status date on. `p50` and `p80`
    are the days that half and four fifths of such steps take. One that `is_fixed` starts on its
    `not_before`, whatever its predecessors ask. A milestone that `ends_day` was set for the evening
    before its `not_before`, and is seen there. One that `is_elapsed` counts every hour.
    """

    id: str
    duration: int
    calendar: Calendar
    name: str = ""
    not_before: date | None = None
    deadline: date | None = None
    start_by: date | None = None
    actual_start: date | None = None
    actual_finish: date | None = None
    remaining: int | None = None
    expected_finish: date | None = None
    stops: tuple[tuple[date, date], ...] = ()
    is_off: bool = False
    is_fixed: bool = False
    ends_day: bool = False
    is_elapsed: bool = False
    p50: float | None = None
    p80: float | None = None
    valid_for: ValidFor | None = None

    @property
    def stage(self) -> Stage:
        """Return how far the step has come."""
        if self.is_off:
            return Stage.OFF
        if self.actual_finish:
            return Stage.FINISHED
        return Stage.BEGUN if self.actual_start else Stage.WAITING

    @property
    def holds(self) -> bool:
        """Tell whether the step stays on its fixed dates: nothing before it moves it."""
        return self.is_fixed and self.stage <= Stage.BEGUN

    @property
    def own_calendar(self) -> Calendar:
        """Return the calendar without the days that do not count."""
        return self.calendar.without(self.stops) if self.stops else self.calendar


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Steps and ties, the project's own dates, and the rules by which it wants to be read.

    `status_date` is the first day not yet known; `deadline` the last day of the project.
    `holidays` is the calendar whose unpublished years make a date provisional, where one is used.
    With `critical_to` a step is critical by its total float alone, if that is at most so many days.
    `assumptions` are what its reader took for granted, to be shown with the findings.
    """

    id: str
    start: date
    steps: tuple[DraftStep, ...]
    ties: tuple[Tie, ...] = ()
    deadline: date | None = None
    status_date: date | None = None
    calendar: Calendar = EVERY_DAY
    progress: ProgressRule = ProgressRule.RETAINED_LOGIC
    finish_rule: FinishRule = FinishRule.CALENDAR_DATE
    milestones: MilestoneRule = MilestoneRule.LED_TO
    critical_to: int | None = None
    plan: PlanMode = PlanMode.EARLY
    name: str = ""
    assumptions: tuple[Finding, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, DraftStep]:
        """Return the steps by their id."""
        return {step.id: step for step in self.steps}

    @cached_property
    def holidays(self) -> Calendar | None:
        """Return the calendar with years still to be announced, if the draft counts by one."""
        used = [self.calendar, *(s.calendar for s in self.steps), *(t.calendar for t in self.ties)]
        return next((calendar for calendar in used if calendar.provisional_years), None)

    @cached_property
    def led_to(self) -> frozenset[str]:
        """Return the steps that links lead to and may move."""
        return frozenset(tie.successor for tie in self.ties if not self.is_held(tie))

    def is_held(self, tie: Tie) -> bool:
        """Tell whether a tie leads into fixed dates, and so moves nothing."""
        return self.by_id[tie.successor].holds

    @property
    def overrides(self) -> bool:
        """Tell whether progress overrides logic."""
        return self.progress is ProgressRule.OVERRIDE


@dataclass(frozen=True, slots=True)
class Split:
    """The steps that can be computed, and one shortest cycle for each part that cannot."""

    computed: tuple[DraftStep, ...]
    cycles: tuple[tuple[str, ...], ...] = ()
    uncomputed: frozenset[str] = field(default_factory=frozenset)


def split(draft: Draft) -> Split:
    """Set aside the parts of the network in which steps wait for one another."""
    graph = graph_of([step.id for step in draft.steps], draft.ties)
    if nx.is_directed_acyclic_graph(graph):
        return Split(draft.steps)
    cycles, uncomputed = [], set()
    for component in nx.weakly_connected_components(graph):
        if cycle := shortest_cycle(graph.subgraph(component)):
            cycles.append(tuple(cycle))
            uncomputed |= component
    computed = tuple(step for step in draft.steps if step.id not in uncomputed)
    return Split(computed, tuple(cycles), frozenset(uncomputed))


def network_of(draft: Draft, steps: Sequence[DraftStep]) -> Network:
    """Return the shape of some steps of the draft and of the ties between them."""
    nodes = [
        Node(
            step.id,
            step.duration,
            step.own_calendar,
            ends_day=step.ends_day,
            is_elapsed=step.is_elapsed,
        )
        for step in steps
    ]
    inside = {step.id for step in steps}
    ties = [tie for tie in draft.ties if tie.predecessor in inside and not draft.is_held(tie)]
    return join(nodes, ties, draft.finish_rule, draft.milestones)


def facts_of(draft: Draft, network: Network) -> Facts:
    """Return what the draft knows, as one world."""
    columns = [
        _facts(
            draft,
            draft.by_id[node.id],
            node,
            is_at_end=ends_a_day(draft, draft.by_id[node.id]),
        )
        for node in network.nodes
    ]
    rows = np.array(columns, dtype=np.int16).reshape(len(columns), 7).T[:, :, None]
    _bind_by_fixed(draft, network, rows)
    start, today = boundary_before(draft.start), draft.status_date
    deadline = boundary_after(draft.deadline) if draft.deadline else NONE
    stage, days, began, stood, not_before, last_start, last_end = rows
    return Facts(
        stage=stage,
        days=days,
        began=began,
        stood=stood,
        not_before=not_before,
        last_start=last_start,
        last_end=last_end,
        start=np.array([start], dtype=np.int16),
        today=np.array([boundary_before(today) if today else 0], dtype=np.int16),
        deadline=np.array([deadline], dtype=np.int16),
    )


def ends_a_day(draft: Draft, step: DraftStep) -> bool:
    """Tell whether a step's dates mean the end of their day.

    A milestone that is seen as it is driven is bound by the end of a day, and was reached when its
    own time of day says.
    """
    if step.duration or step.ends_day:
        return True
    if draft.milestones is MilestoneRule.DRIVEN:
        return step.stage <= Stage.BEGUN
    return step.id in draft.led_to


def _bind_by_fixed(draft: Draft, network: Network, rows: npt.NDArray[np.int16]) -> None:
    """Lower the last starts and ends, rows 5 and 6, of what comes before fixed dates."""
    for limit in limits_before(draft):
        n = network.position.get(limit.step)
        if n is None:
            continue
        starts_late = limit.is_start and not network.nodes[n].is_milestone
        row, latest = (5, limit.boundary + 1) if starts_late else (6, limit.boundary)
        if not limit.is_start or draft.by_id[limit.step].stage is Stage.WAITING:
            rows[row, n, 0] = min(rows[row, n, 0], max(0, latest))


def _facts(draft: Draft, step: DraftStep, node: Node, *, is_at_end: bool) -> tuple[int, ...]:
    """Return the step's facts; a milestone that nothing leads to was reached as its day began."""
    waits, began = step.stage is Stage.WAITING, step.actual_start
    finished = step.actual_finish
    stood = (boundary_after if is_at_end else boundary_before)(finished) if finished else 0
    return (
        step.stage,
        _days_left(draft, step, node),
        boundary_before(began) if began and not node.is_milestone else stood,
        stood,
        max(0, boundary_before(step.not_before)) if step.not_before and waits else 0,
        *_limits(step, node, is_at_end=is_at_end),
    )


def _limits(step: DraftStep, node: Node, *, is_at_end: bool) -> tuple[int, int]:
    """Return where the last day to start ends, and the last day of all; `NONE` for none.

    A milestone has one day, the one that people see: the end of it, or its start where nothing
    leads to the milestone.
    """
    starts = [step.start_by] if step.start_by and step.stage is Stage.WAITING else []
    ends = [step.deadline] if step.deadline else []
    if node.is_milestone:
        starts, ends = ([], [*starts, *ends]) if is_at_end else ([*starts, *ends], [])
    last_start, last_end = (boundary_after(min(days)) if days else NONE for days in (starts, ends))
    return last_start, last_end


def _days_left(draft: Draft, step: DraftStep, node: Node) -> int:
    """Return the days still to be worked, at least one of what is left.

    Stated days come first, then an expected finish, then the days not yet worked. An expected
    finish counts from the status date, or from the first day on which a step may begin.
    """
    if step.stage > Stage.BEGUN or node.is_milestone:
        return 0
    if step.remaining is not None:
        return max(1, step.remaining)
    floors = [draft.start if step.stage is Stage.WAITING else None, draft.status_date]
    if step.stage is Stage.WAITING:
        floors.append(step.not_before)
    first = max(day for day in floors if day)
    if step.expected_finish:
        return max(1, node.calendar.count(first, step.expected_finish))
    if step.actual_start is None or draft.status_date is None:
        return step.duration
    worked = node.calendar.worked_before
    done = worked[boundary_before(draft.status_date)] - worked[boundary_before(step.actual_start)]
    return max(1, step.duration - max(0, done))
