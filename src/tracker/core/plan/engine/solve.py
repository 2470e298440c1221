"""Both passes over the worlds of one network, and one column of the result."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from tracker.core.calendars import EVERY_DAY
from tracker.core.network import Network
from tracker.core.plan.engine.circuit import Circuit, Wire, wired
from tracker.core.plan.engine.numbers import MANY_WORLDS, ONE_WORLD, Numbers, Row, keep_freed_memory
from tracker.core.plan.engine.passes import bounded, early, late, network_finish
from tracker.core.plan.engine.worlds import Worlds, cut_somewhere, passed_through, worlds_of
from tracker.core.plan.facts import Counts, Facts, Stage
from tracker.core.problems import OutsideCalendarError

_STAGES = tuple(Stage)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Solution:
    """Early and late moments of every cell in every world, and where each world ends.

    `finish` is a boundary. Rows are integers when there is one world.
    """

    circuit: Circuit
    facts: Facts
    worlds: Worlds[Any]
    early: list[Any]
    late: list[Any]
    finish: Any

    def column(self, world: int) -> "Column":
        """Return one world, on plain integers."""
        facts = self.facts.column(world)
        if self.facts.count == 1:
            return Column(
                circuit=self.circuit,
                facts=facts,
                worlds=self.worlds,
                early=self.early,
                late=self.late,
                finish=self.finish,
            )
        worlds = self.worlds.one(world)
        forward, backward = ([int(row[world]) for row in rows] for rows in (self.early, self.late))
        return Column(
            circuit=self.circuit,
            facts=facts,
            worlds=worlds,
            early=forward,
            late=backward,
            finish=int(self.finish[world]),
        )


def solve(network: Network, facts: Facts, *, overrides: bool = False) -> Solution:
    """Return the schedule of every world of `facts`.

    `overrides` is progress override: steps that have begun do not wait for predecessors.
    """
    passed = passed_through(network, facts, overrides=overrides)
    return solve_on(wired(network, passed, cut_somewhere(facts), overrides=overrides), facts)


@dataclass(frozen=True, eq=False)
class Forward:
    """The forward pass alone, of many worlds on a circuit that has the ways through they need."""

    circuit: Circuit
    facts: Facts

    @cached_property
    def _early(self) -> list[Any]:
        keep_freed_memory()
        return early(self.circuit, worlds_of(self.circuit, self.facts), MANY_WORLDS)

    @property
    def finish(self) -> Counts:
        """Return the boundary at which each world ends."""
        finish: Any = network_finish(self.circuit, self._early, MANY_WORLDS)
        return np.broadcast_to(finish, (self.facts.count,))

    def starts(self, step: int) -> Counts:
        """Return the boundary at which a step starts in each world."""
        return self._at(step, 0)

    def ends(self, step: int) -> Counts:
        """Return the boundary at which a step ends in each world."""
        return self._at(step, 1)

    def _at(self, step: int, end: int) -> Counts:
        cell = self.circuit.work[step]
        space = self.circuit.cells[cell].space
        table = space.end_of if end else space.start_of
        row: Counts = table.take(np.asarray(self._early[2 * cell + end]))
        return np.broadcast_to(row, (self.facts.count,))


def forward_of(network: Network, facts: Facts) -> Forward:
    """Return the forward pass of every world of `facts`."""
    circuit = wired(network, passed_through(network, facts), cut_somewhere(facts))
    return Forward(circuit, facts)


def solve_on(circuit: Circuit, facts: Facts) -> Solution:
    """Return the schedule of every world on a circuit that has the ways through they need."""
    worlds = worlds_of(circuit, facts)
    has_deadlines = worlds.has_deadlines
    try:
        if facts.count == 1:
            return _solve(circuit, facts, worlds.as_one(), ONE_WORLD, bounds=not has_deadlines)
        keep_freed_memory()
        return _solve(circuit, facts, worlds, MANY_WORLDS, bounds=not has_deadlines)
    except IndexError:
        raise outside() from None


def outside() -> OutsideCalendarError:
    """Return the error of a schedule that leads out of the calendars."""
    return OutsideCalendarError(EVERY_DAY.name, EVERY_DAY.first_day, EVERY_DAY.last_day)


def _solve(
    circuit: Circuit, facts: Facts, worlds: Worlds[Row], numbers: Numbers[Row], *, bounds: bool
) -> Solution:
    forward = early(circuit, worlds, numbers)
    finish = network_finish(circuit, forward, numbers)
    if bounds:
        worlds = bounded(circuit, worlds, finish, numbers)
    return Solution(
        circuit=circuit,
        facts=facts,
        worlds=worlds,
        early=forward,
        late=late(circuit, worlds, numbers),
        finish=finish,
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class Column:
    """One world of a solution, on plain integers: early and late moments by cell."""

    circuit: Circuit
    facts: Facts
    worlds: Worlds[int]
    early: list[int]
    late: list[int]
    finish: int

    @property
    def network(self) -> Network:
        """Return the network that was solved."""
        return self.circuit.network

    @cached_property
    def stages(self) -> list[Stage]:
        """Return how far each step has come."""
        return [_STAGES[stage] for stage in self.facts.stage[:, 0].tolist()]

    @cached_property
    def is_left(self) -> list[bool]:
        """Tell which steps still have something to do."""
        return [stage < Stage.FINISHED for stage in self.stages]

    @cached_property
    def open_out(self) -> list[list[Wire]]:
        """Return the open wires out of each cell: those whose gate and both cells are active."""
        takes_part, gates = self.takes_part, self.worlds.gates
        return [
            [w for w in wires if takes_part[w.sink] and (w.gate is None or gates[w.gate] == 0)]
            if takes_part[cell]
            else []
            for cell, wires in enumerate(self.circuit.wires_out)
        ]

    @cached_property
    def takes_part(self) -> list[bool]:
        """Tell which cells are active: ways through, and the work of unfinished steps."""
        work, is_left = self.circuit.work, self.is_left
        return [
            cell != work[place.step] or is_left[place.step]
            for cell, place in enumerate(self.circuit.cells)
        ]

    def starts(self, moments: list[int], step: int) -> int:
        """Return the boundary before the first day of what is left of a step."""
        cell = self.circuit.work[step]
        return self.circuit.cells[cell].space.start_of[moments[2 * cell]]

    def ends(self, moments: list[int], step: int) -> int:
        """Return the boundary after the last day of what is left of a step."""
        cell = self.circuit.work[step]
        return self.circuit.cells[cell].space.end_of[moments[2 * cell + 1]]
