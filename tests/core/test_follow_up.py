"""Where a follow-up stands by what was said of it: the ladder, promises, closing, slips."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from tests.support.settled import settled
from tracker.core.flag import FlagKind, Light, RulePack, Standing, standing
from tracker.core.follow_up import (
    ActKind,
    Case,
    CaseState,
    Climb,
    FollowUp,
    FollowUpAct,
    Outcome,
    case_on,
    closing,
    how_late,
    needed,
    news,
    opens_again,
)
from tracker.core.model import Event, EventKind, Project, ProjectState
from tracker.law import Catalog
from tracker.services.projects.planning import ground_for, planned

OPENED = date(2025, 6, 20)  # a Friday
PARK = Project(
    id=1,
    name="农业产业园",
    procedure="gov_building",
    target="fs_approval",
    deadline=date(2025, 6, 30),
    updated_on=OPENED,
)
CASE = FollowUp(
    number=1,
    project=1,
    step="site_preapproval",
    office="县自然资源和规划局",
    kind=FlagKind.LATE,
    days=20,
    opened_on=OPENED,
)


def stands(law: Catalog, deadline: date, *steps: str) -> Standing:
    events = [Event(step=s, kind=EventKind.FINISHED, day=None, known_by=OPENED) for s in steps]
    record = settled(law, replace(PARK, deadline=deadline), events, OPENED)
    plan = planned(ground_for(record, law, OPENED), [record], law, OPENED)[0].plan
    return standing(record.project, plan, RulePack())


@pytest.fixture(scope="module")
def late(law: Catalog) -> Standing:
    """A project that can be late without being hopeless: the work between can be hurried."""
    found = stands(law, date(2025, 10, 31))
    assert found.light is Light.RED
    return found


@pytest.fixture(scope="module")
def easy(law: Catalog) -> Standing:
    found = stands(law, date(2026, 12, 31))
    assert needed(found) is None
    return found


def on(
    law: Catalog, day: date, project: Standing, acts: Sequence[FollowUpAct] = (), **case: object
) -> Case:
    follow_up = replace(CASE, acts=tuple(acts), **case)  # type: ignore[arg-type]
    return case_on(follow_up, project, day, law.working_days)


def act(kind: ActKind, day: date, **more: object) -> FollowUpAct:
    return FollowUpAct(kind=kind, day=day, who="县自然资源和规划局", **more)  # type: ignore[arg-type]


def promised(day: date, until: date) -> FollowUpAct:
    return act(ActKind.PROMISED, day, until=until)


def test_a_case_begins_at_level_one_whatever_the_days(law: Catalog, late: Standing) -> None:
    case = on(law, OPENED, late)
    assert (case.level, case.climb, case.state) == (1, None, CaseState.NEW)
    assert case.due == date(2025, 6, 27)


def test_it_climbs_one_level_in_five_working_days_without_a_promise(
    law: Catalog, late: Standing
) -> None:
    days = (date(2025, 6, 26), date(2025, 6, 27), date(2025, 7, 4), date(2025, 7, 11))
    cases = [on(law, day, late) for day in (*days, date(2025, 9, 30))]
    assert [case.level for case in cases] == [1, 2, 3, 4, 4]
    assert {case.climb for case in cases[1:]} == {Climb.TIME}


def test_a_promise_stops_the_clock_and_a_broken_one_climbs(law: Catalog, late: Standing) -> None:
    acts = [promised(date(2025, 6, 23), date(2025, 7, 31))]
    case = on(law, date(2025, 7, 31), late, acts)
    assert (case.level, case.state) == (1, CaseState.PROMISED)
    broken = on(law, date(2025, 8, 1), late, acts)
    assert (broken.level, broken.climb, broken.broken) == (2, Climb.BROKEN, 1)
    assert broken.state is CaseState.OVERDUE
    again = [*acts, promised(date(2025, 8, 1), date(2025, 8, 8))]
    twice = on(law, date(2025, 8, 11), late, again)
    assert (twice.level, twice.broken) == (3, 2)


def test_a_promise_that_is_replaced_before_its_day_is_moved_and_not_broken(
    law: Catalog, late: Standing
) -> None:
    acts = [
        promised(date(2025, 6, 23), date(2025, 7, 31)),
        promised(date(2025, 7, 30), date(2025, 8, 29)),
    ]
    case = on(law, date(2025, 8, 29), late, acts)
    assert (case.level, case.count(Outcome.MOVED), case.broken) == (1, 1, 0)


def test_a_promise_is_kept_where_the_plan_recovers_in_time(law: Catalog, easy: Standing) -> None:
    acts = [
        promised(date(2025, 6, 23), date(2025, 7, 31)),
        act(ActKind.RECOVERED, date(2025, 7, 30)),
    ]
    case = on(law, date(2025, 9, 1), easy, acts)
    assert (case.count(Outcome.KEPT), case.broken, case.level) == (1, 0, 1)
    assert case.state is CaseState.TO_CHECK


def test_what_cannot_be_met_in_any_world_stands_at_level_four(law: Catalog) -> None:
    hopeless = stands(law, OPENED)
    assert hopeless.light is Light.BLACK
    case = on(law, OPENED, hopeless)
    assert (case.level, case.climb) == (4, Climb.HOPELESS)
    (told,) = news(case, OPENED)
    assert (told.kind, told.level) == (ActKind.CLIMBED, 4)
    better = on(law, OPENED + timedelta(1), stands(law, date(2025, 10, 31)), [told])
    assert better.level == 4  # it does not sink before the recovery is confirmed


def test_it_is_closed_by_the_plan_or_for_a_reason(
    law: Catalog, late: Standing, easy: Standing
) -> None:
    assert closing(on(law, OPENED, late), OPENED, "办公室", "") is None
    against = closing(on(law, OPENED, late), OPENED, "办公室", "县长同意延期")
    assert against is not None
    assert (against.days, against.text) == (needed(late).working_days, "县长同意延期")  # type: ignore[union-attr]
    confirmed = closing(on(law, OPENED, easy), OPENED, "办公室", "")
    assert confirmed is not None
    closed = on(law, OPENED, late, [against])
    assert closed.state is CaseState.CLOSED
    flag = needed(late)
    assert flag is not None
    assert not opens_again(closed.follow_up, flag)
    worse = replace(flag, working_days=flag.working_days + 1)
    assert opens_again(closed.follow_up, worse)
    assert opens_again(replace(CASE, acts=(confirmed,)), flag)


def test_news_are_told_once(law: Catalog, late: Standing, easy: Standing) -> None:
    acts: list[FollowUpAct] = []
    for n, project in enumerate([late, easy, easy, late, late, easy]):
        day = OPENED + timedelta(n)
        acts += news(on(law, day, project, acts), day)
    assert [each.kind for each in acts] == [
        ActKind.RECOVERED,
        ActKind.SLIPPED,
        ActKind.RECOVERED,
    ]
    assert list(news(on(law, OPENED + timedelta(9), easy, acts), OPENED + timedelta(9))) == []


def test_a_question_never_climbs_and_closes_once_it_is_decided(
    law: Catalog, late: Standing
) -> None:
    case = on(law, date(2026, 6, 19), late, kind=FlagKind.OPEN)
    assert (case.level, case.climb) == (1, None)
    (told,) = news(case, date(2026, 6, 19))
    assert told.kind is ActKind.CLOSED


def test_levels_never_sink_and_promises_add_up(law: Catalog, late: Standing) -> None:
    """Random acts, looked at every day: the level only rises, and every promise is one of four."""
    for seed in range(40):
        random = Random(seed)
        acts: list[FollowUpAct] = []
        level, promises = 1, 0
        for n in range(120):
            day = OPENED + timedelta(n)
            if random.random() < 0.08:
                acts.append(promised(day, day + timedelta(random.randrange(30))))
                promises += 1
            elif random.random() < 0.05:
                acts.append(act(ActKind.CONTACTED, day))
            case = on(law, day, late, acts)
            assert level <= case.level <= 4, (seed, n)
            level = case.level
            assert len(case.promises) == promises
            assert case.count(Outcome.DUE) == (case.promise is not None)


def test_a_suspended_project_rests_and_is_not_taken_as_recovered(
    law: Catalog, late: Standing
) -> None:
    paused = replace(late.project, state=ProjectState.SUSPENDED, resume_on=date(2026, 6, 30))
    resting = standing(paused, late.plan, RulePack())
    acts = [promised(date(2025, 6, 23), date(2025, 12, 31))]
    case = on(law, date(2025, 6, 27), resting, acts)
    assert (case.state, case.flag) == (CaseState.PROMISED, None)
    (told,) = news(case, date(2025, 6, 27))
    assert told.kind is ActKind.RESTED
    rested = on(law, date(2026, 3, 2), resting, [*acts, told])
    assert (rested.level, rested.count(Outcome.KEPT), rested.count(Outcome.MOVED)) == (1, 0, 1)
    assert closing(rested, date(2026, 3, 2), "办公室", "") is None
    back = on(law, date(2026, 3, 3), late, [*acts, told])
    (again,) = news(back, date(2026, 3, 3))
    assert again.kind is ActKind.SLIPPED


def test_float_and_days_late_are_counted_on_one_scale(law: Catalog, late: Standing) -> None:
    flag = needed(late)
    assert flag is not None
    short = replace(flag, kind=FlagKind.FLOAT_SHORT, working_days=4)
    assert how_late(short) == -4
    closed = replace(CASE, acts=(act(ActKind.CLOSED, OPENED, text="可控", days=how_late(short)),))
    assert opens_again(closed, replace(short, working_days=2))
    assert not opens_again(closed, replace(short, working_days=9))
    assert opens_again(closed, replace(flag, working_days=1))


def test_a_question_that_somebody_closed_is_not_asked_again(law: Catalog, late: Standing) -> None:
    flag = needed(late)
    assert flag is not None
    by_hand = act(ActKind.CLOSED, OPENED, text="无法核实", days=0)
    assert not opens_again(replace(CASE, kind=FlagKind.OPEN, acts=(by_hand,)), flag)
    by_plan = FollowUpAct(kind=ActKind.CLOSED, day=OPENED)
    assert opens_again(replace(CASE, kind=FlagKind.OPEN, acts=(by_plan,)), flag)


def test_a_kept_promise_that_slips_again_is_not_broken(law: Catalog, late: Standing) -> None:
    acts = [
        promised(date(2025, 6, 23), date(2025, 7, 31)),
        act(ActKind.RECOVERED, date(2025, 7, 1)),
        act(ActKind.SLIPPED, date(2025, 7, 8)),
    ]
    case = on(law, date(2025, 7, 9), late, acts)
    assert (case.state, case.broken, case.count(Outcome.KEPT), case.level) == (
        CaseState.WORKING,
        0,
        1,
        1,
    )


def test_a_confirmed_close_begins_the_ladder_anew(law: Catalog, late: Standing) -> None:
    climbed = act(ActKind.CLIMBED, OPENED, level=4, text=str(Climb.HOPELESS))
    closed = FollowUpAct(kind=ActKind.CLOSED, day=OPENED + timedelta(1), who="办公室")
    again = FollowUpAct(kind=ActKind.REOPENED, day=OPENED + timedelta(5))
    case = on(law, OPENED + timedelta(5), late, [climbed, closed, again])
    assert (case.level, case.climb) == (1, None)
    against = replace(closed, days=3)
    case = on(law, OPENED + timedelta(5), late, [climbed, against, again])
    assert (case.level, case.climb) == (4, Climb.WAS_HOPELESS)
