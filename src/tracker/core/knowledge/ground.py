"""A network with all that a project's answers may change, ready for many columns at once."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from tracker.core.compile import Blueprint
from tracker.core.conditions import Condition
from tracker.core.knowledge.answers import Answers
from tracker.core.model import Basis, Link, LinkType, StepKind
from tracker.core.network import Arc
from tracker.core.plan import hurried_days
from tracker.core.plan.facts import Counts, Mask


@dataclass(frozen=True, slots=True)
class LawArc:
    """A link by law or logic, between positions; `number` is its place in the network's arcs."""

    number: int
    predecessor: int
    successor: int
    type: LinkType
    hangs_on_answers: bool


@dataclass(frozen=True, eq=False)
class Ground:
    """A blueprint whose network has every link that some answer asks for."""

    blueprint: Blueprint

    @cached_property
    def answers(self) -> Answers:
        """Return the questions of its procedure."""
        return Answers(self.blueprint.procedure)

    @cached_property
    def count(self) -> int:
        """Return the number of steps."""
        return len(self.blueprint.steps)

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Return the link of each arc of the network."""
        place = self.blueprint.network.position
        return tuple(sorted(self.blueprint.links, key=lambda link: place[link.successor]))

    @cached_property
    def conditions(self) -> tuple[Condition | None, ...]:
        """Return the conditions of the steps, each once: many steps share one."""
        return tuple(dict.fromkeys(step.condition for step in self.blueprint.steps))

    @cached_property
    def condition_of(self) -> npt.NDArray[np.intp]:
        """Return the place of each step's condition."""
        places = {condition: n for n, condition in enumerate(self.conditions)}
        steps = self.blueprint.steps
        return np.array([places[step.condition] for step in steps], dtype=np.intp)

    @cached_property
    def law_into(self) -> tuple[tuple[LawArc, ...], ...]:
        """Return, for each step, the links into it that no practice can set aside."""
        groups: list[list[LawArc]] = [[] for _ in self.blueprint.steps]
        for arc, link in zip(self.blueprint.network.arcs, self.links, strict=True):
            if link.basis in (Basis.LAW, Basis.LOGIC):
                groups[arc.successor].append(
                    LawArc(
                        arc.number,
                        arc.predecessor,
                        arc.successor,
                        arc.type,
                        link.condition is not None,
                    )
                )
        return tuple(map(tuple, groups))

    @cached_property
    def links_on_answers(self) -> tuple[npt.NDArray[np.intp], tuple[Condition | None, ...]]:
        """Return the links that hold only for some answers, by number, and their conditions."""
        numbers = [n for n, link in enumerate(self.links) if link.condition]
        conditions = tuple(self.links[n].condition for n in numbers)
        return np.array(numbers, dtype=np.intp), conditions

    @cached_property
    def leads_always(self) -> Mask:
        """Return `(steps, 1)`: which steps lead to the target whatever the answers are."""
        leads = np.zeros((self.count, 1), dtype=np.bool_)
        leads[-1] = True
        for arc in reversed(self.blueprint.network.arcs):
            if self.links[arc.number].condition is None:
                leads[arc.predecessor] |= leads[arc.successor]
        return leads

    @cached_property
    def doubtful_arcs(self) -> tuple[Arc, ...]:
        """Return the arcs from steps that may or may not lead to the target, the last first."""
        leads = self.leads_always[:, 0].tolist()
        arcs = self.blueprint.network.arcs
        return tuple(arc for arc in reversed(arcs) if not leads[arc.predecessor])

    @cached_property
    def days(self) -> Counts:
        """Return `(steps, 1)`: the days that each step takes, of its own calendar."""
        return np.array([[node.days] for node in self.blueprint.network.nodes], dtype=np.int16)

    @cached_property
    def hurried_days(self) -> Counts:
        """Return `(steps, 1)`: the fewest days in which each step can lawfully be done."""
        return hurried_days(self.blueprint)

    @cached_property
    def least_days(self) -> Counts:
        """Return `(steps, 1)`: the days of a minimum period, which nothing shortens; else 0."""
        kinds = [step.kind is StepKind.MINIMUM_PERIOD for step in self.blueprint.steps]
        return self.hurried_days * np.array(kinds, dtype=np.int16)[:, None]

    @cached_property
    def successors(self) -> npt.NDArray[np.intp]:
        """Return the successor of each arc."""
        return np.array([a.successor for a in self.blueprint.network.arcs], dtype=np.intp)

    @cached_property
    def yields(self) -> Mask:
        """Return `(arcs, 1)`: which links give way to a step that has begun."""
        arcs = self.blueprint.network.arcs
        return np.array([arc.yields for arc in arcs], dtype=np.bool_).reshape(-1, 1)

    @cached_property
    def groups(self) -> tuple[tuple[int, ...], ...]:
        """Return the steps of which a heading may mean any, by position; those in the network."""
        place = self.blueprint.network.position
        found = (
            tuple(place[step] for step in group if step in place)
            for group in self.blueprint.procedure.alike
        )
        return tuple(group for group in found if len(group) > 1)

    @cached_property
    def acceptance(self) -> Mask:
        """Return `(steps, 1)`: which steps an authority takes up, once what it needs is there."""
        kinds = [step.kind is StepKind.AUTHORITY_LIMIT for step in self.blueprint.steps]
        return np.array(kinds, dtype=np.bool_)[:, None]


@lru_cache(maxsize=128)
def ground_of(blueprint: Blueprint) -> Ground:
    """Return the ground of a blueprint, made once."""
    return Ground(blueprint)
