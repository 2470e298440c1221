from datetime import date, timedelta

import chinese_calendar
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.networks import HOLIDAYS
from tracker.core.calendars import (
    EVERY_DAY,
    FIRST_DAY,
    LAST_BOUNDARY,
    LAST_DAY,
    WEEKDAYS,
    Calendar,
    boundary_after,
    boundary_before,
    day_from,
    day_until,
)
from tracker.core.problems import NoWorkingDayError, OutsideCalendarError
from tracker.law import Catalog


def test_every_day_of_2006_to_2026_agrees_with_another_package(law: Catalog) -> None:
    day, wrong = date(2006, 1, 1), []
    while day <= date(2026, 12, 31):
        if law.working_days.is_worked(day) != chinese_calendar.is_workday(day):
            wrong.append(day)
        day += timedelta(days=1)
    assert wrong == []


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 1, 4), True),
        (date(2026, 2, 14), True),
        (date(2026, 2, 16), False),
        (date(2026, 2, 28), True),
        (date(2026, 5, 9), True),
        (date(2026, 6, 19), False),
        (date(2026, 9, 20), True),
        (date(2026, 10, 7), False),
        (date(2026, 10, 10), True),
        (date(2025, 6, 21), False),
    ],
)
def test_make_up_days_are_worked_and_holidays_are_not(
    law: Catalog, day: date, worked: bool
) -> None:
    assert law.working_days.is_worked(day) is worked


def test_twenty_working_days_from_7_september_2026_end_on_a_make_up_saturday(law: Catalog) -> None:
    assert law.working_days.nth_after(date(2026, 9, 7), 20) == date(2026, 10, 10)


def test_six_working_days_lie_between_23_and_30_june_2025(law: Catalog) -> None:
    assert law.working_days.count(date(2025, 6, 23), date(2025, 6, 30)) == 6


def test_years_without_a_notice_are_provisional(law: Catalog) -> None:
    assert not law.working_days.is_provisional(date(2026, 12, 31))
    assert law.working_days.is_provisional(date(2027, 1, 1))


@given(st.integers(0, 12_000), st.integers(0, 400))
def test_a_day_can_be_added_and_taken_back(boundary: int, days: int) -> None:
    worked, end_of, start_of = WEEKDAYS.worked_before, WEEKDAYS.end_of, WEEKDAYS.start_of
    end = end_of[worked[boundary] + days]
    if days:
        assert worked[end] - worked[boundary] == days
        assert start_of[worked[end] - days] >= boundary


@given(st.lists(st.integers(-800, 17_000), min_size=1, max_size=20))
def test_a_row_of_look_ups_equals_single_look_ups(indexes: list[int]) -> None:
    table = WEEKDAYS.end_of
    assert list(table.take(np.array(indexes))) == [table[index] for index in indexes]


SOON = st.integers(boundary_before(date(2026, 3, 20)), boundary_before(date(2026, 7, 20)))


def touches(boundary: int) -> bool:
    """Tell whether a boundary begins or ends a worked day of HOLIDAYS."""
    return HOLIDAYS.is_worked(day_from(boundary)) or HOLIDAYS.is_worked(day_until(boundary))


@given(SOON)
def test_tables_agree_with_a_walk_over_the_days(boundary: int) -> None:
    days = [
        n for n in range(boundary_before(FIRST_DAY), boundary) if HOLIDAYS.is_worked(day_from(n))
    ]
    edge = boundary_before(FIRST_DAY)  # the days before the first count as worked
    assert HOLIDAYS.worked_before[boundary] == len(days) + edge
    assert HOLIDAYS.end_of[HOLIDAYS.worked_before[boundary]] == days[-1] + 1
    start = HOLIDAYS.start_of[HOLIDAYS.worked_before[boundary]]
    assert HOLIDAYS.is_worked(day_from(start))
    assert not any(HOLIDAYS.is_worked(day_from(n)) for n in range(boundary, start))


@given(SOON)
def test_a_finish_by_date_is_the_first_worked_day_that_ends_no_sooner(boundary: int) -> None:
    end = HOLIDAYS.end_of[HOLIDAYS.finish_at[boundary]]
    assert end >= boundary
    assert HOLIDAYS.end_of[HOLIDAYS.finish_at[boundary] - 1] < boundary


@given(SOON)
def test_an_instant_is_the_nearest_edge_of_a_worked_day(boundary: int) -> None:
    after, before = HOLIDAYS.instant_after[boundary], HOLIDAYS.instant_before[boundary]
    assert before <= boundary <= after
    assert touches(after)
    assert touches(before)
    assert not any(touches(n) for n in range(before + 1, after) if n != boundary)
    assert touches(boundary) == (before == after)


def test_dates_outside_the_calendar_are_refused(law: Catalog) -> None:
    cn = law.working_days
    cn.check_covered(boundary_before(date(2004, 1, 1)), boundary_after(date(2040, 12, 31)))
    for boundary in (boundary_before(date(2003, 12, 31)), boundary_after(date(2041, 1, 1))):
        with pytest.raises(OutsideCalendarError):
            cn.check_covered(boundary)
    EVERY_DAY.check_covered(boundary_before(date(2003, 12, 31)))
    with pytest.raises(OutsideCalendarError):
        cn.is_worked(date(2003, 12, 31))
    assert EVERY_DAY.count(date(2004, 1, 1), date(2004, 12, 31)) == 366


def test_schedules_of_2000_to_2040_can_be_read() -> None:
    """What Microsoft Project stored in the year 2000 is replayed.

    The law's calendar begins later.
    """
    assert (date(2000, 1, 1), date(2040, 12, 31)) == (FIRST_DAY, LAST_DAY)
    for first in (FIRST_DAY, LAST_DAY):
        EVERY_DAY.check_covered(boundary_before(first), boundary_after(first))
    for outside in (boundary_before(FIRST_DAY) - 1, boundary_after(LAST_DAY) + 1):
        with pytest.raises(OutsideCalendarError):
            EVERY_DAY.check_covered(outside)
    assert day_from(boundary_before(FIRST_DAY)) == FIRST_DAY
    assert day_until(boundary_after(LAST_DAY)) == LAST_DAY


def test_all_tables_reach_the_same_last_boundary() -> None:
    assert boundary_after(LAST_DAY) < LAST_BOUNDARY
    assert boundary_before(FIRST_DAY) > 0
    for calendar in (WEEKDAYS, HOLIDAYS, EVERY_DAY):
        assert calendar.start_of.values[-1] == LAST_BOUNDARY
        assert calendar.end_of.values[0] == 0
        assert len(calendar.worked_before.values) == LAST_BOUNDARY + 1
        assert calendar.worked_before.values[-1] == len(calendar.end_of.values) - 1
    assert EVERY_DAY.worked_before.values == list(range(LAST_BOUNDARY + 1))


def test_a_week_and_its_exceptions_make_a_calendar() -> None:
    week = [True, False, True, True, True, False, False]
    odd = Calendar.weekly("odd", week, {date(2026, 1, 7): False, date(2026, 1, 11): True})
    days = [date(2026, 1, 5 + n) for n in range(14)]
    assert [odd.is_worked(day) for day in days] == [
        True,
        False,
        False,
        True,
        True,
        False,
        True,
        True,
        False,
        True,
        True,
        True,
        False,
        False,
    ]
    same = Calendar.of("odd", odd.is_worked)
    assert same.worked.tolist() == odd.worked.tolist()


def test_days_that_do_not_count_leave_the_calendar_otherwise_as_it_is() -> None:
    stopped = WEEKDAYS.without([(date(2026, 1, 6), date(2026, 1, 8))])
    assert stopped.count(date(2026, 1, 5), date(2026, 1, 16)) == 7
    assert WEEKDAYS.count(date(2026, 1, 5), date(2026, 1, 16)) == 10
    assert not stopped.is_worked(date(2026, 1, 8))
    assert not stopped.is_worked(date(2026, 1, 6))
    assert stopped.is_worked(date(2026, 1, 5))
    early = EVERY_DAY.without([(date(1999, 12, 1), date(2000, 1, 3)), (LAST_DAY, LAST_DAY)])
    assert not early.is_worked(FIRST_DAY)
    assert not early.is_worked(date(2000, 1, 3))
    assert early.is_worked(date(2000, 1, 4))
    assert not early.is_worked(LAST_DAY)
    assert stopped.is_worked(date(2026, 1, 9))


def test_a_calendar_without_working_days_is_named() -> None:
    last = date(2026, 3, 2)
    ends = Calendar.weekly("ends", [False] * 7, {last: True})
    ends.check_works(last)
    Calendar.weekly("first", [False] * 7, {FIRST_DAY: True}).check_works(FIRST_DAY)
    with pytest.raises(NoWorkingDayError) as caught:
        ends.check_works(date(2026, 3, 3))
    assert "ends" in str(caught.value)
