"""How likely: durations as quantiles, draws as columns of the same two passes.

A step whose days are known by their median and their 80 % quantile follows a lognormal law, the
one shape that all steps share: days are positive, and long delays more frequent than short ones. It
is cut into `LEVELS` equally likely numbers of days; a draw picks one of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from math import ceil, log
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

from tracker.core.calendars import EVERY_DAY, LAST_BOUNDARY, day_from, day_until
from tracker.core.network import Network, Node
from tracker.core.plan.draft import Draft, DraftStep
from tracker.core.plan.engine.circuit import Circuit, wired
from tracker.core.plan.engine.numbers import MANY_WORLDS, Many
from tracker.core.plan.engine.passes import bounded, early, late, network_finish
from tracker.core.plan.engine.worlds import Worlds, cut_somewhere, passed_through, worlds_of
from tracker.core.plan.facts import NONE, Counts, Facts, Stage
from tracker.core.plan.schedule import day_seen, is_led_to

LEVELS = 1024
_BLOCK = 10_000  # draws at a time: rows of one pass stay in the cache
_Z80 = NormalDist().inv_cdf(0.8)

Shares = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spread:
    """How long a step takes: half of such steps at most `p50` days, four fifths at most `p80`.

    `done` are the days it has already worked; what is left takes one day at least.
    """

    p50: float
    p80: float
    done: int = 0


@dataclass(frozen=True, slots=True)
class Quantiles:
    """The last day worked that half, four fifths and nineteen twentieths of the draws keep."""

    p50: date
    p80: date
    p95: date


@dataclass(frozen=True, slots=True)
class StepChance:
    """One step over all draws.

    `criticality` is the share of draws in which it has no float to that draw's own finish.
    `chance` is the share in which it keeps the deadlines, `start_by` the last day on which it may
    start so that the share wanted keeps them; None without a deadline.
    """

    finish: Quantiles
    criticality: float
    chance: float | None
    start_by: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """A network over all draws; `steps` holds None for a step that is over."""

    draws: int
    seed: int
    wanted: float | None
    finish: Quantiles
    chance: float | None
    steps: tuple[StepChance | None, ...]


@cache
def _levels() -> Shares:
    """Return the standard normal quantiles at the middle of each level."""
    normal = NormalDist()
    return np.array([normal.inv_cdf((n + 0.5) / LEVELS) for n in range(LEVELS)])


def quantile_table(spread: Spread) -> Counts:
    """Return the equally likely days a step still takes, ascending: `LEVELS` whole days."""
    sigma = log(spread.p80 / spread.p50) / _Z80
    drawn = np.rint(spread.p50 * np.exp(sigma * _levels()))
    left = np.clip(drawn, 1, LAST_BOUNDARY) - spread.done
    table: Counts = np.maximum(left, 1).astype(np.int16)
    return table


def spreads_of(draft: Draft, network: Network, facts: Facts) -> list[Spread | None]:
    """Return what the draft knows of how its steps vary; stated remaining days do not."""
    today, began = int(facts.today[0]), facts.began[:, 0].tolist()
    return [
        _spread(draft.by_id[node.id], node, began[n], today) for n, node in enumerate(network.nodes)
    ]


def _spread(step: DraftStep, node: Node, began: int, today: int) -> Spread | None:
    is_fixed = step.remaining is not None or step.expected_finish is not None
    if step.p50 is None or step.p80 is None or is_fixed:
        return None
    if node.is_milestone or step.stage > Stage.BEGUN:
        return None
    worked = node.calendar.worked_before
    done = worked[today] - worked[began] if step.stage is Stage.BEGUN else 0
    return Spread(step.p50, step.p80, max(0, done))


def chances(
    network: Network,
    facts: Facts,
    spreads: Sequence[Spread | None],
    *,
    draws: int,
    seed: int,
    wanted: float | None = None,
    overrides: bool = False,
) -> Chances:
    """Return what `draws` draws of one world come to; the same seed gives the same answer.

    `facts` holds one world. With `wanted`, the share of draws that are to keep their deadlines,
    every step also gets its chance and its `start_by`.
    """
    passed = passed_through(network, facts, overrides=overrides)
    circuit = wired(network, passed, cut_somewhere(facts), overrides=overrides)
    tables = {n: quantile_table(spread) for n, spread in enumerate(spreads) if spread}
    random = np.random.Generator(np.random.SFC64(seed))
    tally = _Tally(circuit, facts, draws, wanted)
    for first in range(0, draws, _BLOCK):
        count = min(_BLOCK, draws - first)
        tally.add(replace(facts, days=draw(facts.days, tables, count, random)), first)
    return tally.chances(seed)


def draw(
    days: Counts, tables: Mapping[int, Counts], count: int, random: np.random.Generator
) -> Counts:
    """Return drawn days `(steps, count)`; steps without a table take their one number of `days`."""
    drawn = np.empty((len(days), count), dtype=np.int16)
    levels = iter(random.integers(0, LEVELS, size=(len(tables), count), dtype=np.uint16))
    for step, row in enumerate(drawn):
        if step in tables:
            tables[step].take(next(levels), out=row, mode="clip")
        else:
            row[:] = days[step]
    return drawn


class _Tally:
    """What each draw came to, step by step: indices of early ends and late starts."""

    def __init__(self, circuit: Circuit, facts: Facts, draws: int, wanted: float | None) -> None:
        self.circuit, self.draws = circuit, draws
        self.left = np.flatnonzero(~facts.is_over[:, 0]).tolist()
        self.deadline = int(facts.deadline[0])
        self.open_ended = worlds_of(circuit, without_deadline(facts))
        own = (facts.last_end != NONE) | (facts.last_start != NONE)
        self.wanted = wanted if self.deadline != NONE or own.any() else None
        steps = facts.stage.shape[0]
        self.finishes = np.empty(draws, np.int16)
        self.ends = np.empty((steps, draws), np.int16)
        self.starts = np.empty((steps, draws if self.wanted else 0), np.int16)
        self.critical, self.in_time = np.zeros(steps, np.int64), np.zeros(steps, np.int64)

    def add(self, facts: Facts, first: int) -> None:
        """Schedule a block of draws; it is the `first` and those after it."""
        circuit, block = self.circuit, slice(first, first + facts.count)
        worlds = worlds_of(circuit, facts)
        forward = early(circuit, worlds, MANY_WORLDS)
        finish = network_finish(circuit, forward, MANY_WORLDS)
        self.finishes[block] = finish
        free = replace(
            worlds, last_ends=self.open_ended.last_ends, unbounded=self.open_ended.unbounded
        )
        backward = late(circuit, bounded(circuit, free, finish, MANY_WORLDS), MANY_WORLDS)
        for step in self.left:
            end = 2 * circuit.work[step] + 1
            self.ends[step, block] = forward[end]
            snaps = circuit.cells[circuit.work[step]].snaps
            reached, must = forward[end], backward[end]
            if snaps:  # the evening before a day off and the morning after are one moment
                reached, must = snaps.worked_before.take(reached), snaps.worked_before.take(must)
            self.critical[step] += np.count_nonzero(must <= reached)
        if self.wanted:
            self._add_deadlines(worlds, forward, block)

    def _add_deadlines(self, worlds: Worlds[Many], forward: list[Many], block: slice) -> None:
        backward = late(self.circuit, worlds, MANY_WORLDS)
        for step in self.left:
            start = 2 * self.circuit.work[step]
            self.starts[step, block] = backward[start]
            self.in_time[step] += np.count_nonzero(backward[start] >= forward[start])

    def chances(self, seed: int) -> Chances:
        """Return what was counted."""
        in_time = np.count_nonzero(self.finishes <= self.deadline) / self.draws
        ends = _quantiles(self.finishes)
        EVERY_DAY.check_covered(*ends)
        finish = Quantiles(*map(day_until, ends))
        steps = (
            self._step(step) if step in self.left else None for step in range(len(self.critical))
        )
        has_deadline = self.deadline != NONE
        return Chances(
            draws=self.draws,
            seed=seed,
            wanted=self.wanted,
            finish=finish,
            chance=in_time if has_deadline else None,
            steps=tuple(steps),
        )

    def _step(self, step: int) -> StepChance:
        finish = Quantiles(*(self._last_day(step, at) for at in _quantiles(self.ends[step])))
        start_by = chance = None
        if self.wanted:
            chance = int(self.in_time[step]) / self.draws
            start_by = self._day(step, _kept_by(self.starts[step], self.wanted))
        return StepChance(finish, int(self.critical[step]) / self.draws, chance, start_by)

    def _day(self, step: int, start: int) -> date:
        """Return the day that begins at an index of the step, or on which its milestone is seen."""
        network, cell = self.circuit.network, self.circuit.cells[self.circuit.work[step]]
        boundary = cell.space.start_of[start]
        network.nodes[step].calendar.check_covered(boundary)
        return self._seen(step, boundary) if cell.snaps else day_from(boundary)

    def _last_day(self, step: int, end: int) -> date:
        """Return the day that ends at an index of the step, or on which its milestone is seen."""
        network, cell = self.circuit.network, self.circuit.cells[self.circuit.work[step]]
        boundary = cell.space.end_of[end]
        network.nodes[step].calendar.check_covered(boundary)
        return self._seen(step, boundary) if cell.snaps else day_until(boundary)

    def _seen(self, step: int, boundary: int) -> date:
        network = self.circuit.network
        node = network.nodes[step]
        return day_seen(node.calendar, boundary, ends_day=is_led_to(network, step))


def without_deadline(facts: Facts) -> Facts:
    """Return the facts as if nothing were due: late dates then run from each draw's own finish."""
    nothing: Any = {"last_end": np.full_like(facts.last_end, NONE)}
    nothing["last_start"] = np.full_like(facts.last_start, NONE)
    nothing["deadline"] = np.full_like(facts.deadline, NONE)
    return replace(facts, **nothing)


_SHARES = (0.5, 0.8, 0.95)


def _quantiles(values: Counts) -> list[int]:
    """Return the least values that half, four fifths and nineteen twentieths do not pass."""
    least = int(values.min())
    total = np.cumsum(np.bincount(values - least))
    places = np.searchsorted(total, [_count(share, len(values)) for share in _SHARES])
    found: list[int] = (places + least).tolist()
    return found


def _kept_by(values: Counts, share: float) -> int:
    """Return the greatest value that at least this share of the values reaches."""
    ascending = np.sort(values)
    return int(ascending[len(ascending) - _count(share, len(ascending))])


def _count(share: float, total: int) -> int:
    """Return how many values make at least this share of the total."""
    return max(1, ceil(share * total - 1e-9))
