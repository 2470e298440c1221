"""Facts put into the indices and gates of a circuit.

What a begun or finished step asks of a later one is known before the passes, exactly and on
boundaries, so it becomes that one's floor; a way through carries only what is still to come.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, Generic, cast

import numpy as np
import numpy.typing as npt

from tracker.core.calendars import LAST_BOUNDARY, Calendar, Lookup
from tracker.core.network import Arc, Network
from tracker.core.plan.engine.circuit import CLOSED, Circuit, Condition
from tracker.core.plan.engine.lags import demanded, measure_of, tables_of_lag
from tracker.core.plan.engine.numbers import MANY_WORLDS, Many, Places, Row
from tracker.core.plan.facts import NONE, Counts, Facts, Mask


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Worlds(Generic[Row]):
    """One row a cell of a circuit, in indices of the cell; a row is a number for each world.

    A row of one number holds for all worlds. `floors` and `last_ends` bound start and end;
    `unbounded` is 0 where the network's own finish bounds a step too, and beyond reach where it
    does not; `gates` has a row a gate: 0, or `CLOSED`.
    """

    days: Sequence[Row]
    floors: Sequence[Row]
    last_ends: Sequence[Row]
    unbounded: Sequence[Row]
    gates: Sequence[Row]

    def as_one(self) -> "Worlds[int]":
        """Return the only world on plain integers."""
        return Worlds(**{f.name: getattr(self, f.name)[:, 0].tolist() for f in fields(self)})

    def one(self, world: int) -> "Worlds[int]":
        """Return one world of many on plain integers."""
        return Worlds(
            **{f.name: [int(row[world]) for row in getattr(self, f.name)] for f in fields(self)}
        )

    @property
    def has_deadlines(self) -> bool:
        """Tell whether no step is bounded by the network's own finish."""
        return bool(np.all(np.asarray(self.unbounded)))


def passed_through(network: Network, facts: Facts, *, overrides: bool = False) -> frozenset[int]:
    """Return the steps that some world needs a way through.

    These are steps not needed, and finished ones that still have something unfinished to wait
    for: all others that are finished can only have left a floor behind.
    """
    passed = facts.is_passed
    if not overrides:
        passed = passed | _waits(network, facts)
    return frozenset(np.flatnonzero(passed.any(axis=1)).tolist())


def _waits(network: Network, facts: Facts) -> Mask:
    """Tell which steps that are over still have something unfinished before them."""
    arrays, is_over = arc_arrays(network), facts.is_over
    waits = np.zeros_like(is_over)
    met = np.where(arrays.is_from_start, facts.has_begun[arrays.before], is_over[arrays.before])
    held = is_over[arrays.after]
    if facts.cut is not None:
        held = held & ~facts.cut
    unmet = held & ~met
    if not unmet.any():
        return waits
    waits[arrays.joined] = np.logical_or.reduceat(unmet, arrays.firsts, axis=0)
    for arc in network.arcs:  # what waits hands its waiting on
        waits[arc.successor] |= waits[arc.predecessor] & held[arc.number]
    return waits


def cut_somewhere(facts: Facts) -> frozenset[int]:
    """Return the links, by number, that some world cuts."""
    if facts.cut is None:
        return frozenset()
    return frozenset(np.flatnonzero(facts.cut.any(axis=1)).tolist())


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _ArcArrays:
    """The arcs of a network as columns.

    `lagged` holds arcs with a lag by the tables their lag is read from. `along` and `at_once`
    bound what lags add up to. Arcs stand by their successor: those into `joined` begin at `firsts`.
    """

    before: Places
    after: Places
    joined: Places
    firsts: Places
    is_from_start: Mask
    is_to_finish: Mask
    lagged: Sequence[tuple[Lookup, Lookup, Places, Counts]]
    to_finish: tuple[Arc, ...]
    along: int
    at_once: int


@lru_cache(maxsize=64)
def arc_arrays(network: Network) -> _ArcArrays:
    """Return the arcs of a network in the form in which all are asked at once."""
    arcs = network.arcs
    lags = [abs(arc.lag) for arc in arcs]
    after = np.array([arc.successor for arc in arcs], dtype=np.intp)
    joined, firsts = np.unique(after, return_index=True)
    return _ArcArrays(
        before=np.array([arc.predecessor for arc in arcs], dtype=np.intp),
        after=after,
        joined=joined,
        firsts=firsts,
        is_from_start=np.array([arc.type.is_from_start for arc in arcs], dtype=np.bool_)[:, None],
        is_to_finish=np.array([arc.type.is_to_finish for arc in arcs], dtype=np.bool_)[:, None],
        lagged=list(_lagged(arcs)),
        to_finish=tuple(arc for arc in arcs if arc.type.is_to_finish),
        along=sum(lags),
        at_once=max(lags, default=0),
    )


def _lagged(arcs: Sequence[Arc]) -> Iterator[tuple[Lookup, Lookup, Places, Counts]]:
    found: dict[tuple[Lookup, Lookup], list[Arc]] = {}
    for arc in arcs:
        if arc.lag:
            tables = tables_of_lag(arc.lag, arc.calendar, to_finish=arc.type.is_to_finish)
            found.setdefault(tables, []).append(arc)
    for (count, back), group in found.items():
        numbers = np.array([arc.number for arc in group], dtype=np.intp)
        yield count, back, numbers, np.array([[arc.lag] for arc in group], dtype=np.int16)


def worlds_of(circuit: Circuit, facts: Facts) -> Worlds[Many]:
    """Return the facts as rows of the circuit's cells.

    Rows in which all worlds agree are as short as those of the facts.
    """
    cell_count, shared, most = len(circuit.cells), facts.stage.shape[1], facts.count
    over, floor = facts.is_over, facts.floor
    of_start, of_finish = _left_behind(circuit, facts)
    if of_start is not None:
        np.maximum(floor, of_start, out=floor)
    floors = np.zeros((cell_count, most if of_finish else shared), np.int16)
    starts_are_bound = bool((facts.last_start != NONE).any())
    last_ends = np.full((cell_count, most if starts_are_bound else shared), NONE, np.int16)
    is_left = ~over
    days = facts.days * (is_left & circuit.takes_days)
    if circuit.through:
        by_cell = np.zeros((cell_count, most), np.int16)
        by_cell[circuit.work_places] = days
        days = by_cell
    for space, snaps, steps, cells in circuit.groups:
        left = is_left[steps]
        floors[cells] = space.worked_before.take(floor[steps]) * left
        bounds = np.minimum(
            own_limits(space, snaps, facts, steps), space.ends_by.take(facts.deadline)
        )
        last_ends[cells] = np.where(left, bounds, space.ends_by[NONE])
    for step, at in of_finish:
        cell = circuit.work[step]
        np.maximum(floors[cell], (at - days[cell]) * is_left[step], out=floors[cell])
    for step, cell in circuit.through.items():
        if of_start is not None:
            floors[cell] = of_start[step] * facts.is_passed[step]
    unbounded = np.full((cell_count, shared), -CLOSED, np.int16)
    unbounded[circuit.work_places] = np.where(over | (facts.deadline != NONE), -CLOSED, 0)
    kind = np.int16 if _fits_16_bits(circuit.network, facts.days) else np.int32
    return Worlds(
        days=_rows(days.astype(kind, copy=False)),
        floors=_rows(floors.astype(kind, copy=False)),
        last_ends=_rows(last_ends.astype(kind, copy=False)),
        unbounded=_rows(unbounded.astype(kind, copy=False)),
        gates=_rows(_gates(circuit, facts).astype(kind, copy=False)),
    )


def _rows(array: npt.NDArray[Any]) -> Sequence[Many]:
    """Return an array `(cells, worlds)` as its rows, which it is a sequence of."""
    rows: Any = array
    return cast("Sequence[Many]", rows)


def own_limits(space: Calendar, snaps: Calendar | None, facts: Facts, steps: Places) -> Counts:
    """Return the index by which their own deadlines and `start_by` want `steps` over."""
    last_start = facts.last_start[steps]
    by_end: Counts = space.ends_by.take(facts.last_end[steps])
    if (last_start == NONE).all():
        return by_end
    if snaps is None:
        by_start = space.worked_before.take(last_start) - 1 + facts.days[steps]
    else:
        on_day = snaps.start_of.take(snaps.worked_before.take(last_start) - 1)
        by_start = np.where(last_start == NONE, NONE, on_day)
    bound: Counts = np.minimum(by_end, by_start)
    return bound


def _left_behind(
    circuit: Circuit, facts: Facts
) -> tuple[Counts | None, Sequence[tuple[int, Counts]]]:
    """Return the floors that begun and finished steps leave.

    Boundaries `(steps, worlds)` for starts, or none, and for each link to a finish its successor
    with the index before which this may not end.
    """
    begun = facts.has_begun
    if not circuit.network.arcs or not begun.any():
        return None, []
    arrays = arc_arrays(circuit.network)
    before, after, from_start = arrays.before, arrays.after, arrays.is_from_start
    known = begun[before] & (from_start | facts.is_finished[before])
    if circuit.overrides:
        known &= ~begun[after]
    if facts.cut is not None:
        known = known & ~facts.cut
    at = np.where(from_start, facts.began[before], facts.stood[before]) * known
    for count, back, arcs, lag in arrays.lagged:
        further = back.take(count.take(at[arcs]) + lag)
        counts = known[arcs] & ~facts.is_off[after[arcs]]
        at[arcs] = np.where(counts, further, at[arcs])
    of_start = np.zeros_like(facts.began)
    to_start = ~arrays.is_to_finish | facts.is_passed[after]
    of_start[arrays.joined] = np.maximum.reduceat(at * to_start, arrays.firsts, axis=0)
    return of_start, list(_finishes(circuit, arrays.to_finish, at))


def _finishes(circuit: Circuit, arcs: Sequence[Arc], at: Counts) -> Iterator[tuple[int, Counts]]:
    rule = circuit.network.finish_rule
    for arc in arcs:
        if at[arc.number].any():
            sink, measure = circuit.cells[circuit.work[arc.successor]], measure_of(arc.type, rule)
            asked = demanded(at[arc.number], sink.space, sink.snaps, measure, MANY_WORLDS)
            yield arc.successor, asked


def _gates(circuit: Circuit, facts: Facts) -> Counts:
    """Return 0 for the worlds in which each gate is open, `CLOSED` for the others."""
    count = facts.stage.shape[1]
    if not circuit.gates:
        return np.zeros((0, count), np.int16)
    passes = facts.is_passed.copy()
    if circuit.through:
        through = list(circuit.through)
        passes[through] |= facts.is_finished[through]
    arcs = len(circuit.network.arcs)
    cut = np.zeros((arcs, count), np.bool_) if facts.cut is None else facts.cut
    holds = {
        Condition.TAKES_PART: ~passes,
        Condition.IS_PASSED: passes,
        Condition.IS_OFF: facts.is_off,
        Condition.IS_NEEDED: ~facts.is_off,
        Condition.HAS_NOT_BEGUN: ~facts.has_begun,
        Condition.HOLDS: ~np.broadcast_to(cut, (arcs, count)),
    }
    every = np.concatenate([holds[condition] for condition in Condition])
    (_, rows), *further = circuit.gate_rows
    is_open = every[rows]
    for gates, rows in further:
        is_open[gates] &= every[rows]
    return np.where(is_open, np.int16(0), np.int16(CLOSED))


def _fits_16_bits(network: Network, days: Counts) -> bool:
    """Tell whether no sum along the network leaves 16 bits."""
    longest, arrays = days.max(axis=1, initial=0), arc_arrays(network)
    along = int(longest.sum(dtype=np.int64)) + arrays.along
    at_once = int(longest.max(initial=0)) + arrays.at_once
    room = np.iinfo(np.int16).max
    return LAST_BOUNDARY + along <= room and LAST_BOUNDARY - CLOSED + at_once <= room
