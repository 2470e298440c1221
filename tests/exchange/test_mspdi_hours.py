"""The time of day in Project files: mornings, evenings, days off between, and no time at all.

Expected dates follow Microsoft Project's rules: an instant is handed on as it is; Friday's end is
Monday's start in working time; a slack is the working time between two instants.
"""

from datetime import date

import pytest

from tests.exchange.test_mspdi import a_plan, a_task
from tests.exchange.test_mspdi_as_meant import (
    constraint,
    dates_of,
    early,
    link,
    march,
    planned,
    said,
    total,
)
from tracker.exchange.mspdi import MOST_BYTES, read_mspdi
from tracker.exchange.refusal import RefusedNetworkError
from tracker.services.schedule import Outcome, schedule_draft

FS, SS, FF = 1, 3, 0
LONG = a_task(9, "长", 15)
"""What makes the plan end on 20 March."""


def seen(outcome: Outcome, uid: str) -> date:
    found = dates_of(outcome, uid, late=False).seen
    assert found
    return found


def free(outcome: Outcome, uid: str) -> int:
    assert outcome.schedule
    return outcome.schedule.free_floats[outcome.schedule.column.network.position[uid]]


def plan(*tasks: str, before: str = "") -> Outcome:
    content = a_plan("".join(tasks)).replace(b"<Calendars>", f"{before}<Calendars>".encode(), 1)
    return schedule_draft(read_mspdi(content))


WORK = a_task(1, "甲", 3) + a_task(2, "乙", 2, more=link(1))
"""Until 4 March, then from the 5th to the 6th."""


@pytest.mark.parametrize(
    ("links", "day"),
    [
        (link(2, SS), 5),
        (link(1, FS), 4),
        (link(1, FS) + link(2, SS), 5),
        (link(2, SS, 1), 5),
        (link(2, SS, -1), 4),
        (link(1, FS, 1), 5),
        (link(2, FF), 6),
    ],
)
def test_a_milestone_stands_at_the_hour_of_what_drives_it(links: str, day: int) -> None:
    found = planned(WORK + a_task(3, "节点", 0, more=links) + LONG)
    assert seen(found, "3") == march(day)
    assert early(found, "2") == (march(5), march(6))


@pytest.mark.parametrize("kind", [FS, SS, FF])
def test_a_milestone_hands_its_hour_on(kind: int) -> None:
    fixed = a_task(2, "定", 0, more=constraint(2, "2026-03-10T08:00:00"))
    found = planned(fixed + a_task(3, "后", 0, more=link(2, kind)) + LONG)
    assert seen(found, "3") == march(10)


def test_a_task_of_elapsed_days_ends_at_the_hour_it_began() -> None:
    whole_days = a_task(1, "甲", 3)
    elapsed = (
        "<Task><UID>1</UID><Name>甲</Name><OutlineLevel>1</OutlineLevel><Duration>PT72H0M0S"
        "</Duration><DurationFormat>8</DurationFormat></Task>"
    )
    after = a_task(2, "节点", 0, more=link(1)) + LONG
    assert seen(planned(whole_days + after), "2") == march(4)
    assert seen(planned(elapsed + after), "2") == march(5)


@pytest.mark.parametrize(("moment", "day"), [("18T08:00:00", 18), ("16T08:00:00", 16)])
def test_a_plan_ends_with_a_milestone_in_the_morning(moment: str, day: int) -> None:
    last = a_task(2, "节点", 0, more=constraint(4, f"2026-03-{moment}"))
    found = planned(a_task(1, "甲", 3) + last)
    assert found.schedule
    assert found.schedule.finish == march(day)
    assert dates_of(found, "2", late=True).seen == march(day)


@pytest.mark.parametrize(
    ("hour", "lag", "task", "milestone"),
    [("17:00:00", 1, 9, 6), ("08:00:00", 1, 6, 6), ("17:00:00", 0, 6, 5)],
)
def test_a_milestone_was_reached_at_its_hour(
    hour: str, lag: int, task: int, milestone: int
) -> None:
    at = f"2026-03-05T{hour}"
    done = f"<ActualStart>{at}</ActualStart><ActualFinish>{at}</ActualFinish>"
    tasks = a_task(2, "到", 0, more=done) + a_task(3, "后", 1, more=link(2, FS, lag))
    tasks += a_task(4, "节点", 0, more=link(2, FS, lag)) + LONG
    found = planned(tasks, "<StatusDate>2026-03-05T17:00:00</StatusDate>")
    assert early(found, "3") == (march(task), march(task))
    if lag:
        assert seen(found, "4") == march(milestone)


@pytest.mark.parametrize(
    ("more", "slack"),
    [
        ("<Deadline>2026-03-02T17:00:00</Deadline>", 1),
        ("<Deadline>2026-03-02T08:00:00</Deadline>", 0),
        ("<Deadline>2026-03-10T17:00:00</Deadline>", 7),
        (constraint(7, "2026-03-10T17:00:00"), 7),
        (constraint(5, "2026-03-10T08:00:00"), 6),
    ],
)
def test_a_milestone_that_nothing_leads_to_has_all_its_slack(more: str, slack: int) -> None:
    found = planned(a_task(2, "节点", 0, more=more) + LONG)
    assert total(found, "2") == slack


MONDAY, SUNDAY, SATURDAY = "2026-03-09T08:00:00", "2026-03-08T17:00:00", "2026-03-07T17:00:00"


@pytest.mark.parametrize("moment", [MONDAY, SUNDAY, SATURDAY, "2026-03-06T17:00:00"])
@pytest.mark.parametrize("kind", [6, 3])
def test_a_finish_before_days_off_is_that_of_the_friday(moment: str, kind: int) -> None:
    """Finish no earlier than, and must finish on."""
    found = planned(a_task(1, "甲", 3, more=constraint(kind, moment)) + LONG)
    assert early(found, "1") == (march(4), march(6))
    assert found.is_feasible
    assert said(found, "deadline_on_day_off") == [] or moment in (SUNDAY, SATURDAY)


@pytest.mark.parametrize(("kind", "slack"), [(2, 0), (5, 5)])
def test_a_start_on_an_evening_is_the_next_day_worked(kind: int, slack: int) -> None:
    """Must start on, and start no later than, Friday evening: Monday morning."""
    found = planned(a_task(1, "甲", 3, more=constraint(kind, "2026-03-06T17:00:00")) + LONG)
    assert total(found, "1") == slack
    assert found.is_feasible
    if kind == 2:
        assert early(found, "1") == (march(9), march(11))


@pytest.mark.parametrize("days", [5, 0])
def test_a_finish_without_a_time_of_day_is_assumed_and_said(days: int) -> None:
    more = "<Deadline>2026-03-06T00:00:00</Deadline>"
    found = planned(a_task(1, "甲", days, more=more) + LONG)
    assert total(found, "1") == (0 if days else 5)
    assert any("Task 1 甲: Deadline" in text for text in said(found, "assumption"))


def test_free_float_ends_where_a_fixed_task_begins() -> None:
    fixed = a_task(2, "定", 1, more=constraint(2, "2026-03-12T08:00:00") + link(1))
    found = planned(a_task(1, "甲", 3) + fixed + LONG)
    assert (total(found, "1"), free(found, "1")) == (5, 5)


def test_free_float_before_a_fixed_task_that_begins_too_early_is_negative() -> None:
    fixed = a_task(2, "定", 3, more=constraint(2, "2026-03-03T08:00:00") + link(1))
    found = planned(a_task(1, "甲", 3) + fixed + LONG)
    assert (total(found, "1"), free(found, "1")) == (-2, -2)


@pytest.mark.parametrize("kind", [2, 3])
def test_a_plan_may_let_links_win_over_fixed_dates(kind: int) -> None:
    moment = "2026-03-04T08:00:00" if kind == 2 else "2026-03-06T17:00:00"
    tasks = a_task(1, "甲", 3), a_task(2, "定", 3, more=constraint(kind, moment) + link(1)), LONG
    kept = plan(*tasks)
    moved = plan(*tasks, before="<HonorConstraints>0</HonorConstraints>")
    assert early(kept, "2") == (march(4), march(6))
    assert early(moved, "2") == (march(5), march(9))
    assert total(moved, "2") == -1
    assert said(moved, "assumption")


@pytest.mark.parametrize(("limit", "is_critical"), [("", False), ("2", True), ("0", False)])
def test_a_plan_says_up_to_which_slack_a_task_is_critical(limit: str, *, is_critical: bool) -> None:
    before = f"<CriticalSlackLimit>{limit}</CriticalSlackLimit>" if limit else ""
    found = plan(a_task(1, "甲", 14), LONG, before=before)
    assert found.schedule
    assert found.schedule.is_critical(found.schedule.column.network.position["1"]) is is_critical


def refused(content: bytes) -> str:
    with pytest.raises(RefusedNetworkError) as caught:
        read_mspdi(content)
    return caught.value.code


def calendars(count: int, exceptions: str = "", *, chained: bool = False) -> str:
    return "".join(
        f"<Calendar><UID>{n}</UID><Name>{n}</Name><IsBaseCalendar>1</IsBaseCalendar>"
        f"<BaseCalendarUID>{n + 1 if chained else -1}</BaseCalendarUID>{exceptions}</Calendar>"
        for n in range(10, 10 + count)
    )


def with_calendars(more: str, used: int) -> bytes:
    tasks = "".join(
        a_task(n, f"任务{n}", 1, more=f"<CalendarUID>{9 + n}</CalendarUID>")
        for n in range(1, used + 1)
    )
    return a_plan(tasks).replace(b"</Calendars>", f"{more}</Calendars>".encode(), 1)


def test_what_is_far_larger_than_any_plan_is_refused() -> None:
    weekly = (
        "<Exception><TimePeriod><FromDate>2000-01-01T00:00:00</FromDate><ToDate>"
        "2040-12-31T23:59:00</ToDate></TimePeriod><Type>6</Type><Period>1</Period>"
        "<DaysOfWeek>2</DaysOfWeek><DayWorking>0</DayWorking></Exception>"
    )
    every_week = f"<Exceptions>{weekly * 200}</Exceptions>"
    assert refused(with_calendars(calendars(500, chained=True), 1)) == "too_large"
    assert refused(with_calendars(calendars(1, every_week), 1)) == "too_large"
    assert refused(with_calendars(calendars(400), 400)) == "too_large"
    assert refused(a_plan("<a/>" * 3_000_001)) == "too_large"
    assert refused(b"<" + b" " * MOST_BYTES) == "too_large"


def week(first: str, last: str, *days: int) -> str:
    hours = f"<FromTime>{first}</FromTime><ToTime>{last}</ToTime>"
    worked = f"<WorkingTimes><WorkingTime>{hours}</WorkingTime></WorkingTimes>"
    return "".join(
        f"<WeekDay><DayType>{day}</DayType><DayWorking>{int(day in days)}</DayWorking>"
        f"{worked if day in days else ''}</WeekDay>"
        for day in range(1, 8)
    )


def hours_of(*weeks: str, tasks: str, minutes: int = 480) -> bytes:
    """Return a plan whose calendars, from 1 on, have these weeks."""
    found = "".join(
        f"<Calendar><UID>{n}</UID><Name>历{n}</Name><IsBaseCalendar>1</IsBaseCalendar>"
        f"<BaseCalendarUID>-1</BaseCalendarUID><WeekDays>{each}</WeekDays></Calendar>"
        for n, each in enumerate(weeks, start=1)
    )
    return (
        '<Project xmlns="http://schemas.microsoft.com/project"><Name>某计划</Name>'
        f"<StartDate>2026-03-02T00:00:00</StartDate><MinutesPerDay>{minutes}</MinutesPerDay>"
        f"<CalendarUID>1</CalendarUID><Calendars>{found}</Calendars><Tasks>{tasks}</Tasks></Project>"
    ).encode()


WEEKDAYS_ = (2, 3, 4, 5, 6)
CLOCK = week("00:00:00", "00:00:00", 1, 2, 3, 4, 5, 6, 7)


def day_long(uid: int, days: int, more: str = "") -> str:
    return a_task(uid, f"任务{uid}", 3 * days, more=more)  # three times eight hours


@pytest.mark.parametrize("moment", ["08:00:00", "12:00:00", "23:00:00"])
@pytest.mark.parametrize("kind", [4, 2, 7, 6])
def test_around_the_clock_no_hour_is_rounded(moment: str, kind: int) -> None:
    task = day_long(1, 2, constraint(kind, f"2026-03-04T{moment}"))
    assert refused(hours_of(CLOCK, tasks=task, minutes=1440)) == "unsupported"


def test_around_the_clock_midnight_is_the_boundary() -> None:
    tasks = day_long(1, 2, constraint(4, "2026-03-04T00:00:00")) + day_long(2, 9)
    due = day_long(3, 2, "<Deadline>2026-03-04T00:00:00</Deadline>")
    found = schedule_draft(read_mspdi(hours_of(CLOCK, tasks=tasks + due, minutes=1440)))
    assert early(found, "1") == (march(4), march(5))
    assert total(found, "3") == 0


@pytest.mark.parametrize(("first", "last"), [("07:00:00", "15:00:00"), ("00:00:00", "08:00:00")])
def test_calendars_of_other_hours_are_refused_together(first: str, last: str) -> None:
    weeks = (week("08:00:00", "16:00:00", *WEEKDAYS_), week(first, last, *WEEKDAYS_))
    own = "<CalendarUID>2</CalendarUID>"
    tasks = a_task(1, "甲", 1) + a_task(2, "乙", 1, more=own + link(1))
    assert refused(hours_of(*weeks, tasks=tasks)) == "unsupported"
    read_mspdi(hours_of(*weeks, tasks=tasks.replace(own, "")))  # it is not used


@pytest.mark.parametrize(("first", "last"), [("16:00:00", "00:00:00"), ("22:00:00", "06:00:00")])
def test_work_through_the_night_is_refused(first: str, last: str) -> None:
    plan_ = hours_of(week(first, last, *WEEKDAYS_), tasks=a_task(1, "甲", 1))
    assert refused(plan_) == "unsupported"


SEVEN_DAYS = "<CalendarUID>2</CalendarUID>"


@pytest.mark.parametrize("hour", ["08:00:00", "17:00:00"])
def test_a_milestone_set_for_a_day_off_waits_for_work_to_begin(hour: str) -> None:
    tasks = a_task(1, "节点", 0, more=constraint(4, f"2026-03-07T{hour}"))
    tasks += a_task(2, "后", 1, more=SEVEN_DAYS + link(1))
    tasks += a_task(3, "并", 0, more=SEVEN_DAYS + link(1, SS))
    found = planned(tasks)
    assert seen(found, "1") == march(9)
    assert early(found, "2") == (march(9), march(9))
    assert seen(found, "3") == march(9)


def test_a_milestone_that_waits_for_work_hands_the_morning_on() -> None:
    tasks = a_task(1, "七天", 6, more=SEVEN_DAYS) + a_task(2, "节点", 0, more=link(1))
    tasks += a_task(3, "后", 0, more=SEVEN_DAYS + link(2))
    found = planned(tasks)
    assert (seen(found, "2"), seen(found, "3")) == (march(9), march(9))


@pytest.mark.parametrize(("first", "last", "day"), [(7, 9, 9), (6, 9, 9), (8, 11, 11)])
def test_a_milestone_after_a_task_by_hand_on_days_off(first: int, last: int, day: int) -> None:
    own = (
        f"<Manual>1</Manual><Start>2026-03-{first:02}T08:00:00</Start>"
        f"<Finish>2026-03-{last:02}T17:00:00</Finish>"
    )
    found = planned(a_task(1, "手动", 3, more=own) + a_task(2, "节点", 0, more=link(1)) + LONG)
    assert seen(found, "2") == march(day)


def test_what_is_not_followed_is_said() -> None:
    tasks = a_task(1, "甲", 5), a_task(2, "乙", 1)
    found = plan(*tasks, before="<MultipleCriticalPaths>1</MultipleCriticalPaths>")
    assert said(found, "assumption")
    begun = (
        "<ActualStart>2026-03-02T08:00:00</ActualStart>"
        "<RemainingDuration>PT16H0M0S</RemainingDuration>"
    )
    under_way = planned(
        a_task(1, "甲", 5, more=begun), "<StatusDate>2026-03-05T17:00:00</StatusDate>"
    )
    assert any("2026-03-06" in text for text in said(under_way, "assumption"))
    waiting = planned(a_task(1, "甲", 5), "<StatusDate>2026-03-05T17:00:00</StatusDate>")
    assert any("no task has begun" in text for text in said(waiting, "assumption"))
    assert early(waiting, "1") == (march(2), march(6))


def test_a_task_with_slack_is_not_critical_though_it_drives_the_end() -> None:
    """Elapsed time ends on a Saturday: what leads there may slip to it."""
    elapsed = (
        "<PredecessorLink><PredecessorUID>1</PredecessorUID><Type>1</Type>"
        "<LinkLag>43200</LinkLag><LagFormat>8</LagFormat></PredecessorLink>"
    )
    found = planned(a_task(1, "甲", 3) + a_task(2, "后", 1, more=elapsed))
    assert found.schedule
    assert total(found, "1") == 1
    assert not found.schedule.is_critical(found.schedule.column.network.position["1"])


def test_one_link_of_two_large_headings_is_refused() -> None:
    def heading(uid: int) -> str:
        below = "".join(a_task(uid + n, f"任务{n}", 1, level=2) for n in range(1, 401))
        return a_task(uid, f"标题{uid}", 1, more="<Summary>1</Summary>") + below

    second = heading(1000).replace("<Summary>1</Summary>", f"<Summary>1</Summary>{link(1)}", 1)
    assert refused(a_plan(heading(1) + second)) == "too_large"


def test_what_stands_for_another_plan_is_refused() -> None:
    task = a_task(1, "子项目", 3, more="<IsSubproject>1</IsSubproject>")
    assert refused(a_plan(task)) == "unsupported"
