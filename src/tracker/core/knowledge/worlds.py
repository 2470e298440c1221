"""The worlds that fit what is known, as columns of the passes.

*At best* every silent step is done unless the law puts it after one that is told not to be, what
is not surely needed is not needed, and what is under way since an unknown day has one day left. *At
worst* silent steps that may be needed are not begun unless something told implies them, and what is
under way since an unknown day has all its days left. Making a step needed or unfinished, or letting
a link hold, never brings the finish forward; so every world that fits lies between the two.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from tracker.core.knowledge.states import States
from tracker.core.knowledge.told import UNKNOWN, Said
from tracker.core.knowledge.variants import Variants, variants
from tracker.core.network import Network
from tracker.core.plan.engine.solve import forward_of
from tracker.core.plan.facts import NONE, Counts, Facts, Mask, Stage

DONE = 0
"""As a finish: the target is reached."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Guess:
    """How what is not known is taken in each column: arrays `(steps, worlds)`.

    `needed` steps are needed, silent ones in `done` and `started` are done and under way as far as
    the law lets them, and links in `holds` hold. What is under way since an unknown day has `left`
    days left; what is finished on an unknown day was so long ago where `is_early`, else on the last
    day that is possible.
    """

    needed: Mask
    done: Mask
    started: Mask
    holds: Mask
    left: Counts
    is_early: bool


def best(states: States) -> Guess:
    """Return the guess after which nothing finishes earlier."""
    return Guess(
        needed=states.needed,
        done=np.ones_like(states.needed),
        started=np.ones_like(states.needed),
        holds=states.holds,
        left=np.ones_like(states.told.days),
        is_early=True,
    )


def worst(states: States) -> Guess:
    """Return the guess after which nothing finishes later."""
    return Guess(
        needed=states.possible,
        done=np.zeros_like(states.needed),
        started=np.zeros_like(states.needed),
        holds=states.may_hold,
        left=np.broadcast_to(states.ground.days, states.told.days.shape),
        is_early=False,
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class Columns:
    """Worlds ready for the passes; `is_done` tells in which the target is reached."""

    facts: Facts
    is_done: Mask


def columns(states: States, guess: Guess) -> Columns:
    """Return the worlds of a guess."""
    told, ground = states.told, states.ground
    over, begun = states.over(
        done=guess.done, started=guess.started, needed=guess.needed, holds=guess.holds
    )
    stage = np.where(begun, np.int16(Stage.BEGUN), np.int16(Stage.WAITING))
    stage[over] = Stage.FINISHED
    days = np.where(begun & (told.said == Said.SILENT), guess.left, ground.days)
    if guess.done.any():
        _wait_for_periods(states, over, stage, days)
    is_under_way = told.said == Said.UNDER_WAY
    undated = is_under_way & (told.days == UNKNOWN)
    days = np.where(is_under_way & ~undated, told.days, np.where(undated, guess.left, days))
    if not guess.is_early:  # nobody said that it has begun to wait for nothing any more
        stage[is_under_way & (told.began == 0)] = Stage.WAITING
    off = ~guess.needed
    stage[off] = Stage.OFF
    days = np.where(ground.days == 0, np.int16(0), days)
    days[stage >= Stage.FINISHED] = 0
    has_begun = (stage == Stage.BEGUN) | (stage == Stage.FINISHED) | (is_under_way & ~off)
    cut = ~guess.holds | (ground.yields & has_begun[ground.successors])
    latest = told.stood * (told.dated | (not guess.is_early))
    stood = np.where(stage == Stage.FINISHED, latest, 0)
    nothing = np.full_like(stage, NONE)
    facts = Facts(
        stage=stage,
        days=days.astype(np.int16, copy=False),
        began=np.where(has_begun & (told.began > 0), told.began, stood),
        stood=stood,
        not_before=np.where(off, 0, told.not_before).astype(np.int16, copy=False),
        last_start=nothing,
        last_end=nothing,
        start=np.zeros_like(told.today),
        today=told.today,
        deadline=told.deadline,
        cut=cut,
    )
    return Columns(facts=facts, is_done=stage[-1] >= Stage.FINISHED)


def _wait_for_periods(states: States, over: Mask, stage: Counts, days: Counts) -> None:
    """Leave open the silent periods that cannot have run out yet, with the days they still run."""
    told, earliest = states.told, states.earliest
    runs = over & (told.said == Said.SILENT) & (earliest > told.today)
    for n in np.flatnonzero(runs.any(axis=1)).tolist():
        calendar = states.ground.blueprint.network.nodes[n].calendar
        count = calendar.worked_before.take
        left = np.maximum(1, count(earliest[n]) - count(told.today))
        stage[n][runs[n]] = Stage.BEGUN
        days[n] = np.where(runs[n], left, days[n])


def ends_of(network: Network, found: Columns, stops: Sequence[int] = ()) -> Counts:
    """Return the boundaries at which each world ends, and each of some steps on its way.

    `(1 + stops, worlds)`, in one forward pass; `DONE` what is reached or not needed.
    """
    passed, stage = forward_of(network, found.facts), found.facts.stage
    finish = np.where(found.is_done, DONE, passed.finish)
    rows = [np.where(stage[n] >= Stage.FINISHED, DONE, passed.ends(n)) for n in stops]
    ends: Counts = np.array([finish, *rows])
    return ends


def latest_of(states: States) -> Counts:
    """Return where each column ends at worst."""
    found = variants(states)
    at_worst = columns(found.states, worst(found.states))
    late: Counts = ends_of(states.ground.blueprint.network, at_worst)[0]
    return late[found.last(late)]


def ends_together(
    network: Network, parts: Sequence[Columns], stops: Sequence[int] = ()
) -> list[Counts]:
    """Return what `ends_of` does for each part, in one forward pass."""
    ends = ends_of(network, side_by_side(parts), stops)
    found: list[Counts] = np.split(
        ends, np.cumsum([len(part.is_done) for part in parts])[:-1], axis=1
    )
    return found


@dataclass(frozen=True, eq=False)
class Bounds:
    """Finishes at best and at worst: a boundary a column, `DONE` where the target is reached."""

    best: Counts
    worst: Counts

    def is_certain(self, deadline: Counts) -> Mask:
        """Tell in which worlds the light is the same at best and at worst."""
        return (self.best > deadline) | (self.worst <= deadline)


@dataclass(frozen=True, eq=False)
class Reach:
    """The worlds between which all others of some columns lie, and where they end.

    `due` are deadlines, `NONE` where none, of steps on the way whose ends are wanted too.
    """

    states: States
    due: Mapping[int, Counts] = field(default_factory=dict)

    @cached_property
    def variants(self) -> Variants:
        """Return the columns in which every heading means one step."""
        return variants(self.states)

    @cached_property
    def every_best(self) -> Columns:
        """Return the best world of each variant."""
        return columns(self.variants.states, best(self.variants.states))

    @cached_property
    def every_worst(self) -> Columns:
        """Return the worst world of each variant."""
        return columns(self.variants.states, worst(self.variants.states))

    @cached_property
    def _ends(self) -> tuple[Counts, Counts]:
        network = self.states.ground.blueprint.network
        parts = (self.every_best, self.every_worst)
        early, late = ends_together(network, parts, tuple(self.due))
        return early, late

    @cached_property
    def first(self) -> npt.NDArray[np.intp]:
        """Return the variant of each column whose best world is the best."""
        return self.variants.first(self._ends[0][0])

    @cached_property
    def last(self) -> npt.NDArray[np.intp]:
        """Return the variant of each column whose worst world is the worst."""
        return self.variants.last(self._ends[1][0])

    @cached_property
    def bounds(self) -> Bounds:
        """Return where each column ends at best and at worst."""
        early, late = self._ends
        return Bounds(early[0, self.first], late[0, self.last])

    @property
    def bounds_on_the_way(self) -> list[Bounds]:
        """Return where each of the steps that are due ends at best and at worst."""
        return [
            Bounds(early[self.variants.first(early)], late[self.variants.last(late)])
            for early, late in zip(*(ends[1:] for ends in self._ends), strict=True)
        ]

    @property
    def agree(self) -> Mask:
        """Tell which steps stand alike in all of these worlds."""
        return self.variants.agree([self.every_best.facts.stage, self.every_worst.facts.stage])


def bounds_of(states: States) -> Bounds:
    """Return where each column ends at best and at worst."""
    return Reach(states).bounds


def hurried(states: States, found: Columns) -> Columns:
    """Return the worlds in which all that can be hurried takes a day: nothing lawful is faster."""
    days = np.minimum(found.facts.days, states.ground.hurried_days)
    return replace(found, facts=replace(found.facts, days=days))


def side_by_side(parts: Sequence[Columns]) -> Columns:
    """Put worlds of one network beside one another."""
    facts: Any = Facts.side_by_side([part.facts for part in parts])
    return Columns(facts=facts, is_done=np.concatenate([part.is_done for part in parts]))


def taken(part: Columns, places: npt.NDArray[np.intp]) -> Columns:
    """Return some worlds of many."""
    return Columns(facts=part.facts.take(places), is_done=part.is_done[places])
