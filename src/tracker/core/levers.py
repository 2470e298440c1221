"""What would help: the lawful ways to be sooner, each as a column, and the best few together.

A lever is general (并联, 容缺, 提前介入); pulled at one place of a project it is a measure. Each is
computed with the days that its own decision takes: what it changes does not begin before.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from functools import lru_cache
from itertools import combinations
from math import ceil

import numpy as np

from tracker.core.calendars import boundary_before, day_from, day_until
from tracker.core.compile import Blueprint, known_facts, links_dropped, switched_off, tolerant
from tracker.core.conditions import Condition
from tracker.core.knowledge.ground import Ground
from tracker.core.model import (
    Basis,
    BlockReason,
    Citation,
    Duration,
    Level,
    LinkType,
    Name,
    Question,
    Step,
    StepKind,
)
from tracker.core.network import Network
from tracker.core.plan import Plan
from tracker.core.plan.engine.circuit import Circuit, wired
from tracker.core.plan.engine.solve import Forward
from tracker.core.plan.facts import NONE, Counts, Facts, Mask, Stage

MOST = 12
"""So many measures are weighed against one another in every lawful set."""


class Does(StrEnum):
    """What a lever changes in a plan."""

    PARALLEL = "parallel"
    """A step no longer waits for another that only custom puts before it."""
    TOLERATE = "tolerate"
    """Papers that may follow until the decision no longer hold up the acceptance."""
    ANSWER = "answer"
    """A question gets an answer that nobody has given yet."""
    EARLY = "early"
    """Preparing and examining overlap, so that a step takes what half of them take."""
    HURRY = "hurry"
    """An office decides in a share of its time."""
    RELEASE = "release"
    """What holds a step is released sooner than promised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """A lawful way to be sooner.

    Who `decided_by`, the step's own office where None, takes `within` to decide. `steps` are those
    it is for, all where there are none; `reasons` those it releases; `fact` and `answer` what it
    answers. `share` is that of a step's days which is left. It is for projects whose answers meet
    the `condition`; `proviso` is what must hold besides. Levers in `apart` exclude one another.
    """

    id: str
    name: Name
    does: Does
    decided_by: Name | None
    within: Duration
    laws: tuple[Citation, ...] = ()
    steps: frozenset[str] = frozenset()
    reasons: frozenset[BlockReason] = frozenset()
    fact: str = ""
    answer: str = ""
    share: float = 1.0
    cost: int = 1
    condition: Condition | None = None
    proviso: Name | None = None
    apart: frozenset[str] = frozenset()

    def law_on(self, day: date) -> Citation | None:
        """Return the first rule in force on `day` that it rests on."""
        return next((law for law in self.laws if law.holds_on(day)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A lever pulled in one project: at `step`, which waits no longer for `before`.

    `saved` are the working days by which the target is sooner with it alone. `by` is the last day
    for the decision, on which the first step that it touches begins: alone, or with all of a set.
    `question` is the one it answers.
    """

    lever: Lever
    step: Step | None
    before: tuple[Step, ...]
    saved: int
    by: date
    question: Question | None = None

    @property
    def decided_by(self) -> Name | None:
        """Return who decides."""
        return self.lever.decided_by or (self.step.office if self.step else None)


@dataclass(frozen=True, slots=True)
class Choice:
    """Measures together: when the target is reached then, and how many working days that saves."""

    measures: tuple[Measure, ...]
    finish: date
    saved: int
    is_in_time: bool


@dataclass(frozen=True, slots=True)
class Help:
    """The measures that save days, most first, and the best lawful set of them; None without any.

    The best set keeps the deadline at the least cost, or else saves the most days.
    """

    measures: tuple[Measure, ...]
    best: Choice | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a measure does to a column: by position of steps, and by number of arcs.

    `floors` are boundaries before which a step cannot begin, since its decision takes that long.
    """

    cut: frozenset[int] = frozenset()
    days: Mapping[int, int] = field(default_factory=dict)
    off: frozenset[int] = frozenset()
    on: frozenset[int] = frozenset()
    holds: frozenset[int] = frozenset()
    releases: Mapping[int, int] = field(default_factory=dict)
    floors: Mapping[int, int] = field(default_factory=dict)
    tolerates: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A measure that could be taken, and what it would change."""

    lever: Lever
    change: Change
    step: int | None = None
    before: tuple[int, ...] = ()
    arcs: frozenset[int] = frozenset()
    question: Question | None = None

    @property
    def touched(self) -> frozenset[int]:
        """Return the steps that begin or end otherwise at once."""
        change = self.change
        return frozenset((*change.floors, *change.days, *change.off, *change.releases))

    def excludes(self, other: "Option") -> bool:
        """Tell whether two options cannot be taken together."""
        if other.lever.id in self.lever.apart or self.lever.id in other.lever.apart:
            return True
        if self.lever.fact and self.lever.fact == other.lever.fact:
            return True
        if self.arcs & other.arcs:
            return True
        return bool(self.change.days.keys() & other.change.days.keys())


@dataclass(frozen=True, eq=False, kw_only=True)
class Bench:
    """One project on which measures are tried: its network, the world that is shown, its answers.

    `facts` is one column. `told` are the project's own answers, `assumed` what the world assumes
    beside them.
    """

    ground: Ground
    plan: Plan
    facts: Facts
    told: Mapping[str, str]
    assumed: Mapping[str, str]

    @property
    def answers(self) -> Mapping[str, str]:
        """Return the answers of the world that is shown."""
        return {**self.assumed, **self.told}

    @property
    def blueprint(self) -> Blueprint:
        """Return the network with its steps."""
        return self.ground.blueprint

    def is_waiting(self, step: int) -> bool:
        """Tell whether a step has not begun."""
        return int(self.facts.stage[step, 0]) == Stage.WAITING

    def is_left(self, step: int) -> bool:
        """Tell whether something of a step is left to do."""
        return int(self.facts.stage[step, 0]) < Stage.FINISHED

    def floor(self, lever: Lever) -> int:
        """Return the boundary before which nothing that a lever's decision allows can begin."""
        day = self.plan.status_date
        if lever.within.days:
            day = self.blueprint.working_days.nth_after(day, lever.within.days)
        return boundary_before(day)


def options(bench: Bench, levers: Sequence[Lever]) -> list[Option]:
    """Return what could be done about a project, whether it helps or not."""
    found: list[Option] = []
    for lever in levers:
        if lever.condition and lever.condition.holds(bench.answers) is False:
            continue
        found.extend(_OPTIONS[lever.does](bench, lever))
    return found


def _parallel(bench: Bench, lever: Lever) -> Iterator[Option]:
    arcs, floor = bench.blueprint.network.arcs, bench.floor(lever)
    cut = bench.facts.cut
    for arc, link in zip(arcs, bench.ground.links, strict=True):
        before, after = arc.predecessor, arc.successor
        holds = cut is None or not cut[arc.number, 0]
        is_custom = link.basis in (Basis.CUSTOM, Basis.ADVICE)
        if is_custom and holds and bench.is_left(before) and bench.is_waiting(after):
            yield Option(
                lever=lever,
                change=Change(cut=frozenset({arc.number}), floors={after: floor}),
                step=after,
                before=(before,),
                arcs=frozenset({arc.number}),
            )


def _tolerate(bench: Bench, lever: Lever) -> Iterator[Option]:
    found = [
        arc
        for arc, link in zip(bench.blueprint.network.arcs, bench.ground.links, strict=True)
        if link.tolerable
        and arc.type is LinkType.FINISH_TO_START
        and bench.is_left(arc.predecessor)
        and bench.is_waiting(arc.successor)
    ]
    if found:
        floor = bench.floor(lever)
        yield Option(
            lever=lever,
            change=Change(tolerates=True, floors={arc.successor: floor for arc in found}),
            step=found[0].successor if len({arc.successor for arc in found}) == 1 else None,
            before=tuple(arc.predecessor for arc in found),
            arcs=frozenset(arc.number for arc in found),
        )


def _answer(bench: Bench, lever: Lever) -> Iterator[Option]:
    procedure, ids = bench.blueprint.procedure, bench.blueprint.network.position
    question = next((each for each in procedure.questions if each.fact == lever.fact), None)
    if question is None or known_facts(procedure, bench.answers).get(lever.fact) == lever.answer:
        return
    if lever.fact in bench.told and not question.of_county:
        return  # somebody said otherwise, and no decision makes it untrue
    after = {**bench.answers, lever.fact: lever.answer}
    off = [switched_off(procedure, answers) for answers in (bench.answers, after)]
    dropped = [links_dropped(procedure, answers) for answers in (bench.answers, after)]
    goes = frozenset(ids[step] for step in off[1] - off[0] if step in ids)
    comes = frozenset(ids[step] for step in off[0] - off[1] if step in ids)
    goes = frozenset(step for step in goes if bench.is_left(step))
    comes = frozenset(step for step in comes if int(bench.facts.stage[step, 0]) == Stage.OFF)
    place = {id(link): n for n, link in enumerate(bench.ground.links)}
    links = [
        frozenset(place[id(link)] for n in numbers if id(link := procedure.links[n]) in place)
        for numbers in (dropped[1] - dropped[0], dropped[0] - dropped[1])
    ]
    if goes or links[0]:
        arcs = bench.blueprint.network.arcs
        freed = {arc.successor for arc in arcs if arc.number in links[0] or arc.predecessor in goes}
        freed = {n for n in freed | comes if n not in goes and bench.is_waiting(n)}
        yield Option(
            lever=lever,
            change=Change(
                off=goes,
                on=comes,
                cut=links[0],
                holds=links[1],
                floors=dict.fromkeys(freed, bench.floor(lever)),
            ),
            step=min(goes, default=None),
            question=question,
        )


def _hurried(bench: Bench, lever: Lever) -> Iterator[Option]:
    for n, step in enumerate(bench.blueprint.steps):
        is_meant = step.id in lever.steps if lever.steps else _is_of_the_county(step)
        if not is_meant or not bench.is_left(n):
            continue
        days = _fewer_days(bench, lever, n)
        if days < int(bench.facts.days[n, 0]):
            yield Option(lever=lever, change=Change(days={n: days}), step=n)


def _is_of_the_county(step: Step) -> bool:
    return step.kind is StepKind.AUTHORITY_LIMIT and step.level is Level.COUNTY


def _fewer_days(bench: Bench, lever: Lever, n: int) -> int:
    """Return the days that are left of a step under a lever; those worked are kept."""
    step, takes, left = bench.blueprint.steps[n], bench.blueprint.takes[n], bench.facts.days[n, 0]
    if lever.does is Does.EARLY:
        usual = step.typical.p50 if step.typical else None
        whole = usual.days if usual and usual.kind is takes.kind else takes.days
    else:
        whole = ceil(takes.days * lever.share)
    return max(1, int(left) - max(0, takes.days - whole)) if takes.days else int(left)


def _release(bench: Bench, lever: Lever) -> Iterator[Option]:
    floor = bench.floor(lever)
    for n, planned in enumerate(bench.plan.steps):
        block = planned.progress.block
        if block and block.reason in lever.reasons and int(bench.facts.not_before[n, 0]) > floor:
            yield Option(lever=lever, change=Change(releases={n: floor}), step=n)


_OPTIONS = {
    Does.PARALLEL: _parallel,
    Does.TOLERATE: _tolerate,
    Does.ANSWER: _answer,
    Does.EARLY: _hurried,
    Does.HURRY: _hurried,
    Does.RELEASE: _release,
}


def ends(bench: Bench, found: Sequence[Option], member: Mask) -> Counts:
    """Return the boundary at which the target ends with each set of options.

    `member` is `(options, sets)`.
    """
    finish = np.zeros(member.shape[1], np.int16)
    for here, passed in _passes(bench, found, member):
        finish[here] = passed.finish
    return finish


def courses(bench: Bench, found: Sequence[Option], member: Mask) -> tuple[Counts, Counts]:
    """Return the boundaries at which each step starts and the target ends with each set.

    `(steps, sets)` and `(sets,)`.
    """
    begins = np.zeros((len(bench.blueprint.steps), member.shape[1]), np.int16)
    finish = np.zeros(member.shape[1], np.int16)
    for here, passed in _passes(bench, found, member):
        finish[here] = passed.finish
        for step in range(len(begins)):
            begins[step, here] = passed.starts(step)
    return begins, finish


def _passes(bench: Bench, found: Sequence[Option], member: Mask) -> Iterator[tuple[Mask, Forward]]:
    """Yield a forward pass for the sets without tolerance, and one for those with it."""
    late = np.zeros(member.shape[1], dtype=np.bool_)
    for n, option in enumerate(found):
        if option.change.tolerates:
            late |= member[n]
    for network, here in ((bench.blueprint.network, ~late), (_tolerant(bench.blueprint), late)):
        if here.any():
            facts = _columns(bench.facts, network, found, member[:, here])
            yield here, Forward(_circuit(network, bench.ground), facts)


@lru_cache(maxsize=256)
def _circuit(network: Network, ground: Ground) -> Circuit:
    """Return a circuit that serves any set of options.

    It has a way through every step, and a gate at every arc that custom, advice or an answer
    makes: no other is ever cut.
    """
    everywhere = frozenset(range(len(network.nodes)))
    gates = (
        n
        for n, link in enumerate(ground.links)
        if link.condition or link.basis in (Basis.CUSTOM, Basis.ADVICE)
    )
    return wired(network, everywhere, frozenset(gates))


@lru_cache(maxsize=128)
def _tolerant(blueprint: Blueprint) -> Network:
    return tolerant(blueprint)


def _columns(facts: Facts, network: Network, found: Sequence[Option], member: Mask) -> Facts:
    """Return the shown world once for each set, changed by it."""
    count = member.shape[1]
    nothing = np.zeros((len(network.arcs), 1), dtype=np.bool_)
    cut = np.repeat(nothing if facts.cut is None else facts.cut, count, axis=1)
    rows = {
        f.name: np.repeat(getattr(facts, f.name), count, axis=-1)
        for f in fields(facts)
        if f.name != "cut"
    }
    for option, taken in zip(found, member, strict=True):
        for arc in option.change.cut:
            cut[arc, taken] = True
        for arc in option.change.holds:
            cut[arc, taken] = False
        _change_steps(option.change, taken, network, rows)
    free = rows["not_before"]
    for option, taken in zip(found, member, strict=True):
        for n, day in option.change.floors.items():
            free[n, taken] = np.maximum(free[n, taken], day)
    return Facts(cut=cut, **rows)


def _change_steps(
    change: Change, taken: Mask, network: Network, rows: Mapping[str, Counts]
) -> None:
    stage, days, free = rows["stage"], rows["days"], rows["not_before"]
    for n in change.off:
        stage[n, taken], days[n, taken] = Stage.OFF, 0
    for n in change.on:
        stage[n, taken], days[n, taken] = Stage.WAITING, network.nodes[n].days
    for n, left in change.days.items():
        days[n, taken] = np.minimum(days[n, taken], left)
    for n, day in change.releases.items():
        free[n, taken] = np.minimum(free[n, taken], day)


def what_helps(bench: Bench, levers: Sequence[Lever]) -> Help:
    """Return the measures that save days, and the best set of at most `MOST` of them."""
    found = options(bench, levers)
    if not found or bench.plan.finish is None:
        return Help((), None)
    none_and_each = np.eye(len(found), len(found) + 1, k=1, dtype=np.bool_)
    begins, finish = courses(bench, found, none_and_each)
    worked = bench.blueprint.working_days.worked_before
    counted: list[int] = worked.take(finish).tolist()
    saved = [counted[0] - each for each in counted[1:]]
    measures = [
        _measure(bench, option, saved[n], begins[:, 0], begins[:, n + 1])
        for n, option in enumerate(found)
    ]
    helping = sorted(
        (each for each in measures if each.saved > 0),
        key=lambda each: (-each.saved, each.lever.cost, each.lever.id),
    )
    weighed = _weighed(bench, found, saved)
    chosen, end = best_of(bench, [found[n] for n in weighed])
    together = counted[0] - worked[end]
    if together <= 0:
        return Help(tuple(helping), None)
    deadline = int(bench.facts.deadline[0])
    taken = [weighed[n] for n in chosen]
    member = np.zeros((len(found), 1), dtype=np.bool_)
    member[taken] = True
    with_all = courses(bench, found, member)[0][:, 0]
    best = Choice(
        measures=tuple(_measure(bench, found[n], saved[n], begins[:, 0], with_all) for n in taken),
        finish=bench.blueprint.working_days.marked(day_until(end)),
        saved=together,
        is_in_time=deadline != NONE and end <= deadline,
    )
    return Help(tuple(helping), best)


def _measure(bench: Bench, option: Option, saved: int, before: Counts, after: Counts) -> Measure:
    """Return an option as people read it. `before` and `after` are where the steps start."""
    steps, today, at = bench.blueprint.steps, bench.plan.status_date, option.step
    off = option.change.off
    moments = [int((before if n in off else after)[n]) for n in option.touched]
    by = max(today, day_from(min(moments))) if moments else today
    return Measure(
        lever=option.lever,
        step=None if at is None else steps[at],
        before=tuple(steps[n] for n in option.before),
        saved=saved,
        by=bench.blueprint.working_days.marked(by),
        question=option.question,
    )


def _weighed(bench: Bench, found: Sequence[Option], saved: Sequence[int]) -> list[int]:
    """Return the options that are worth weighing together, by position: at most `MOST`.

    Those that save days alone, and those that the soonest course needs.
    """
    needed = _needed_by_the_soonest(bench, found)
    worth = [n for n, days in enumerate(saved) if days > 0 or n in needed]
    worth.sort(key=lambda n: (n not in needed, -saved[n], found[n].lever.cost, n))
    return sorted(worth[:MOST])


def _needed_by_the_soonest(bench: Bench, found: Sequence[Option]) -> set[int]:
    """Return options without any of which the soonest lawful course would be later."""
    kept: list[int] = []
    for n, option in enumerate(found):
        if not any(option.excludes(found[other]) for other in kept):
            kept.append(n)
    soonest = _ends(bench, found, [kept])[0]
    while kept:
        without = _ends(bench, found, [[n for n in kept if n != left_out] for left_out in kept])
        spare = [n for n, end in zip(kept, without, strict=True) if end <= soonest]
        if not spare:
            break
        spare.sort(key=lambda n: (-found[n].lever.cost, -n))
        kept = _without_spare(bench, found, kept, spare, soonest)
    return set(kept)


def _without_spare(
    bench: Bench, found: Sequence[Option], kept: list[int], spare: list[int], soonest: int
) -> list[int]:
    """Return what is kept without as many of the spare ones at once as nobody misses."""
    counts = sorted({len(spare) >> shift for shift in range(len(spare).bit_length())}, reverse=True)
    tries = [[n for n in kept if n not in spare[:count]] for count in counts]
    ends_ = _ends(bench, found, tries)
    return next(fewer for fewer, end in zip(tries, ends_, strict=True) if end <= soonest)


def _ends(bench: Bench, found: Sequence[Option], sets: Sequence[Sequence[int]]) -> list[int]:
    member = np.zeros((len(found), len(sets)), dtype=np.bool_)
    for k, chosen in enumerate(sets):
        member[list(chosen), k] = True
    found_ends: list[int] = ends(bench, found, member).tolist()
    return found_ends


def best_of(bench: Bench, found: Sequence[Option]) -> tuple[tuple[int, ...], int]:
    """Return the best lawful set of some options by position, of all there are, and its finish.

    It keeps the deadline at the least cost; where none does it is the soonest, at the least cost.
    """
    member = _lawful_sets(found)
    finish = ends(bench, found, member).astype(np.int64)
    costs = np.array([option.lever.cost for option in found], dtype=np.int64) @ member
    is_late = finish > int(bench.facts.deadline[0])
    first, second = (finish, costs), (costs, finish)
    keys = [np.where(is_late, one, other) for one, other in zip(first, second, strict=True)]
    order = np.lexsort((keys[1], keys[0], is_late))
    best = int(order[0])
    return tuple(np.flatnonzero(member[:, best]).tolist()), int(finish[best])


def _lawful_sets(found: Sequence[Option]) -> Mask:
    """Return every set of options that can be taken together: `(options, sets)`."""
    masks = np.arange(1 << len(found))
    member = (masks >> np.arange(len(found))[:, None] & 1).astype(np.bool_)
    is_lawful = np.ones(len(masks), dtype=np.bool_)
    for one, other in combinations(range(len(found)), 2):
        if found[one].excludes(found[other]):
            is_lawful &= ~(member[one] & member[other])
    sets: Mask = member[:, is_lawful]
    return sets
