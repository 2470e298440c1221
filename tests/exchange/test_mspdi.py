"""Microsoft Project XML: there and back, and what is refused."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.support.networks import CALENDARS, drafts, scheduled
from tracker.core.calendars import EVERY_DAY, Calendar
from tracker.core.model import LinkType
from tracker.core.network import FinishRule, Tie
from tracker.core.plan.draft import Draft, DraftStep, PlanMode, ProgressRule, ValidFor
from tracker.core.plan.schedule import Schedule
from tracker.exchange.mspdi import left_out, read_mspdi, write_mspdi
from tracker.exchange.refusal import RefusedNetworkError
from tracker.law import Catalog

START = date(2026, 9, 21)


def dates(schedule: Schedule) -> list[object]:
    column = schedule.column
    return [
        (schedule.early(n), schedule.late(n), schedule.total_floats[n])
        for n, is_left in enumerate(column.is_left)
        if is_left
    ]


def without_sides(found: list[object]) -> list[object]:
    """Return dates without the days on which milestones are seen: each tool has its own rule."""
    return [(replace(e, seen=None), replace(late, seen=None), slack) for e, late, slack in found]


def permit(law: Catalog) -> Draft:
    """Five steps over National Day 2026, with two make-up days."""
    cn = law.working_days
    steps = (
        DraftStep(
            id="lodge",
            duration=3,
            calendar=cn,
            actual_start=date(2026, 9, 14),
            actual_finish=date(2026, 9, 16),
        ),
        DraftStep(
            id="review",
            duration=12,
            calendar=cn,
            name="审查",
            actual_start=date(2026, 9, 17),
            remaining=9,
        ),
        DraftStep(id="notice", duration=7, calendar=EVERY_DAY),
        DraftStep(id="granted", duration=0, calendar=cn),
        DraftStep(
            id="fence",
            duration=4,
            calendar=cn,
            not_before=date(2026, 10, 12),
            deadline=date(2026, 10, 14),
        ),
    )
    ties = (
        Tie(
            predecessor="lodge",
            successor="review",
            type=LinkType.FINISH_TO_START,
            lag=0,
            calendar=cn,
        ),
        Tie(
            predecessor="review",
            successor="notice",
            type=LinkType.FINISH_TO_START,
            lag=2,
            calendar=EVERY_DAY,
        ),
        Tie(
            predecessor="review",
            successor="granted",
            type=LinkType.FINISH_TO_FINISH,
            lag=1,
            calendar=cn,
        ),
        Tie(
            predecessor="notice",
            successor="granted",
            type=LinkType.FINISH_TO_START,
            lag=0,
            calendar=cn,
        ),
        Tie(
            predecessor="review",
            successor="fence",
            type=LinkType.START_TO_START,
            lag=-1,
            calendar=cn,
        ),
    )
    return Draft(
        id="permit",
        start=START,
        steps=steps,
        ties=ties,
        status_date=START,
        calendar=cn,
        finish_rule=FinishRule.WORKING_TIME,
        name="许可",
    )


def test_a_plan_comes_back_as_it_was_written(law: Catalog) -> None:
    draft = permit(law)
    schedule = scheduled(draft)
    back = read_mspdi(write_mspdi(draft, schedule))
    assert dates(scheduled(back)) == dates(schedule)
    assert [step.name for step in back.steps] == ["lodge", "审查", "notice", "granted", "fence"]
    assert (back.name, back.start, back.status_date) == ("许可", START, START)
    assert back.calendar.is_worked(date(2026, 10, 10))
    assert not back.calendar.is_worked(date(2026, 10, 5))
    assert [tie.lag for tie in back.ties] == [tie.lag for tie in draft.ties]


def test_the_same_plan_gives_the_same_bytes(law: Catalog) -> None:
    draft = permit(law)
    assert write_mspdi(draft, scheduled(draft)) == write_mspdi(draft, scheduled(draft))


@settings(max_examples=25)
@given(drafts(most=5))
def test_any_plan_that_can_be_written_comes_back(draft: Draft) -> None:
    steps = tuple(replace(step, start_by=None) for step in draft.steps)
    of_step = {step.id: step.calendar for step in steps}
    ties = tuple(replace(tie, calendar=of_step[tie.successor]) for tie in draft.ties)
    draft = replace(
        draft,
        steps=steps,
        ties=ties,
        deadline=None,
        calendar=CALENDARS[0],
        finish_rule=FinishRule.WORKING_TIME,
    )
    schedule = scheduled(draft)
    back = read_mspdi(write_mspdi(draft, schedule))
    again = scheduled(back)
    assert without_sides(dates(again)) == without_sides(dates(schedule))
    assert dates(scheduled(read_mspdi(write_mspdi(back, again)))) == dates(again)


def test_what_has_no_place_there_is_said(law: Catalog) -> None:
    draft = permit(law)
    valid = replace(draft.steps[3], valid_for=ValidFor(9, EVERY_DAY, ("fence",)))
    (words,) = left_out(replace(draft, steps=(*draft.steps[:3], valid, draft.steps[4])))
    assert "valid_for" in str(words)
    assert left_out(draft) == []
    by_date = replace(draft, finish_rule=FinishRule.CALENDAR_DATE)
    override = replace(draft, progress=ProgressRule.OVERRIDE)
    due = replace(draft, deadline=date(2026, 12, 31))
    assert [len(left_out(plan)) for plan in (by_date, override, due)] == [1, 1, 1]


def test_a_lag_it_cannot_count_is_not_written(law: Catalog) -> None:
    tie = Tie(
        predecessor="review",
        successor="notice",
        type=LinkType.FINISH_TO_START,
        lag=2,
        calendar=law.working_days,
    )
    draft = replace(permit(law), ties=(tie,))
    with pytest.raises(RefusedNetworkError) as caught:
        write_mspdi(draft, scheduled(draft))
    assert caught.value.code == "unsupported"


def test_a_step_that_is_off_is_tied_across_and_said(law: Catalog) -> None:
    draft = permit(law)
    off = replace(draft.steps[2], is_off=True)
    draft = replace(draft, steps=(*draft.steps[:2], off, *draft.steps[3:]))
    schedule = scheduled(draft)
    back = read_mspdi(write_mspdi(draft, schedule))
    assert dates(scheduled(back)) == dates(schedule)
    assert len(left_out(draft)) == 1


def test_fixed_dates_and_a_plan_from_its_finish_come_back(law: Catalog) -> None:
    draft = permit(law)
    fixed = replace(draft.steps[4], is_fixed=True, deadline=None, start_by=date(2026, 10, 12))
    draft = replace(
        draft,
        steps=(*draft.steps[:4], fixed),
        deadline=date(2026, 11, 30),
        plan=PlanMode.LATE,
    )
    schedule = scheduled(draft)
    back = read_mspdi(write_mspdi(draft, schedule))
    assert without_sides(dates(scheduled(back))) == without_sides(dates(schedule))
    assert (back.deadline, back.plan) == (draft.deadline, PlanMode.LATE)
    assert back.steps[4].is_fixed


def test_a_step_under_way_with_dates_set_by_hand_comes_back(law: Catalog) -> None:
    draft = permit(law)
    held = replace(
        draft.steps[1], remaining=None, is_fixed=True, expected_finish=date(2026, 10, 15)
    )
    draft = replace(draft, steps=(draft.steps[0], held, *draft.steps[2:]))
    schedule = scheduled(draft)
    back = read_mspdi(write_mspdi(draft, schedule))
    assert dates(scheduled(back)) == dates(schedule)


def test_days_off_long_after_the_early_finish_are_written(law: Catalog) -> None:
    draft = permit(law)
    days = {date(2031, 5, 1): False, date(2031, 5, 2): False}
    off = Calendar.weekly("own", [True] * 5 + [False] * 2, days)
    same = Calendar.weekly("own", [True] * 6 + [False], days)
    steps = (
        DraftStep(id="a", duration=5, calendar=off),
        DraftStep(id="b", duration=5, calendar=same),
    )
    draft = replace(
        draft,
        steps=steps,
        ties=(),
        calendar=off,
        deadline=date(2031, 5, 5),
        plan=PlanMode.LATE,
        status_date=None,
    )
    schedule = scheduled(draft)
    back = read_mspdi(write_mspdi(draft, schedule))
    again = scheduled(back)
    assert without_sides(dates(again)) == without_sides(dates(schedule))
    assert dates(scheduled(read_mspdi(write_mspdi(back, again)))) == dates(again)


def test_a_plan_with_a_cycle_is_written_as_it_is(law: Catalog) -> None:
    draft = permit(law)
    around = replace(
        draft.ties[1], predecessor="notice", successor="review", calendar=EVERY_DAY, lag=0
    )
    assert b"granted" in write_mspdi(replace(draft, ties=(*draft.ties, around)), None)


def written(law: Catalog) -> str:
    draft = permit(law)
    return write_mspdi(draft, scheduled(draft)).decode()


CHANGES = [
    ("PT56H0M0S", "PT50H0M0S", "unsupported"),
    ("<ScheduleFromStart>1", "<ScheduleFromStart>0", "missing_field"),
    ("<ConstraintType>4", "<ConstraintType>8", "unsupported"),
    ("-4800</LinkLag>\n        <LagFormat>7", "-4800</LinkLag><LagFormat>19", "unsupported"),
    ("<LinkLag>9600", "<LinkLag>700", "unsupported"),
    ("<CrossProject>0", "<CrossProject>1", "unsupported"),
    ("<ToTime>17:00:00", "<ToTime>16:00:00", "unsupported"),
    ("<ConstraintDate>2026-10-12T08", "<ConstraintDate>2026-10-12T14", "unsupported"),
    ("<Type>3</Type>", "<Type>9</Type>", "bad_link_type"),
    ("2026-09-14T08:00:00", "yesterday", "bad_date"),
    ("PT56H0M0S", "seven days", "bad_duration"),
    ("<CalendarUID>1", "<CalendarUID>77", "unknown_calendar"),
    ("</Tasks>", "</Task>", "bad_json"),
    ("<FromTime>08:00:00", "<FromTime>8", "bad_date"),
    ("<MinutesPerDay>480", "<MinutesPerDay>0", "bad_date"),
    ("<MinutesPerDay>480", "<MinutesPerDay>inf", "bad_date"),
    ("<BaseCalendarUID>-1", "<BaseCalendarUID>1", "unsupported"),
    ("PT56H0M0S", "PT800000H0M0S", "too_large"),
    ("<PredecessorUID>1<", "<PredecessorUID>99<", "unknown_step"),
    ("schemas.microsoft.com/project", "example.org/other", "bad_json"),
]


@pytest.mark.parametrize(("old", "new", "code"), CHANGES)
def test_what_needs_more_than_whole_days_is_refused(
    law: Catalog, old: str, new: str, code: str
) -> None:
    text = written(law)
    assert old in text
    with pytest.raises(RefusedNetworkError) as caught:
        read_mspdi(text.replace(old, new, 1).encode())
    assert caught.value.code == code


def test_entities_are_not_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x", encoding="utf-8")
    text = f'<!DOCTYPE p [<!ENTITY e SYSTEM "{secret.as_uri()}">]><p>&e;</p>'
    with pytest.raises(RefusedNetworkError):
        read_mspdi(text.encode())


def test_headings_and_tasks_switched_off_are_left_out(law: Catalog) -> None:
    text = written(law)
    heading = "<Task><UID>90</UID><Name>Heading</Name><Summary>1</Summary></Task>"
    text = text.replace("</Tasks>", heading + "</Tasks>")
    text = re.sub(r"(<Name>notice</Name>.*?<Active>)1", r"\g<1>0", text, count=1, flags=re.DOTALL)
    back = read_mspdi(text.encode())
    assert [step.name for step in back.steps] == ["lodge", "审查", "granted", "fence"]
    assert len(back.ties) == 3


def test_names_that_xml_cannot_hold_are_written_as_far_as_they_can(law: Catalog) -> None:
    draft = permit(law)
    odd = replace(draft.steps[1], name="a\x01b")
    draft = replace(draft, steps=(draft.steps[0], odd, *draft.steps[2:]))
    assert read_mspdi(write_mspdi(draft, scheduled(draft))).steps[1].name == "a\ufffdb"


def test_a_resource_with_days_of_its_own_is_refused(law: Catalog) -> None:
    calendar = (
        "<Calendar><UID>9</UID><Name>crane</Name><IsBaseCalendar>0</IsBaseCalendar>"
        "<BaseCalendarUID>1</BaseCalendarUID><WeekDays><WeekDay><DayType>2</DayType>"
        "<DayWorking>0</DayWorking></WeekDay></WeekDays></Calendar></Calendars>"
    )
    resource = (
        "<Resources><Resource><UID>1</UID><Name>crane</Name><CalendarUID>9</CalendarUID></Resource>"
        "</Resources></Project>"
    )
    text = written(law).replace("</Calendars>", calendar).replace("</Project>", resource)
    with pytest.raises(RefusedNetworkError) as caught:
        read_mspdi(text.encode())
    assert "crane" in str(caught.value)


WEEK = "".join(
    f"<WeekDay><DayType>{n}</DayType><DayWorking>{int(1 < n < 7)}</DayWorking></WeekDay>"
    for n in range(1, 8)
)
SEVEN = WEEK.replace("<DayWorking>0", "<DayWorking>1")


def a_plan(tasks: str, more: str = "", encoding: str = "utf-8") -> bytes:
    """A plan of a week of five days, and a calendar of seven."""
    calendars = "".join(
        f"<Calendar><UID>{uid}</UID><Name>{name}</Name><IsBaseCalendar>1</IsBaseCalendar>"
        f"<BaseCalendarUID>-1</BaseCalendarUID><WeekDays>{week}</WeekDays></Calendar>"
        for uid, name, week in ((1, "五天", WEEK), (2, "七天", SEVEN))
    )
    derived = "<Calendar><UID>3</UID><Name>R</Name><IsBaseCalendar>0</IsBaseCalendar>"
    derived += "<BaseCalendarUID>2</BaseCalendarUID></Calendar>"
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>'
        '<Project xmlns="http://schemas.microsoft.com/project"><Name>某计划</Name>'
        "<StartDate>2026-03-02T08:00:00</StartDate><MinutesPerDay>480</MinutesPerDay>"
        f"<CalendarUID>1</CalendarUID><Calendars>{calendars}{derived}</Calendars>"
        f"<Tasks>{tasks}</Tasks>{more}</Project>"
    ).encode(encoding)


def a_task(uid: int, name: str, days: int, *, level: int = 1, more: str = "") -> str:
    return (
        f"<Task><UID>{uid}</UID><Name>{name}</Name><OutlineLevel>{level}</OutlineLevel>"
        f"<Duration>PT{8 * days}H0M0S</Duration><DurationFormat>7</DurationFormat>{more}</Task>"
    )


def test_a_heading_is_known_by_what_stands_deeper_below_it() -> None:
    tasks = a_task(1, "前期", 30) + a_task(2, "设计", 5, level=2) + a_task(3, "开工", 1)
    for said in ("", "<Summary>0</Summary>"):
        plan = read_mspdi(a_plan(tasks.replace("</Name>", f"</Name>{said}", 1)))
        assert [step.name for step in plan.steps] == ["设计", "开工"]


def work(resource_type: str, calendar: str) -> str:
    return (
        f"<Resources><Resource><UID>1</UID><Name>塔吊</Name>{resource_type}"
        f"<CalendarUID>{calendar}</CalendarUID></Resource></Resources><Assignments><Assignment>"
        "<UID>1</UID><TaskUID>1</TaskUID><ResourceUID>1</ResourceUID></Assignment></Assignments>"
    )


@pytest.mark.parametrize("kind", ["", "<Type>1</Type>"])
@pytest.mark.parametrize("calendar", ["2", "3"])
def test_a_resource_that_works_on_other_days_is_refused(kind: str, calendar: str) -> None:
    with pytest.raises(RefusedNetworkError, match="塔吊"):
        read_mspdi(a_plan(a_task(1, "浇筑", 10), work(kind, calendar)))


def test_a_resource_that_changes_nothing_is_not(law: Catalog) -> None:
    del law
    task = a_task(1, "浇筑", 10)
    ignoring = a_task(1, "浇筑", 10, more="<IgnoreResourceCalendar>1</IgnoreResourceCalendar>")
    for plan in (
        a_plan(task, work("", "1")),
        a_plan(task, work("<Type>0</Type>", "3")),  # material has no days
        a_plan(ignoring, work("", "3")),
    ):
        assert read_mspdi(plan).steps[0].duration == 10


def parts(*values: tuple[str, str, int]) -> str:
    found = "".join(
        f"<TimephasedData><Type>1</Type><Start>{first}T08:00:00</Start>"
        f"<Finish>{last}T17:00:00</Finish><Value>PT{hours}H0M0S</Value></TimephasedData>"
        for first, last, hours in values
    )
    return f"<Assignments><Assignment><TaskUID>1</TaskUID>{found}</Assignment></Assignments>"


def test_a_split_that_has_not_begun_is_refused_and_a_weekend_is_none() -> None:
    before, after = ("2026-03-02", "2026-03-04", 24), ("2026-03-12", "2026-03-13", 16)
    gap = ("2026-03-05", "2026-03-11", 0)
    task = a_task(1, "勘察", 5)
    with pytest.raises(RefusedNetworkError, match="split"):
        read_mspdi(a_plan(task, parts(before, gap, after)))
    weekend = ("2026-03-07", "2026-03-08", 0)
    week = ("2026-03-02", "2026-03-06", 40), weekend, ("2026-03-09", "2026-03-09", 8)
    for said in (week, (before, gap), (gap, after)):
        assert read_mspdi(a_plan(task, parts(*said))).steps[0].duration == 5


@pytest.mark.parametrize("encoding", ["gbk", "gb2312", "GB18030", "utf-16"])
def test_a_plan_in_another_encoding_is_read(encoding: str) -> None:
    assert read_mspdi(a_plan(a_task(1, "前期", 5), encoding=encoding)).steps[0].name == "前期"


def test_what_a_plan_lacks_is_named_as_it_is_called_there() -> None:
    done = "<ActualStart>2026-03-02T08:00:00</ActualStart>"
    with pytest.raises(RefusedNetworkError, match="no status date") as refused:
        read_mspdi(a_plan(a_task(1, "前期", 5, more=done)))
    assert refused.value.where == "Project: StatusDate"
