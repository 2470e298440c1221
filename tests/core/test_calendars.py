from datetime import date, timedelta

import chinese_calendar
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.networks import WEEKDAYS
from tracker.catalog import Catalog
from tracker.core.calendars import (
    EVERY_DAY,
    boundary_after,
    boundary_before,
    check_covered,
)
from tracker.core.problems import OutsideCalendarError


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
        (date(2026, 1, 4), True), (date(2026, 2, 14), True), (date(2026, 2, 16), False),
        (date(2026, 2, 28), True), (date(2026, 5, 9), True), (date(2026, 6, 19), False),
        (date(2026, 9, 20), True), (date(2026, 10, 7), False), (date(2026, 10, 10), True),
        (date(2025, 6, 21), False),
    ],
)  # fmt: skip
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


@given(st.lists(st.integers(-800, 15_000), min_size=1, max_size=20))
def test_a_row_of_look_ups_equals_single_look_ups(indexes: list[int]) -> None:
    table = WEEKDAYS.end_of
    assert list(table.take(np.array(indexes))) == [table[index] for index in indexes]


def test_dates_outside_the_calendar_are_refused() -> None:
    check_covered("cn", boundary_before(date(2004, 1, 1)), boundary_after(date(2040, 12, 31)))
    with pytest.raises(OutsideCalendarError):
        check_covered("cn", boundary_after(date(2041, 1, 1)))
    assert EVERY_DAY.count(date(2004, 1, 1), date(2004, 12, 31)) == 366
