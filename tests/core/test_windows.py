"""Approvals that expire: too late, too early, and never in time."""

from dataclasses import replace
from datetime import date

from hypothesis import given

from tests.support.networks import WINDOW_DRAFTS, scheduled
from tracker.core.calendars import EVERY_DAY, WEEKDAYS, day_from, day_until
from tracker.core.model import LinkType
from tracker.core.network import Tie
from tracker.core.plan.draft import Draft, DraftStep, PlanMode, ValidFor
from tracker.core.plan.validity import BrokenWindow, broken_windows, windows_of
from tracker.services.schedule import schedule_draft

FS = LinkType.FINISH_TO_START


def permit(valid: int, *, deadline: date | None = None) -> Draft:
    """A permit given on 9 January and used when the land is cleared, on 2 February."""
    steps = (
        DraftStep(
            id="permit",
            duration=5,
            calendar=WEEKDAYS,
            valid_for=ValidFor(valid, EVERY_DAY, ("start",)),
        ),
        DraftStep(id="clearing", duration=20, calendar=WEEKDAYS),
        DraftStep(id="start", duration=1, calendar=WEEKDAYS),
    )
    ties = (
        Tie(predecessor="permit", successor="start", type=FS, lag=0, calendar=WEEKDAYS),
        Tie(predecessor="clearing", successor="start", type=FS, lag=0, calendar=WEEKDAYS),
    )
    return Draft(
        id="permit",
        start=date(2026, 1, 5),
        steps=steps,
        ties=ties,
        deadline=deadline,
        calendar=WEEKDAYS,
    )


def broken(draft: Draft) -> list[BrokenWindow]:
    column = scheduled(draft).column
    moments = column.early if draft.plan is PlanMode.EARLY else column.late
    return broken_windows(column, windows_of(draft, column.network), moments)


def test_the_last_valid_day_is_still_good() -> None:
    assert broken(permit(24)) == []
    (found,) = broken(permit(23))
    assert (found.issued, found.expires) == (date(2026, 1, 9), date(2026, 2, 1))
    assert found.used == date(2026, 2, 2)


def test_a_permit_issued_too_early_can_be_issued_later() -> None:
    (found,) = broken(permit(10))
    assert found.earliest_issue == date(2026, 1, 23)
    assert found.latest_issue == date(2026, 1, 30)
    assert found.conflict == ()


def test_a_deadline_leaves_more_room_for_the_issue() -> None:
    (found,) = broken(permit(10, deadline=date(2026, 2, 6)))
    assert (found.earliest_issue, found.latest_issue) == (date(2026, 1, 23), date(2026, 2, 5))


def test_the_late_plan_needs_no_delay() -> None:
    assert broken(replace(permit(10), plan=PlanMode.LATE)) == []


def test_work_that_takes_longer_than_the_permit_is_a_conflict() -> None:
    draft = permit(10)
    between = DraftStep(id="pipes", duration=15, calendar=WEEKDAYS)
    ties = (
        Tie(predecessor="permit", successor="pipes", type=FS, lag=0, calendar=WEEKDAYS),
        Tie(predecessor="pipes", successor="start", type=FS, lag=0, calendar=WEEKDAYS),
    )
    (found,) = broken(replace(draft, steps=(*draft.steps, between), ties=(*draft.ties, *ties)))
    assert found.latest_issue is None
    assert len(found.conflict) == 3


def test_a_permit_given_long_ago_needs_a_renewal() -> None:
    draft = permit(30)
    done = replace(draft.steps[0], actual_start=date(2025, 11, 3), actual_finish=date(2025, 11, 7))
    draft = replace(draft, steps=(done, *draft.steps[1:]), status_date=date(2026, 1, 5))
    (found,) = broken(draft)
    assert (found.expires, found.latest_issue) == (date(2025, 12, 7), None)


def test_a_milestone_may_use_it_until_the_evening_of_the_last_day() -> None:
    draft = permit(10, deadline=date(2026, 2, 6))
    instant = replace(draft.steps[2], duration=0)
    (found,) = broken(replace(draft, steps=(*draft.steps[:2], instant)))
    assert found.used == date(2026, 2, 2)
    assert (found.earliest_issue, found.latest_issue) == (date(2026, 1, 20), date(2026, 2, 6))


def test_a_user_is_brought_forward_for_what_cannot_be_issued_late() -> None:
    """The permit must be there by the 16th for its fence; so the start is bound by its expiry."""
    draft = permit(10, deadline=date(2026, 3, 31))
    steps = (replace(draft.steps[0], deadline=date(2026, 1, 26)), *draft.steps[1:])
    (found,) = broken(replace(draft, steps=steps))
    assert (found.earliest_issue, found.latest_issue) == (date(2026, 1, 23), date(2026, 1, 26))
    unable = replace(draft, steps=(replace(draft.steps[0], deadline=date(2026, 1, 22)), *steps[1:]))
    (found,) = broken(unable)
    assert (found.earliest_issue, found.latest_issue) == (None, None)


def test_an_approval_that_is_off_or_used_already_breaks_nothing() -> None:
    draft = replace(permit(10), status_date=date(2026, 1, 5))
    off = (replace(draft.steps[0], is_off=True), *draft.steps[1:])
    assert broken(replace(draft, steps=off)) == []
    begun = replace(draft.steps[2], actual_start=date(2026, 1, 2))
    assert broken(replace(draft, steps=(*draft.steps[:2], begun))) == []


def test_an_issue_may_wait_for_years_where_there_is_float() -> None:
    draft = permit(60)
    steps = (draft.steps[0], replace(draft.steps[1], duration=600), draft.steps[2])
    (found,) = broken(replace(draft, steps=steps))
    assert found.earliest_issue
    assert found.earliest_issue.year == 2028


def test_a_broken_window_makes_a_plan_infeasible_and_says_the_day() -> None:
    outcome = schedule_draft(permit(10))
    assert not outcome.is_feasible
    (finding,) = [f for f in outcome.findings if f.code == "window_broken"]
    assert finding.latest_issue == date(2026, 1, 30)
    assert schedule_draft(permit(24)).is_feasible


@given(WINDOW_DRAFTS)
def test_the_first_issue_that_works_is_found_by_trying_every_day(draft: Draft) -> None:
    """Without a deadline an issue works when the network does not end later for it."""
    found = broken(draft)
    if not found:
        return
    column = scheduled(draft).column
    window = found[0].window
    step = draft.by_id[column.network.nodes[window.giver].id]
    start = step.calendar.worked_before[column.starts(column.early, window.giver)]
    works = None
    for days in range(40):
        first = day_from(step.calendar.start_of[start + days])
        held = tuple(
            replace(s, not_before=max(first, s.not_before or first)) if s is step else s
            for s in draft.steps
        )
        moved = replace(draft, steps=held)
        tried = scheduled(moved).column
        if not broken(moved) and tried.finish <= column.finish:
            works = day_until(tried.ends(tried.early, window.giver))
            break
    assert found[0].earliest_issue == works
    if works:
        assert found[0].latest_issue is not None
        assert found[0].latest_issue >= works
    else:
        assert {window.giver, window.user} <= set(found[0].conflict)
