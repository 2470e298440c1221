"""What happened, and what it does to the rest: one rule of progress a test."""

from dataclasses import replace
from datetime import date

import pytest

from tests.support.networks import scheduled
from tracker.core.calendars import EVERY_DAY, WEEKDAYS
from tracker.core.model import LinkType
from tracker.core.network import Tie
from tracker.core.plan.draft import Draft, DraftStep, ProgressRule, facts_of, network_of, split
from tracker.core.plan.findings import findings
from tracker.core.plan.reasons import Floor
from tracker.law import Catalog
from tracker.services.schedule import Outcome, schedule_draft

MONDAY = date(2026, 3, 2)
FS, SS, FF = LinkType.FINISH_TO_START, LinkType.START_TO_START, LinkType.FINISH_TO_FINISH


def day(n: int) -> date:
    """Return a day of March 2026; the 2nd, the 9th and the 16th are Mondays."""
    return date(2026, 3, n)


def plan(*steps: DraftStep, ties: tuple[Tie, ...] = (), today: int = 9, **rules: object) -> Draft:
    return Draft(
        id="progress",
        start=MONDAY,
        steps=steps,
        ties=ties,
        status_date=day(today),
        calendar=WEEKDAYS,
        **rules,
    )


def tie(before: str, after: str, type_: LinkType = FS, lag: int = 0) -> Tie:
    return Tie(predecessor=before, successor=after, type=type_, lag=lag, calendar=WEEKDAYS)


def early(draft: Draft, step: str) -> tuple[date, date]:
    schedule = scheduled(draft)
    found = schedule.early(schedule.column.network.position[step])
    return found.start, found.finish


def codes(draft: Draft) -> list[tuple[str, tuple[str, ...]]]:
    return [(f.code, f.steps) for f in findings(draft, scheduled(draft))]


A, B = (
    DraftStep(id="a", duration=5, calendar=WEEKDAYS),
    DraftStep(id="b", duration=3, calendar=WEEKDAYS),
)
DONE = replace(A, actual_start=day(2), actual_finish=day(6))


def test_nothing_unstarted_begins_before_the_status_date() -> None:
    assert early(plan(A), "a") == (day(9), day(13))


def test_without_a_status_date_the_project_start_holds() -> None:
    assert early(replace(plan(A), status_date=None), "a") == (day(2), day(6))


def test_a_finished_step_has_no_dates_and_lets_others_begin() -> None:
    draft = plan(DONE, B, ties=(tie("a", "b"),))
    assert early(draft, "b") == (day(9), day(11))
    assert scheduled(draft).column.is_left == [False, True]


def test_a_lag_after_a_finished_step_runs_from_its_actual_finish() -> None:
    draft = plan(DONE, B, ties=(tie("a", "b", lag=4),))
    assert early(draft, "b")[0] == day(13)
    assert scheduled(draft).drivers[1].arcs == (0,)


def test_a_lag_from_a_start_runs_from_the_actual_start() -> None:
    begun = replace(A, duration=20, actual_start=day(4))
    draft = plan(begun, B, ties=(tie("a", "b", SS, 6),))
    assert early(draft, "b")[0] == day(12)


def test_a_start_that_has_happened_binds_nothing_on_the_way_back() -> None:
    """No ghost of the link stays on the begun step: its float is that of the network."""
    begun = replace(A, actual_start=day(4), remaining=2)
    draft = plan(begun, B, ties=(tie("a", "b", SS, 1),), deadline=day(31))
    schedule = scheduled(draft)
    assert schedule.late(0).finish == day(31)
    assert schedule.total_floats[0] == 15


@pytest.mark.parametrize(
    ("changes", "last"),
    [
        ({"remaining": 2}, 10),
        ({"remaining": 0}, 9),
        ({}, 10),
        ({"duration": 3}, 9),
        ({"actual_start": day(9)}, 13),
        ({"actual_start": day(6)}, 12),
        ({"expected_finish": day(18)}, 18),
        ({"expected_finish": day(4)}, 9),
        ({"expected_finish": day(18), "remaining": 1}, 9),
    ],
)
def test_what_is_left_of_a_step_under_way(changes: dict[str, object], last: int) -> None:
    """Stated days first, then the expected finish, then the days not yet worked; one at least."""
    begun = replace(A, **{"actual_start": day(4), **changes})
    assert early(plan(begun), "a") == (day(9), day(last))


def test_an_expected_finish_of_an_unstarted_step_sets_its_days() -> None:
    expected = replace(A, expected_finish=day(20))
    assert early(plan(expected), "a") == (day(9), day(20))
    later = replace(expected, not_before=day(12))
    assert early(plan(later), "a") == (day(12), day(20))


def test_days_that_did_not_count_lengthen_a_step() -> None:
    begun = replace(A, actual_start=day(4), stops=((day(5), day(6)),))
    assert early(plan(begun), "a") == (day(9), day(12))


def test_an_open_stop_holds_what_is_left_until_it_ends() -> None:
    begun = replace(A, actual_start=day(4), stops=((day(5), day(12)),))
    assert early(plan(begun), "a") == (day(13), day(18))


def test_retained_logic_holds_what_went_ahead() -> None:
    ahead = replace(B, actual_start=day(6), remaining=2)
    draft = plan(A, ahead, ties=(tie("a", "b"),))
    assert early(draft, "b") == (day(16), day(17))
    assert ("out_of_sequence", ("a", "b")) in codes(draft)


def test_progress_override_lets_it_go_on() -> None:
    ahead = replace(B, actual_start=day(6), remaining=2)
    draft = plan(A, ahead, ties=(tie("a", "b"),), progress=ProgressRule.OVERRIDE)
    assert early(draft, "b") == (day(9), day(10))


def test_logic_goes_through_a_step_that_was_finished_too_soon() -> None:
    """`c` still waits for `a`, though `b` between them is over: a zero step where it stood."""
    over = replace(B, actual_start=day(3), actual_finish=day(5))
    last = replace(B, id="c")
    draft = plan(A, over, last, ties=(tie("a", "b"), tie("b", "c", lag=1)))
    assert early(draft, "c")[0] == day(17)
    override = replace(draft, progress=ProgressRule.OVERRIDE)
    assert early(override, "c")[0] == day(9)


def test_a_step_that_is_off_hands_the_demand_on_without_its_lags() -> None:
    middle = DraftStep(id="b", duration=9, calendar=WEEKDAYS, is_off=True)
    notice = DraftStep(id="a", duration=6, calendar=EVERY_DAY)
    last = DraftStep(id="c", duration=1, calendar=EVERY_DAY)
    draft = plan(notice, middle, last, ties=(tie("a", "b", lag=5), tie("b", "c", lag=5)), today=2)
    assert early(draft, "a") == (day(2), day(7))
    assert early(draft, "c")[0] == day(8)  # a Sunday: a step that is off has no calendar


def test_finishing_before_a_predecessor_is_reported_and_kept() -> None:
    over = replace(B, actual_start=day(3), actual_finish=day(5))
    draft = plan(DONE, over, ties=(tie("a", "b"),))
    assert codes(draft) == [("out_of_sequence", ("a", "b"))]


def test_progress_in_order_is_not_reported() -> None:
    later = replace(B, actual_start=day(9), actual_finish=day(11))
    assert codes(plan(DONE, later, ties=(tie("a", "b"),), today=12)) == []
    finish = replace(B, actual_start=day(3), actual_finish=day(6))
    assert codes(plan(DONE, finish, ties=(tie("a", "b", FF),))) == []
    assert codes(plan(DONE, finish, ties=(tie("a", "b", SS, 1),))) == []
    assert codes(plan(DONE, finish, ties=(tie("a", "b", SS, 2),)))[0][0] == "out_of_sequence"


def test_days_recorded_after_the_status_date_are_kept_and_reported() -> None:
    ahead = replace(A, actual_start=day(12), actual_finish=day(18))
    draft = plan(ahead, B, ties=(tie("a", "b"),))
    assert early(draft, "b")[0] == day(19)
    assert codes(draft) == [("out_of_sequence", ("a",))]


def test_a_finished_milestone_needs_no_start() -> None:
    """Nothing leads to it, so it stood as its day began; a lag from its start counts that day."""
    signed = DraftStep(id="m", duration=0, calendar=WEEKDAYS, actual_finish=day(4))
    for type_ in (FS, SS):
        draft = plan(signed, B, ties=(tie("m", "b", type_, 6),))
        assert early(draft, "b")[0] == day(12)
    same_day = replace(B, actual_start=day(4), actual_finish=day(6))
    assert codes(plan(signed, same_day, ties=(tie("m", "b"),))) == []


def test_the_evening_of_friday_is_not_before_mondays_start() -> None:
    begun = replace(A, actual_start=day(9))
    over = replace(B, actual_start=day(4), actual_finish=day(6))
    draft = plan(begun, over, ties=(tie("a", "b", LinkType.START_TO_FINISH),), today=10)
    assert [code for code, _ in codes(draft)] == ["start_to_finish_link"]


def test_a_lead_is_not_called_clipped_where_it_does_not_count() -> None:
    off = replace(A, is_off=True)
    begun = replace(A, actual_start=day(4))
    held = replace(B, not_before=day(27))
    for draft in (
        plan(off, B, ties=(tie("a", "b", lag=-9),)),
        plan(begun, B, ties=(tie("a", "b", SS, -1),)),
        plan(A, held, ties=(tie("a", "b", lag=-9),)),
    ):
        assert "lead_clipped" not in [code for code, _ in codes(draft)]


def test_an_end_stands_before_a_step_that_is_off_or_over() -> None:
    off = DraftStep(id="o", duration=5, calendar=WEEKDAYS, is_off=True)
    over = DraftStep(
        id="o", duration=5, calendar=WEEKDAYS, actual_start=day(3), actual_finish=day(5)
    )
    for last in (off, over):
        schedule = scheduled(plan(A, last, ties=(tie("a", "o"),)))
        assert schedule.longest_path == (schedule.column.network.position["a"],)
    far = scheduled(plan(A, off, B, ties=(tie("a", "o"), tie("o", "b")), deadline=day(31)))
    assert len(far.longest_path) == 2


def test_the_step_that_sets_the_finish_is_on_the_longest_path_though_a_lead_leaves_it() -> None:
    long = replace(A, duration=12)
    schedule = scheduled(plan(long, B, ties=(tie("a", "b", lag=-9),)))
    assert [schedule.column.network.nodes[n].id for n in schedule.longest_path] == ["a"]
    assert not schedule.is_critical(schedule.column.network.position["b"])


def test_a_milestones_own_dates_are_about_the_day_people_see() -> None:
    for field in ("deadline", "start_by"):
        reached = DraftStep(id="m", duration=0, calendar=WEEKDAYS, **{field: day(13)})
        schedule = scheduled(plan(A, reached, ties=(tie("a", "m"),)))
        assert schedule.early(1).seen == schedule.late(1).seen == day(13)
        assert schedule.is_feasible
        first = DraftStep(id="m", duration=0, calendar=WEEKDAYS, **{field: day(13)})
        schedule = scheduled(plan(first, replace(A, duration=9), ties=(tie("m", "a"),)))
        assert schedule.late(0).seen <= day(13)
        late = scheduled(plan(replace(first, not_before=day(16)), A, ties=(tie("m", "a"),)))
        assert late.total_floats[0] == -1


def test_a_step_still_under_way_past_its_days_takes_one_more() -> None:
    begun = replace(A, duration=2, actual_start=day(2))
    assert early(plan(begun), "a") == (day(9), day(9))


def test_floors_that_tie_are_all_named() -> None:
    held = replace(A, not_before=day(7))
    assert scheduled(plan(held)).drivers[0].floors == (Floor.STATUS_DATE, Floor.NOT_BEFORE)
    found = scheduled(plan(DONE, B, ties=(tie("a", "b"),))).drivers[1]
    assert (found.arcs, found.floors) == ((0,), (Floor.STATUS_DATE,))
    found = scheduled(plan(DONE, B, ties=(tie("a", "b"),), today=10)).drivers[1]
    assert (found.arcs, found.floors) == ((), (Floor.STATUS_DATE,))


def test_a_lead_is_clipped_at_the_status_date_with_a_notice() -> None:
    draft = plan(A, B, ties=(tie("a", "b", lag=-9),), today=9)
    assert early(draft, "b")[0] == day(9)
    assert ("lead_clipped", ("a", "b")) in codes(draft)
    assert codes(plan(A, B, ties=(tie("a", "b", lag=-2),))) == []


def test_a_lead_to_a_finish_is_clipped_by_the_start_it_would_need() -> None:
    """`b` would end on the 4th and so begin on the 2nd: that is the project's start, not before."""
    for days, is_clipped in ((3, False), (4, True)):
        draft = plan(A, replace(B, duration=days), ties=(tie("a", "b", FF, -2),), today=2)
        assert (("lead_clipped", ("a", "b")) in codes(draft)) is is_clipped


def test_a_start_to_finish_link_is_asked_about() -> None:
    draft = plan(A, B, ties=(tie("a", "b", LinkType.START_TO_FINISH),))
    assert ("start_to_finish_link", ("a", "b")) in codes(draft)


def test_every_end_but_the_last_dangles() -> None:
    assert codes(plan(A, B)) == [("dangling_end", ("b",))]
    assert codes(plan(A)) == []
    assert codes(plan(A, B, ties=(tie("a", "b", SS),))) == [("dangling_end", ("b",))]


def test_a_deadline_on_a_day_off_is_said() -> None:
    sunday = replace(A, deadline=day(15))
    (found,) = findings(plan(sunday), scheduled(plan(sunday)))
    assert (found.code, found.steps) == ("deadline_on_day_off", ("a",))
    assert found.sentence.values["last"] == day(13)
    assert codes(plan(replace(A, deadline=day(13)))) == []
    assert codes(replace(plan(A), deadline=day(14))) == [("deadline_on_day_off", ())]


def test_an_expected_finish_that_cannot_be_kept_is_said() -> None:
    late = replace(A, actual_start=day(2), expected_finish=day(6))
    assert codes(plan(late)) == [("expected_finish_missed", ("a",))]
    assert codes(plan(replace(late, expected_finish=day(10)))) == []
    held_up = replace(B, expected_finish=day(11))
    draft = plan(A, held_up, ties=(tie("a", "b"),))
    assert codes(draft) == [("expected_finish_missed", ("b",))]


def test_a_step_that_only_its_own_finish_binds_is_said() -> None:
    """`b` may begin 3 days before `a` ends, over a weekend: `a` can slip 2 days and move nothing.

    It would then end after the whole network does.
    """
    long = replace(A, duration=6)
    lead = replace(tie("a", "b", lag=-3), calendar=EVERY_DAY)
    draft = plan(long, replace(B, duration=2), ties=(lead,), today=2)
    schedule = scheduled(draft)
    assert (schedule.free_floats[0], schedule.total_floats[0]) == (2, 1)
    assert codes(draft) == [("free_above_total", ("a",))]


def cyclic() -> Outcome:
    steps = (*(DraftStep(id=n, duration=2, calendar=WEEKDAYS) for n in "abcdef"),)
    around = (tie("a", "b"), tie("b", "c"), tie("c", "a"), tie("d", "a"))
    return schedule_draft(plan(*steps, ties=(*around, tie("e", "f"))))


def test_a_cycle_is_named_and_only_its_part_is_not_computed() -> None:
    outcome = cyclic()
    assert outcome.split.uncomputed == {"a", "b", "c", "d"}
    (found,) = [f for f in outcome.findings if f.code == "cycle"]
    assert found.steps in (("a", "b", "c", "a"), ("b", "c", "a", "b"), ("c", "a", "b", "c"))
    assert outcome.schedule
    assert [node.id for node in outcome.schedule.column.network.nodes] == ["e", "f"]


def test_a_long_cycle_is_named_by_ten_steps_at_most() -> None:
    names = [f"s{n:02}" for n in range(30)]
    ties = tuple(tie(a, b) for a, b in zip(names, [*names[1:], names[0]], strict=True))
    outcome = schedule_draft(
        plan(*(DraftStep(id=n, duration=1, calendar=WEEKDAYS) for n in names), ties=ties)
    )
    (found,) = outcome.findings
    assert len(found.steps) == 9
    assert str(found.sentence).endswith("….")
    assert outcome.schedule is None
    assert not outcome.is_feasible  # nothing is, where steps wait for one another


def test_two_links_between_the_same_steps_both_count() -> None:
    draft = plan(A, B, ties=(tie("a", "b", SS, 6), tie("a", "b", FF, 0)), today=2)
    assert early(draft, "b") == (day(10), day(12))


def test_ten_thousand_steps_in_a_chain_are_scheduled() -> None:
    steps = tuple(DraftStep(id=f"s{n}", duration=1, calendar=EVERY_DAY) for n in range(10_000))
    ties = tuple(
        Tie(predecessor=f"s{n}", successor=f"s{n + 1}", type=FS, lag=0, calendar=EVERY_DAY)
        for n in range(9_999)
    )
    draft = Draft(id="chain", start=date(2005, 1, 1), steps=steps, ties=ties)
    schedule = scheduled(draft)
    assert schedule.finish == date(2005, 1, 1) + (day(3) - day(2)) * 9_999
    assert len(schedule.longest_path) == 10_000
    assert set(schedule.total_floats) == {0}


def test_diamonds_two_hundred_wide_are_scheduled() -> None:
    steps, ties = [DraftStep(id="j0", duration=0, calendar=WEEKDAYS)], []
    for level in range(5):
        for n in range(200):
            steps.append(DraftStep(id=f"w{level}.{n}", duration=n % 7 + 1, calendar=WEEKDAYS))
            ties += [tie(f"j{level}", f"w{level}.{n}"), tie(f"w{level}.{n}", f"j{level + 1}")]
        steps.append(DraftStep(id=f"j{level + 1}", duration=0, calendar=WEEKDAYS))
    schedule = scheduled(
        Draft(id="diamonds", start=MONDAY, steps=tuple(steps), ties=tuple(ties), calendar=WEEKDAYS)
    )
    assert WEEKDAYS.count(MONDAY, schedule.finish or MONDAY) == 35
    position = schedule.column.network.position
    assert [schedule.total_floats[position[f"w3.{n}"]] for n in range(7)] == [6, 5, 4, 3, 2, 1, 0]


def test_a_part_of_a_draft_keeps_only_its_own_ties() -> None:
    draft = plan(A, B, ties=(tie("a", "b"),))
    network = network_of(draft, split(draft).computed)
    assert facts_of(draft, network).count == 1
    assert len(network.arcs) == 1


def test_only_what_counts_by_the_law_waits_for_its_notices(law: Catalog) -> None:
    draft = plan(A, B, ties=(tie("a", "b"),))
    assert draft.holidays is None
    cn = law.working_days
    for counted in (
        replace(draft, calendar=cn),
        replace(draft, steps=(replace(A, calendar=cn), B)),
        replace(draft, ties=(replace(draft.ties[0], lag=1, calendar=cn),)),
    ):
        assert counted.holidays is cn
    schedule = scheduled(replace(draft, deadline=date(2027, 2, 26)))
    assert schedule.is_provisional(0, cn)
    assert not scheduled(replace(draft, deadline=date(2026, 12, 31))).is_provisional(0, cn)


def test_what_is_left_is_feasible_or_not_whatever_is_over() -> None:
    draft = plan(DONE, B, ties=(tie("a", "b"),))
    assert scheduled(replace(draft, deadline=day(11))).is_feasible
    assert not scheduled(replace(draft, deadline=day(10))).is_feasible
    assert scheduled(replace(plan(DONE), deadline=day(3))).is_feasible
    assert scheduled(plan(DONE)).finish is None


def test_logic_goes_on_through_several_steps_that_are_off() -> None:
    off = [DraftStep(id=name, duration=5, calendar=WEEKDAYS, is_off=True) for name in "opq"]
    ties = tuple(tie(a, b) for a, b in zip("aopq", "opqb", strict=True))
    schedule = scheduled(plan(A, *off, B, ties=ties, today=2, deadline=day(31)))
    names = [node.id for node in schedule.column.network.nodes]
    assert [names[n] for n in schedule.ends] == ["b"]
    assert [names[n] for n in schedule.longest_path] == ["a", "b"]
    assert schedule.free_floats[names.index("a")] == 0


def test_under_override_a_begun_step_is_driven_by_the_status_date_alone() -> None:
    ahead = replace(B, actual_start=day(6), remaining=2)
    ties = (tie("a", "b"), tie("b", "c"))
    draft = plan(
        A,
        ahead,
        DraftStep(id="c", duration=1, calendar=WEEKDAYS),
        ties=ties,
        progress=ProgressRule.OVERRIDE,
    )
    found = scheduled(draft).drivers
    assert (found[1].arcs, found[1].floors) == ((), (Floor.STATUS_DATE,))
    assert (found[2].arcs, found[2].floors) == ((1,), ())
    retained = scheduled(replace(draft, progress=ProgressRule.RETAINED_LOGIC)).drivers
    assert retained[1].arcs == (0,)


def test_a_milestone_that_nothing_leads_to_lies_on_no_day_off() -> None:
    saturday = date(2026, 3, 7)
    steps = (
        DraftStep(id="m", duration=0, calendar=WEEKDAYS),
        DraftStep(id="a", duration=2, calendar=WEEKDAYS),
    )
    tie = Tie(predecessor="m", successor="a", type=FS, lag=0, calendar=WEEKDAYS)
    draft = Draft(id="d", start=saturday, calendar=WEEKDAYS, steps=steps, ties=(tie,))
    schedule = schedule_draft(draft).schedule
    assert schedule is not None
    n = schedule.column.network.position["m"]
    assert schedule.early(n).seen == date(2026, 3, 9)
    assert schedule.late(n).seen == date(2026, 3, 9)
