"""What holds always, on random networks, calendars and progress."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.support.networks import (
    CALENDARS,
    DEADLINES,
    LATER,
    PERIODS,
    START,
    drafts,
    networks,
    progress,
    scheduled,
    solved,
    started,
    without_deadlines,
)
from tracker.core.calendars import LAST_BOUNDARY, Calendar, boundary_after, boundary_before
from tracker.core.model import LinkType
from tracker.core.network import Network, Tie
from tracker.core.plan.draft import Draft, DraftStep, ProgressRule, facts_of, network_of
from tracker.core.plan.engine.circuit import wired
from tracker.core.plan.engine.solve import Column, solve, solve_on
from tracker.core.plan.facts import Facts, Stage
from tracker.core.plan.reasons import Bound
from tracker.core.plan.record import recorded_facts


def by_step(column: Column, moments: list[int]) -> dict[str, tuple[int, int]]:
    """Return the boundaries of the steps that are left."""
    return {
        node.id: (column.starts(moments, n), column.ends(moments, n))
        for n, node in enumerate(column.network.nodes)
        if column.is_left[n]
    }


def dates(column: Column) -> tuple[dict[str, tuple[int, int]], dict[str, tuple[int, int]]]:
    return by_step(column, column.early), by_step(column, column.late)


@given(drafts())
def test_a_deadline_moves_no_early_date(draft: Draft) -> None:
    assert solved(draft).early == solved(without_deadlines(draft)).early


@given(drafts())
def test_late_dates_keep_every_deadline(draft: Draft) -> None:
    column = solved(draft)
    for n, node in enumerate(column.network.nodes):
        step, end = draft.by_id[node.id], column.ends(column.late, n)
        for day in (step.deadline, draft.deadline):
            assert day is None or end <= boundary_after(day)
        if step.start_by and step.duration:
            assert column.starts(column.late, n) <= boundary_before(step.start_by)


@given(drafts())
def test_without_a_deadline_no_float_is_negative_and_the_last_end_has_none(draft: Draft) -> None:
    schedule = scheduled(without_deadlines(draft))
    column = schedule.column
    assert min(schedule.total_floats) >= 0
    last = [n for n in schedule.ends if column.ends(column.early, n) == column.finish]
    assert [n for n in last if schedule.total_floats[n] == 0] == last


@given(drafts(calendars=PERIODS), DEADLINES)
def test_a_period_closes_by_its_deadline(draft: Draft, deadline: date) -> None:
    """Not on the working day after a deadline that is a day off."""
    column = solved(replace(draft, deadline=deadline))
    for n, node in enumerate(column.network.nodes):
        if not node.is_milestone:
            assert column.ends(column.late, n) <= boundary_after(deadline)


@given(drafts(least_lag=0, types=(LinkType.FINISH_TO_START,), calendars=PERIODS))
def test_no_step_begins_before_the_end_that_is_shown(draft: Draft) -> None:
    """A period ends where it closes, for those who read the plan and for what follows."""
    column = solved(without_deadlines(draft))
    for moments in (column.early, column.late):
        for arc in column.network.arcs:
            ends = column.ends(moments, arc.predecessor)
            assert column.starts(moments, arc.successor) >= ends


def held(draft: Draft, step: DraftStep, days: int) -> Draft:
    """Return the draft with a step begun `days` of its own days after its early start."""
    column = solved(draft)
    n = column.network.position[step.id]
    calendar = step.calendar
    at = calendar.worked_before[column.starts(column.early, n)] + days
    first = date.fromordinal(START.toordinal() + calendar.start_of[at] - boundary_before(START))
    steps = [replace(s, not_before=first) if s.id == step.id else s for s in draft.steps]
    return replace(draft, steps=tuple(steps))


def is_kept(draft: Draft) -> bool:
    """Tell whether early dates keep every deadline, counted without any float."""
    column = solved(draft)
    for n, node in enumerate(column.network.nodes):
        step, end = draft.by_id[node.id], column.ends(column.early, n)
        if any(day and end > boundary_after(day) for day in (step.deadline, draft.deadline)):
            return False
        starts = column.starts(column.early, n)
        if step.start_by and starts > boundary_before(step.start_by):
            return False
    return True


def no_instants(calendars: tuple[Calendar, ...]) -> st.SearchStrategy[Draft]:
    """Return drafts without milestones."""
    found = drafts(calendars=calendars)
    return found.filter(lambda draft: all(step.duration for step in draft.steps))


NO_INSTANTS, WITH_PERIODS = no_instants(CALENDARS), no_instants(PERIODS)


@given(NO_INSTANTS | WITH_PERIODS, st.integers(0, 12), st.data())
def test_a_step_can_slip_by_its_total_float_and_by_no_day_more(
    draft: Draft, spare: int, data: st.DataObject
) -> None:
    finish = solved(without_deadlines(draft)).finish
    last = START + timedelta(finish - boundary_after(START) + spare)
    draft = replace(without_deadlines(draft), deadline=last)
    schedule = scheduled(draft)
    step = data.draw(st.sampled_from(draft.steps))
    total = schedule.total_floats[schedule.column.network.position[step.id]]
    assert is_kept(held(draft, step, total))
    assert not is_kept(held(draft, step, total + 1))


@given(NO_INSTANTS, st.data())
def test_negative_float_is_what_a_step_would_have_to_win_back(
    draft: Draft, data: st.DataObject
) -> None:
    schedule = scheduled(draft)
    column = schedule.column
    step = data.draw(st.sampled_from(draft.steps))
    n = column.network.position[step.id]
    worked = step.calendar.worked_before
    at_end = worked[column.ends(column.late, n)] - worked[column.ends(column.early, n)]
    at_start = worked[column.starts(column.late, n)] - worked[column.starts(column.early, n)]
    assert schedule.total_floats[n] == min(at_start, at_end)


@given(NO_INSTANTS | WITH_PERIODS, st.data())
def test_a_step_can_slip_by_its_free_float_and_move_no_other_and_by_no_day_more(
    draft: Draft, data: st.DataObject
) -> None:
    draft = without_deadlines(draft)
    schedule = scheduled(draft)
    before = by_step(schedule.column, schedule.column.early)
    step = data.draw(st.sampled_from(draft.steps))
    n = schedule.column.network.position[step.id]

    def moved(days: int) -> set[str]:
        column = solved(held(draft, step, days))
        after = by_step(column, column.early)
        changed = {name for name in after if after[name] != before[name]}
        return changed - {step.id} | (
            {"finish"} if column.finish > schedule.column.finish else set()
        )

    free = schedule.free_floats[n]
    followed = any(tie.predecessor == step.id for tie in draft.ties)
    assert moved(free) - ({"finish"} if followed else set()) == set()
    assert moved(free + 1)


@given(started(types=(LinkType.FINISH_TO_START, LinkType.START_TO_START)), st.data())
def test_longer_durations_never_bring_a_date_forward(draft: Draft, data: st.DataObject) -> None:
    """Links to a finish are left out.

    A longer step that must not end before a day starts sooner.
    """
    step = data.draw(st.sampled_from(draft.steps))
    assume(step.duration)
    longer = replace(step, duration=step.duration + 1)
    if step.remaining is not None:
        longer = replace(longer, remaining=step.remaining + 1)
    steps = tuple(longer if s.id == step.id else s for s in draft.steps)
    short, long = solved(draft), solved(replace(draft, steps=steps))
    before, after = by_step(short, short.early), by_step(long, long.early)
    assert all(after[name] >= before[name] for name in before)


@given(started())
def test_names_and_their_order_change_nothing(draft: Draft) -> None:
    names = {step.id: f"x{len(draft.steps) - n}" for n, step in enumerate(draft.steps)}
    steps = tuple(replace(step, id=names[step.id]) for step in reversed(draft.steps))
    ties = tuple(
        replace(tie, predecessor=names[tie.predecessor], successor=names[tie.successor])
        for tie in reversed(draft.ties)
    )
    first, other = scheduled(draft), scheduled(replace(draft, steps=steps, ties=ties))
    for mine, theirs in zip(dates(first.column), dates(other.column), strict=True):
        assert {names[name]: at for name, at in mine.items()} == theirs
    for n, node in enumerate(first.column.network.nodes):
        k = other.column.network.position[names[node.id]]
        assert first.total_floats[n] == other.total_floats[k]
        assert first.free_floats[n] == other.free_floats[k]


def mirrored_calendar(calendar: Calendar) -> Calendar:
    return Calendar(name=f"mirrored {calendar.name}", worked=calendar.worked[::-1].copy())


_MIRROR: Mapping[str, Calendar] = {c.name: mirrored_calendar(c) for c in CALENDARS}
_REVERSED = {
    LinkType.FINISH_TO_START: LinkType.FINISH_TO_START,
    LinkType.START_TO_START: LinkType.FINISH_TO_FINISH,
    LinkType.FINISH_TO_FINISH: LinkType.START_TO_START,
}


@given(drafts(least_lag=0, types=tuple(_REVERSED)))
def test_reversing_time_swaps_the_passes(draft: Draft) -> None:
    draft = without_deadlines(draft)
    draft = replace(draft, steps=tuple(replace(step, not_before=None) for step in draft.steps))
    column = solved(draft)
    start = date.fromordinal(
        START.toordinal() + LAST_BOUNDARY - column.finish - boundary_before(START)
    )
    steps = tuple(
        replace(step, calendar=_MIRROR[step.calendar.name]) for step in reversed(draft.steps)
    )
    ties = tuple(
        Tie(
            predecessor=tie.successor,
            successor=tie.predecessor,
            type=_REVERSED[tie.type],
            lag=tie.lag,
            calendar=_MIRROR[tie.calendar.name],
        )
        for tie in draft.ties
    )
    mirrored = solved(Draft(id="mirrored", start=start, steps=steps, ties=ties))
    late = by_step(column, column.late)
    back = by_step(mirrored, mirrored.early)
    assert late == {
        name: (LAST_BOUNDARY - end, LAST_BOUNDARY - begin) for name, (begin, end) in back.items()
    }


@given(st.lists(started(most=6), min_size=1, max_size=4), st.data())
def test_columns_are_independent(plans: list[Draft], data: st.DataObject) -> None:
    """The same network with other progress, durations and deadlines in each column."""
    shape = plans[0]
    network = network_of(shape, shape.steps)
    worlds = []
    for plan in plans:
        steps = tuple(
            replace(
                data.draw(st.sampled_from(plan.steps)),
                id=s.id,
                duration=s.duration,
                calendar=s.calendar,
            )
            for s in shape.steps
        )
        worlds.append(facts_of(replace(plan, steps=steps, ties=shape.ties), network))
    overrides = data.draw(st.booleans())
    together = solve(network, Facts.side_by_side(worlds), overrides=overrides)
    for n, world in enumerate(worlds):
        alone = solve(network, world, overrides=overrides).column(0)
        column = together.column(n)
        assert dates(column) == dates(alone)
        if any(alone.is_left):
            assert column.finish == alone.finish


@given(started(), st.booleans())
def test_a_way_through_for_every_step_changes_nothing(draft: Draft, overrides: bool) -> None:
    """What finished steps leave behind as floors is what comes through them where they stood."""
    network = network_of(draft, draft.steps)
    facts = facts_of(draft, network)
    least = solve(network, facts, overrides=overrides).column(0)
    everywhere = wired(network, frozenset(range(len(network.nodes))), overrides=overrides)
    most = solve_on(everywhere, facts).column(0)
    assert dates(least) == dates(most)


@given(started(), st.booleans(), st.data())
def test_a_cut_link_is_as_good_as_none(draft: Draft, overrides: bool, data: st.DataObject) -> None:
    """Worlds that cut links, beside worlds that do not, agree with networks without the links."""
    network = network_of(draft, draft.steps)
    facts = facts_of(draft, network)
    cut = np.array([[data.draw(st.booleans())] for _ in network.arcs], dtype=np.bool_)
    worlds = [replace(facts, cut=cut.reshape(-1, 1)), facts]
    together = solve(network, Facts.side_by_side(worlds), overrides=overrides)
    kept = tuple(arc for arc, (gone,) in zip(network.arcs, cut.tolist(), strict=True) if not gone)
    arcs = tuple(replace(arc, number=n) for n, arc in enumerate(kept))
    without = solve(replace(network, arcs=arcs), facts, overrides=overrides).column(0)
    whole = solve(network, facts, overrides=overrides).column(0)
    assert dates(together.column(0)) == dates(without)
    assert dates(together.column(1)) == dates(whole)


@given(started())
def test_nothing_that_is_left_is_done_before_the_status_date(draft: Draft) -> None:
    column = solved(draft)
    today = boundary_before(LATER)
    assert all(start >= today for start, _ in by_step(column, column.early).values())


@given(started())
def test_progress_override_never_starts_a_step_later(draft: Draft) -> None:
    retained = by_step(solved(draft), solved(draft).early)
    free = solved(replace(draft, progress=ProgressRule.OVERRIDE))
    overridden = by_step(free, free.early)
    assert all(overridden[name] <= retained[name] for name in retained)


@given(drafts())
def test_the_driving_links_alone_give_the_same_early_dates(draft: Draft) -> None:
    schedule = scheduled(draft)
    network = schedule.column.network
    kept = {
        (network.nodes[arc.predecessor].id, network.nodes[arc.successor].id, arc.type, arc.lag)
        for found in schedule.drivers
        for arc in (network.arcs[number] for number in found.arcs)
    }
    ties = [t for t in draft.ties if (t.predecessor, t.successor, t.type, t.lag) in kept]
    alone = solved(replace(draft, ties=tuple(ties)))
    assert by_step(alone, alone.early) == by_step(schedule.column, schedule.column.early)


@given(started())
def test_every_step_that_is_left_has_something_that_drives_it(draft: Draft) -> None:
    schedule = scheduled(draft)
    for n, is_left in enumerate(schedule.column.is_left):
        assert not is_left or schedule.drivers[n].arcs or schedule.drivers[n].floors


@given(drafts())
def test_a_late_finish_stands_when_only_its_own_deadline_stays(draft: Draft) -> None:
    schedule = scheduled(draft)
    column = schedule.column
    for n, bound in enumerate(schedule.bounds):
        kept = None if bound.step is None else column.network.nodes[bound.step].id
        steps = tuple(
            step if step.id == kept else replace(step, deadline=None, start_by=None)
            for step in draft.steps
        )
        is_project = replace(bound, wire=None) == Bound()
        alone = replace(draft, steps=steps, deadline=draft.deadline if is_project else None)
        if not is_project and not bound.is_network_finish:
            alone = replace(alone, deadline=date(2039, 12, 31))
        other = solved(alone)
        name = column.network.nodes[n].id
        assert by_step(other, other.late)[name] == by_step(column, column.late)[name]


@given(drafts())
def test_the_longest_path_is_driven_from_its_first_step_to_an_end(draft: Draft) -> None:
    schedule = scheduled(draft)
    path, network, column = schedule.longest_path, schedule.column.network, schedule.column
    steps = range(len(network.nodes))
    setting = {n for n in steps if column.ends(column.early, n) == column.finish}
    ends = setting | set(schedule.ends)
    least = min(schedule.total_floats[n] for n in ends)
    assert any(schedule.total_floats[n] == least for n in ends & set(path))
    for n in path:
        before = {network.arcs[arc].predecessor for arc in schedule.drivers[n].arcs}
        assert before <= set(path)
        assert before or schedule.drivers[n].floors


@given(networks(), st.lists(DEADLINES | st.none(), min_size=1, max_size=4), st.data())
def test_recorded_projects_side_by_side_equal_each_alone(
    network: Network, deadlines: list[date | None], data: st.DataObject
) -> None:
    worlds = [
        recorded_facts(
            network, data.draw(progress(network, LATER)), status_date=LATER, deadline=deadline
        )
        for deadline in deadlines
    ]
    together = solve(network, Facts.side_by_side(worlds))
    for n, world in enumerate(worlds):
        assert dates(together.column(n)) == dates(solve(network, world).column(0))


@pytest.mark.parametrize("stage", [Stage.OFF, Stage.GONE])
@given(draft=drafts(types=(LinkType.FINISH_TO_START,)), data=st.data())
def test_a_step_that_is_passed_costs_no_day(
    stage: Stage, draft: Draft, data: st.DataObject
) -> None:
    network = network_of(draft, draft.steps)
    facts = facts_of(draft, network)
    stages = facts.stage.copy()
    stages[data.draw(st.integers(0, len(network.nodes) - 1))] = stage
    passed = solve(network, replace(facts, stage=stages)).column(0)
    full = by_step(solved(draft), solved(draft).early)
    lags = any(tie.lag < 0 for tie in draft.ties)
    if not lags:
        assert all(at <= full[name] for name, at in by_step(passed, passed.early).items())


def test_rows_are_kept_as_narrow_as_they_can_be() -> None:
    short = Draft(
        id="short", start=START, steps=(DraftStep(id="a", duration=5, calendar=CALENDARS[0]),)
    )
    network = network_of(short, short.steps)
    facts = facts_of(short, network)
    two = Facts.side_by_side([facts, facts])
    assert solve(network, two).early[0].dtype == np.int16
    long = replace(short, steps=(DraftStep(id="a", duration=3000, calendar=CALENDARS[2]),))
    network = network_of(long, long.steps)
    two = Facts.side_by_side([facts_of(long, network)] * 2)
    assert solve(network, two).early[0].dtype == np.int32
