"""Stage 1: a procedure and a target become a network; a project's facts switch steps off.

All projects of one procedure with one target share the network. A step that a project does not
need is switched off in its column and keeps its logic.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import networkx as nx

from tracker.core.calendars import EVERY_DAY, Calendar
from tracker.core.model import DayKind, Procedure, Question, Step
from tracker.core.network import Network, Node, build, graph_of
from tracker.core.problems import UnknownStepError


@dataclass(frozen=True, eq=False)
class Blueprint:
    """The part of a procedure that leads to `target`, ready for the passes.

    `steps` stand in the order of the network; the target is the last.
    """

    procedure: Procedure
    target: str
    steps: tuple[Step, ...]
    network: Network
    working_days: Calendar

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Return the ids of the steps, in order."""
        return tuple(step.id for step in self.steps)


def compile_target(procedure: Procedure, target: str, working_days: Calendar) -> Blueprint:
    """Return the network of `target` and everything it depends on.

    Raises UnknownStepError for a target that the procedure does not define, CycleError for steps
    that wait for one another.
    """
    by_id = procedure.by_id
    if target not in by_id:
        raise UnknownStepError(target, by_id)
    needed = nx.ancestors(graph_of(list(by_id), procedure.links), target) | {target}
    links = [link for link in procedure.links if {link.predecessor, link.successor} <= needed]
    nodes = [_node(step, working_days) for step in procedure.steps if step.id in needed]
    network = build(nodes, links, EVERY_DAY)
    steps = tuple(by_id[node.id] for node in network.nodes)
    return Blueprint(procedure, target, steps, network, working_days)


def _node(step: Step, working_days: Calendar) -> Node:
    counts_working_days = step.plan_time.kind is DayKind.WORKING
    return Node(step.id, step.plan_time.days, working_days if counts_working_days else EVERY_DAY)


def answer(question: Question, facts: Mapping[str, str]) -> str:
    """Return the project's answer, or the careful one while it has none."""
    return facts.get(question.fact, question.careful)


def switched_off(procedure: Procedure, facts: Mapping[str, str]) -> frozenset[str]:
    """Return the steps that this project's facts make unnecessary."""
    known = {question.fact: answer(question, facts) for question in procedure.questions}
    return frozenset(
        step.id
        for step in procedure.steps
        if any(known[fact] not in wanted for fact, wanted in step.condition.items())
    )


def open_questions(blueprint: Blueprint, facts: Mapping[str, str]) -> tuple[Question, ...]:
    """Return the questions whose answer would change the plan and that nobody has answered."""
    asked = {fact for step in blueprint.steps for fact in step.condition}
    return tuple(
        question
        for question in blueprint.procedure.questions
        if question.fact in asked and question.fact not in facts
    )
