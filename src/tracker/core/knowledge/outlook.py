"""What a project's plan comes to in every world that fits what is known of it.

The light claims what holds at best and at worst alike; between them the project is open, with the
share of likely worlds in which it is late.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt

from tracker.core.calendars import day_until
from tracker.core.knowledge.ground import Ground
from tracker.core.knowledge.hinges import hinges
from tracker.core.knowledge.likely import DRAWS, draw_cases, likely, usual_cases
from tracker.core.knowledge.states import States
from tracker.core.knowledge.told import Said
from tracker.core.knowledge.worlds import (
    DONE,
    Columns,
    Reach,
    columns,
    ends_together,
    hurried,
    taken,
)
from tracker.core.plan.facts import NONE, Counts, Facts, Mask, Stage
from tracker.core.plan.span import Hinge, Interim, Span, spare_days
from tracker.core.track import NOTHING, Known, Progress, State

_MIDDLE = (0.35, 0.65)
"""The shown world is one of the middle draws: the one whose states most other draws share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSeen:
    """How a step stands in the shown world, and how that is known.

    `share` is the share of likely worlds that have it so: 1 where it is known.
    """

    known: Known
    stage: Stage
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """A project's span, and the world that is shown: its steps in network order, its answers.

    The world that makes the light's claim is shown: the best of a project that is late even so,
    the worst of one that is in time even so, else a likely one. `answers` hold only what is
    assumed. `facts` is the shown world as one column. `interims` are the steps on the way that
    have deadlines of their own.
    """

    span: Span
    steps: tuple[StepSeen, ...]
    answers: Mapping[str, str]
    facts: Facts
    interims: tuple[Interim, ...] = ()


@dataclass(frozen=True, eq=False, kw_only=True)
class _Ends:
    """Where the target, or a step on the way, ends in the worlds of some projects.

    Boundaries a project, and `ends` of its draws: `(projects, draws)`.
    """

    deadline: Counts
    early: Counts
    late: Counts
    fast: Counts
    ends: Counts


def outlooks(reach: Reach) -> list[Outlook]:
    """Return the outlook of each column: a few calls for all of them."""
    states = reach.states
    ground, told = states.ground, states.told
    drawn = draw_cases(states, usual_cases(ground))
    made, guess = likely(states, drawn)
    draws = columns(made, guess)
    parts = (hurried(states, reach.every_best), draws)
    fast, drawn_ends = ends_together(ground.blueprint.network, parts, tuple(reach.due))
    target, *stops = [
        _Ends(
            deadline=deadline,
            early=bounds.best,
            late=bounds.worst,
            fast=fast[k][reach.variants.first(fast[k])],
            ends=drawn_ends[k].reshape(told.count, DRAWS),
        )
        for k, (deadline, bounds) in enumerate(
            zip(
                (told.deadline, *reach.due.values()),
                (reach.bounds, *reach.bounds_on_the_way),
                strict=True,
            )
        )
    ]
    seen = _Seen(
        states=states,
        made=made,
        at_best=taken(reach.every_best, reach.first),
        at_worst=taken(reach.every_worst, reach.last),
        draws=draws,
        target=target,
        stops=dict(zip(reach.due, stops, strict=True)),
        agree=reach.agree,
    )
    return [seen.outlook(n) for n in range(told.count)]


@dataclass(frozen=True, eq=False, kw_only=True)
class _Seen:
    """The worlds of some projects, `DRAWS` likely ones each, and where they end."""

    states: States
    made: States
    at_best: Columns
    at_worst: Columns
    draws: Columns
    target: _Ends
    stops: Mapping[int, _Ends]
    agree: Mask

    @cached_property
    def hinges(self) -> Mapping[int, Hinge]:
        """Return what each project is late only without, where it is open and one thing decides.

        Nothing that a likely world has and is late with all the same is worth a try, nor a step
        that cannot be over yet; that the target is reached would say nothing.
        """
        states, target = self.states, self.target
        deadline = target.deadline
        is_open = (deadline != NONE) & (target.early <= deadline) & (target.late > deadline)
        is_late = (target.ends > deadline[:, None]) & is_open[:, None]
        late_with = (is_late & (self.stages == Stage.FINISHED)).any(axis=2)
        could_be = self.at_best.facts.stage == Stage.FINISHED
        steps = is_open & states.silent & could_be & ~late_with
        steps[-1] = False
        given = self.made.answers.reshape(-1, *is_late.shape) * is_late
        answers = states.answers * (is_open & states.open_answers)
        return hinges(states, steps, answers & ~np.bitwise_or.reduce(given, axis=2))

    @cached_property
    def stages(self) -> Counts:
        """Return the stage of each step in each draw: `(steps, projects, draws)`."""
        stage = self.draws.facts.stage
        return stage.reshape(len(stage), -1, DRAWS)

    @cached_property
    def common(self) -> npt.NDArray[np.intp]:
        """Return how common each draw is: `(projects, draws)`, over all steps how many agree.

        Whole numbers, since a last digit that depends on the machine would choose another world.
        """
        found = np.zeros(self.stages.shape[1:], dtype=np.intp)
        for stage in Stage:
            is_so = self.stages == stage
            found += (is_so * is_so.sum(axis=2, keepdims=True)).sum(axis=0)
        return found

    @cached_property
    def known(self) -> npt.NDArray[np.int8]:
        """Return how each step of each project is known, as a place of `_KNOWN`."""
        said = self.states.told.said
        found = np.full(said.shape, _KNOWN.index(Known.SILENT), dtype=np.int8)
        found[self.agree] = _KNOWN.index(Known.IMPLIED)
        found[~self.states.possible] = _KNOWN.index(Known.ANSWERED)
        found[said != Said.SILENT] = _KNOWN.index(Known.RECORDED)
        return found

    def outlook(self, n: int) -> Outlook:
        """Return the outlook of a project."""
        draw = self._middle(n)
        facts, answers = self._shown(n, draw)
        likely_end = DONE if draw is None else int(self.target.ends[n, draw])
        return Outlook(
            span=replace(self._span(self.target, n, likely_end), hinge=self.hinges.get(n)),
            steps=self._steps(n, facts),
            answers=answers,
            facts=facts,
            interims=tuple(self._interims(n)),
        )

    def _middle(self, n: int) -> int | None:
        """Return the commonest of the middle draws; None where all have reached the target."""
        ends = self.target.ends[n]
        order = np.argsort(ends, kind="stable")
        order = order[ends[order] != DONE]
        if not len(order):
            return None
        first, last = (round(share * (len(order) - 1)) for share in _MIDDLE)
        middle = order[first : last + 1]
        return int(middle[self.common[n][middle].argmax()])

    def _interims(self, n: int) -> Iterator[Interim]:
        """Yield the steps of a project that are due by days of their own."""
        for step, found in self.stops.items():
            if found.deadline[n] != NONE:
                blueprint = self.states.ground.blueprint
                likely_end = int(np.sort(found.ends[n])[DRAWS // 2])
                span = self._span(found, n, likely_end)
                deadline = day_until(int(found.deadline[n]))
                best, worst = (
                    spare_days(blueprint.working_days, end, deadline) if end else None
                    for end in (span.best, span.worst)
                )
                yield Interim(
                    step=blueprint.steps[step], deadline=deadline, span=span, spare=(best, worst)
                )

    def _shown(self, n: int, draw: int | None) -> tuple[Facts, dict[str, str]]:
        target = self.target
        deadline, late = target.deadline[n], target.late[n]
        if deadline != NONE and target.early[n] > deadline:
            return self.at_best.facts.column(n), {}
        if draw is None or late == DONE or (deadline != NONE and late <= deadline):
            return self.at_worst.facts.column(n), {}
        column = n * DRAWS + draw
        return self.draws.facts.column(column), self._answers(n, column)

    def _answers(self, n: int, column: int) -> dict[str, str]:
        """Return the answers that a drawn world assumes."""
        space = self.states.ground.answers
        found = {}
        for fact, row in space.place.items():
            possible = int(self.states.answers[row, n])
            if possible & (possible - 1):
                found[fact] = space.spoken(fact, int(self.made.answers[row, column]))
        return found

    def _span(self, found: _Ends, n: int, likely_end: int) -> Span:
        marked = self.states.ground.blueprint.working_days.marked
        ends = (int(found.early[n]), likely_end, int(found.late[n]), int(found.fast[n]))
        today = int(self.states.told.today[n]) + 1  # an instant on the eve is seen today
        days = [None if end == DONE else marked(day_until(max(end, today))) for end in ends]
        deadline = int(found.deadline[n])
        return Span(
            best=days[0],
            likely=days[1],
            worst=days[2],
            fastest=days[3],
            chance=None if deadline == NONE else float((found.ends[n] > deadline).mean()),
            draws=DRAWS,
        )

    def _steps(self, n: int, facts: Facts) -> tuple[StepSeen, ...]:
        stages: list[int] = facts.stage[:, 0].tolist()
        shares: list[float] = (self.stages[:, n] == facts.stage).mean(axis=1).tolist()
        known = (_KNOWN[code] for code in self.known[:, n].tolist())
        return tuple(map(_step_seen, known, stages, shares))


_KNOWN = tuple(Known)


def _step_seen(known: Known, stage: int, share: float) -> StepSeen:
    if known is Known.SILENT and stage != Stage.WAITING:
        known = Known.ASSUMED
    return StepSeen(known=known, stage=Stage(stage), share=share)


_STATE_OF = {
    Stage.WAITING: State.NOT_STARTED,
    Stage.BEGUN: State.UNDER_WAY,
    Stage.FINISHED: State.FINISHED,
    Stage.OFF: State.NOT_NEEDED,
}


def shown_progress(
    ground: Ground, outlook: Outlook, recorded: Mapping[str, Progress]
) -> dict[str, Progress]:
    """Return how each step stands in the shown world: what is recorded, and what is not."""
    found = dict(zip(ground.blueprint.ids, outlook.steps, strict=True))
    progress = {step: _shown(seen, recorded[step]) for step, seen in found.items()}
    for group in ground.groups:
        members = [ground.blueprint.ids[n] for n in group]
        spoken = [step for step in members if recorded[step].known is Known.RECORDED]
        if len(spoken) == 1:
            said = replace(recorded[spoken[0]], case=None)
            for step in members:
                seen = found[step]
                if step != spoken[0] and seen.stage is not Stage.OFF:
                    progress[step] = said
    return progress


def _shown(seen: StepSeen, recorded: Progress) -> Progress:
    state = _STATE_OF[seen.stage]
    if recorded is NOTHING:  # most steps, and one of a few
        return _unrecorded(state, seen.known)
    if recorded.known is Known.IMPLIED:  # by what the plan does not lead through
        return recorded
    if recorded.known is Known.RECORDED:
        is_off = seen.stage is Stage.OFF and recorded.state is not State.NOT_NEEDED
        return replace(recorded, state=state, known=Known.ASSUMED) if is_off else recorded
    return replace(recorded, state=state, known=seen.known)


@cache
def _unrecorded(state: State, known: Known) -> Progress:
    return Progress(state=state, known=known)
