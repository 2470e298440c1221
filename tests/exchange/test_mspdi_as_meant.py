"""Project files that say more than steps and links: read as they were meant."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.exchange.test_mspdi import SEVEN, WEEK, a_plan, a_task
from tracker.core.calendars import EVERY_DAY, WEEKDAYS
from tracker.core.model import LinkType
from tracker.core.network import Tie
from tracker.core.plan.draft import Draft, PlanMode
from tracker.core.plan.schedule import Dates
from tracker.exchange.mspdi import read_mspdi, write_mspdi
from tracker.exchange.refusal import RefusedNetworkError
from tracker.i18n.words import words_in
from tracker.services.schedule import Outcome, schedule_draft


def link(uid: int, kind: int = 1, lag: int = 0) -> str:
    return (
        f"<PredecessorLink><PredecessorUID>{uid}</PredecessorUID><Type>{kind}</Type>"
        f"<LinkLag>{lag * 4800}</LinkLag><LagFormat>7</LagFormat></PredecessorLink>"
    )


def march(day: int) -> date:
    return date(2026, 3, 1) + timedelta(days=day - 1)


def constraint(kind: int, moment: str) -> str:
    return f"<ConstraintType>{kind}</ConstraintType><ConstraintDate>{moment}</ConstraintDate>"


def by_hand(first: str, last: str) -> str:
    return f"<Manual>1</Manual><Start>{first}</Start><Finish>{last}</Finish>"


def planned(tasks: str, more: str = "") -> Outcome:
    return schedule_draft(read_mspdi(a_plan(tasks, more)))


def early(outcome: Outcome, uid: str) -> tuple[date, date]:
    found = dates_of(outcome, uid, late=False)
    return found.start, found.finish


def late(outcome: Outcome, uid: str) -> tuple[date, date]:
    found = dates_of(outcome, uid, late=True)
    return found.start, found.finish


def dates_of(outcome: Outcome, uid: str, *, late: bool) -> Dates:
    assert outcome.schedule
    n = outcome.schedule.column.network.position[uid]
    return outcome.schedule.late(n) if late else outcome.schedule.early(n)


def total(outcome: Outcome, uid: str) -> int:
    assert outcome.schedule
    return outcome.schedule.total_floats[outcome.schedule.column.network.position[uid]]


def said(outcome: Outcome, code: str) -> list[str]:
    return [str(f.sentence) for f in outcome.findings if f.code == code]


PHASE = a_task(1, "前期", 9) + a_task(2, "设计", 5, level=2) + a_task(3, "勘察", 8, level=2)


def test_a_link_from_a_heading_comes_from_its_last_task() -> None:
    outcome = planned(PHASE + a_task(4, "开工", 3, more=link(1)))
    assert early(outcome, "4") == (march(12), march(16))
    assert total(outcome, "2") == 3


def test_a_link_to_a_heading_leads_to_each_of_its_tasks() -> None:
    lead_in = a_task(9, "立项", 2) + PHASE.replace("</Task>", link(9) + "</Task>", 1)
    outcome = planned(lead_in)
    assert early(outcome, "2")[0] == early(outcome, "3")[0] == march(4)
    with_lag = a_task(9, "立项", 2) + PHASE.replace("</Task>", link(9, lag=2) + "</Task>", 1)
    assert early(planned(with_lag), "3")[0] == march(6)


def test_links_between_large_headings_are_few() -> None:
    """Of a chain only the ends are tied: 300 tasks by 300 would be 90,000 links."""

    def chain(first: int) -> str:
        tasks = (
            a_task(n, f"第{n}项", 1, level=2, more=link(n - 1) if n > first else "")
            for n in range(first, first + 300)
        )
        return "".join(tasks)

    first, second = a_task(1, "一期", 9) + chain(2), a_task(501, "二期", 9, more=link(1))
    draft = read_mspdi(a_plan(first + second + chain(502)))
    assert len(draft.ties) == 299 + 299 + 1
    unchained = chain(2).replace("PredecessorUID>", "Ignored>").replace("PredecessorLink", "Other")
    loose = a_task(1, "一期", 9) + unchained + a_task(501, "收尾", 1, more=link(1))
    assert len(read_mspdi(a_plan(loose)).ties) == 300


@st.composite
def phases(draw: st.DrawFn) -> tuple[str, int]:
    """Two headings of up to five tasks, links within each, and the second after the first."""
    tasks = a_task(1, "一期", 9)
    lag = draw(st.integers(-2, 3))
    for first in (2, 12):
        if first == 12:
            tasks += a_task(11, "二期", 9, more=link(1, lag=lag))
        for n in range(first, first + draw(st.integers(1, 5))):
            some = st.lists(st.integers(first, max(first, n - 1)), max_size=2, unique=True)
            before = draw(some) if n > first else []
            links = "".join(
                link(b, draw(st.sampled_from([1, 1, 3])), draw(st.integers(-1, 1))) for b in before
            )
            tasks += a_task(n, "项", draw(st.integers(0, 6)), level=2, more=links)
    return tasks, lag


@given(phases())
def test_the_ends_of_chains_say_all_that_every_pair_would(case: tuple[str, int]) -> None:
    tasks, lag = case
    found = planned(tasks)
    first, second = (
        [step.id for step in found.draft.steps if low < int(step.id) < low + 10] for low in (1, 11)
    )
    inside = [
        tie for tie in found.draft.ties if (tie.predecessor in first) == (tie.successor in first)
    ]
    type_, calendar = LinkType.FINISH_TO_START, found.draft.calendar
    every = [
        Tie(predecessor=a, successor=b, type=type_, lag=lag, calendar=calendar)
        for a in first
        for b in second
    ]
    full = schedule_draft(replace(found.draft, ties=(*inside, *every)))
    for step in found.draft.steps:
        assert early(full, step.id) == early(found, step.id)
        assert late(full, step.id) == late(found, step.id)


@pytest.mark.parametrize(
    ("tasks", "why"),
    [
        (PHASE + a_task(4, "开工", 3, more=link(1, kind=3)), "start of a heading"),
        (a_task(9, "立项", 2) + PHASE.replace("</Task>", link(9, 0) + "</Task>", 1), "finish of a"),
        (PHASE.replace("</Task>", link(2) + "</Task>", 1), "task of its own"),
        (PHASE + a_task(4, "开工", 3, level=2, more=link(1)), "task of its own"),
        (
            PHASE.replace("</Task>", constraint(2, "2026-03-09T08:00:00") + "</Task>", 1),
            "fixes its dates",
        ),
        (a_task(1, "甲", 5, more="<Manual>1</Manual>"), "has no dates"),
    ],
)
def test_what_no_link_can_say_is_refused_by_its_own_name(tasks: str, why: str) -> None:
    with pytest.raises(RefusedNetworkError, match=why) as caught:
        read_mspdi(a_plan(tasks))
    assert caught.value.code == "unsupported"


def test_deadline_and_floor_of_a_heading_are_those_of_its_tasks() -> None:
    due = "<Deadline>2026-03-31T17:00:00</Deadline>" + constraint(4, "2026-03-09T08:00:00")
    outcome = planned(PHASE.replace("</Task>", due + "</Task>", 1))
    assert [step.deadline for step in outcome.draft.steps] == [march(31)] * 2
    assert early(outcome, "2") == (march(9), march(13))
    assert late(outcome, "3")[1] == march(18)
    own = PHASE.replace("</Task>", "<Deadline>2026-03-31T17:00:00</Deadline></Task>", 1)
    tighter = own.replace(
        "<Name>设计</Name>", "<Name>设计</Name><Deadline>2026-03-20T17:00:00</Deadline>"
    )
    assert [step.deadline for step in planned(tighter).draft.steps] == [march(20), march(31)]


def test_dates_set_by_hand_hold_and_are_said() -> None:
    hand = by_hand("2026-03-09T08:00:00", "2026-03-20T17:00:00")
    outcome = planned(a_task(1, "论证", 3, more=hand) + a_task(2, "报批", 2, more=link(1)))
    assert early(outcome, "1") == (march(9), march(20))
    assert early(outcome, "2") == (march(23), march(24))
    assert said(outcome, "assumption") == ["Scheduled by hand, so their dates hold: 论证."]
    assert outcome.is_feasible


def test_nothing_moves_dates_set_by_hand_and_what_is_before_them_is_late() -> None:
    hand = by_hand("2026-03-09T08:00:00", "2026-03-10T17:00:00") + link(1)
    tasks = a_task(1, "设计", 10) + a_task(2, "论证", 2, more=hand)
    outcome = planned(tasks + a_task(3, "丙", 20))
    assert early(outcome, "2") == (march(9), march(10))
    assert late(outcome, "1")[1] == march(6)
    assert total(outcome, "1") == -5
    assert not outcome.is_feasible
    assert all("1 has" not in words for words in said(outcome, "dangling_end"))


@pytest.mark.parametrize(
    ("kind", "lag", "latest"),
    [(1, 0, 6), (1, 2, 4), (3, 0, 13), (0, 0, 13), (0, 1, 12), (2, 0, 20)],
)
def test_each_kind_of_link_leaves_what_its_lag_says(kind: int, lag: int, latest: int) -> None:
    """A predecessor of 5 days before dates held from 9 to 13 March, over a weekend."""
    hand = by_hand("2026-03-09T08:00:00", "2026-03-13T17:00:00") + link(1, kind, lag)
    outcome = planned(a_task(1, "设计", 5) + a_task(2, "论证", 5, more=hand) + a_task(3, "丙", 40))
    assert late(outcome, "1")[1] == march(latest)


def test_a_weekend_set_by_hand_holds_too() -> None:
    hand = by_hand("2026-03-07T08:00:00", "2026-03-08T17:00:00")
    outcome = planned(a_task(1, "搬迁", 1, more=hand) + a_task(2, "清场", 1, more=link(1)))
    assert early(outcome, "1") == (march(7), march(8))
    assert outcome.draft.steps[0].calendar is EVERY_DAY
    assert early(outcome, "2") == (march(9), march(9))


def test_dates_set_by_hand_that_lie_before_the_plan_are_said() -> None:
    hand = by_hand("2026-02-23T08:00:00", "2026-02-24T17:00:00")
    outcome = planned(a_task(1, "论证", 2, more=hand))
    assert early(outcome, "1")[0] == march(2)
    assert len(said(outcome, "fixed_date_missed")) == 1


def test_work_begun_that_is_scheduled_by_hand_ends_when_it_says() -> None:
    hand = by_hand("2026-03-02T08:00:00", "2026-03-20T17:00:00")
    begun = hand + "<ActualStart>2026-03-02T08:00:00</ActualStart>"
    now = "<StatusDate>2026-03-06T17:00:00</StatusDate>"
    outcome = planned(a_task(1, "设计", 3, more=begun), now)
    assert early(outcome, "1") == (march(9), march(20))


def test_must_start_on_holds_whatever_comes_before() -> None:
    on = constraint(2, "2026-03-18T08:00:00")
    outcome = planned(
        a_task(1, "甲", 5) + a_task(2, "会议", 1, more=on) + a_task(3, "乙", 2, more=link(2))
    )
    assert early(outcome, "2") == late(outcome, "2") == (march(18), march(18))
    assert early(outcome, "3") == (march(19), march(20))
    pushed = planned(a_task(1, "甲", 20) + a_task(2, "会议", 1, more=on + link(1)))
    assert early(pushed, "2") == (march(18), march(18))
    assert total(pushed, "1") == -8


def test_must_finish_on_holds_its_finish() -> None:
    on = constraint(3, "2026-03-18T17:00:00")
    outcome = planned(a_task(1, "甲", 3, more=on))
    assert early(outcome, "1") == late(outcome, "1") == (march(16), march(18))


def test_as_late_as_possible_is_said() -> None:
    outcome = planned(
        a_task(1, "甲", 10) + a_task(2, "乙", 2, more="<ConstraintType>1</ConstraintType>")
    )
    assert late(outcome, "2") == (march(12), march(13))
    assert said(outcome, "assumption")[0].endswith("乙.")


def test_a_plan_scheduled_from_its_finish_is_its_late_dates() -> None:
    plan = a_plan(a_task(1, "甲", 5) + a_task(2, "乙", 2, more=link(1))).replace(
        b"<StartDate>",
        b"<FinishDate>2026-03-31T17:00:00</FinishDate><ScheduleFromStart>0</ScheduleFromStart>"
        b"<StartDate>",
    )
    outcome = schedule_draft(read_mspdi(plan))
    assert (outcome.draft.deadline, outcome.draft.plan) == (march(31), PlanMode.LATE)
    assert late(outcome, "1") == (march(23), march(27))
    assert late(outcome, "2") == (march(30), march(31))
    assert len(said(outcome, "assumption")) == 1


def test_without_a_calendar_the_standard_week_is_said() -> None:
    plan = a_plan(a_task(1, "前期", 5)).replace(b"<CalendarUID>1</CalendarUID>", b"")
    draft = read_mspdi(plan)
    assert draft.calendar is WEEKDAYS
    assert "Monday to Friday" in str(draft.assumptions[0].sentence)
    lone = plan.replace(WEEK.encode(), SEVEN.encode()).replace(
        b"<UID>2</UID><Name>\xe4\xb8\x83\xe5\xa4\xa9</Name><IsBaseCalendar>1",
        b"<UID>2</UID><Name>\xe4\xb8\x83\xe5\xa4\xa9</Name><IsBaseCalendar>0",
    )
    found = read_mspdi(lone)
    assert found.calendar.name == "五天" in str(found.assumptions[0].sentence)
    assert found.calendar.is_worked(march(7))


def with_exception(rule: str, first: str = "2026-01-01", last: str = "2030-12-31") -> Draft:
    entry = (
        f"<Exceptions><Exception><TimePeriod><FromDate>{first}T00:00:00</FromDate>"
        f"<ToDate>{last}T23:59:00</ToDate></TimePeriod>{rule}<DayWorking>0</DayWorking>"
        "</Exception></Exceptions></Calendar>"
    )
    return read_mspdi(a_plan(a_task(1, "甲", 5)).replace(b"</Calendar>", entry.encode(), 1))


@pytest.mark.parametrize(
    ("rule", "off", "worked"),
    [
        ("<Type>2</Type><Month>4</Month><MonthDay>1</MonthDay>", "2028-05-01", "2028-05-02"),
        (
            "<Type>3</Type><Month>4</Month><MonthItem>4</MonthItem><MonthPosition>0</MonthPosition>",
            "2027-05-03",
            "2027-05-10",
        ),
        ("<Type>4</Type><Period>2</Period><MonthDay>1</MonthDay>", "2026-07-01", "2026-06-01"),
        (
            "<Type>5</Type><Period>1</Period><MonthItem>1</MonthItem>"
            "<MonthPosition>4</MonthPosition>",
            "2026-03-31",
            "2026-03-30",
        ),
        ("<Type>6</Type><Period>2</Period><DaysOfWeek>32</DaysOfWeek>", "2026-01-02", "2026-01-09"),
        ("<Type>1</Type><Period>3</Period>", "2026-01-07", "2026-01-08"),
    ],
)
def test_days_that_come_back_are_off(rule: str, off: str, worked: str) -> None:
    calendar = with_exception(rule).calendar
    assert not calendar.is_worked(date.fromisoformat(off))
    assert calendar.is_worked(date.fromisoformat(worked))


def test_days_that_come_back_so_often_end() -> None:
    rule = "<Type>2</Type><Month>4</Month><MonthDay>1</MonthDay>"
    thrice = rule + "<EnteredByOccurrences>1</EnteredByOccurrences><Occurrences>3</Occurrences>"
    calendar = with_exception(thrice, "2026-05-01", "2026-05-01").calendar
    assert not calendar.is_worked(date(2028, 5, 1))
    assert calendar.is_worked(date(2029, 5, 1))
    with pytest.raises(RefusedNetworkError, match="recurring"):
        with_exception("<Type>2</Type><Month>44</Month>")


def test_yes_and_no_in_words_and_a_project_without_namespace_are_read() -> None:
    tasks = a_task(1, "前期", 9, more="<Summary>true</Summary>") + a_task(
        2, "停用", 5, level=2, more="<Active>false</Active>"
    )
    plan = a_plan(tasks + a_task(3, "设计", 5, level=2))
    assert [step.name for step in read_mspdi(plan).steps] == ["设计"]
    bare = plan.replace(b' xmlns="http://schemas.microsoft.com/project"', b"")
    assert [step.name for step in read_mspdi(bare).steps] == ["设计"]


def test_a_task_numbered_0_is_work_and_the_project_s_own_line_is_none() -> None:
    tasks = a_task(0, "甲", 5) + a_task(1, "乙", 2, more=link(0))
    assert [step.name for step in read_mspdi(a_plan(tasks)).steps] == ["甲", "乙"]
    own = a_task(0, "某计划", 5, level=0, more="<Deadline>2026-03-20T17:00:00</Deadline>")
    draft = read_mspdi(a_plan(own + a_task(1, "甲", 5)))
    assert [step.name for step in draft.steps] == ["甲"]
    assert draft.deadline == march(20)


def test_an_outline_may_be_told_by_numbers() -> None:
    tasks = a_task(1, "前期", 9) + a_task(2, "设计", 5)
    for level, number in ((1, "1"), (1, "1.1")):
        tasks = tasks.replace(
            f"<OutlineLevel>{level}</OutlineLevel>", f"<OutlineNumber>{number}</OutlineNumber>", 1
        )
    assert [step.name for step in read_mspdi(a_plan(tasks)).steps] == ["设计"]


def test_what_would_grow_beyond_memory_is_refused_by_size() -> None:
    deep = "".join(a_task(n, "层", 1, level=n) for n in range(1, 150))
    with pytest.raises(RefusedNetworkError, match="headings in one another"):
        read_mspdi(a_plan(deep))

    def loose(first: int) -> str:
        return "".join(a_task(n, "项", 1, level=2) for n in range(first, first + 1001))

    second = a_task(5000, "二期", 9, more=link(1))
    wide = a_task(1, "一期", 9) + loose(2) + second + loose(5001)
    with pytest.raises(RefusedNetworkError, match="links of tasks") as caught:
        read_mspdi(a_plan(wide))
    assert caught.value.code == "too_large"


HOURS = (
    "<WorkingTimes><WorkingTime><FromTime>08:00:00</FromTime><ToTime>12:00:00</ToTime>"
    "</WorkingTime><WorkingTime><FromTime>13:00:00</FromTime><ToTime>17:00:00</ToTime>"
    "</WorkingTime></WorkingTimes>"
)
WITH_HOURS = WEEK.replace("<DayWorking>1</DayWorking>", f"<DayWorking>1</DayWorking>{HOURS}")


def timed(tasks: str, more: str = "") -> Outcome:
    """The same with the hours of a day."""
    plan = a_plan(tasks, more).decode().replace(WEEK, WITH_HOURS, 1)
    return schedule_draft(read_mspdi(plan.encode()))


@pytest.mark.parametrize("outcome", [planned, timed])
@pytest.mark.parametrize(
    ("moment", "seen"),
    [
        ("2026-03-05T17:00:00", 5),
        ("2026-03-06T17:00:00", 6),
        ("2026-03-06T08:00:00", 6),
        ("2026-03-09T08:00:00", 9),
    ],
)
@pytest.mark.parametrize(
    "held",
    [
        "<ConstraintType>2</ConstraintType><ConstraintDate>{at}</ConstraintDate>",
        "<ConstraintType>3</ConstraintType><ConstraintDate>{at}</ConstraintDate>",
        "<ConstraintType>4</ConstraintType><ConstraintDate>{at}</ConstraintDate>",
        "<ConstraintType>6</ConstraintType><ConstraintDate>{at}</ConstraintDate>",
        "<Manual>1</Manual><Start>{at}</Start><Finish>{at}</Finish>",
    ],
)
def test_a_milestone_is_seen_on_the_day_it_was_set_for(
    outcome: Callable[[str], Outcome], moment: str, seen: int, held: str
) -> None:
    due = f"<Deadline>{moment[:10]}T17:00:00</Deadline>"
    made = outcome(a_task(1, "批复", 0, more=held.format(at=moment) + due) + a_task(2, "乙", 20))
    assert dates_of(made, "1", late=False).seen == march(seen)
    assert made.is_feasible
    assert said(made, "fixed_date_missed") == []


def test_evening_starts_and_morning_finishes_name_no_day_off() -> None:
    hand = by_hand("2026-03-06T17:00:00", "2026-03-10T17:00:00")
    outcome = timed(a_task(1, "论证", 2, more=hand))
    assert early(outcome, "1") == (march(9), march(10))
    assert outcome.draft.steps[0].duration == 2
    morning = by_hand("2026-03-05T08:00:00", "2026-03-09T08:00:00")
    assert early(timed(a_task(1, "论证", 2, more=morning)), "1") == (march(5), march(6))


@pytest.mark.parametrize(
    ("tasks", "code"),
    [
        (a_task(1, "甲", 3) + a_task(1, "乙", 5), "duplicate_step"),
        (a_task(1, "甲", 3).replace("<UID>1</UID>", ""), "missing_field"),
        (a_task(1, "子项目", 30, more="<Summary>1</Summary>") + a_task(2, "乙", 1), "unsupported"),
        (
            "<Task><UID>1</UID><Name>空</Name><Summary>1</Summary></Task>"
            + a_task(2, "乙", 1, more=link(1)),
            "unsupported",
        ),
        (
            a_task(1, "甲", 3, more=by_hand("2026-03-10T08:00:00", "2026-03-03T17:00:00")),
            "finish_before_start",
        ),
        (a_task(1, "甲", 3, more=constraint(4, "9999-12-31T23:00:00")), "bad_date"),
        (a_task(1, "甲", 3, more="<ConstraintType>4</ConstraintType>"), "missing_field"),
        (a_task(1, "甲", 3).replace("PT24H0M0S", f"PT{'9' * 5000}H0M0S"), "bad_duration"),
        (a_task(1, "甲", 3).replace("PT24H0M0S", f"PT0H0M{'9' * 400}S"), "bad_duration"),
    ],
)
def test_what_would_be_lost_or_break_is_refused(tasks: str, code: str) -> None:
    with pytest.raises(RefusedNetworkError) as caught:
        read_mspdi(a_plan(tasks))
    assert caught.value.code == code


def test_a_task_numbered_0_without_an_outline_is_work() -> None:
    tasks = (a_task(0, "甲", 5) + a_task(1, "乙", 2, more=link(0))).replace(
        "<OutlineLevel>1</OutlineLevel>", ""
    )
    assert [step.name for step in read_mspdi(a_plan(tasks)).steps] == ["甲", "乙"]


def test_a_deadline_of_a_heading_set_by_hand_counts() -> None:
    due = "<Manual>1</Manual><Deadline>2026-03-06T17:00:00</Deadline></Task>"
    outcome = planned(PHASE.replace("</Task>", due, 1))
    assert [step.deadline for step in outcome.draft.steps] == [march(6)] * 2


def test_days_that_come_back_since_1984_are_off() -> None:
    rule = "<Type>2</Type><Month>2</Month><MonthDay>5</MonthDay>"
    calendar = with_exception(rule, "1984-03-05", "2049-12-31").calendar
    assert not calendar.is_worked(march(5))


@pytest.mark.parametrize("encoding", ["foo", "hex", "rot13"])
def test_why_a_file_is_no_xml_is_said_in_words(encoding: str) -> None:
    words = words_in("zh")
    texts = (
        a_plan(a_task(1, "甲", 1)).replace(b"utf-8", encoding.encode()),
        b'<!DOCTYPE p [<!ENTITY e "x">]><p>&e;</p>',
        b"<p",
    )
    for text in texts:
        with pytest.raises(RefusedNetworkError) as caught:
            read_mspdi(text)
        assert not re.search(
            "[a-z]{3}",
            words(caught.value).replace("XML", "").replace("Project", "").replace("Microsoft", ""),
        )


def test_evenings_count_where_no_calendar_tells_hours() -> None:
    done = (
        "<ActualStart>2026-03-02T08:00:00</ActualStart><ActualFinish>2026-03-03T17:00:00"
        "</ActualFinish>"
    )
    now = "<StatusDate>2026-03-03T17:00:00</StatusDate>"
    draft = planned(a_task(1, "甲", 2, more=done) + a_task(2, "乙", 1), now).draft
    assert draft.status_date == march(4)


@pytest.mark.parametrize(
    "tasks",
    [
        PHASE.replace("</Task>", "<Manual>1</Manual></Task>", 1) + a_task(4, "乙", 1, more=link(1)),
        a_task(9, "立项", 2)
        + PHASE.replace("</Task>", "<Manual>1</Manual>" + link(9) + "</Task>", 1),
    ],
)
def test_a_link_of_a_heading_set_by_hand_is_refused(tasks: str) -> None:
    """Microsoft Project counts from the heading's own dates, which say nothing of its tasks."""
    with pytest.raises(RefusedNetworkError, match="scheduled by hand"):
        read_mspdi(a_plan(tasks))


def test_a_heading_set_by_hand_is_said() -> None:
    outcome = planned(PHASE.replace("</Task>", "<Manual>1</Manual></Task>", 1))
    assert said(outcome, "assumption")[0].endswith("前期.")


BEGUN = "<ActualStart>2026-03-02T08:00:00</ActualStart>"
NOW = "<StatusDate>2026-03-03T17:00:00</StatusDate>"


@pytest.mark.parametrize(
    ("progress", "last"),
    [
        (BEGUN + "<PercentComplete>40</PercentComplete>", 6),
        (BEGUN + "<ActualDuration>PT8H0M0S</ActualDuration>", 9),
        (BEGUN + "<RemainingDuration>PT32H0M0S</RemainingDuration>", 9),
    ],
)
def test_what_is_left_follows_from_what_is_said(progress: str, last: int) -> None:
    assert early(planned(a_task(1, "甲", 5, more=progress), NOW), "1")[1] == march(last)


@pytest.mark.parametrize(
    "progress",
    [
        "<PercentComplete>60</PercentComplete>",
        "<PercentComplete>100</PercentComplete>",
        BEGUN + "<PercentComplete>100</PercentComplete>",
    ],
)
def test_progress_without_its_days_is_refused(progress: str) -> None:
    with pytest.raises(RefusedNetworkError, match="complete") as caught:
        read_mspdi(a_plan(a_task(1, "甲", 5, more=progress), NOW))
    assert caught.value.code == "unsupported"


def round_trip(outcome: Outcome) -> Outcome:
    return schedule_draft(read_mspdi(write_mspdi(outcome.draft, outcome.schedule)))


@pytest.mark.parametrize("kind", [2, 3, 4, 6])
@pytest.mark.parametrize("hour", ["08", "17"])
@pytest.mark.parametrize("more", ["", link(2), "<Deadline>2026-03-10T17:00:00</Deadline>"])
def test_a_milestone_of_any_constraint_comes_back(kind: int, hour: str, more: str) -> None:
    held = constraint(kind, f"2026-03-10T{hour}:00:00")
    outcome = timed(a_task(2, "甲", 3) + a_task(1, "批复", 0, more=held + more))
    back = round_trip(outcome)
    assert dates_of(back, "2", late=False) == dates_of(outcome, "1", late=False)
    assert total(back, "2") == total(outcome, "1")
    assert back.is_feasible == outcome.is_feasible


@pytest.mark.parametrize(("kind", "days", "float_"), [(5, 3, -1), (7, 3, -1), (5, 2, 0), (7, 2, 0)])
def test_a_milestone_by_the_morning_is_over_the_evening_before(
    kind: int, days: int, float_: int
) -> None:
    """After 3 days, on the evening of 4 March, it is too late for that day's morning."""
    by = constraint(kind, "2026-03-04T08:00:00") + link(1)
    outcome = timed(a_task(1, "甲", days) + a_task(2, "批复", 0, more=by))
    assert total(outcome, "2") == float_
    assert outcome.is_feasible == (float_ >= 0)


def test_a_milestone_due_on_the_morning_it_may_stand_is_in_time() -> None:
    due = "<Deadline>2026-03-02T08:00:00</Deadline>"
    outcome = timed(a_task(1, "启动", 0, more=due) + a_task(2, "甲", 5))
    assert total(outcome, "1") == 0
    assert outcome.is_feasible
    assert said(outcome, "deadline_on_day_off") == []


def test_a_milestone_that_only_its_floor_holds_is_seen_there() -> None:
    floor = constraint(4, "2026-03-10T08:00:00") + link(1)
    outcome = timed(a_task(1, "甲", 3) + a_task(2, "批复", 0, more=floor))
    assert dates_of(outcome, "2", late=False).seen == march(10)


def test_dates_set_by_hand_are_the_plan_of_one_that_goes_back_from_its_finish() -> None:
    hand = by_hand("2026-03-10T08:00:00", "2026-03-12T17:00:00")
    plan = a_plan(a_task(1, "甲", 3) + a_task(2, "论证", 3, more=hand)).replace(
        b"<StartDate>",
        b"<FinishDate>2026-03-31T17:00:00</FinishDate><ScheduleFromStart>0</ScheduleFromStart>"
        b"<StartDate>",
    )
    outcome = schedule_draft(read_mspdi(plan))
    assert late(outcome, "2") == early(outcome, "2") == (march(10), march(12))
    assert late(round_trip(outcome), "2") == (march(10), march(12))


def test_dates_set_by_hand_come_back_with_their_float() -> None:
    hand = by_hand("2026-03-03T08:00:00", "2026-03-04T17:00:00")
    outcome = planned(a_task(1, "论证", 2, more=hand) + a_task(2, "甲", 9))
    back = round_trip(outcome)
    assert (early(back, "1"), late(back, "1")) == (early(outcome, "1"), late(outcome, "1"))


FROM_FINISH = (
    b"<FinishDate>2026-03-31T17:00:00</FinishDate><ScheduleFromStart>0</ScheduleFromStart>"
)


@pytest.mark.parametrize("hour", ["08", "17"])
def test_a_milestone_set_by_hand_holds_its_late_date_too(hour: str) -> None:
    at = f"2026-03-10T{hour}:00:00"
    plan = a_plan(a_task(1, "批复", 0, more=by_hand(at, at)) + a_task(2, "甲", 5))
    outcome = schedule_draft(read_mspdi(plan.replace(b"<StartDate>", FROM_FINISH + b"<StartDate>")))
    seen = [dates_of(outcome, "1", late=late).seen for late in (False, True)]
    assert seen == [march(10), march(10)]
    assert outcome.is_feasible


def test_a_morning_deadline_of_a_heading_is_in_time_for_its_first_milestone() -> None:
    due = "<Deadline>2026-03-02T08:00:00</Deadline>"
    tasks = a_task(1, "前期", 1, more=due) + a_task(2, "启动", 0, level=2) + a_task(3, "甲", 5)
    outcome = timed(tasks)
    assert total(outcome, "2") == 0
    assert outcome.is_feasible
