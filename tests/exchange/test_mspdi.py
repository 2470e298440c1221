"""Microsoft Project XML: there and back, and what is refused."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.support.networks import CALENDARS, drafts, scheduled
from tracker.core.calendars import EVERY_DAY
from tracker.core.model import LinkType
from tracker.core.network import FinishRule, Tie
from tracker.core.plan.draft import Draft, DraftStep, ProgressRule, ValidFor
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
    assert dates(scheduled(read_mspdi(write_mspdi(draft, schedule)))) == dates(schedule)


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


@pytest.mark.parametrize("case", ["off", "lag"])
def test_what_it_cannot_say_right_is_not_written(law: Catalog, case: str) -> None:
    draft = permit(law)
    if case == "off":
        draft = replace(draft, steps=(*draft.steps[:4], replace(draft.steps[4], is_off=True)))
    else:
        tie = Tie(
            predecessor="review",
            successor="notice",
            type=LinkType.FINISH_TO_START,
            lag=2,
            calendar=law.working_days,
        )
        draft = replace(draft, ties=(tie,))
    with pytest.raises(RefusedNetworkError) as caught:
        write_mspdi(draft, scheduled(draft))
    assert caught.value.code == "unsupported"


def written(law: Catalog) -> str:
    draft = permit(law)
    return write_mspdi(draft, scheduled(draft)).decode()


CHANGES = [
    ("PT56H0M0S", "PT50H0M0S", "unsupported"),
    ("<Manual>0</Manual>", "<Manual>1</Manual>", "unsupported"),
    ("<ScheduleFromStart>1", "<ScheduleFromStart>0", "unsupported"),
    ("<ConstraintType>4", "<ConstraintType>2", "unsupported"),
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


def test_a_heading_with_a_deadline_is_refused(law: Catalog) -> None:
    heading = (
        "<Task><UID>90</UID><Summary>1</Summary><Deadline>2026-10-09T17:00:00</Deadline></Task>"
    )
    with pytest.raises(RefusedNetworkError) as caught:
        read_mspdi(written(law).replace("</Tasks>", heading + "</Tasks>").encode())
    assert caught.value.code == "unsupported"


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
