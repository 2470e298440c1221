"""A network wired for the passes: what every link asks, as an addition or one look-up.

A step is held in indices of its own calendar, where work of n days is an addition. A milestone has
no days of its own; it is held as a boundary, which is an index of the calendar of all days. A
link inside one calendar adds its lag; one that crosses calendars is a table, made once by walking
the whole calendar through the link. The way back is that table's adjoint: the latest index from
which the link does not pass a bound. It is derived, never written down, so that it is exact.

Where a step takes no part in some worlds (not needed, or finished before the steps it waits for),
logic goes through it unmoved. Such a step gets a second cell, its *way through*, and its links are
drawn twice; a gate on each opens one or the other, world by world.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tracker.core.calendars import EVERY_DAY, LAST_BOUNDARY, Calendar, Lookup, PeriodCalendar, Table
from tracker.core.model import LinkType
from tracker.core.network import Arc, Network, Node
from tracker.core.plan.engine.lags import Measure, link_tables, measure_of
from tracker.core.plan.engine.numbers import MANY_WORLDS, Numbers, Places

Form = Callable[[Lookup | None], list[int] | Table | None]
"""Gives a look-up in the form that one kind of number reads fastest."""
CLOSED = -(LAST_BOUNDARY + 1)
"""What a closed gate adds: after it no demand is felt, and 16 bits still hold the sum."""


class Condition(StrEnum):
    """What must hold of a step for a gate to be open."""

    TAKES_PART = "takes_part"
    IS_PASSED = "is_passed"
    IS_OFF = "is_off"
    IS_NEEDED = "is_needed"
    HAS_NOT_BEGUN = "has_not_begun"
    HOLDS = "holds"
    """Of a link, by its number."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Opens a wire in the worlds where every condition holds of its step or link, by position."""

    conditions: tuple[tuple[Condition, int], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A place of the passes: the work of a step, a milestone, or a way through.

    `space` is the calendar whose indices it is held in; only a milestone `snaps` to its own.
    """

    step: int
    space: Calendar
    snaps: Calendar | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """A link between two cells.

    Its demand is `lag` more than where the source stands, or what `there` holds for it; `back`
    is the way back. `arc` is the link it draws, by number; none inside a step.
    """

    source: int
    sink: int
    is_from_start: bool
    is_to_finish: bool
    lag: int
    there: Lookup | None
    back: Lookup | None
    gate: int | None
    arc: int | None


class PassLink(NamedTuple):
    """A wire as a pass reads it, which unpacks it by the million.

    `moment` is the one at its other end. A `table` stands for a lag through calendars. `shifts`
    says whether the days of the step at hand come off (forward) or on top (backward).
    """

    moment: int
    lag: int
    table: Any
    gate: int | None
    shifts: bool


class PassCell(NamedTuple):
    """A cell as a pass reads it: its links, and the table that snaps it where it does."""

    links: list[PassLink]
    snap: Any


@dataclass(frozen=True, eq=False, kw_only=True)
class Circuit:
    """The cells in topological order, the wires between them, and the gates on these.

    A cell has two *moments*, its start and its end: `2 * cell` and `2 * cell + 1`.
    """

    network: Network
    cells: tuple[Cell, ...]
    wires: tuple[Wire, ...]
    gates: tuple[Gate, ...]
    work: tuple[int, ...]
    through: dict[int, int]
    overrides: bool

    @cached_property
    def work_places(self) -> Places:
        """Return the cell of each step's work."""
        return np.array(self.work, dtype=np.intp)

    @cached_property
    def takes_days(self) -> npt.NDArray[np.bool_]:
        """Return `(steps, 1)`: whether a step takes any days, as milestones do not."""
        return np.array([[not node.is_milestone] for node in self.network.nodes])

    @cached_property
    def groups(self) -> list[tuple[Calendar, Calendar | None, Places, Places]]:
        """Return steps and their cells by the calendars their work is held in and snaps to."""
        found: dict[tuple[Calendar, Calendar | None], list[int]] = {}
        for step, cell in enumerate(self.work):
            place = self.cells[cell]
            found.setdefault((place.space, place.snaps), []).append(step)
        return [
            (space, snaps, np.array(steps, dtype=np.intp), self.work_places[steps])
            for (space, snaps), steps in found.items()
        ]

    @cached_property
    def gate_rows(self) -> list[tuple[Places, Places]]:
        """Return, for k = 0, 1, …, the gates with more than k conditions and the rows of the k-th.

        Rows count through one block of all steps for each `Condition`, in order; links come last.
        """
        block = {condition: k * len(self.network.nodes) for k, condition in enumerate(Condition)}
        rows = [[block[c] + at for c, at in gate.conditions] for gate in self.gates]
        found = []
        for k in range(max(map(len, rows), default=0)):
            having = [gate for gate, conditions in enumerate(rows) if len(conditions) > k]
            asked = np.array([rows[gate][k] for gate in having], dtype=np.intp)
            found.append((np.array(having, dtype=np.intp), asked))
        return found

    @cached_property
    def wires_in(self) -> list[list[Wire]]:
        """Return the wires into each cell."""
        return self._grouped([wire.sink for wire in self.wires])

    @cached_property
    def wires_out(self) -> list[list[Wire]]:
        """Return the wires out of each cell."""
        return self._grouped([wire.source for wire in self.wires])

    def _grouped(self, ends: Sequence[int]) -> list[list[Wire]]:
        groups: list[list[Wire]] = [[] for _ in self.cells]
        for end, wire in zip(ends, self.wires, strict=True):
            groups[end].append(wire)
        return groups

    def forward(self, numbers: Numbers[Any]) -> list[PassCell]:
        """Return for each cell its links in, and the table that snaps it where it does."""
        return self._many_forward if numbers is MANY_WORLDS else self._one_forward

    def backward(self, numbers: Numbers[Any]) -> list[PassCell]:
        """Return for each cell its links out, and the table that snaps it where it does."""
        return self._many_backward if numbers is MANY_WORLDS else self._one_backward

    @cached_property
    def _one_forward(self) -> list[PassCell]:
        return self._forward(_as_list)

    @cached_property
    def _many_forward(self) -> list[PassCell]:
        return self._forward(_as_row)

    @cached_property
    def _one_backward(self) -> list[PassCell]:
        return self._backward(_as_list)

    @cached_property
    def _many_backward(self) -> list[PassCell]:
        return self._backward(_as_row)

    def _forward(self, form: Form) -> list[PassCell]:
        return [
            PassCell(
                links=[
                    PassLink(
                        moment=2 * wire.source + (not wire.is_from_start),
                        lag=wire.lag,
                        table=form(wire.there),
                        gate=wire.gate,
                        shifts=wire.is_to_finish,
                    )
                    for wire in wires
                ],
                snap=form(cell.snaps.instant_after) if cell.snaps else None,
            )
            for cell, wires in zip(self.cells, self.wires_in, strict=True)
        ]

    def _backward(self, form: Form) -> list[PassCell]:
        return [
            PassCell(
                links=[
                    PassLink(
                        moment=2 * wire.sink + wire.is_to_finish,
                        lag=wire.lag,
                        table=form(wire.back),
                        gate=wire.gate,
                        shifts=wire.is_from_start,
                    )
                    for wire in wires
                ],
                snap=form(cell.snaps.instant_before) if cell.snaps else None,
            )
            for cell, wires in zip(self.cells, self.wires_out, strict=True)
        ]


def _as_list(lookup: Lookup | None) -> list[int] | None:
    return lookup.values if lookup else None


def _as_row(lookup: Lookup | None) -> Table | None:
    return lookup.row if lookup else None


@lru_cache(maxsize=64)
def wired(
    network: Network,
    passed: frozenset[int],
    cut: frozenset[int] = frozenset(),
    *,
    overrides: bool = False,
) -> Circuit:
    """Return the network as cells and wires.

    Steps in `passed` may be passed through, and the arcs in `cut`, by number, may not hold.
    `overrides` is progress override: a step that has begun no longer waits for its predecessors.
    """
    return _Wiring(network, passed, cut, overrides=overrides).circuit()


class _Wiring:
    """The work of `wired`, with what it has drawn so far."""

    def __init__(
        self, network: Network, passed: frozenset[int], cut: frozenset[int], *, overrides: bool
    ) -> None:
        self.network, self.cut, self.overrides = network, cut, overrides
        self.cells: list[Cell] = []
        self.wires: list[Wire] = []
        self.gates: dict[Gate, int] = {}
        self.work: list[int] = []
        self.through: dict[int, int] = {}
        for n, node in enumerate(network.nodes):
            if n in passed:
                self.through[n] = self._cell(Cell(n, EVERY_DAY))
            self.work.append(self._cell(_cell_of(n, node)))

    def circuit(self) -> Circuit:
        for n in self.through:
            self._draw_inside(n)
        for arc in self.network.arcs:
            self._draw(arc)
        return Circuit(
            network=self.network,
            cells=tuple(self.cells),
            wires=tuple(self.wires),
            gates=tuple(self.gates),
            work=tuple(self.work),
            through=self.through,
            overrides=self.overrides,
        )

    def _cell(self, cell: Cell) -> int:
        self.cells.append(cell)
        return len(self.cells) - 1

    def _draw_inside(self, n: int) -> None:
        """Let a step that may be passed begin where its way through stands, if it takes part."""
        takes_part = [(Condition.TAKES_PART, n)]
        through, work = self.through[n], self.work[n]
        self._wire((through, work), LinkType.FINISH_TO_START, 0, takes_part, None)

    def _draw(self, arc: Arc) -> None:
        """Draw an arc once for each way its two ends can be taken."""
        p, s = arc.predecessor, arc.successor
        begun = []
        if arc.type.is_from_start:
            begun.append((Condition.HAS_NOT_BEGUN, p))
        if self.overrides:
            begun.append((Condition.HAS_NOT_BEGUN, s))
        if arc.number in self.cut:
            begun.append((Condition.HOLDS, arc.number))
        sources: list[tuple[int, list[tuple[Condition, int]]]] = [(self.work[p], [])]
        if p in self.through:
            sources = [
                (self.work[p], [(Condition.TAKES_PART, p)]),
                (self.through[p], [(Condition.IS_PASSED, p)]),
            ]
        for source, of_source in sources:
            for sink, type_, of_sink in self._sinks(arc):
                held = [*begun, *of_source, *of_sink]
                for lag, of_lag in self._lags(arc):
                    conditions = [*held, *of_lag]
                    self._wire((source, sink), type_, lag, conditions, arc)

    def _sinks(self, arc: Arc) -> list[tuple[int, LinkType, list[tuple[Condition, int]]]]:
        s = arc.successor
        if s not in self.through:
            return [(self.work[s], arc.type, [])]
        if not arc.type.is_to_finish:
            return [(self.through[s], arc.type, [])]
        return [
            (self.work[s], arc.type, [(Condition.TAKES_PART, s)]),
            (self.through[s], _TO_START[arc.type], [(Condition.IS_PASSED, s)]),
        ]

    def _lags(self, arc: Arc) -> list[tuple[int, list[tuple[Condition, int]]]]:
        may_be_off = [n for n in (arc.predecessor, arc.successor) if n in self.through]
        if not arc.lag or not may_be_off:
            return [(arc.lag, [])]
        without: list[tuple[int, list[tuple[Condition, int]]]] = [
            (0, [(Condition.IS_OFF, n)]) for n in may_be_off
        ]
        return [(arc.lag, [(Condition.IS_NEEDED, n) for n in may_be_off]), *without]

    def _wire(
        self,
        ends: tuple[int, int],
        type_: LinkType,
        lag: int,
        conditions: list[tuple[Condition, int]],
        arc: Arc | None,
    ) -> None:
        source, sink = (self.cells[end] for end in ends)
        calendar = arc.calendar if arc else EVERY_DAY
        measure = measure_of(type_, self.network.finish_rule)
        there, back = _tables(source, sink, type_, lag, calendar, measure)
        gate = None
        if conditions:
            gate = self.gates.setdefault(Gate(tuple(conditions)), len(self.gates))
        self.wires.append(
            Wire(
                source=ends[0],
                sink=ends[1],
                is_from_start=type_.is_from_start,
                is_to_finish=type_.is_to_finish,
                lag=lag,
                there=there,
                back=back,
                gate=gate,
                arc=arc.number if arc else None,
            )
        )


_TO_START = {
    LinkType.FINISH_TO_FINISH: LinkType.FINISH_TO_START,
    LinkType.START_TO_FINISH: LinkType.START_TO_START,
}


def _cell_of(n: int, node: Node) -> Cell:
    return Cell(n, EVERY_DAY, node.calendar) if node.is_milestone else Cell(n, node.calendar)


def _tables(
    source: Cell, sink: Cell, type_: LinkType, lag: int, calendar: Calendar, measure: Measure
) -> tuple[Lookup | None, Lookup | None]:
    """Return a wire's tables, there and back, or none where the lag alone says it.

    A period that ends on a day off hands on where it closes, not where its count stopped.
    """
    snaps = sink.snaps if measure is Measure.FINISH_WORK else None
    closes_later = isinstance(source.space, PeriodCalendar) and not type_.is_from_start
    stays = source.space is sink.space and not closes_later
    stays = stays and (lag == 0 or calendar is source.space)
    if stays and not snaps:
        return None, None
    return link_tables(source.space, type_, lag, calendar, (sink.space, snaps), measure)
