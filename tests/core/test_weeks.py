"""The days of the weekly report, over holidays and make-up days, and what was missed."""

from datetime import date, datetime, timedelta

import pytest

from tracker.core.weeks import Week, is_open, missing, newest_due
from tracker.law import Catalog


@pytest.mark.parametrize(
    ("week", "day"),
    [
        ("2025-W25", "2025-06-20"),
        ("2026-W18", "2026-04-30"),  # Friday is the first of May
        ("2025-W40", "2025-09-30"),
        ("2025-W41", "2025-10-10"),  # Saturday is worked too
        ("2026-W07", "2026-02-13"),
        ("2026-W08", "2026-02-24"),  # the whole week is the Spring Festival
        ("2026-W39", "2026-09-24"),
        ("2026-W53", "2026-12-31"),
    ],
)
def test_a_report_is_of_friday_or_the_last_working_day(law: Catalog, week: str, day: str) -> None:
    assert Week.parse(week).report_day(law.working_days) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("as_of", "now", "is_draft"),
    [
        ("2025-06-19", "2025-06-19T18:00", True),
        ("2025-06-19", "2025-06-23T18:00", True),
        ("2025-06-20", "2025-06-20T14:59", True),
        ("2025-06-20", "2025-06-20T15:00", False),
        ("2025-06-20", "2025-06-23T09:00", False),
        ("2025-06-22", "2025-06-22T09:00", False),
        ("2026-04-30", "2026-04-30T15:00", False),
        ("2026-04-29", "2026-04-30T15:00", True),
    ],
)
def test_a_week_is_open_until_three_on_its_day(
    law: Catalog, as_of: str, now: str, is_draft: bool
) -> None:
    day, instant = date.fromisoformat(as_of), datetime.fromisoformat(f"{now}+08:00")
    assert is_open(Week.of(day), day, instant, law.working_days) is is_draft


def test_a_week_reads_what_it_writes_and_knows_the_next() -> None:
    day, seen = date(2019, 12, 30), {}
    while day <= date(2036, 1, 6):
        week = Week.of(day)
        assert Week.parse(str(week)) == week
        assert seen.setdefault(str(week), week.first) == week.first
        assert week.next == Week.of(day + timedelta(days=7))
        assert Week.of(day + timedelta(days=70)) - week == 10
        day += timedelta(days=1)
    for wrong in ("2025-W60", "2025", "week", "2025-W-1"):
        with pytest.raises(ValueError, match=r"week|literal|range|[Ii]nvalid"):
            Week.parse(wrong)


def test_every_week_of_five_years_is_due_once_and_in_order(law: Catalog) -> None:
    now = datetime.fromisoformat("2022-01-07T15:05:00+08:00")
    begun = {newest_due(now, law.working_days)}
    made, order = set(begun), list(begun)
    for _ in range(5 * 365):
        now += timedelta(days=1)
        found = missing(
            now, law.working_days, known_from=date(2022, 1, 1), begun=begun, made=set(made)
        )
        assert len(found.weeks) <= 2  # a week without a working day is due beside the next
        assert found.beyond == 0
        order += found.weeks
        made |= set(found.weeks)
    assert order == sorted(order)
    assert len(order) == len(set(order)) == order[-1] - order[0] + 1


def test_what_was_missed_is_due_oldest_first_for_a_year(law: Catalog) -> None:
    now = datetime.fromisoformat("2026-03-13T15:00:00+08:00")
    begun = [Week(2024, 50), Week(2026, 9)]
    found = missing(
        now, law.working_days, known_from=date(2024, 1, 1), begun=begun, made={Week(2026, 9)}
    )
    assert found.weeks[0] == Week(2025, 11)
    assert found.weeks[-1] == Week(2026, 11)
    assert Week(2026, 9) not in found.weeks
    assert list(found.weeks) == sorted(found.weeks)
    assert found.beyond == Week(2025, 11) - Week(2024, 50)


def test_a_county_is_not_late_before_its_first_report(law: Catalog) -> None:
    now = datetime.fromisoformat("2026-03-16T09:00:00+08:00")
    for known_from, weeks in ((date(2025, 1, 1), (Week(2026, 11),)), (date(2026, 3, 16), ())):
        found = missing(now, law.working_days, known_from=known_from, begun=(), made=())
        assert found.weeks == weeks
