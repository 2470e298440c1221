"""What varies from one column to the next: durations, floors, deadlines and progress.

`Facts` say it in the words of a ledger, on day boundaries; `world_rows` puts it into the indices
and gates of a circuit. A column is one world: a project, a what-if of it, or a draw.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from enum import IntEnum
from functools import lru_cache
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from tracker.core.calendars import LAST_BOUNDARY, Calendar
from tracker.core.network import Network
from tracker.core.plan.circuit import (
    CLOSED,
    Circuit,
    Condition,
    compares_work,
    demanded,
    moved,
)
from tracker.core.plan.numbers import MANY_WORLDS, Row

Counts = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
NONE = LAST_BOUNDARY
"""As a deadline: there is none."""


class Stage(IntEnum):
    """How far a step has come, as far as the passes care."""

    WAITING = 0
    BEGUN = 1
    FINISHED = 2
    OFF = 3
    GONE = 4  # a what-if: takes no time and nothing holds it, but its lags still count


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What is known of every step in every world: arrays `(steps, worlds)` in network order.

    `days` are those the step's work still takes, in days of its own calendar: all of them while
    it waits, what is left once it has begun. The rest are boundaries: `began` and `stood` where
    it began and ended (0 where it did not), `not_before` a floor (0 for none), `last_start` and
    `last_end` what its own `start_by` and deadline allow (`NONE` for none; `last_start` is where
    that day ends). `start`, `today` and `deadline` are rows `(worlds,)`: the project's start, its
    status date, and where its last day ends.
    """

    stage: Counts
    days: Counts
    began: Counts
    stood: Counts
    not_before: Counts
    last_start: Counts
    last_end: Counts
    start: Counts
    today: Counts
    deadline: Counts

    @classmethod
    def side_by_side(cls, worlds: Sequence[Self]) -> Self:
        """Put worlds of one network beside one another."""
        if len(worlds) == 1:
            return worlds[0]
        columns = ([getattr(world, field.name) for world in worlds] for field in fields(cls))
        return cls(*(np.concatenate(column, axis=-1) for column in columns))

    def column(self, world: int) -> "Facts":
        """Return one world of many, as the only column."""
        return Facts(*(getattr(self, f.name)[..., world : world + 1] for f in fields(self)))

    @property
    def count(self) -> int:
        """Return the number of worlds."""
        return len(self.start)

    @property
    def is_over(self) -> Mask:
        """Tell which steps take no more part."""
        return self.stage >= Stage.FINISHED

    @property
    def is_passed(self) -> Mask:
        """Tell which steps logic goes through as if they were not there."""
        return self.stage >= Stage.OFF

    @property
    def has_begun(self) -> Mask:
        """Tell which steps have begun or are finished: a link from their start is met."""
        begun: Mask = (self.stage == Stage.BEGUN) | (self.stage == Stage.FINISHED)
        return begun

    @property
    def floor(self) -> Counts:
        """Return the boundary before which nothing of a step that is left is done."""
        waits = np.where(self.stage == Stage.WAITING, self.start, 0)
        floor: Counts = np.maximum(np.maximum(waits, self.today), self.not_before)
        return floor


def with_days(facts: Facts, days: Sequence[int]) -> Facts:
    """Return a single world with other durations."""
    return replace(facts, days=np.array(days, dtype=np.int32)[:, None])


def with_step_gone(facts: Facts, step: int) -> Facts:
    """Return a single world as if a step took no time and nothing held it."""
    stage, not_before = facts.stage.copy(), facts.not_before.copy()
    stage[step], not_before[step] = Stage.GONE, 0
    return replace(facts, stage=stage, not_before=not_before)


@dataclass(frozen=True, slots=True, eq=False)
class Worlds:
    """One row a cell of a circuit, in indices of the cell; a row is a number for each world.

    `floors` and `last_ends` bound start and end; `unbounded` is 0 where the network's own finish
    bounds a step too, and beyond reach where it does not; `gates` has a row a gate: 0, or `CLOSED`.
    """

    days: Sequence[Row]
    floors: Sequence[Row]
    last_ends: Sequence[Row]
    unbounded: Sequence[Row]
    gates: Sequence[Row]

    def as_one(self) -> "Worlds":
        """Return the only world on plain integers."""
        return Worlds(*(getattr(self, f.name)[:, 0].tolist() for f in fields(self)))

    @property
    def has_deadlines(self) -> bool:
        """Tell whether no step is bounded by the network's own finish."""
        return bool(np.all(self.unbounded))


def passed_through(network: Network, facts: Facts, *, overrides: bool = False) -> frozenset[int]:
    """Return the steps that some world needs a way through.

    These are steps not needed, and finished ones that still have something unfinished to wait
    for: all others that are finished can only have left a floor behind.
    """
    waits = np.zeros_like(facts.is_over) if overrides else _waits(network, facts)
    return frozenset(np.flatnonzero((waits | facts.is_passed).any(axis=1)).tolist())


def _waits(network: Network, facts: Facts) -> Mask:
    """Tell which steps that are over still have something unfinished before them."""
    arrays = arc_arrays(network)
    has_begun, is_over = facts.has_begun, facts.is_over
    met = np.where(arrays.is_from_start, has_begun[arrays.before], is_over[arrays.before])
    unmet = ~met & is_over[arrays.after]
    waits = np.zeros_like(is_over)
    np.logical_or.at(waits, arrays.after, unmet)
    if not waits.any():
        return waits
    for arc in network.arcs:  # what waits hands its waiting on
        waits[arc.successor] |= waits[arc.predecessor] & is_over[arc.successor]
    return waits


@dataclass(frozen=True, slots=True, eq=False)
class _ArcArrays:
    """The arcs of a network as columns, and those with a lag by this lag and its calendar."""

    before: Counts
    after: Counts
    is_from_start: Mask
    is_to_finish: Mask
    lagged: Sequence[tuple[int, Calendar, bool, list[int]]]


@lru_cache(maxsize=64)
def arc_arrays(network: Network) -> _ArcArrays:
    """Return the arcs of a network in the form in which all are asked at once."""
    arcs = network.arcs
    lagged: dict[tuple[int, Calendar, bool], list[int]] = {}
    for arc in arcs:
        if arc.lag:
            key = (arc.lag, arc.calendar, arc.type.is_to_finish)
            lagged.setdefault(key, []).append(arc.number)
    return _ArcArrays(
        np.array([arc.predecessor for arc in arcs], dtype=np.int32),
        np.array([arc.successor for arc in arcs], dtype=np.int32),
        np.array([[arc.type.is_from_start] for arc in arcs], dtype=np.bool_).reshape(-1, 1),
        np.array([[arc.type.is_to_finish] for arc in arcs], dtype=np.bool_).reshape(-1, 1),
        [(*key, numbers) for key, numbers in lagged.items()],
    )


def worlds_of(circuit: Circuit, facts: Facts) -> Worlds:
    """Return the facts as rows of the circuit's cells.

    What a begun or finished step asks of a later one is known, so it becomes that one's floor;
    a way through carries only what is still to come.
    """
    network, shape = circuit.network, (len(circuit.cells), facts.count)
    over, floor = facts.is_over, facts.floor
    left_floors = _left_behind(circuit, facts)
    np.maximum(floor, left_floors.of_start, out=floor)
    days = np.where(over, 0, facts.days)
    work = list(circuit.work)
    days_rows, floors = np.zeros(shape, np.int32), np.zeros(shape, np.int32)
    last_ends = np.full(shape, NONE, np.int32)
    for space, snaps, steps in circuit.groups:
        cells = [work[n] for n in steps]
        floors[cells] = np.where(over[steps], 0, space.worked_before.take(floor[steps]))
        if snaps is None:
            days_rows[cells] = days[steps]
        bounds = _last_ends(space, snaps, facts, steps)
        last_ends[cells] = np.where(over[steps], space.worked_before[NONE], bounds)
    for n, at in left_floors.of_finish:
        cell = work[n]
        asked = np.where(over[n], 0, at - days_rows[cell])
        np.maximum(floors[cell], asked, out=floors[cell])
    for n, cell in circuit.through.items():
        floors[cell] = np.where(facts.is_passed[n], left_floors.of_start[n], 0)
    unbounded = np.full(shape, -CLOSED, np.int32)
    unbounded[work] = np.where(over | (facts.deadline != NONE), -CLOSED, 0)
    gates = _gates(circuit, facts)
    rows: list[Any] = [days_rows, floors, last_ends, unbounded, gates]
    dtype = _narrowest(network, days)
    return Worlds(*(row.astype(dtype) for row in rows))


def _last_ends(space: Calendar, snaps: Calendar | None, facts: Facts, steps: list[int]) -> Counts:
    """Return the index by which deadlines want each of `steps` over."""
    last_end = np.minimum(facts.last_end[steps], facts.deadline)
    last_start = facts.last_start[steps]
    by_end = space.worked_before.take(last_end).astype(np.int32)
    if snaps is None:
        by_start = space.worked_before.take(last_start) - 1 + facts.days[steps]
    else:
        on_day = snaps.start_of.take(snaps.worked_before.take(last_start) - 1)
        by_start = np.where(last_start == NONE, NONE, on_day)
    bound: Counts = np.minimum(by_end, by_start)
    return bound


@dataclass(frozen=True, slots=True)
class _LeftBehind:
    """The floors that begun and finished steps leave.

    Boundaries `(steps, worlds)` for starts, and for each link to a finish the index before which
    its successor may not end.
    """

    of_start: Counts
    of_finish: Sequence[tuple[int, Counts]]


def _left_behind(circuit: Circuit, facts: Facts) -> _LeftBehind:
    network = circuit.network
    floors = np.zeros(facts.stage.shape, np.int32)
    if not facts.has_begun.any() or not network.arcs:
        return _LeftBehind(floors, [])
    arrays = arc_arrays(network)
    before, after = arrays.before, arrays.after
    finished = facts.stage == Stage.FINISHED
    known = np.where(arrays.is_from_start, facts.has_begun[before], finished[before])
    if circuit.overrides:
        known &= ~facts.has_begun[after]
    at = np.where(arrays.is_from_start, facts.began[before], facts.stood[before])
    at = np.where(known, at, 0)
    is_needed = facts.stage != Stage.OFF
    for lag, calendar, to_finish, arcs in arrays.lagged:
        further = moved(at[arcs], lag, calendar, to_finish=to_finish, numbers=MANY_WORLDS)
        at[arcs] = np.where(known[arcs] & is_needed[after[arcs]], further, at[arcs])
    of_start = ~arrays.is_to_finish | facts.is_passed[after]
    np.maximum.at(floors, after, np.where(of_start, at, 0))
    return _LeftBehind(floors, list(_finishes(circuit, at)))


def _finishes(circuit: Circuit, at: Counts) -> Iterator[tuple[int, Counts]]:
    network = circuit.network
    for arc in network.arcs:
        if arc.type.is_to_finish and at[arc.number].any():
            cell = circuit.cells[circuit.work[arc.successor]]
            by_work = compares_work(arc.type, network.finish_rule)
            yield (
                arc.successor,
                demanded(
                    at[arc.number], cell, by_work=by_work, to_finish=True, numbers=MANY_WORLDS
                ),
            )


def _gates(circuit: Circuit, facts: Facts) -> Counts:
    """Return 0 for the worlds in which each gate is open, `CLOSED` for the others."""
    passes = facts.is_passed
    if circuit.through:
        through = list(circuit.through)
        passes[through] |= facts.stage[through] == Stage.FINISHED
    holds = {
        Condition.TAKES_PART: ~passes,
        Condition.IS_PASSED: passes,
        Condition.IS_OFF: facts.stage == Stage.OFF,
        Condition.IS_NEEDED: facts.stage != Stage.OFF,
        Condition.HAS_NOT_BEGUN: ~facts.has_begun,
    }
    rows = np.zeros((len(circuit.gates), facts.count), np.int32)
    for row, gate in zip(rows, circuit.gates, strict=True):
        for condition, step in gate.conditions:
            row[~holds[condition][step]] = CLOSED
    return rows


def _narrowest(network: Network, days: Counts) -> type[np.signedinteger[Any]]:
    """Return the narrowest kind of integer that no sum along the network leaves."""
    longest = days.max(axis=1, initial=0)
    lags = [abs(arc.lag) for arc in network.arcs]
    along = int(longest.sum()) + sum(lags)
    at_once = int(longest.max(initial=0)) + max(lags, default=0)
    room = np.iinfo(np.int16).max
    fits = LAST_BOUNDARY + along <= room and LAST_BOUNDARY - CLOSED + at_once <= room
    return np.int16 if fits else np.int32
