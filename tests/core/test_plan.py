"""A project's plan: what the dates of its steps come to."""

from collections.abc import Mapping
from datetime import date

import pytest

from tracker.core.calendars import WEEKDAYS
from tracker.core.compile import Blueprint, compile_target
from tracker.core.model import (
    BlockReason,
    Dated,
    DayKind,
    Duration,
    Link,
    LinkType,
    Name,
    Owner,
    Procedure,
    Regime,
    Step,
    StepKind,
)
from tracker.core.plan import Plan, PlannedStep, drags, plan
from tracker.core.plan.engine.circuit import wired
from tracker.core.plan.facts import Facts
from tracker.core.plan.record import recorded_facts
from tracker.core.track import Block, Progress, State

MONDAY = date(2026, 3, 2)


def step(name: str, days: int, kind: StepKind = StepKind.AGENCY_WORK, **more: object) -> Step:
    words = Name(name, name)
    return Step(
        id=name,
        name=words,
        kind=kind,
        owner=Owner.AGENCY,
        office=words,
        takes=Duration(days),
        **more,
    )


def blueprint(*steps: Step, links: tuple[Link, ...]) -> Blueprint:
    procedure = Procedure(
        id="small",
        name=Name("小", "small"),
        regime=Regime.APPROVAL,
        valid_from=MONDAY,
        valid_to=None,
        steps=steps,
        links=links,
        questions=(),
        file="small.yaml",
    )
    return compile_target(procedure, steps[-1].id, WEEKDAYS, MONDAY)


def small() -> Blueprint:
    """Survey and design, side by side, then the permit: a milestone."""
    return blueprint(
        step("survey", 4),
        step("design", 6),
        step("permit", 0, StepKind.MILESTONE),
        links=(
            Link(predecessor="survey", successor="permit"),
            Link(predecessor="design", successor="permit"),
        ),
    )


def planned(
    shape: Blueprint, deadline: date | None, today: date = MONDAY, **progress: Progress
) -> Plan:
    known: Mapping[str, Progress] = {name: progress.get(name, Progress()) for name in shape.ids}
    return plan(shape, known, status_date=today, deadline=deadline)


def of(found: Plan, name: str) -> PlannedStep:
    return next(s for s in found.steps if s.step.id == name)


def test_a_plan_in_time_has_days_to_spare_and_none_late() -> None:
    found = planned(small(), date(2026, 3, 13))
    assert found.finish == date(2026, 3, 9)
    assert (found.needed, found.left, found.spare, found.days_late) == (6, 10, 4, 0)
    assert found.is_feasible
    assert not found.is_lost
    assert found.because
    assert found.because.step.id == "design"


def test_a_plan_that_is_late_says_by_how_many_days() -> None:
    found = planned(small(), date(2026, 3, 5))
    assert (found.spare, found.days_late, found.is_feasible) == (-2, 2, False)
    assert of(found, "design").total_float == -2
    assert of(found, "survey").total_float == 0


def test_a_plan_without_a_deadline_runs_to_its_own_finish() -> None:
    found = planned(small(), None)
    assert (found.left, found.spare, found.is_feasible) == (None, 0, True)
    assert of(found, "survey").total_float == 2
    assert of(found, "design").late_finish == date(2026, 3, 9)


def test_a_milestone_has_the_day_on_which_people_see_it() -> None:
    found = of(planned(small(), date(2026, 3, 13)), "permit")
    assert found.early_start == found.early_finish == date(2026, 3, 9)
    assert found.late_start == found.late_finish == date(2026, 3, 13)


def test_what_drives_and_what_is_critical() -> None:
    found = planned(small(), date(2026, 3, 13))
    assert of(found, "permit").driven_by == ("design",)
    assert [s.step.id for s in found.steps if s.critical] == ["design", "permit"]
    assert [s.step.id for s in found.steps if s.on_longest_path] == ["design", "permit"]
    assert (of(found, "survey").free_float, of(found, "design").free_float) == (2, 0)


def test_drag_is_what_the_end_would_win_without_the_step() -> None:
    found = planned(small(), date(2026, 3, 13))
    assert [s.drag for s in found.steps] == [0, 2, 0]


def test_drag_takes_a_step_with_all_that_holds_it() -> None:
    shape = small()
    known = {name: Progress() for name in shape.ids}
    block = Block(BlockReason.LAND_QUOTA, MONDAY, date(2026, 3, 30), None)
    known["survey"] = Progress(block=block, known_by=MONDAY)
    facts = recorded_facts(shape.network, known, status_date=MONDAY, deadline=None)
    survey = shape.network.position["survey"]
    circuit = wired(shape.network, frozenset(range(len(shape.ids))))
    both = Facts.side_by_side([facts, facts])
    assert drags(shape, circuit, both, [[survey], []]) == [{survey: 18}, {}]
    assert planned(shape, None, survey=known["survey"]).finish == date(2026, 4, 2)


def test_the_fastest_course_takes_a_day_for_all_that_can_be_hurried() -> None:
    shape = blueprint(
        step("study", 10),
        step("notice", 8, StepKind.MINIMUM_PERIOD, limits=(Dated(Duration(5)),)),
        step("open", 0, StepKind.MILESTONE),
        links=(
            Link(predecessor="study", successor="notice"),
            Link(predecessor="notice", successor="open"),
        ),
    )
    found = planned(shape, date(2026, 3, 6))
    assert found.span.fastest == date(2026, 3, 9)
    assert found.is_lost
    assert not planned(shape, date(2026, 3, 9)).is_lost
    other_unit = blueprint(
        step("notice", 8, StepKind.MINIMUM_PERIOD, limits=(Dated(Duration(5, DayKind.CALENDAR)),)),
        step("open", 0, StepKind.MILESTONE),
        links=(Link(predecessor="notice", successor="open"),),
    )
    assert planned(other_unit, date(2026, 3, 11)).span.fastest == date(2026, 3, 11)


def test_a_plan_whose_target_is_reached_is_done() -> None:
    over = Progress(state=State.FINISHED, finish=MONDAY, known_by=MONDAY)
    found = planned(small(), date(2026, 3, 13), survey=over, design=over, permit=over)
    assert found.is_done
    assert (found.finish, found.span.fastest, found.because, found.spare, found.needed) == (
        None,
        None,
        None,
        0,
        0,
    )


@pytest.mark.parametrize(
    ("start", "last"), [(date(2026, 3, 2), date(2026, 3, 10)), (None, date(2026, 3, 13))]
)
def test_days_of_a_step_under_way_count_from_the_day_after_acceptance(
    start: date | None, last: date
) -> None:
    """Without a known day of acceptance nothing is taken off."""
    under_way = Progress(state=State.UNDER_WAY, start=start, known_by=date(2026, 3, 6))
    found = planned(small(), None, date(2026, 3, 6), design=under_way)
    assert of(found, "design").early_finish == last


def test_a_returned_step_takes_its_whole_time_again() -> None:
    back = Progress(state=State.RETURNED, start=MONDAY, known_by=date(2026, 3, 6))
    found = planned(small(), None, date(2026, 3, 6), design=back)
    assert of(found, "design").early_finish == date(2026, 3, 13)


def test_a_step_not_needed_takes_no_part() -> None:
    found = planned(small(), None, design=Progress(state=State.NOT_NEEDED))
    assert found.finish == date(2026, 3, 5)
    assert of(found, "design").early_start is None


def test_a_lag_runs_from_the_day_a_step_was_finished_or_known_to_be() -> None:
    shape = blueprint(
        step("survey", 4),
        step("permit", 1),
        links=(Link(predecessor="survey", successor="permit", lag=Duration(5)),),
    )
    for over, first in (
        (Progress(state=State.FINISHED, finish=date(2026, 3, 4), known_by=date(2026, 3, 6)), 12),
        (Progress(state=State.FINISHED, known_by=date(2026, 3, 5)), 12),
        (Progress(state=State.FINISHED), 16),
    ):
        found = planned(shape, None, date(2026, 3, 9), survey=over)
        assert of(found, "permit").early_start == date(2026, 3, first)


def test_a_link_from_a_start_is_met_once_the_step_has_begun() -> None:
    shape = blueprint(
        step("survey", 4),
        step("permit", 1),
        links=(
            Link(
                predecessor="survey",
                successor="permit",
                type=LinkType.START_TO_START,
                lag=Duration(3),
            ),
        ),
    )
    begun = Progress(state=State.UNDER_WAY, start=date(2026, 3, 4), known_by=date(2026, 3, 5))
    found = planned(shape, None, date(2026, 3, 5), survey=begun)
    assert of(found, "permit").early_start == date(2026, 3, 10)


def test_a_link_from_a_start_that_nobody_dated_waits_for_what_is_left() -> None:
    shape = blueprint(
        step("survey", 4),
        step("permit", 1),
        links=(
            Link(
                predecessor="survey",
                successor="permit",
                type=LinkType.START_TO_START,
                lag=Duration(3),
            ),
        ),
    )
    begun = Progress(state=State.UNDER_WAY, known_by=date(2026, 3, 3))
    found = planned(shape, None, date(2026, 3, 9), survey=begun)
    assert of(found, "survey").early_start == date(2026, 3, 9)
    assert of(found, "permit").early_start == date(2026, 3, 12)
