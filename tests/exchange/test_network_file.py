"""The contract of network files: what they may say, and what is refused, with its code."""

import json
from datetime import date

import pytest

from tracker.core.model import LinkType
from tracker.core.network import FinishRule
from tracker.core.plan.draft import Draft, PlanMode, ProgressRule
from tracker.core.problems import TrackerError
from tracker.exchange.network_file import read_network
from tracker.exchange.refusal import RefusedNetworkError
from tracker.law import Catalog
from tracker.services.schedule import built_in_calendars, schedule_draft

PLAIN: dict[str, object] = {
    "format": "tracker-network/1",
    "id": "plain",
    "start": "2026-01-05",
    "steps": [{"id": "a", "duration": 5}, {"id": "b", "duration": 2}],
    "links": [{"from": "a", "to": "b"}],
}


def read(law: Catalog, **changes: object) -> Draft:
    found = {**PLAIN, **changes}
    kept = {name: value for name, value in found.items() if value != "absent"}
    return read_network(json.dumps(kept), built_in_calendars(law))


def test_what_is_left_out_or_null_takes_its_default(law: Catalog) -> None:
    for nothing in ({}, {"deadline": None, "plan": None, "calendars": None, "progress": None}):
        draft = read(law, **nothing)
        assert draft.calendar is law.working_days
        assert draft.plan is PlanMode.EARLY
        assert draft.progress is ProgressRule.RETAINED_LOGIC
        assert draft.finish_rule is FinishRule.CALENDAR_DATE
        assert [step.calendar for step in draft.steps] == [law.working_days] * 2
        (tie,) = draft.ties
        assert (tie.type, tie.lag, tie.calendar) == (LinkType.FINISH_TO_START, 0, law.working_days)


def test_a_lag_is_counted_on_the_calendar_it_names(law: Catalog) -> None:
    calendars = {"quarry": {"week": [1, 1, 1, 1, 1, 1, 0], "days": {"2026-01-07": 0}}}
    steps = [
        {"id": "a", "duration": 5, "calendar": "quarry"},
        {"id": "b", "duration": 2, "calendar": "every_day"},
    ]
    named = {}
    for role in ("successor", "predecessor", "project", "weekdays", "quarry"):
        links = [{"from": "a", "to": "b", "lag": 3, "lag_calendar": role}]
        draft = read(law, calendars=calendars, steps=steps, links=links)
        named[role] = draft.ties[0].calendar.name
    assert named == {
        "successor": "every_day",
        "predecessor": "quarry",
        "project": "cn",
        "weekdays": "weekdays",
        "quarry": "quarry",
    }
    draft = read(law, calendars=calendars, steps=steps, lag_calendar="predecessor")
    assert draft.ties[0].calendar.name == "quarry"
    assert not draft.ties[0].calendar.is_worked(date(2026, 1, 7))
    assert draft.ties[0].calendar.is_worked(date(2026, 1, 10))


def test_a_file_may_redefine_a_built_in_calendar(law: Catalog) -> None:
    mine = {"cn": {"week": [1, 1, 1, 1, 1, 1, 1]}}
    assert read(law, calendars=mine).calendar.is_worked(date(2026, 10, 1))
    assert not read(law).calendar.is_worked(date(2026, 10, 1))


def step(**fields: object) -> list[dict[str, object]]:
    return [{"id": "a", "duration": 5, **fields}]


BAD = [
    ("bad_json", "$", {"format": "tracker-network/2"}),
    ("bad_json", "steps", {"steps": 5}),
    ("bad_json", "calendars.x.week", {"calendars": {"x": {"week": [1, 1]}}}),
    ("bad_json", "plan", {"plan": "middle"}),
    ("missing_field", "start", {"start": "absent"}),
    ("missing_field", "steps[0].duration", {"steps": [{"id": "a"}], "links": []}),
    ("missing_field", "step a", {"steps": step(p50=3), "links": []}),
    ("unknown_field", "colour", {"colour": "red"}),
    ("unknown_field", "steps[0].not_befor", {"steps": step(not_befor="2026-01-05"), "links": []}),
    ("unknown_field", "links[0].lags", {"links": [{"from": "a", "to": "b", "lags": 2}]}),
    ("bad_date", "start", {"start": "2026-02-30"}),
    ("bad_date", "deadline", {"deadline": "30.6."}),
    ("bad_date", "steps[0].deadline", {"steps": step(deadline=20260105), "links": []}),
    (
        "bad_date",
        "step a: stops",
        {
            "status_date": "2026-02-02",
            "links": [],
            "steps": step(stops=[{"from": "2026-01-09", "to": "2026-01-08"}]),
        },
    ),
    ("bad_duration", "steps[0].duration", {"steps": [{"id": "a", "duration": -1}], "links": []}),
    ("bad_duration", "steps[0].duration", {"steps": [{"id": "a", "duration": 2.5}], "links": []}),
    ("bad_duration", "steps[0].duration", {"steps": [{"id": "a", "duration": "5"}], "links": []}),
    ("bad_duration", "links[0].lag", {"links": [{"from": "a", "to": "b", "lag": 1.5}]}),
    ("bad_duration", "step a", {"steps": step(p50=9, p80=3), "links": []}),
    ("bad_link_type", "links[0].type", {"links": [{"from": "a", "to": "b", "type": "fs"}]}),
    ("duplicate_step", "step a", {"steps": step() + step(), "links": []}),
    ("unknown_step", "link a → c", {"links": [{"from": "a", "to": "c"}]}),
    (
        "unknown_step",
        "step a: valid_for",
        {"steps": step(valid_for={"days": 9, "used_by": "z"}), "links": []},
    ),
    ("self_link", "link a → a", {"links": [{"from": "a", "to": "a"}]}),
    (
        "progress_without_status_date",
        "step a",
        {"steps": step(actual_start="2026-01-05"), "links": []},
    ),
    ("progress_without_status_date", "step a", {"steps": step(remaining=0), "links": []}),
    (
        "finish_without_start",
        "step a",
        {"status_date": "2026-02-02", "links": [], "steps": step(actual_finish="2026-01-09")},
    ),
    (
        "finish_before_start",
        "step a",
        {
            "status_date": "2026-02-02",
            "links": [],
            "steps": step(actual_start="2026-01-09", actual_finish="2026-01-08"),
        },
    ),
    ("unknown_calendar", "calendar", {"calendar": "moon"}),
    ("unknown_calendar", "steps[0].calendar", {"steps": step(calendar="moon"), "links": []}),
    (
        "unknown_calendar",
        "links[0].lag_calendar",
        {"links": [{"from": "a", "to": "b", "lag_calendar": "moon"}]},
    ),
    ("outside_calendar", "start", {"start": "1999-12-31"}),
    ("outside_calendar", "step a: deadline", {"steps": step(deadline="2041-01-01"), "links": []}),
    (
        "unknown_field",
        "links[0].predecessor",
        {"links": [{"predecessor": "a", "to": "b", "from": "a"}]},
    ),
    ("bad_date", "start", {"start": "1767571200"}),
    (
        "bad_duration",
        "steps[0].valid_for.days",
        {"steps": step(valid_for={"days": -1, "used_by": "b"}), "links": []},
    ),
    ("bad_json", "calendars.x.week[0]", {"calendars": {"x": {"week": [2, 1, 1, 1, 1, 0, 0]}}}),
    (
        "self_link",
        "step a: valid_for",
        {"steps": step(valid_for={"days": 9, "used_by": "a"}), "links": []},
    ),
    ("outside_calendar", "start", {"start": "2003-12-31"}),
    ("too_large", "links[0].lag", {"links": [{"from": "a", "to": "b", "lag": -10_001}]}),
    ("too_large", "steps[0].duration", {"steps": [{"id": "a", "duration": 10_001}], "links": []}),
]


@pytest.mark.parametrize(("code", "where", "changes"), BAD)
def test_what_is_refused_has_its_code_and_its_place(
    law: Catalog, code: str, where: str, changes: dict[str, object]
) -> None:
    with pytest.raises(RefusedNetworkError) as caught:
        read(law, **changes)
    assert (caught.value.code, caught.value.where.removeprefix("format")) in (
        (code, where),
        (code, where.removeprefix("$")),
    )
    assert str(caught.value.remedy)


def test_text_that_is_no_json_is_refused(law: Catalog) -> None:
    for text in ("", "{", "[]", '"tracker-network/1"', "\x00"):
        with pytest.raises(RefusedNetworkError) as caught:
            read_network(text, built_in_calendars(law))
        assert caught.value.code == "bad_json"


def test_a_calendar_without_work_is_refused_by_name(law: Catalog) -> None:
    never = {"never": {"week": [0] * 7, "days": {"2025-12-31": 1}}}
    with pytest.raises(TrackerError) as caught:
        read(law, calendars=never, steps=step(calendar="never"), links=[])
    assert caught.value.code == "no_working_day"
    assert "never" in str(caught.value)


def test_a_lag_on_a_calendar_without_work_is_refused_by_name(law: Catalog) -> None:
    never = {"never": {"week": [0] * 7}}
    for lag in (5, -5):
        links = [{"from": "a", "to": "b", "lag": lag, "lag_calendar": "never"}]
        with pytest.raises(TrackerError) as caught:
            read(law, calendars=never, links=links)
        assert caught.value.code == "no_working_day"


def test_a_lag_counts_on_no_calendar_before_its_first_day(law: Catalog) -> None:
    links = [{"from": "a", "to": "b", "lag": 5, "lag_calendar": "cn"}]
    with pytest.raises(TrackerError) as caught:
        read(law, calendar="weekdays", start="2003-01-06", links=links)
    assert caught.value.code == "outside_calendar"


@pytest.mark.parametrize("deadline", [None, "2026-12-31"])
def test_dates_that_leave_the_calendar_are_refused(law: Catalog, deadline: str | None) -> None:
    long = [{"id": f"s{n}", "duration": 9_000} for n in range(3)]
    links = [{"from": f"s{n}", "to": f"s{n + 1}"} for n in range(2)]
    with pytest.raises(TrackerError) as caught:
        draft = read(law, steps=long, links=links, deadline=deadline)
        schedule = schedule_draft(draft).schedule
        assert schedule
        [schedule.late(n) for n in range(3)]
    assert caught.value.code == "outside_calendar"


def test_late_dates_before_the_calendar_are_refused_behind_a_step_that_is_over(
    law: Catalog,
) -> None:
    """Nine thousand days before 2006 lie outside; no table may be read from its other end."""
    steps = [
        {"id": "a", "duration": 5},
        {"id": "f", "duration": 2, "actual_start": "2005-01-04", "actual_finish": "2005-01-05"},
        {"id": "b", "duration": 3},
    ]
    links = [
        {"from": "a", "to": "f"},
        {"from": "f", "to": "b", "lag": 9000, "lag_calendar": "every_day"},
    ]
    days = {"start": "2005-01-03", "status_date": "2005-02-01", "deadline": "2006-01-31"}
    schedule = schedule_draft(
        read(law, steps=steps, links=links, calendar="weekdays", **days)
    ).schedule
    assert schedule
    with pytest.raises(TrackerError) as caught:
        schedule.late(schedule.column.network.position["a"])
    assert caught.value.code == "outside_calendar"
