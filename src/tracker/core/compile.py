"""Stage 1: a procedure and a target become a network; a project's facts switch steps off.

All projects of one procedure version with one target share the network. A step that a project does
not need is switched off in its column and keeps its logic.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import networkx as nx

from tracker.core.calendars import EVERY_DAY, Calendar, period_calendar
from tracker.core.conditions import amount_of
from tracker.core.model import (
    DayKind,
    Duration,
    Link,
    LinkType,
    Procedure,
    Question,
    Step,
    StepKind,
)
from tracker.core.network import Network, Node, build, graph_of
from tracker.core.problems import UnknownStepError

_MOST = 10**12
"""No amount of a county is larger."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Blueprint:
    """The part of a procedure that leads to `target`, ready for the passes.

    `steps` stand in the order of the network; the target is the last. `takes` is what a plan
    counts for each, by the rules in force on `day`.
    """

    procedure: Procedure
    target: str
    steps: tuple[Step, ...]
    takes: tuple[Duration, ...]
    network: Network
    working_days: Calendar
    day: date

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Return the ids of the steps, in order."""
        return tuple(step.id for step in self.steps)

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Return the links between these steps."""
        inside = frozenset(self.ids)
        found = self.procedure.links
        return tuple(link for link in found if {link.predecessor, link.successor} <= inside)


def compile_target(
    procedure: Procedure,
    target: str,
    working_days: Calendar,
    day: date,
    *,
    tolerates: bool = False,
) -> Blueprint:
    """Return the network of `target` and everything it depends on, by the rules of `day`.

    A county that `tolerates` late papers (容缺) waits for those links at the decision only. Raises
    UnknownStepError for a target that the procedure does not define, CycleError for steps that
    wait for one another. Recurring steps are never scheduled.
    """
    planned = {step.id: step for step in procedure.steps if step.kind is not StepKind.RECURRING}
    if target not in planned:
        raise UnknownStepError(target, planned)
    links = [link for link in procedure.links if {link.predecessor, link.successor} <= set(planned)]
    needed = nx.ancestors(graph_of(list(planned), links), target) | {target}
    kept = [_met(link, tolerates) for link in links if link.successor in needed]
    takes = {step_id: planned[step_id].plan_time_on(day) for step_id in planned}
    nodes = [
        _node(each, takes[step], working_days) for step, each in planned.items() if step in needed
    ]
    network = build(nodes, kept, EVERY_DAY)
    ids = [node.id for node in network.nodes]
    return Blueprint(
        procedure=procedure,
        target=target,
        steps=tuple(planned[step] for step in ids),
        takes=tuple(takes[step] for step in ids),
        network=network,
        working_days=working_days,
        day=day,
    )


def tolerant(blueprint: Blueprint) -> Network:
    """Return the network of a county that tolerates late papers; arcs keep their numbers."""
    links = [_met(link, tolerates=True) for link in blueprint.links]
    return build(blueprint.network.nodes, links, EVERY_DAY)


def _met(link: Link, tolerates: bool) -> Link:  # noqa: FBT001  a county's choice, not a switch
    """Return the link as the county holds it."""
    late = tolerates and link.tolerable and link.type is LinkType.FINISH_TO_START
    return replace(link, type=LinkType.FINISH_TO_FINISH) if late else link


def _node(step: Step, takes: Duration, working_days: Calendar) -> Node:
    if takes.kind is DayKind.WORKING:
        return Node(step.id, takes.days, working_days)
    is_period = step.kind is StepKind.MINIMUM_PERIOD and takes.days > 0
    return Node(step.id, takes.days, period_calendar(working_days) if is_period else EVERY_DAY)


def answer(question: Question, facts: Mapping[str, str]) -> str:
    """Return the project's answer, or the careful one while it has none that fits."""
    found = facts.get(question.fact)
    return found if found is not None and fits(question, found) else question.careful


def fits(question: Question, found: str) -> bool:
    """Tell whether an answer is one that the question allows."""
    if question.answers:
        return found in question.answers
    amount = amount_of(found)
    return amount is not None and 0 <= amount < _MOST


def known_facts(procedure: Procedure, facts: Mapping[str, str]) -> Mapping[str, str]:
    """Return the county's answers and the project's, which come first, where they fit.

    And what follows from them by law where nobody said otherwise.
    """
    said = {**procedure.given, **facts}
    asked = {question.fact: question for question in procedure.questions}
    known = {key: v for key, v in said.items() if key in asked and fits(asked[key], v)}
    for question in procedure.questions:
        for rule in question.follows:
            is_open = question.fact not in known and rule.regime in (None, procedure.regime)
            if is_open and rule.condition.holds(said) is True:
                known[question.fact] = rule.answer
    return known


def switched_off(procedure: Procedure, facts: Mapping[str, str]) -> frozenset[str]:
    """Return the steps that this project's facts make unnecessary; unknown ones are careful."""
    answers = _careful(procedure, facts)
    return frozenset(
        step.id
        for step in procedure.steps
        if step.condition and step.condition.holds(answers) is not True
    )


def links_dropped(procedure: Procedure, facts: Mapping[str, str]) -> frozenset[int]:
    """Return the positions of the links that a project drops; what is unknown is careful."""
    if not procedure.links_on_answers:
        return frozenset()
    answers = _careful(procedure, facts)
    return frozenset(
        n for n, condition in procedure.links_on_answers if condition.holds(answers) is not True
    )


def _careful(procedure: Procedure, facts: Mapping[str, str]) -> Mapping[str, str]:
    """Return an answer to every question, the careful one where nobody has answered."""
    known = known_facts(procedure, facts)
    return {question.fact: answer(question, known) for question in procedure.questions}


def open_questions(
    blueprint: Blueprint, facts: Mapping[str, str], over: frozenset[str] = frozenset()
) -> tuple[Question, ...]:
    """Return the questions nobody has answered and on which a step or a link of the plan hangs.

    Steps in `over` are done: nothing hangs on them any more.
    """
    known = known_facts(blueprint.procedure, facts)
    asked = {
        fact
        for step in blueprint.steps
        if step.id not in over and step.condition and step.condition.holds(known) is None
        for fact in step.condition.facts
    }
    asked |= {
        fact
        for link in blueprint.links
        if link.condition and link.successor not in over and link.condition.holds(known) is None
        for fact in link.condition.facts
    }
    return tuple(
        question
        for question in blueprint.procedure.questions
        if question.fact in asked and question.fact not in known
    )
