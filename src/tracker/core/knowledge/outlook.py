"""What a project's plan comes to in every world that fits what is known of it.

The light claims what holds at best and at worst alike; between them the project is open, with the
share of likely worlds in which it is late.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt

from tracker.core.calendars import day_until
from tracker.core.knowledge.ground import Ground
from tracker.core.knowledge.likely import DRAWS, Cases, draw_cases, likely, usual_cases
from tracker.core.knowledge.states import States
from tracker.core.knowledge.told import Said, Told
from tracker.core.knowledge.worlds import (
    DONE,
    Columns,
    best,
    columns,
    finishes_of,
    hurried,
    worst,
)
from tracker.core.plan.facts import NONE, Counts, Facts, Stage
from tracker.core.track import Known

_SEED = 20251130
_MIDDLE = (0.35, 0.65)
"""The shown world is one of the middle draws: the one whose states most other draws share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The days between which the target is reached, inclusive; None where it already is.

    `likely` is the day in the shown world; `chance` the share of `draws` likely worlds that miss
    the deadline, None without one. `fastest` is the end of the best world's fastest lawful course.
    """

    best: date | None
    likely: date | None
    worst: date | None
    fastest: date | None
    chance: float | None
    draws: int

    @property
    def is_certain(self) -> bool:
        """Tell whether it is one day."""
        return self.best == self.worst


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

    `answers` hold only what is assumed. `facts` is the shown world as one column.
    """

    span: Span
    steps: tuple[StepSeen, ...]
    answers: Mapping[str, str]
    facts: Facts


def outlooks(ground: Ground, told: Told, cases: Cases | None = None) -> list[Outlook]:
    """Return the outlook of each column of what is told: a few calls for all of them.

    `cases` are what the likely worlds are drawn from, by default made-up ones.
    """
    states = States(ground, told)
    drawn = draw_cases(states, cases or usual_cases(ground))
    made, guess = likely(states, drawn, np.random.Generator(np.random.SFC64(_SEED)))
    at_best = columns(states, best(states))
    parts = [at_best, columns(states, worst(states)), hurried(states, at_best)]
    likely_worlds = columns(made, guess)
    early, late, fast, ends = finishes_of(ground.blueprint.network, [*parts, likely_worlds])
    seen = _Seen(states, made, parts, likely_worlds, ends.reshape(told.count, DRAWS))
    return [
        Outlook(
            span=seen.span(n, early=int(early[n]), late=int(late[n]), fast=int(fast[n])),
            steps=seen.steps(n),
            answers=seen.answers(n),
            facts=likely_worlds.facts.column(seen.shown[n]),
        )
        for n in range(told.count)
    ]


@dataclass(frozen=True, eq=False)
class _Seen:
    """The likely worlds of some projects, `DRAWS` each, and which of them is shown."""

    states: States
    made: States
    bounds: Sequence[Columns]
    worlds: Columns
    ends: Counts

    @cached_property
    def stages(self) -> Counts:
        """Return the stage of each step in each draw: `(steps, projects, draws)`."""
        return self.worlds.facts.stage.reshape(len(self.worlds.facts.stage), -1, DRAWS)

    @cached_property
    def shares(self) -> npt.NDArray[np.float64]:
        """Return the share of a project's draws that have each step as each draw has it."""
        found = np.zeros(self.stages.shape)
        for stage in Stage:
            is_so = self.stages == stage
            found += is_so * is_so.mean(axis=2, keepdims=True)
        return found

    @cached_property
    def shown(self) -> list[int]:
        """Return the column of each project's shown world: of the middle draws the commonest."""
        order = np.argsort(self.ends, axis=1, kind="stable")
        middle = order[:, int(_MIDDLE[0] * DRAWS) : int(_MIDDLE[1] * DRAWS)]
        common = np.log(self.shares).sum(axis=0)
        best_of = np.take_along_axis(common, middle, axis=1).argmax(axis=1)
        draws = np.take_along_axis(middle, best_of[:, None], axis=1)[:, 0]
        found: list[int] = (np.arange(len(draws)) * DRAWS + draws).tolist()
        return found

    @cached_property
    def known(self) -> npt.NDArray[np.int8]:
        """Return how each step of each project is known, as a place of `_KNOWN`."""
        told, states = self.states.told, self.states
        at_best, at_worst = (part.facts.stage for part in self.bounds[:2])
        found = np.full(told.said.shape, _KNOWN.index(Known.SILENT), dtype=np.int8)
        found[at_best == at_worst] = _KNOWN.index(Known.IMPLIED)
        found[~states.possible] = _KNOWN.index(Known.ANSWERED)
        found[told.said != Said.SILENT] = _KNOWN.index(Known.RECORDED)
        return found

    def span(self, n: int, *, early: int, late: int, fast: int) -> Span:
        """Return the span of a project."""
        marked = self.states.ground.blueprint.working_days.marked
        days = [
            None if end == DONE else marked(day_until(end))
            for end in (early, int(self.ends.ravel()[self.shown[n]]), late, fast)
        ]
        deadline = int(self.states.told.deadline[n])
        missed = (self.ends[n] > deadline).mean()
        return Span(
            best=days[0],
            likely=days[1],
            worst=days[2],
            fastest=days[3],
            chance=None if deadline == NONE else float(missed),
            draws=DRAWS,
        )

    def steps(self, n: int) -> tuple[StepSeen, ...]:
        """Return how each step of a project stands in its shown world."""
        draw = self.shown[n] - n * DRAWS
        stages, shares = self.stages[:, n, draw].tolist(), self.shares[:, n, draw].tolist()
        known = (_KNOWN[code] for code in self.known[:, n].tolist())
        return tuple(map(_step_seen, known, stages, shares))

    def answers(self, n: int) -> dict[str, str]:
        """Return the answers that a project's shown world assumes."""
        space, column = self.states.ground.answers, self.shown[n]
        found = {}
        for fact, row in space.place.items():
            possible = int(self.states.answers[row, n])
            if possible & (possible - 1):
                found[fact] = space.spoken(fact, int(self.made.answers[row, column]))
        return found


_KNOWN = tuple(Known)


def _step_seen(known: Known, stage: int, share: float) -> StepSeen:
    if known is Known.SILENT and stage != Stage.WAITING:
        known = Known.ASSUMED
    return StepSeen(known=known, stage=Stage(stage), share=share)
