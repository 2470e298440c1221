"""Steps and links in an order that works. networkx checks the shape once; the passes only loop."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import networkx as nx

from tracker.core.calendars import Calendar
from tracker.core.model import Basis, DayKind, Link, LinkType
from tracker.core.problems import CycleError, UnknownStepError


@dataclass(frozen=True, slots=True)
class Node:
    """A step as the passes see it: `days` of its own calendar; 0 makes it a milestone.

    A milestone that `ends_day` is seen at the end of its day though nothing leads to it. A step
    that `is_elapsed` counts every hour, and ends at the hour it began.
    """

    id: str
    days: int
    calendar: Calendar
    ends_day: bool = False
    is_elapsed: bool = False

    @property
    def is_milestone(self) -> bool:
        """Tell whether the step is an instant."""
        return self.days == 0


class FinishRule(StrEnum):
    """How a finish-to-finish link compares.

    By date, or by work done (Friday's end is Monday's start).
    """

    CALENDAR_DATE = "calendar_date"
    WORKING_TIME = "working_time"


class MilestoneRule(StrEnum):
    """On which side of the night people see a milestone that lies between two days.

    Where links lead to it, at the end of the day before; or at the time of day of what sets it, as
    Microsoft Project does: after a finish in the evening, beside a start in the morning.
    """

    LED_TO = "led_to"
    DRIVEN = "driven"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A link between two steps; its lag counts days of `calendar` and is below 0 for a lead.

    One that `yields` holds no step that has begun: custom gives way to what was done without it.
    """

    predecessor: str
    successor: str
    type: LinkType
    lag: int
    calendar: Calendar
    yields: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Arc:
    """A tie between two positions of the order; `number` is its place in `Network.arcs`."""

    number: int
    predecessor: int
    successor: int
    type: LinkType
    lag: int
    calendar: Calendar
    yields: bool = False


@dataclass(frozen=True, eq=False)
class Network:
    """The shape that many projects share: nodes in topological order, arcs by their successor."""

    nodes: tuple[Node, ...]
    arcs: tuple[Arc, ...]
    finish_rule: FinishRule = FinishRule.CALENDAR_DATE
    milestones: MilestoneRule = MilestoneRule.LED_TO

    @cached_property
    def arcs_in(self) -> tuple[tuple[Arc, ...], ...]:
        """Return the arcs into each node."""
        groups: list[list[Arc]] = [[] for _ in self.nodes]
        for arc in self.arcs:
            groups[arc.successor].append(arc)
        return tuple(map(tuple, groups))

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Return where each step stands in the order."""
        return {node.id: n for n, node in enumerate(self.nodes)}

    @cached_property
    def needed_before(self) -> Mapping[str, frozenset[str]]:
        """Return, for each step, those that must end before it may begin: finish to start."""
        needed: list[frozenset[str]] = []
        for arcs in self.arcs_in:
            waits = [a.predecessor for a in arcs if a.type is LinkType.FINISH_TO_START]
            needed.append(frozenset().union(*(needed[n] | {self.nodes[n].id} for n in waits)))
        return {node.id: needed[n] for n, node in enumerate(self.nodes)}


def graph_of(step_ids: Sequence[str], links: Sequence[Link | Tie]) -> "nx.DiGraph[Any]":
    """Return the links as a graph; UnknownStepError when one names a step that is not there."""
    graph: nx.DiGraph[Any] = nx.DiGraph()
    graph.add_nodes_from(step_ids)
    for link in links:
        for end in (link.predecessor, link.successor):
            if end not in graph:
                raise UnknownStepError(end, step_ids)
        graph.add_edge(link.predecessor, link.successor)
    return graph


def order_of(step_ids: Sequence[str], links: Sequence[Link | Tie]) -> list[str]:
    """Return the steps with every predecessor before its successors, ties in the given order.

    Raises CycleError, naming one shortest cycle.
    """
    graph = graph_of(step_ids, links)
    rank = {step: n for n, step in enumerate(step_ids)}
    try:
        return list(nx.lexicographical_topological_sort(graph, key=rank.__getitem__))
    except nx.NetworkXUnfeasible:
        raise CycleError(shortest_cycle(graph)) from None


def shortest_cycle(graph: "nx.DiGraph[Any]") -> list[str]:
    """Return the steps of one shortest cycle, the first repeated at the end; [] if there is none.

    Each step in turn is asked for the shortest way back to itself and then dropped, with all that
    no longer lies on a cycle: a single long cycle is walked once, not once for each of its steps.
    """
    left = nx.DiGraph(graph)
    best: list[str] = []
    _drop_dead_ends(left, list(left))
    for step in sorted(graph):
        if step not in left:
            continue
        cutoff = len(best) - 3 if best else None
        for before, path in nx.single_source_shortest_path(left, step, cutoff).items():
            if left.has_edge(before, step) and (not best or len(path) < len(best) - 1):
                best = [*path, step]
        around = [*left.pred[step], *left.succ[step]]
        left.remove_node(step)
        _drop_dead_ends(left, around)
    return best


def _drop_dead_ends(graph: "nx.DiGraph[Any]", suspects: list[str]) -> None:
    """Remove the suspects that nothing waits for or that wait for nothing, and so on from them."""
    while suspects:
        step = suspects.pop()
        if step in graph and not (graph.pred[step] and graph.succ[step]):
            suspects.extend([*graph.pred[step], *graph.succ[step]])
            graph.remove_node(step)


def build(nodes: Sequence[Node], links: Sequence[Link], every_day: Calendar) -> Network:
    """Return the network of a procedure's links, in an order that works.

    A lag in working days counts on the successor's calendar.
    """
    calendars = {node.id: node.calendar for node in nodes}
    ties = [
        Tie(
            predecessor=link.predecessor,
            successor=link.successor,
            type=link.type,
            lag=link.lag.days,
            calendar=calendars[link.successor] if link.lag.kind is DayKind.WORKING else every_day,
            yields=link.basis in (Basis.CUSTOM, Basis.ADVICE),
        )
        for link in links
    ]
    return join(nodes, ties)


def join(
    nodes: Sequence[Node],
    ties: Sequence[Tie],
    finish_rule: FinishRule = FinishRule.CALENDAR_DATE,
    milestones: MilestoneRule = MilestoneRule.LED_TO,
) -> Network:
    """Return the network of `nodes` and `ties`, in an order that works. CycleError if none does."""
    by_id = {node.id: node for node in nodes}
    order = order_of(list(by_id), ties)
    position = {step: n for n, step in enumerate(order)}
    ends = [(position[tie.predecessor], position[tie.successor], tie) for tie in ties]
    ends.sort(key=lambda end: end[1])
    arcs = tuple(
        Arc(
            number=number,
            predecessor=before,
            successor=after,
            type=tie.type,
            lag=tie.lag,
            calendar=tie.calendar,
            yields=tie.yields,
        )
        for number, (before, after, tie) in enumerate(ends)
    )
    return Network(tuple(by_id[step] for step in order), arcs, finish_rule, milestones)
