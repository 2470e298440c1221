"""Best and worst against every world that fits, on small made-up procedures."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from random import Random

import numpy as np

from tracker.core.calendars import EVERY_DAY, boundary_after
from tracker.core.compile import Blueprint, compile_target, links_dropped, switched_off
from tracker.core.conditions import parse
from tracker.core.knowledge.ground import Ground
from tracker.core.knowledge.states import States
from tracker.core.knowledge.told import told_of
from tracker.core.knowledge.worlds import DONE, bounds_of
from tracker.core.law import DayKind, Duration, Name
from tracker.core.model import (
    Basis,
    Event,
    EventKind,
    Link,
    LinkType,
    Owner,
    Procedure,
    Question,
    Regime,
    Step,
    StepKind,
)
from tracker.core.plan import plan
from tracker.core.track import progress

DAY = date(2026, 3, 2)
NAME = Name("某", "some")
QUESTIONS = tuple(
    Question(fact=fact, name=NAME, text=NAME, answers=("yes", "no"), careful="yes")
    for fact in ("a", "b")
)
CONDITIONS = (None, None, None, "a == yes", "b == yes", "a == yes or b == yes")
PARTS = (EventKind.NOT_STARTED, EventKind.STARTED, EventKind.FINISHED)
World = Mapping[str, EventKind]


def procedure(random: Random, steps: int) -> Procedure:
    made = tuple(_step(random, n, is_last=n == steps - 1) for n in range(steps))
    links = []
    for n in range(1, steps):
        for before in random.sample(range(n), min(n, random.randint(1, 2))):
            condition = random.choice((None, None, None, "a == yes"))
            links.append(
                Link(
                    predecessor=made[before].id,
                    successor=made[n].id,
                    type=random.choice((*[LinkType.FINISH_TO_START] * 4, *LinkType)),
                    basis=random.choice((Basis.LAW, Basis.LAW, Basis.LOGIC, Basis.CUSTOM)),
                    condition=parse(condition) if condition else None,
                )
            )
    links += [
        Link(predecessor=step.id, successor=made[-1].id, basis=Basis.LAW)
        for step in made[:-1]
        if step.id not in {link.predecessor for link in links}
    ]
    return Procedure(
        id="small",
        name=NAME,
        regime=Regime.APPROVAL,
        valid_from=date.min,
        valid_to=None,
        steps=made,
        links=tuple(links),
        questions=QUESTIONS,
        file="small.yaml",
    )


def _step(random: Random, n: int, *, is_last: bool) -> Step:
    condition = None if is_last else random.choice(CONDITIONS)
    return Step(
        id=f"s{n}",
        name=NAME,
        kind=StepKind.AUTHORITY_LIMIT,
        owner=Owner.AUTHORITY,
        office=NAME,
        takes=Duration(random.randint(2, 9), DayKind.CALENDAR),
        condition=parse(condition) if condition else None,
    )


class Case:
    """A procedure, one full truth of it, and what is told of that."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.procedure = procedure(self.random, 5)
        self.whole = compile_target(self.procedure, "s4", EVERY_DAY, DAY)
        worlds = list(self.worlds({}, {}))
        facts, truth = self.random.choice(worlds)
        self.told = {s: kind for s, kind in truth.items() if self.random.random() < 0.5}
        self.facts = {f: given for f, given in facts.items() if self.random.random() < 0.4}

    def worlds(
        self, told: World, facts: Mapping[str, str]
    ) -> Iterator[tuple[dict[str, str], dict[str, EventKind]]]:
        """Return every answer with every state of every step that keeps the law."""
        for answers in product(*(q.answers for q in QUESTIONS)):
            given = dict(zip(("a", "b"), answers, strict=True))
            if any(given[fact] != known for fact, known in facts.items()):
                continue
            off = switched_off(self.procedure, given)
            needed = [step for step in self.whole.ids if step not in off]
            for states in product(PARTS, repeat=len(needed)):
                world = dict(zip(needed, states, strict=True))
                if all(_fits(world.get(s), kind) for s, kind in told.items()) and self.is_lawful(
                    world, given
                ):
                    yield given, {s: world.get(s, EventKind.NOT_NEEDED) for s in self.whole.ids}

    def is_lawful(self, world: World, given: Mapping[str, str]) -> bool:
        """Tell whether nothing is done or begun before what law puts first; off passes it on."""
        dropped = links_dropped(self.procedure, given)
        law = [
            link
            for n, link in enumerate(self.procedure.links)
            if n not in dropped and link.basis in (Basis.LAW, Basis.LOGIC)
        ]
        over: dict[str, bool] = {}
        begun: dict[str, bool] = {}
        for step in self.whole.ids:
            starts = ends = True
            for link in (link for link in law if link.successor == step):
                met = (begun if link.type.is_from_start else over)[link.predecessor]
                starts, ends = (
                    (starts, ends and met) if link.type.is_to_finish else (starts and met, ends)
                )
            state = world.get(step)
            if state is None:
                begun[step], over[step] = starts, starts and ends
                continue
            if state is not EventKind.NOT_STARTED and not starts:
                return False
            if state is EventKind.FINISHED and not ends:
                return False
            begun[step] = state is not EventKind.NOT_STARTED
            over[step] = state is EventKind.FINISHED
        return True

    def finish(self, world: World, given: Mapping[str, str]) -> int:
        """Return where the plan of a full truth ends."""
        dropped = links_dropped(self.procedure, given)
        links = tuple(link for n, link in enumerate(self.procedure.links) if n not in dropped)
        blueprint = compile_target(replace(self.procedure, links=links), "s4", EVERY_DAY, DAY)
        off = switched_off(self.procedure, given) & frozenset(blueprint.ids)
        events = [_event(self.whole, s, kind) for s, kind in world.items() if s in blueprint.ids]
        known = progress(blueprint, events, off, DAY)
        found = plan(blueprint, known, status_date=DAY, deadline=None)
        return boundary_after(found.finish) if found.finish else DONE


def _fits(state: EventKind | None, told: EventKind) -> bool:
    """Tell whether a state is as told; None is a step that is not needed, as 未办 may say too."""
    if state is None:
        return told in (EventKind.NOT_NEEDED, EventKind.NOT_STARTED)
    return told is state


def _event(blueprint: Blueprint, step: str, kind: EventKind) -> Event:
    """Return a state as an event; what is under way has one day left."""
    takes = blueprint.takes[blueprint.ids.index(step)].days
    days = {EventKind.STARTED: DAY - timedelta(takes), EventKind.FINISHED: DAY - timedelta(1)}
    return Event(step=step, kind=kind, day=days.get(kind), known_by=DAY)


def test_no_world_lies_outside_best_and_worst() -> None:
    """Of small procedures every world that fits is planned: both bounds hold, and are met."""
    early, late = [], []
    for seed in range(120):
        case = Case(seed)
        ground = Ground(case.whole)
        events = [_event(case.whole, step, kind) for step, kind in case.told.items()]
        known = progress(case.whole, events, frozenset(), DAY)
        told = told_of(ground, known, case.facts, status_date=DAY, deadline=None)
        bounds = bounds_of(States(ground, told))
        ends = [case.finish(world, given) for given, world in case.worlds(case.told, case.facts)]
        assert bounds.best[0] <= min(ends), seed
        assert bounds.worst[0] >= max(ends), seed
        early.append(min(ends) - int(bounds.best[0]))
        late.append(int(bounds.worst[0]) - max(ends))
    assert np.mean(np.array(early) == 0) > 0.95
    assert np.mean(np.array(late) == 0) > 0.85
    assert max(late) < 10
