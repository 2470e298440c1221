"""Steps and links in an order that works. networkx checks the shape once; the passes only loop."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import networkx as nx

from tracker.core.calendars import Calendar
from tracker.core.model import Link, LinkType
from tracker.core.problems import CycleError, UnknownStepError


@dataclass(frozen=True, slots=True)
class Node:
    """A step as the passes see it: `days` of its own calendar; 0 makes it a milestone."""

    id: str
    days: int
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class Arc:
    """A link between two positions of the order; its lag counts days of `calendar`."""

    predecessor: int
    successor: int
    type: LinkType
    lag: int
    calendar: Calendar


@dataclass(frozen=True, eq=False)
class Network:
    """The shape that many projects share: nodes in topological order, arcs between positions."""

    nodes: tuple[Node, ...]
    arcs_in: tuple[tuple[Arc, ...], ...]
    arcs_out: tuple[tuple[Arc, ...], ...]

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

    @cached_property
    def implied(self) -> Mapping[str, frozenset[str]]:
        """Return, for each step, those whose every path to the last step leads through it.

        The last step of the order is the target: `core.compile` cuts the network so.
        """
        back = nx.DiGraph()
        back.add_nodes_from(range(len(self.nodes)))
        back.add_edges_from(
            (arc.successor, arc.predecessor) for arcs in self.arcs_in for arc in arcs
        )
        above: dict[int, int | None] = nx.immediate_dominators(back, len(self.nodes) - 1)
        implied: dict[str, set[str]] = defaultdict(set)
        for node, gate_of in above.items():
            below, gate = node, gate_of
            while gate is not None and gate != below:
                implied[self.nodes[gate].id].add(self.nodes[node].id)
                below, gate = gate, above.get(gate)
        return {node.id: frozenset(implied[node.id]) for node in self.nodes}


def graph_of(step_ids: Sequence[str], links: Sequence[Link]) -> "nx.DiGraph[Any]":
    """Return the links as a graph; UnknownStepError when one names a step that is not there."""
    graph: nx.DiGraph[Any] = nx.DiGraph()
    graph.add_nodes_from(step_ids)
    for link in links:
        for end in (link.predecessor, link.successor):
            if end not in graph:
                raise UnknownStepError(end, step_ids)
        graph.add_edge(link.predecessor, link.successor)
    return graph


def order_of(step_ids: Sequence[str], links: Sequence[Link]) -> list[str]:
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
    """Return the steps of one shortest cycle, the first repeated at the end."""
    best: list[str] = []
    for component in nx.strongly_connected_components(graph):
        inside = graph.subgraph(component)
        for step in sorted(component):
            for before in sorted(inside.predecessors(step)):
                path = nx.shortest_path(inside, step, before)
                if not best or len(path) < len(best):
                    best = path
    return [*best, best[0]]


def build(nodes: Sequence[Node], links: Sequence[Link], every_day: Calendar) -> Network:
    """Return the network of `nodes` and `links`, in an order that works."""
    by_id = {node.id: node for node in nodes}
    ordered = [by_id[step] for step in order_of([node.id for node in nodes], links)]
    position = {node.id: n for n, node in enumerate(ordered)}
    arcs_in: list[list[Arc]] = [[] for _ in ordered]
    arcs_out: list[list[Arc]] = [[] for _ in ordered]
    for link in links:
        successor = by_id[link.successor]
        arc = Arc(
            position[link.predecessor],
            position[link.successor],
            link.type,
            link.lag.days,
            successor.calendar if link.lag.kind == "wd" else every_day,
        )
        arcs_in[arc.successor].append(arc)
        arcs_out[arc.predecessor].append(arc)
    return Network(tuple(ordered), tuple(map(tuple, arcs_in)), tuple(map(tuple, arcs_out)))
