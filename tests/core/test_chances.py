"""Draws: the law of durations, and what comes of it."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.networks import drafts, scheduled, without_deadlines
from tracker.core.calendars import EVERY_DAY, WEEKDAYS
from tracker.core.model import LinkType
from tracker.core.network import Tie
from tracker.core.plan.chances import (
    LEVELS,
    Chances,
    Spread,
    chances,
    draw,
    quantile_table,
    spreads_of,
)
from tracker.core.plan.draft import Draft, DraftStep, facts_of, network_of
from tracker.core.plan.engine.solve import solve
from tracker.core.plan.facts import Facts
from tracker.core.problems import OutsideCalendarError

MONDAY = date(2026, 3, 2)


def drawn(draft: Draft, draws: int = 20_000, seed: int = 1, wanted: float | None = 0.8) -> Chances:
    network = network_of(draft, draft.steps)
    facts = facts_of(draft, network)
    spreads = spreads_of(draft, network, facts)
    return chances(network, facts, spreads, draws=draws, seed=seed, wanted=wanted)


def one(deadline: date | None = None) -> Draft:
    step = DraftStep(id="review", duration=20, calendar=EVERY_DAY, p50=20, p80=30)
    return Draft(id="one", start=MONDAY, steps=(step,), deadline=deadline, calendar=EVERY_DAY)


@given(st.floats(1, 200), st.floats(0, 100))
def test_half_take_the_median_and_four_fifths_the_second_number(p50: float, more: float) -> None:
    table = quantile_table(Spread(p50, p50 + more))
    assert len(table) == LEVELS
    assert (np.diff(table) >= 0).all()
    assert abs(table[LEVELS // 2] - p50) <= 1
    assert abs(table[int(LEVELS * 0.8)] - (p50 + more)) <= 1 + 0.02 * more
    assert table[0] >= 1


def test_what_is_done_shortens_what_is_left_but_never_below_a_day() -> None:
    whole, left = quantile_table(Spread(20, 30)), quantile_table(Spread(20, 30, done=15))
    assert left.tolist() == [max(1, days - 15) for days in whole.tolist()]


def test_one_step_ends_with_its_own_quantiles() -> None:
    found = drawn(one())
    days = [(day - MONDAY).days + 1 for day in (found.finish.p50, found.finish.p80)]
    assert days == [20, 30]
    assert (found.finish.p95 - MONDAY).days + 1 == pytest.approx(44, abs=1)
    (step,) = found.steps
    assert step
    assert step.criticality == 1
    assert (found.chance, step.chance, step.start_by) == (None, None, None)


def test_the_chance_of_a_deadline_is_the_share_of_draws_that_keep_it() -> None:
    found = drawn(one(MONDAY + timedelta(days=29)))
    (step,) = found.steps
    assert step
    assert found.chance == pytest.approx(0.8, abs=0.015)
    assert step.chance == found.chance
    assert step.start_by is not None
    assert abs((step.start_by - MONDAY).days) <= 1


def test_starting_by_the_day_that_is_named_keeps_the_deadline_as_often_as_was_wanted() -> None:
    deadline = MONDAY + timedelta(days=60)
    for wanted in (0.5, 0.9):
        (step,) = drawn(one(deadline), wanted=wanted).steps
        assert step
        assert step.start_by
        held = replace(one(deadline).steps[0], not_before=step.start_by)
        kept = drawn(replace(one(deadline), steps=(held,))).chance
        late = replace(one(deadline).steps[0], not_before=step.start_by + timedelta(days=1))
        assert kept is not None
        assert kept >= wanted
        missed = drawn(replace(one(deadline), steps=(late,))).chance
        assert missed is not None
        assert missed < wanted


def test_of_two_equal_branches_each_is_critical_in_about_half_of_the_draws() -> None:
    branch = DraftStep(id="a", duration=20, calendar=EVERY_DAY, p50=20, p80=30)
    steps = (branch, replace(branch, id="b"), DraftStep(id="end", duration=0, calendar=EVERY_DAY))
    ties = tuple(
        Tie(
            predecessor=n, successor="end", type=LinkType.FINISH_TO_START, lag=0, calendar=EVERY_DAY
        )
        for n in "ab"
    )
    found = drawn(Draft(id="two", start=MONDAY, steps=steps, ties=ties, calendar=EVERY_DAY))
    shares = [step.criticality for step in found.steps if step]
    assert shares[2] == 1
    assert shares[:2] == pytest.approx([0.52, 0.52], abs=0.03)


def test_the_same_seed_draws_the_same_and_another_does_not() -> None:
    deadline = MONDAY + timedelta(days=25)
    assert drawn(one(deadline), 500) == drawn(one(deadline), 500)
    other = drawn(one(deadline), 500, seed=2)
    assert replace(other, seed=1) != drawn(one(deadline), 500)


def test_more_draws_than_fit_one_block_are_all_counted() -> None:
    found = drawn(one(MONDAY + timedelta(days=29)), 25_001)
    (step,) = found.steps
    assert step
    assert (found.finish.p80 - MONDAY).days + 1 == 30
    assert step.criticality == 1
    assert found.chance == pytest.approx(0.8, abs=0.015)


def test_one_draw_is_its_own_quantile() -> None:
    found = drawn(one(MONDAY + timedelta(days=400)), 1)
    assert found.finish.p50 == found.finish.p80 == found.finish.p95
    assert found.chance == 1
    (step,) = found.steps
    assert step
    assert step.finish == found.finish
    assert step.start_by
    assert (MONDAY + timedelta(days=400) - step.start_by).days == (found.finish.p50 - MONDAY).days


def test_a_step_under_way_with_stated_days_does_not_vary() -> None:
    step = DraftStep(
        id="review",
        duration=20,
        calendar=EVERY_DAY,
        p50=20,
        p80=30,
        actual_start=MONDAY - timedelta(5),
        remaining=7,
    )
    draft = Draft(
        id="left",
        start=MONDAY - timedelta(9),
        steps=(step,),
        status_date=MONDAY,
        calendar=EVERY_DAY,
    )
    found = drawn(draft, 100)
    assert found.finish.p50 == found.finish.p95 == MONDAY + timedelta(days=6)
    unstated = replace(draft, steps=(replace(step, remaining=None),))
    days = (drawn(unstated).finish.p50 - MONDAY).days + 1
    assert days == 15


@settings(max_examples=40)
@given(drafts(most=6), st.integers(0, 2**20))
def test_a_draw_is_the_same_two_passes(draft: Draft, seed: int) -> None:
    """Every draw of a network equals the schedule of that network with the days drawn."""
    draft = without_deadlines(draft)
    steps = tuple(
        replace(s, p50=s.duration, p80=s.duration * 2) if s.duration else s for s in draft.steps
    )
    network = network_of(draft, steps)
    facts = facts_of(replace(draft, steps=steps), network)
    spreads = spreads_of(replace(draft, steps=steps), network, facts)
    tables = {n: quantile_table(s) for n, s in enumerate(spreads) if s}
    days = draw(facts.days, tables, 5, np.random.default_rng(seed))
    together = solve(network, replace(facts, days=days))
    for n in range(5):
        alone = solve(network, replace(facts, days=days[:, n : n + 1])).column(0)
        assert [int(np.broadcast_to(row, 5)[n]) for row in together.early] == alone.early
        assert [int(np.broadcast_to(row, 5)[n]) for row in together.late] == alone.late


def test_only_what_takes_days_and_is_not_over_varies() -> None:
    day = DraftStep(id="day", duration=1, calendar=EVERY_DAY, p50=1, p80=3)
    steps = (
        day,
        replace(day, id="instant", duration=0),
        replace(day, id="over", actual_start=MONDAY, actual_finish=MONDAY),
        replace(day, id="stated", actual_start=MONDAY, remaining=2),
        replace(day, id="begun", duration=9, p50=9, p80=12, actual_start=MONDAY),
        DraftStep(id="fixed", duration=4, calendar=EVERY_DAY),
    )
    draft = Draft(
        id="kinds", start=MONDAY, steps=steps, status_date=MONDAY + timedelta(3), calendar=EVERY_DAY
    )
    network = network_of(draft, steps)
    found = spreads_of(draft, network, facts_of(draft, network))
    by_name = {node.id: spread for node, spread in zip(network.nodes, found, strict=True)}
    assert by_name == {
        "day": Spread(1, 3),
        "instant": None,
        "over": None,
        "stated": None,
        "begun": Spread(9, 12, done=3),
        "fixed": None,
    }


def test_a_start_by_date_counts_against_the_chance() -> None:
    """It bounds the end by the days that are drawn: starting in time is certain, here or not."""
    first = DraftStep(id="first", duration=20, calendar=EVERY_DAY, p50=20, p80=30)
    second = DraftStep(
        id="second",
        duration=5,
        calendar=EVERY_DAY,
        p50=5,
        p80=9,
        start_by=MONDAY + timedelta(days=30),
    )
    tie = Tie(
        predecessor="first",
        successor="second",
        type=LinkType.FINISH_TO_START,
        lag=0,
        calendar=EVERY_DAY,
    )
    found = drawn(
        Draft(id="by", start=MONDAY, steps=(first, second), ties=(tie,), calendar=EVERY_DAY)
    )
    chances_of = [step.chance for step in found.steps if step]
    assert chances_of == pytest.approx([0.8, 0.8], abs=0.02)
    starts = [step.start_by for step in found.steps if step]
    assert starts[1] == MONDAY + timedelta(days=30)
    assert found.chance is None


def test_a_milestone_is_as_critical_as_what_it_stands_between() -> None:
    """Over a weekend its evening and its morning are one moment."""
    steps = (
        DraftStep(id="a", duration=5, calendar=WEEKDAYS),
        DraftStep(id="m", duration=0, calendar=WEEKDAYS),
        DraftStep(id="b", duration=5, calendar=WEEKDAYS),
    )
    ties = tuple(
        Tie(predecessor=x, successor=y, type=LinkType.FINISH_TO_START, lag=0, calendar=WEEKDAYS)
        for x, y in (("a", "m"), ("m", "b"))
    )
    found = drawn(Draft(id="week", start=MONDAY, steps=steps, ties=ties, calendar=WEEKDAYS), 20)
    assert [step.criticality for step in found.steps if step] == [1, 1, 1]
    assert [step.finish.p50 for step in found.steps if step][:2] == [date(2026, 3, 6)] * 2


def test_a_draw_that_leaves_the_calendar_is_refused() -> None:
    step = DraftStep(id="long", duration=5, calendar=EVERY_DAY, p50=5, p80=4000)
    with pytest.raises(OutsideCalendarError):
        drawn(Draft(id="long", start=date(2040, 6, 4), steps=(step,), calendar=EVERY_DAY), 1000)


def test_days_worked_are_counted_beyond_the_planned_ones() -> None:
    step = DraftStep(id="a", duration=10, calendar=EVERY_DAY, p50=10, p80=20, actual_start=MONDAY)
    draft = Draft(
        id="over",
        start=MONDAY,
        steps=(step,),
        status_date=MONDAY + timedelta(30),
        calendar=EVERY_DAY,
    )
    found = drawn(draft, 1000)
    assert found.finish.p80 == MONDAY + timedelta(days=30)


def test_a_network_without_spreads_has_one_outcome() -> None:
    steps = (
        DraftStep(id="a", duration=3, calendar=WEEKDAYS),
        DraftStep(id="b", duration=2, calendar=WEEKDAYS),
    )
    ties = (
        Tie(
            predecessor="a", successor="b", type=LinkType.FINISH_TO_START, lag=0, calendar=WEEKDAYS
        ),
    )
    draft = Draft(
        id="fixed",
        start=MONDAY,
        steps=steps,
        ties=ties,
        deadline=date(2026, 3, 10),
        calendar=WEEKDAYS,
    )
    found = drawn(draft, 50)
    schedule = scheduled(draft)
    assert found.finish.p50 == found.finish.p95 == schedule.finish
    assert found.chance == 1
    assert [step.start_by for step in found.steps if step] == [
        schedule.late(n).start for n in range(2)
    ]
    assert isinstance(facts_of(draft, schedule.column.network), Facts)
