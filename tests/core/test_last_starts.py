"""Last starts hold what they promise: outcomes that nobody has seen keep them as often as told.

The outcomes are drawn by themselves, from the law that the days follow and not from the tables of
the answer, and are scheduled by the plain engine.
"""

from dataclasses import replace
from math import log
from statistics import NormalDist

import numpy as np
import pytest

from tests.core.test_levers import bench_of
from tracker.core.calendars import boundary_after, boundary_before
from tracker.core.levers import Bench
from tracker.core.plan.chances import Spread, chances
from tracker.core.plan.engine.solve import solve
from tracker.core.plan.facts import Facts, Stage
from tracker.law import Catalog

WANTED, PROJECTS, OUTCOMES = 0.8, 40, 200
Z80 = NormalDist().inv_cdf(0.8)


def spreads_of(bench: Bench) -> list[Spread | None]:
    """What is typical of every step that has not begun."""
    found: list[Spread | None] = []
    for n, step in enumerate(bench.blueprint.steps):
        usual = step.typical
        waits = int(bench.facts.stage[n, 0]) == Stage.WAITING and bool(bench.facts.days[n, 0])
        found.append(
            Spread(usual.p50.days, max(usual.p80.days, usual.p50.days))
            if usual and usual.p50.days and waits
            else None
        )
    return found


def outcomes(facts: Facts, spreads: list[Spread | None], seed: int) -> Facts:
    """Worlds in which every step takes days of its own luck, to the nearest whole one."""
    random = np.random.default_rng(seed)
    many = facts.take(np.zeros(OUTCOMES, dtype=np.intp))
    days = many.days.copy()
    for n, spread in enumerate(spreads):
        if spread:
            sigma = log(spread.p80 / spread.p50) / Z80
            drawn = spread.p50 * np.exp(sigma * random.standard_normal(OUTCOMES))
            days[n] = np.maximum(1, np.rint(drawn))
    return replace(many, days=days)


@pytest.fixture(scope="module")
def shares(law: Catalog) -> tuple[list[float], list[float]]:
    """How often unseen outcomes end by the day that is told, and can wait for the last starts."""
    ends, starts = [], []
    for seed in range(PROJECTS):
        bench = bench_of(law, seed)
        if bench is None:
            continue
        network, spreads = bench.blueprint.network, spreads_of(bench)
        if not any(spread and spread.p80 > spread.p50 for spread in spreads):
            continue
        told = chances(network, bench.facts, spreads, draws=4000, seed=7, wanted=WANTED)
        solution = solve(network, outcomes(bench.facts, spreads, seed=seed + 1000))
        ends.append(float((solution.finish <= boundary_after(told.finish.p80)).mean()))
        for n, step in enumerate(told.steps):
            cell = solution.circuit.cells[solution.circuit.work[n]]
            if step is None or step.start_by is None or cell.snaps or not spreads[n]:
                continue
            latest = solution.late[2 * solution.circuit.work[n]]
            by = cell.space.worked_before[boundary_before(step.start_by)]
            starts.append(float((latest >= by).mean()))
    return ends, starts


def test_four_fifths_of_unseen_outcomes_end_by_the_day_that_is_told(
    shares: tuple[list[float], list[float]],
) -> None:
    ends, _ = shares
    assert len(ends) >= 20
    assert 0.75 <= float(np.mean(ends)) <= 0.85


def test_four_fifths_of_unseen_outcomes_can_wait_for_the_last_start(
    shares: tuple[list[float], list[float]],
) -> None:
    _, starts = shares
    assert len(starts) >= 100
    assert 0.75 <= float(np.mean(starts)) <= 0.85
