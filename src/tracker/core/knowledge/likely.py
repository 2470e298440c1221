"""What lies between the best and the worst: draws from moments of histories that look alike.

A *case* is a history at one of its moments: which steps were needed, over or under way. A project
is compared with all cases, and those that agree with what is told of it count more; its silent
steps and open questions are taken as the drawn cases had them, as far as the law lets them. The
histories are made up: answers by their usual shares, steps that take their plan's days more or
less.
"""

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from math import exp

import numpy as np
import numpy.typing as npt

from tracker.core.calendars import boundary_before
from tracker.core.knowledge.answers import Bits
from tracker.core.knowledge.ground import Ground
from tracker.core.knowledge.states import States
from tracker.core.knowledge.told import Said, Told
from tracker.core.knowledge.worlds import Guess
from tracker.core.plan.engine.solve import forward_of
from tracker.core.plan.facts import NONE, Counts, Facts, Mask, Stage

HISTORIES, MOMENTS, DRAWS = 96, 12, 48
_SEED = 20251130
_BEGIN = date(2025, 1, 2)
"""When made-up histories begin: one day, since a network is kept from one status date to others."""
_SPREAD = 0.5
"""Sigma of the lognormal by which made-up steps leave their plan's days: four fifths take at most
half as long again."""
_BEYOND = 1.05
"""How far past its end a history may be looked at: a silent target may be reached."""
_ALIKE = np.array([exp(-cost / 5) for cost in range(1000)])
"""What a case weighs by how it differs, in tenths of a step; as a table, since an array's own
exponential may differ in its last digit from one run to the next."""
_COST = np.array(
    [  # of a case in which the step is ... not needed, not begun, under way, over
        [0, 0, 0, 0],  # silent, and no ledger could have said anything
        [0, 10, 10, 10],  # told as not needed
        [10, 0, 7, 15],  # not begun
        [10, 7, 0, 7],  # under way
        [10, 15, 7, 0],  # finished
        [3, 0, 3, 10],  # left blank: most clerks write what is done
    ],
    dtype=np.int32,
)
_BLANK = len(_COST) - 1
_ANSWER_COST = 10
"""Costs are in tenths."""

Weights = npt.NDArray[np.float64]
Costs = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False, kw_only=True)
class Histories:
    """When each step began and ended, `(steps, histories)` in days from the history's begin.

    Of a step that a history did not need, when it would have been over: just before the first one
    behind it began. `answers` holds one class for each question; `ends` is when all was over.
    """

    starts: Counts
    finishes: Counts
    needed: Mask
    answers: Bits

    @property
    def ends(self) -> Counts:
        """Return when the target was reached."""
        last: Counts = self.finishes[-1]
        return last


@dataclass(frozen=True, eq=False, kw_only=True)
class Cases:
    """Histories at their moments: arrays `(steps, cases)`."""

    needed: Mask
    begun: Mask
    over: Mask
    answers: Bits

    @property
    def codes(self) -> npt.NDArray[np.intp]:
        """Return the column of `_COST` that each step of each case has."""
        found = 1 + self.begun.astype(np.intp) + self.over
        return np.where(self.needed, found, 0)


@lru_cache(maxsize=128)
def usual_cases(ground: Ground) -> Cases:
    """Return cases of made-up histories, the same at each call."""
    return cases_of(made_up(ground, HISTORIES, seed=1))


def cases_of(histories: Histories) -> Cases:
    """Return histories at their moments."""
    count = histories.starts.shape[1]
    at = (np.arange(count * MOMENTS) * 0.618034) % 1 * _BEYOND  # spread evenly, in no order
    times = np.maximum(1, at * np.repeat(histories.ends, MOMENTS))
    return Cases(
        needed=np.repeat(histories.needed, MOMENTS, axis=1),
        begun=np.repeat(histories.starts, MOMENTS, axis=1) < times,
        over=np.repeat(histories.finishes, MOMENTS, axis=1) <= times,
        answers=np.repeat(histories.answers, MOMENTS, axis=1),
    )


def made_up(ground: Ground, count: int, *, seed: int) -> Histories:
    """Return histories that nobody lived: one forward pass, a column each."""
    random = np.random.Generator(np.random.SFC64(seed))
    open_ = np.repeat(ground.answers.column({}), count, axis=1)
    answers = draw_answers(ground, open_, random.random(open_.shape))
    space, steps = ground.answers, ground.blueprint.steps
    needed = space.surely([step.condition for step in steps], answers)
    holds = space.surely([link.condition for link in ground.links], answers)
    begin = boundary_before(_BEGIN)
    factors = random.lognormal(0.0, _SPREAD, size=needed.shape)
    least = np.minimum(ground.days, 1)
    days = np.maximum(least, np.rint(ground.days * factors)).astype(np.int16)
    nothing, row = np.zeros_like(days), np.full(count, begin, dtype=np.int16)
    facts = Facts(
        stage=np.where(needed, np.int16(Stage.WAITING), np.int16(Stage.OFF)),
        days=days * needed,
        began=nothing,
        stood=nothing,
        not_before=nothing,
        last_start=np.full_like(days, NONE),
        last_end=np.full_like(days, NONE),
        start=row,
        today=row,
        deadline=np.full(count, NONE, dtype=np.int16),
        cut=~holds,
    )
    passed = forward_of(ground.blueprint.network, facts)
    starts = np.array([passed.starts(n) for n in range(ground.count)])
    finishes = np.array([passed.ends(n) for n in range(ground.count)])
    filled = _filled(ground, starts, finishes, needed)
    return Histories(
        starts=np.where(needed, starts, filled) - begin,
        finishes=filled - begin,
        needed=needed,
        answers=answers,
    )


def _filled(ground: Ground, starts: Counts, finishes: Counts, needed: Mask) -> Counts:
    """Return the finishes, and of steps not needed when the first step behind them began."""
    found = finishes.copy()
    latest = finishes[-1]
    found[-1] = latest
    waits: list[list[int]] = [[] for _ in range(ground.count)]
    for arc in ground.blueprint.network.arcs:
        waits[arc.predecessor].append(arc.successor)
    for n in range(ground.count - 2, -1, -1):
        behind = latest
        for later in waits[n]:
            behind = np.minimum(behind, np.where(needed[later], starts[later], found[later]))
        found[n] = np.where(needed[n], found[n], behind)
    return found


def draw_answers(ground: Ground, possible: Bits, levels: Weights) -> Bits:
    """Return one class for each question and column, of those that are possible, by its share.

    `levels` lie between 0 and 1, and are shaped like `possible`.
    """
    found = possible.copy()
    for n, question in enumerate(ground.answers.questions):
        shares = ground.answers.shares(question)
        allowed = (possible[n][:, None] >> np.arange(len(shares), dtype=np.uint64)) & np.uint64(1)
        weights = allowed * np.maximum(shares, 1e-6)
        total = np.cumsum(weights, axis=1)
        at = levels[n] * total[:, -1]
        found[n] = np.uint64(1) << (total <= at[:, None]).sum(axis=1).astype(np.uint64)
    return found


@dataclass(frozen=True, eq=False, kw_only=True)
class Drawn:
    """The cases drawn for each column: `places` is `(worlds, draws)`."""

    cases: Cases
    places: npt.NDArray[np.intp]

    def first(self, draws: int) -> "Drawn":
        """Return fewer draws of each column, spread over all of them."""
        chosen = np.linspace(0, self.places.shape[1] - 1, draws).round().astype(np.intp)
        return replace(self, places=self.places[:, chosen])


def draw_cases(states: States, cases: Cases) -> Drawn:
    """Return `DRAWS` cases for each column: the more alike, the more often."""
    told = states.told
    cost = _told_apart(told, cases) + _answered_apart(states.answers, cases)
    cost -= cost.min(axis=1, keepdims=True)
    total = np.cumsum(_ALIKE.take(cost, mode="clip"), axis=1)
    levels = (np.arange(DRAWS) + 0.5) / DRAWS
    rows = [np.searchsorted(row, levels * row[-1], side="left") for row in total]
    return Drawn(cases=cases, places=np.array(rows, dtype=np.intp))


def _told_apart(told: Told, cases: Cases) -> Costs:
    """Return by how much each case differs from what is told: `(worlds, cases)`."""
    codes = cases.codes
    found = np.zeros((told.count, codes.shape[1]), dtype=np.int32)
    spoken = np.where(told.blank & (told.said == Said.SILENT), _BLANK, told.said)
    for said, code in zip(spoken, codes, strict=True):
        if said.any():
            found += _COST[said][:, code]
    return found


def _answered_apart(answers: Bits, cases: Cases) -> Costs:
    """Return how many of a case's answers a column rules out."""
    found = np.zeros((answers.shape[1], cases.answers.shape[1]), dtype=np.int32)
    for possible, given in zip(answers, cases.answers, strict=True):
        found += _ANSWER_COST * ((possible[:, None] & given) == 0)
    return found


def likely(states: States, drawn: Drawn) -> tuple[States, Guess]:
    """Return one world for each drawn case, `draws` columns for each column of `states`.

    Each world has an answer to every question and a state of every step. Chance is the same for
    every project, so that none depends on which others it is planned with.
    """
    cases, (count, draws) = drawn.cases, drawn.places.shape
    each, case = np.repeat(np.arange(count), draws), drawn.places.ravel()
    told, possible = states.told.take(each), states.answers[:, each]
    random = np.random.Generator(np.random.SFC64(_SEED))
    of_answers = np.tile(random.random((len(possible), draws)), count)
    of_days = np.tile(random.random((states.ground.count, draws)), count)
    given = cases.answers[:, case]
    given = np.where(given & possible, given, draw_answers(states.ground, possible, of_answers))
    made = States(states.ground, replace(told, answers=given))
    over, begun = cases.over[:, case], cases.begun[:, case]
    days = states.ground.days
    left = np.maximum(np.minimum(days, 1), np.ceil(of_days * days)).astype(np.int16)
    guess = Guess(
        needed=made.needed | states.stands[:, each],
        done=over,
        started=begun,
        holds=made.holds,
        left=left,
        is_early=False,
    )
    return made, guess
