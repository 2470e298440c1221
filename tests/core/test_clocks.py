"""The law's clocks, drawn day by day: civil counting, silence, corrections, stops, extensions."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.timeline import day, drawn, weeks
from tracker.core.clocks import (
    Account,
    Case,
    ClockKind,
    Holder,
    IllegalMoveError,
    State,
    case_of,
    check_move,
    last_day,
    legal_moves,
)
from tracker.core.law import Citation, Dated, Duration, Name
from tracker.core.model import (
    BlockReason,
    ClockStart,
    Event,
    EventKind,
    Level,
    Owner,
    Step,
    StepKind,
    StopReason,
)
from tracker.law import Catalog, catalog

WORKING = catalog().working_days
OFFICE = Name("县局", "Bureau")
LAW = (Citation(law="行政许可法", article="第42条"),)
REVIEW = Step(
    id="permit",
    name=Name("许可", "Permit"),
    kind=StepKind.AUTHORITY_LIMIT,
    owner=Owner.AUTHORITY,
    office=OFFICE,
    limits=(Dated(Duration.parse("20 wd")),),
    promises=(Dated(Duration.parse("10 wd")),),
    special=Duration.parse("30 wd"),
    extension=Duration.parse("10 wd"),
    laws=LAW,
    limit_laws=LAW,
)
NOTICE = Step(
    id="notice",
    name=Name("公告", "Notice"),
    kind=StepKind.MINIMUM_PERIOD,
    owner=Owner.COUNTY_GOV,
    office=OFFICE,
    limits=(Dated(Duration.parse("30 cd")),),
    laws=LAW,
    limit_laws=LAW,
)
DUTY = Step(
    id="sign",
    name=Name("签约", "Sign"),
    kind=StepKind.DUTY_DEADLINE,
    owner=Owner.PROJECT_UNIT,
    office=OFFICE,
    limits=(Dated(Duration.parse("30 cd")),),
    laws=LAW,
    limit_laws=LAW,
)


def event(kind: EventKind, on: str, **more: object) -> Event:
    return Event(step="permit", kind=kind, day=day(on), known_by=day(on), **more)


def replayed(law: Catalog, step: Step, status: str, *events: Event) -> Case:
    case = case_of(step, events, day(status), law.working_days)
    assert case is not None
    return case


def due(case: Case) -> date | None:
    assert case.clock is not None
    return case.clock.due


ACCEPTED = event(EventKind.ACCEPTED, "2026-09-07")


def test_twenty_working_days_over_national_day_end_on_a_make_up_saturday(law: Catalog) -> None:
    case = replayed(law, REVIEW, "2026-10-11", ACCEPTED)
    assert drawn(case) == weeks("""
        09-07 hcccc..
        09-14 ccccc.c
        09-21 cccc...
        09-28 ccc....
        10-05 ...ccc-
    """)
    assert due(case) == date(2026, 10, 10)
    assert case.clock is not None
    assert (case.clock.used, case.clock.left, case.clock.over) == (20, 0, 0)


@pytest.mark.parametrize(
    ("status", "over"), [("2026-10-10", 0), ("2026-10-11", 0), ("2026-10-12", 1), ("2026-10-13", 2)]
)
def test_a_limit_that_ended_yesterday_is_a_day_over_today(
    law: Catalog, status: str, over: int
) -> None:
    clock = replayed(law, REVIEW, status, ACCEPTED).clock
    assert clock is not None
    assert (clock.due, clock.over) == (date(2026, 10, 10), over)


STOP = event(EventKind.STOPPED, "2026-09-10", stop=StopReason.EXPERT_REVIEW, document="通知1号")


def test_nine_days_of_expert_review_do_not_count(law: Catalog) -> None:
    """From the 11th through the 21st eight working days stand still, through the 22nd nine."""
    resumed = event(EventKind.RESUMED, "2026-09-21")
    case = replayed(law, REVIEW, "2026-10-23", ACCEPTED, STOP, resumed)
    assert drawn(case) == weeks("""
        09-07 hcccsss
        09-14 sssssss
        09-21 sccc...
        09-28 ccc....
        10-05 ...ccc.
        10-12 ccccc..
        10-19 cccc---
    """)
    stopped = [span for span in case.spans if span.account is Account.STOPPED]
    assert sum(law.working_days.count(s.first, s.last) for s in stopped) == 8
    nine = replayed(
        law, REVIEW, "2026-10-23", ACCEPTED, STOP, event(EventKind.RESUMED, "2026-09-22")
    )
    assert due(nine) == date(2026, 10, 22)


def test_a_stop_ends_at_its_cap_whatever_is_recorded(law: Catalog) -> None:
    """Thirty working days from 11 September end on 28 October; then the clock runs again."""
    case = replayed(law, REVIEW, "2026-12-31", ACCEPTED, STOP)
    stopped = [span for span in case.spans if span.account is Account.STOPPED]
    assert stopped[-1].last == date(2026, 10, 28)
    assert law.working_days.count(stopped[0].first, stopped[-1].last) == 30
    assert due(case) == date(2026, 11, 20)
    clock = replayed(law, REVIEW, "2026-12-31", ACCEPTED, STOP).clock
    assert clock is not None
    assert clock.over > 0


def test_an_open_stop_without_a_promised_day_leaves_the_due_day_unknown(law: Catalog) -> None:
    hearing = event(EventKind.STOPPED, "2026-09-10", stop=StopReason.HEARING, document="1")
    case = replayed(law, REVIEW, "2026-09-30", ACCEPTED, hearing)
    assert (case.state, due(case)) == (State.SUSPENDED, None)
    promised = event(
        EventKind.STOPPED,
        "2026-09-10",
        stop=StopReason.HEARING,
        document="1",
        expected=day("2026-10-15"),
    )
    assert due(replayed(law, REVIEW, "2026-09-30", ACCEPTED, promised)) == date(2026, 11, 9)


def test_a_pre_notice_of_ten_working_days_spans_spring_festival(law: Catalog) -> None:
    """Posted on 10 February 2026; both Saturdays around the festival are worked."""
    notice = Step(
        id="notice",
        name=OFFICE,
        kind=StepKind.MINIMUM_PERIOD,
        owner=Owner.COUNTY_GOV,
        office=OFFICE,
        limits=(Dated(Duration.parse("10 wd")),),
        laws=LAW,
    )
    case = replayed(law, notice, "2026-03-05", event(EventKind.STARTED, "2026-02-10"))
    assert drawn(case) == weeks("""
        02-09 -hcccc.
        02-16 .......
        02-23 .ccccc.
        03-02 ccc----
    """)
    assert due(case) == date(2026, 3, 2)
    assert case.holder is Holder.COUNTY


def test_a_notice_of_thirty_days_that_ends_on_national_day_moves_on(law: Catalog) -> None:
    case = replayed(law, NOTICE, "2026-09-10", event(EventKind.STARTED, "2026-09-01"))
    assert due(case) == date(2026, 10, 8)
    assert case.clock is not None
    assert (case.clock.kind, case.clock.over) == (ClockKind.PERIOD, 0)
    assert last_day(date(2026, 9, 1), Duration.parse("30 cd"), law.working_days) == date(
        2026, 10, 8
    )


LODGED = event(EventKind.LODGED, "2026-09-07")


def test_a_correction_on_day_five_is_in_time(law: Catalog) -> None:
    asked = event(EventKind.CORRECTION, "2026-09-14", note="缺规划图")
    before = replayed(law, REVIEW, "2026-09-14", LODGED)
    assert before.clock is not None
    assert (before.clock.kind, before.clock.due) == (ClockKind.COMPLETENESS, date(2026, 9, 14))
    check_move(REVIEW, before, asked)
    back = replayed(law, REVIEW, "2026-09-21", LODGED, asked)
    assert drawn(back) == weeks("""
        09-07 hcccc..
        09-14 chhhhhh
    """)
    assert (back.state, back.holder, back.clock) == (State.RETURNED, Holder.OWNER, None)


def test_silence_through_day_five_is_acceptance_on_the_day_of_lodging(law: Catalog) -> None:
    quiet = replayed(law, REVIEW, "2026-09-14", LODGED)
    assert (quiet.state, quiet.deemed) == (State.LODGED, False)
    case = replayed(law, REVIEW, "2026-09-15", LODGED)
    assert (case.state, case.deemed, case.accepted) == (State.UNDER_WAY, True, date(2026, 9, 7))
    assert due(case) == date(2026, 10, 10)
    assert {span.clock for span in case.spans[1:]} == {ClockKind.REVIEW}
    late = event(EventKind.CORRECTION, "2026-09-15")
    with pytest.raises(IllegalMoveError) as caught:
        check_move(REVIEW, case, late)
    assert EventKind.GRANTED in caught.value.legal


def test_both_clocks_are_armed_again_after_every_return(law: Catalog) -> None:
    asked = event(EventKind.CORRECTION, "2026-09-09")
    again = event(EventKind.RESUBMITTED, "2026-09-16")
    waiting = replayed(law, REVIEW, "2026-09-18", LODGED, asked, again)
    assert waiting.clock is not None
    assert (waiting.clock.kind, waiting.clock.due) == (ClockKind.COMPLETENESS, date(2026, 9, 22))
    silent = replayed(law, REVIEW, "2026-09-23", LODGED, asked, again)
    assert (silent.deemed, silent.accepted) == (True, date(2026, 9, 16))
    with pytest.raises(IllegalMoveError):
        check_move(REVIEW, waiting, event(EventKind.CORRECTION, "2026-09-18"))
    check_move(REVIEW, waiting, event(EventKind.CORRECTION, "2026-09-18", note="图纸版本错误"))


def test_acceptance_starts_the_review_and_the_promise(law: Catalog) -> None:
    case = replayed(law, REVIEW, "2026-09-12", LODGED, event(EventKind.ACCEPTED, "2026-09-10"))
    assert case.clock is not None
    assert (case.clock.promised_due, case.clock.promised_left) == (date(2026, 9, 23), 9)
    assert case.clock.due == date(2026, 10, 14)


def test_an_extension_adds_its_days_once_and_with_a_name(law: Catalog) -> None:
    case = replayed(law, REVIEW, "2026-10-09", ACCEPTED)
    more = event(
        EventKind.EXTENDED,
        "2026-10-09",
        added=Duration.parse("10 wd"),
        approver="局长",
        note="案情复杂",
    )
    check_move(REVIEW, case, more)
    longer = replayed(law, REVIEW, "2026-10-10", ACCEPTED, more)
    assert due(longer) == date(2026, 10, 23)
    nameless = event(EventKind.EXTENDED, "2026-10-09", added=Duration.parse("10 wd"), note="x")
    too_long = event(
        EventKind.EXTENDED, "2026-10-09", added=Duration.parse("11 wd"), approver="局长", note="x"
    )
    too_late = event(
        EventKind.EXTENDED, "2026-10-12", added=Duration.parse("10 wd"), approver="局长", note="x"
    )
    overdue = replayed(law, REVIEW, "2026-10-12", ACCEPTED)
    for known, refused in ((case, nameless), (case, too_long), (overdue, too_late), (longer, more)):
        with pytest.raises(IllegalMoveError):
            check_move(REVIEW, known, refused)


def test_a_certificate_is_delivered_within_ten_days(law: Catalog) -> None:
    granted = event(EventKind.GRANTED, "2026-09-21")
    case = replayed(law, REVIEW, "2026-10-15", ACCEPTED, granted)
    assert case.clock is not None
    assert (case.clock.kind, case.clock.due) == (ClockKind.DELIVERY, date(2026, 10, 12))
    assert case.clock.over == 3
    over = replayed(
        law, REVIEW, "2026-10-15", ACCEPTED, granted, event(EventKind.DELIVERED, "2026-09-25")
    )
    assert (over.clock, over.spans[-1].last) == (None, date(2026, 9, 25))
    assert legal_moves(REVIEW, replayed(law, REVIEW, "2026-10-15", ACCEPTED, granted)) == (
        EventKind.DELIVERED,
    )


def test_a_duty_counts_from_its_event_whoever_owes_it(law: Catalog) -> None:
    case = replayed(law, DUTY, "2026-10-20", event(EventKind.STARTED, "2026-09-01"))
    assert case.clock is not None
    assert (case.clock.due, case.holder) == (date(2026, 10, 8), Holder.OWNER)
    assert case.clock.over == 12


def test_the_superior_holds_what_the_county_does_not_decide(law: Catalog) -> None:
    higher = Step(
        id="permit",
        name=OFFICE,
        kind=StepKind.AUTHORITY_LIMIT,
        owner=Owner.AUTHORITY,
        office=OFFICE,
        level=Level.PROVINCE,
        limits=REVIEW.limits,
        laws=LAW,
        limit_laws=LAW,
    )
    assert replayed(law, higher, "2026-09-10", ACCEPTED).holder is Holder.SUPERIOR


def test_a_block_holds_a_step_in_the_name_of_who_can_lift_it(law: Catalog) -> None:
    held = event(EventKind.BLOCKED, "2026-09-07", reason=BlockReason.LAND_QUOTA)
    case = replayed(law, REVIEW, "2026-09-21", held, event(EventKind.RELEASED, "2026-09-15"))
    assert [(s.holder, s.days) for s in case.spans] == [
        (Holder.OWNER, 1),
        (Holder.COUNTY, 8),
        (Holder.OWNER, 5),
    ]
    assert legal_moves(REVIEW, replayed(law, REVIEW, "2026-09-10", held))[-1] is EventKind.RELEASED


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        (EventKind.GRANTED, {}),
        (EventKind.STOPPED, {"stop": StopReason.HEARING, "document": "1"}),
        (EventKind.RESUBMITTED, {}),
        (EventKind.RESUMED, {}),
        (EventKind.FINISHED, {}),
    ],
)
def test_an_illegal_move_lists_the_legal_ones(
    law: Catalog, kind: EventKind, more: dict[str, object]
) -> None:
    case = replayed(law, REVIEW, "2026-09-08", LODGED)
    with pytest.raises(IllegalMoveError) as caught:
        check_move(REVIEW, case, event(kind, "2026-09-08", **more))
    assert caught.value.legal == (
        EventKind.ACCEPTED,
        EventKind.CORRECTION,
        EventKind.NOT_ACCEPTED,
        EventKind.WITHDRAWN,
        EventKind.BLOCKED,
    )


def test_a_stop_needs_a_reason_of_the_list_and_a_notice(law: Catalog) -> None:
    case = replayed(law, REVIEW, "2026-09-10", ACCEPTED)
    for lacking in ({}, {"stop": StopReason.EXPERT_REVIEW}):
        with pytest.raises(IllegalMoveError):
            check_move(REVIEW, case, event(EventKind.STOPPED, "2026-09-10", **lacking))
    check_move(REVIEW, case, STOP)


def test_nothing_is_recorded_before_what_is_recorded_last(law: Catalog) -> None:
    case = replayed(law, REVIEW, "2026-09-10", ACCEPTED)
    with pytest.raises(IllegalMoveError):
        check_move(REVIEW, case, event(EventKind.GRANTED, "2026-09-04"))


def test_a_case_under_way_keeps_its_old_limit(law: Catalog) -> None:
    changed = Step(
        id="permit",
        name=OFFICE,
        kind=StepKind.AUTHORITY_LIMIT,
        owner=Owner.AUTHORITY,
        office=OFFICE,
        laws=LAW,
        limits=(
            Dated(Duration.parse("45 cd"), None, date(2026, 4, 30)),
            Dated(Duration.parse("20 wd"), date(2026, 5, 1)),
        ),
    )
    before = replayed(law, changed, "2026-05-20", event(EventKind.ACCEPTED, "2026-04-30"))
    after = replayed(law, changed, "2026-05-20", event(EventKind.ACCEPTED, "2026-05-06"))
    assert (due(before), due(after)) == (date(2026, 6, 15), date(2026, 6, 2))
    switching = Step(
        id="permit",
        name=OFFICE,
        kind=StepKind.AUTHORITY_LIMIT,
        owner=Owner.AUTHORITY,
        office=OFFICE,
        laws=LAW,
        limits=(
            changed.limits[0],
            Dated(Duration.parse("20 wd"), date(2026, 5, 1), None, switches=True),
        ),
    )
    moved = replayed(law, switching, "2026-05-20", event(EventKind.ACCEPTED, "2026-04-30"))
    assert due(moved) == date(2026, 6, 1)


KINDS = st.sampled_from([kind for kind in EventKind if kind is not EventKind.RETRACTED])


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Any events in any order, dated and undated, lawful or not."""
    at, found = date(2026, 1, 5), []
    for kind in draw(st.lists(KINDS, min_size=1, max_size=12)):
        at += timedelta(draw(st.integers(0, 40)))
        known = draw(st.booleans())
        found.append(
            Event(
                step="permit",
                kind=kind,
                day=at if known else None,
                known_by=at,
                reason=draw(st.sampled_from(list(BlockReason)))
                if kind is EventKind.BLOCKED
                else None,
                stop=draw(st.sampled_from(list(StopReason))) if kind is EventKind.STOPPED else None,
                added=Duration.parse("10 wd") if kind is EventKind.EXTENDED else None,
            )
        )
    return found


@given(histories(), st.sampled_from([REVIEW, NOTICE, DUTY]), st.integers(0, 60))
def test_every_day_has_one_holder_and_one_account(
    events: list[Event], step: Step, wait: int
) -> None:
    status = events[-1].known_by + timedelta(wait)
    case = case_of(step, events, status, WORKING)
    assert case is not None
    for before, after in pairwise(case.spans):
        assert after.first == before.last + timedelta(1)
    if case.spans:
        first, last = case.spans[0].first, case.spans[-1].last
        assert first == events[0].known_by
        assert last < status
        by_account = [sum(s.days for s in case.spans if s.account is a) for a in Account]
        by_holder = [sum(stay.days for stay in case.stays if stay.holder is h) for h in Holder]
        assert sum(by_account) == sum(by_holder) == (last - first).days + 1
        counted = [
            s for s in case.spans if s.account is Account.COUNTED and s.clock is ClockKind.REVIEW
        ]
        assert all(WORKING.is_worked(s.first) for s in counted if step is REVIEW)
    if case.state not in (State.FINISHED, State.NOT_NEEDED) and case.spans:
        assert case.spans[-1].last == status - timedelta(1)


@given(histories(), st.integers(0, 40))
def test_what_is_used_is_what_was_counted(events: list[Event], wait: int) -> None:
    case = case_of(REVIEW, events, events[-1].known_by + timedelta(wait), WORKING)
    assert case is not None
    if case.clock and case.clock.kind is ClockKind.REVIEW and case.accepted:
        counted = [
            span.days
            for span in case.spans
            if span.account is Account.COUNTED
            and span.clock is ClockKind.REVIEW
            and span.first > case.accepted
        ]
        assert sum(counted) == case.clock.used


def test_a_limit_that_counts_from_receipt_does_not_wait_for_acceptance(law: Catalog) -> None:
    received = replace(
        REVIEW, clock_start=ClockStart.RECEIPT, limits=(Dated(Duration.parse("60 cd")),)
    )
    case = replayed(
        law,
        received,
        "2026-09-20",
        event(EventKind.LODGED, "2026-09-01"),
        event(EventKind.ACCEPTED, "2026-09-07"),
    )
    assert due(case) == date(2026, 11, 2)  # the sixtieth day, 31 October, is a Saturday
    assert case.clock is not None
    assert case.clock.used == 18


def test_expert_reviews_together_reach_one_cap(law: Catalog) -> None:
    again = event(EventKind.STOPPED, "2026-10-12", stop=StopReason.EXPERT_REVIEW, document="2号")
    case = replayed(
        law, REVIEW, "2026-12-31", ACCEPTED, STOP, event(EventKind.RESUMED, "2026-09-30"), again
    )
    stopped = [span for span in case.spans if span.account is Account.STOPPED]
    assert sum(law.working_days.count(span.first, span.last) for span in stopped) == 30


def test_a_promised_resumption_comes_before_the_cap(law: Catalog) -> None:
    promised = replace(STOP, expected=day("2026-09-14"))
    assert due(replayed(law, REVIEW, "2026-09-12", ACCEPTED, promised)) == date(2026, 10, 13)
    plain = replace(REVIEW, special=None)
    assert due(replayed(law, plain, "2026-09-12", ACCEPTED, promised)) == date(2026, 10, 13)


def test_what_is_left_counts_through_a_due_day_that_moved_on(law: Catalog) -> None:
    case = replayed(law, DUTY, "2026-10-06", event(EventKind.STARTED, "2026-09-01"))
    assert case.clock is not None
    assert (case.clock.due, case.clock.left, case.clock.over) == (date(2026, 10, 8), 3, 0)


def test_a_new_application_may_be_corrected_once_again(law: Catalog) -> None:
    asked = event(EventKind.CORRECTION, "2026-09-08")
    dropped = event(EventKind.WITHDRAWN, "2026-09-09")
    lodged = event(EventKind.LODGED, "2026-09-14")
    case = replayed(law, REVIEW, "2026-09-15", LODGED, asked, dropped, lodged)
    assert case.corrections == 0
    check_move(REVIEW, case, event(EventKind.CORRECTION, "2026-09-15"))


def test_days_are_counted_by_the_rule_of_the_acceptance(law: Catalog) -> None:
    changed = replace(
        REVIEW,
        limits=(
            Dated(Duration.parse("45 cd"), None, date(2026, 4, 30)),
            Dated(Duration.parse("20 wd"), date(2026, 5, 1)),
        ),
    )
    case = replayed(law, changed, "2026-05-20", event(EventKind.ACCEPTED, "2026-04-30"))
    assert case.clock is not None
    counted = sum(s.days for s in case.spans if s.account is Account.COUNTED)
    assert counted == case.clock.used == 19


def test_silence_gives_the_days_before_a_block_to_the_review(law: Catalog) -> None:
    """Days first taken for the check of completeness were days of the review after all."""
    blocked = event(EventKind.BLOCKED, "2026-09-10", reason=BlockReason.SUPERIOR)
    case = replayed(law, REVIEW, "2026-09-20", LODGED, blocked)
    days_told = {span.clock for span in case.spans if span.first > day("2026-09-07")}
    assert case.deemed
    assert ClockKind.COMPLETENESS not in days_told


def test_a_known_day_shortens_the_days_of_what_was_only_known_by_a_later_one(law: Catalog) -> None:
    undated = Event(step="permit", kind=EventKind.CORRECTION, day=None, known_by=day("2026-09-21"))
    case = replayed(
        law, REVIEW, "2026-09-25", LODGED, undated, event(EventKind.CORRECTION, "2026-09-10")
    )
    assert all(after.first > before.last for before, after in pairwise(case.spans))
    assert case.holder is Holder.OWNER
    assert case.corrections == 1  # the same return, told twice


def test_work_taken_up_again_keeps_the_clock_it_had(law: Catalog) -> None:
    case = replayed(
        law,
        DUTY,
        "2026-09-25",
        event(EventKind.STARTED, "2026-09-01"),
        event(EventKind.SUSPENDED, "2026-09-10"),
        event(EventKind.STARTED, "2026-09-20"),
    )
    assert case.accepted == date(2026, 9, 1)
