"""What would help: the best set is the best of all, and nothing that is not lawful is proposed."""

from dataclasses import replace
from datetime import date
from itertools import chain, combinations
from random import Random

import pytest

from tests.support.histories import STATUS_DATE, Habits, make
from tracker.core.calendars import EVERY_DAY
from tracker.core.compile import switched_off
from tracker.core.knowledge.ground import ground_of
from tracker.core.levers import Bench, Does, Help, Option, best_of, options, what_helps
from tracker.core.model import Basis, LinkType, StepKind
from tracker.core.network import build
from tracker.core.plan import plan
from tracker.core.plan.engine.solve import solve
from tracker.core.plan.facts import Stage
from tracker.core.plan.record import recorded_facts
from tracker.core.track import progress
from tracker.law import Catalog


def bench_of(law: Catalog, seed: int, *, late: int = 40) -> Bench | None:
    """A project somewhere on its way, which cannot keep its deadline unless something helps."""
    random = Random(seed)
    made = make(law, random, slack=5, habits=Habits())
    blueprint = law.blueprint(made.procedure, made.target, STATUS_DATE, answers=made.facts)
    off = switched_off(blueprint.procedure, made.facts) & frozenset(blueprint.ids)
    events = [made.event(step) for step in made.spans]
    known = progress(blueprint, events, off, STATUS_DATE)
    free = plan(blueprint, known, status_date=STATUS_DATE, deadline=None)
    if free.finish is None:
        return None
    deadline = max(STATUS_DATE, date.fromordinal(free.finish.toordinal() - random.randrange(late)))
    return Bench(
        ground=ground_of(blueprint),
        plan=plan(blueprint, known, status_date=STATUS_DATE, deadline=deadline),
        facts=recorded_facts(blueprint.network, known, status_date=STATUS_DATE, deadline=deadline),
        told=made.facts,
        assumed={},
    )


def finish_by_hand(bench: Bench, chosen: tuple[Option, ...]) -> int:
    """The target's end with some options: the links taken out, one world, plain integers."""
    blueprint, facts = bench.blueprint, bench.facts
    cut = set().union(*(option.change.cut for option in chosen)) if chosen else set()
    links = [link for n, link in enumerate(bench.ground.links) if n not in cut]
    if any(option.change.tolerates for option in chosen):
        links = [
            replace(link, type=LinkType.FINISH_TO_FINISH)
            if link.tolerable and link.type is LinkType.FINISH_TO_START
            else link
            for link in links
        ]
    stage, days, free = facts.stage.copy(), facts.days.copy(), facts.not_before.copy()
    floors = []
    for change in (option.change for option in chosen):
        floors += change.floors.items()
        for n in change.off:
            stage[n], days[n] = Stage.OFF, 0
        for n in change.on:
            stage[n], days[n] = Stage.WAITING, blueprint.network.nodes[n].days
        for n, left in change.days.items():
            days[n] = min(int(days[n, 0]), left)
        for n, day in change.releases.items():
            free[n] = min(int(free[n, 0]), day)
    for n, day in floors:
        free[n] = max(int(free[n, 0]), day)
    network = build(blueprint.network.nodes, links, EVERY_DAY)
    order = [blueprint.network.position[node.id] for node in network.nodes]
    moved = {
        name: getattr(facts, name)[order] for name in ("began", "stood", "last_start", "last_end")
    }
    world = replace(
        facts, stage=stage[order], days=days[order], not_before=free[order], cut=None, **moved
    )
    return int(solve(network, world).finish)


def sets_of(found: list[Option]) -> chain[tuple[Option, ...]]:
    return chain.from_iterable(combinations(found, size) for size in range(len(found) + 1))


def test_the_best_set_of_fifty_projects_is_the_best_of_all(law: Catalog) -> None:
    tried, in_time, several = 0, 0, 0
    for seed in range(400):
        bench = bench_of(law, seed)
        found = options(bench, law.levers) if bench else []
        if bench is None or len(found) < 3:
            continue
        random = Random(seed)
        few = random.sample(found, k=min(len(found), random.randrange(3, 7)))
        chosen, finish = best_of(bench, few)
        taken = [few[n] for n in chosen]
        deadline = int(bench.facts.deadline[0])
        best: tuple[bool, int, int] | None = None
        for each in sets_of(few):
            if any(one.excludes(other) for one, other in combinations(each, 2)):
                continue
            end, cost = finish_by_hand(bench, each), sum(option.lever.cost for option in each)
            rank = (True, end, cost) if end > deadline else (False, cost, end)
            best = min(best or rank, rank)
        cost = sum(option.lever.cost for option in taken)
        assert finish == finish_by_hand(bench, tuple(taken))
        got = (True, finish, cost) if finish > deadline else (False, cost, finish)
        assert got == best
        tried, several = tried + 1, several + (len(taken) > 1)
        in_time += finish <= deadline
        if tried == 50:
            break
    assert tried == 50
    assert several > 5
    assert 5 < in_time < 50


def test_what_is_proposed_is_lawful(law: Catalog) -> None:
    kinds = set()
    for seed in range(60):
        bench = bench_of(law, seed)
        if bench is None:
            continue
        found = options(bench, law.levers)
        for option in found:
            kinds.add(option.lever.does)
            for arc in option.change.cut:
                basis = bench.ground.links[arc].basis
                assert option.lever.does is not Does.PARALLEL or basis in (
                    Basis.CUSTOM,
                    Basis.ADVICE,
                )
            for n, left in option.change.days.items():
                step = bench.blueprint.steps[n]
                assert step.kind is not StepKind.MINIMUM_PERIOD
                assert 1 <= left < bench.facts.days[n, 0]
            if option.lever.does is Does.ANSWER:
                question = option.question
                assert question
                assert question.of_county or question.fact not in bench.told
    assert {Does.PARALLEL, Does.TOLERATE, Does.EARLY, Does.HURRY} <= kinds


def test_what_helps_saves_days_and_keeps_apart_what_excludes_itself(law: Catalog) -> None:
    for seed in range(40):
        bench = bench_of(law, seed)
        helped = what_helps(bench, law.levers) if bench else Help((), None)
        assert all(measure.saved > 0 for measure in helped.measures)
        if helped.best:
            assert helped.best.saved >= max((m.saved for m in helped.measures), default=0) or (
                helped.best.is_in_time
            )
            measures = helped.best.measures
            for one, other in combinations(measures, 2):
                assert one.lever.id not in other.lever.apart
                is_same = one.step == other.step and one.lever.does == other.lever.does
                assert not (is_same and one.lever.does in (Does.EARLY, Does.HURRY))


def test_options_of_one_step_or_one_question_are_never_taken_together(law: Catalog) -> None:
    found = 0
    for seed in range(60):
        bench = bench_of(law, seed)
        if bench is None:
            continue
        every = options(bench, law.levers)
        days = [option for option in every if option.change.days]
        for one, other in combinations(days, 2):
            if one.change.days.keys() & other.change.days.keys():
                chosen, _ = best_of(bench, [one, other])
                assert len(chosen) < 2
                found += 1
    assert found > 3


@pytest.mark.parametrize("within", [0, 3, 20])
def test_nothing_begins_before_it_is_decided(law: Catalog, within: int) -> None:
    """A measure whose decision takes longer never saves more days."""
    lever = next(lever for lever in law.levers if lever.does is Does.PARALLEL)
    slow = replace(lever, within=replace(lever.within, days=within))
    for seed in range(40):
        bench = bench_of(law, seed)
        if bench is None:
            continue
        for option in options(bench, [slow]):
            assert option.step is not None
            floor = option.change.floors[option.step]
            assert floor == bench.floor(slow)
            worked = law.working_days.worked_before
            assert worked[floor] - worked[int(bench.facts.today[0])] >= within - 1
