"""Why a date: the chain back to a floor, and the chain on to a deadline."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.networks import scheduled, started
from tracker.core.calendars import EVERY_DAY, WEEKDAYS
from tracker.core.explain import explain
from tracker.core.model import LinkType
from tracker.core.network import Tie
from tracker.core.plan.draft import Draft, DraftStep
from tracker.core.plan.reasons import Floor, float_paths
from tracker.i18n.words import Words, words_in
from tracker.law import Catalog

FS = LinkType.FINISH_TO_START


def festival(law: Catalog) -> Draft:
    """A study that ends before Spring Festival 2026; the approval waits two working days."""
    cn = law.working_days
    steps = (
        DraftStep(id="study", duration=12, calendar=EVERY_DAY),
        DraftStep(id="approval", duration=20, calendar=cn),
        DraftStep(id="approved", duration=0, calendar=cn, deadline=date(2026, 4, 30)),
    )
    ties = (
        Tie(predecessor="study", successor="approval", type=FS, lag=2, calendar=cn),
        Tie(predecessor="approval", successor="approved", type=FS, lag=0, calendar=cn),
    )
    return Draft(id="festival", start=date(2026, 2, 2), steps=steps, ties=ties, calendar=cn)


def test_a_start_is_led_back_to_what_holds_it(law: Catalog) -> None:
    found = explain(scheduled(festival(law)), 1)
    approval, study = found.early
    assert (approval.start, approval.link) == (date(2026, 2, 25), ("study", "approval"))
    assert (approval.lag, approval.lag_calendar) == (2, "cn")
    assert approval.stood == date(2026, 2, 13)
    assert (study.start, study.floor) == (date(2026, 2, 2), Floor.PROJECT_START)


def test_days_off_between_what_is_asked_and_the_start_are_counted(law: Catalog) -> None:
    draft = festival(law)
    ties = (replace(draft.ties[0], lag=1), draft.ties[1])
    approval = explain(scheduled(replace(draft, ties=ties)), 1).early[0]
    assert approval.start == date(2026, 2, 24)
    assert approval.days_off == 9  # 15 to 23 February
    assert approval.sentence.values["off"]


def test_a_finish_is_led_on_to_the_deadline_that_binds_it(law: Catalog) -> None:
    schedule = scheduled(replace(festival(law), deadline=date(2026, 12, 31)))
    found = explain(schedule, 0).late
    assert [reason.step for reason in found] == ["study", "approval", "approved"]
    assert found[-1].deadline_of == "approved"
    assert found[-1].finish == date(2026, 4, 30)
    assert found[0].needed == schedule.late(1).start
    assert [reason.deadline_of for reason in found[:-1]] == [None, None]


def test_the_project_or_the_network_binds_where_no_step_does(law: Catalog) -> None:
    draft = festival(law)
    free = replace(draft, steps=(*draft.steps[:2], replace(draft.steps[2], deadline=None)))
    assert explain(scheduled(free), 0).late[-1].deadline_of is None
    due = replace(free, deadline=date(2026, 4, 30))
    assert explain(scheduled(due), 0).late[-1].deadline_of == "project"


def test_steps_that_are_not_needed_are_no_reason(law: Catalog) -> None:
    draft = festival(law)
    off = replace(draft.steps[1], is_off=True)
    found = explain(scheduled(replace(draft, steps=(draft.steps[0], off, draft.steps[2]))), 2)
    assert [reason.step for reason in found.early] == ["approved", "study"]
    assert found.early[0].link == ("study", "approved")
    late = explain(scheduled(replace(draft, steps=(draft.steps[0], off, draft.steps[2]))), 0).late
    assert [reason.step for reason in late] == ["study", "approved"]
    assert late[0].link == ("study", "approved")
    assert late[0].needed == late[0].finish == date(2026, 2, 13)


def test_what_is_left_of_a_step_is_named_so(law: Catalog) -> None:
    begun = replace(festival(law).steps[0], actual_start=date(2026, 1, 26), remaining=4)
    draft = replace(
        festival(law), steps=(begun, *festival(law).steps[1:]), status_date=date(2026, 2, 2)
    )
    found = explain(scheduled(draft), 0).early[0]
    assert found.is_begun
    assert "left of study" in str(found.sentence)


@pytest.mark.parametrize(
    ("changes", "floor"),
    [
        ({}, Floor.PROJECT_START),
        ({"status_date": date(2026, 2, 4)}, Floor.STATUS_DATE),
    ],
)
def test_the_floor_that_holds_is_named(
    law: Catalog, changes: dict[str, object], floor: Floor
) -> None:
    assert explain(scheduled(replace(festival(law), **changes)), 0).early[0].floor is floor


def test_a_day_that_a_step_must_wait_for_is_named(law: Catalog) -> None:
    draft = festival(law)
    study = replace(draft.steps[0], not_before=date(2026, 2, 6))
    found = explain(scheduled(replace(draft, steps=(study, *draft.steps[1:]))), 0).early[0]
    assert (found.floor, found.start) == (Floor.NOT_BEFORE, date(2026, 2, 6))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("type_", list(LinkType))
def test_every_reason_is_a_sentence_in_both_languages(
    law: Catalog, language: str, type_: LinkType
) -> None:
    words: Words = words_in(language)
    for lag in (30, -1):
        steps = (
            DraftStep(id="first", duration=9, calendar=WEEKDAYS),
            DraftStep(id="second", duration=2, calendar=EVERY_DAY),
        )
        tie = Tie(predecessor="first", successor="second", type=type_, lag=lag, calendar=WEEKDAYS)
        found = explain(
            scheduled(Draft(id="two", start=date(2026, 2, 2), steps=steps, ties=(tie,))), 1
        )
        said = [words(reason.sentence) for reason in (*found.early, *found.late)]
        assert all(text.endswith("。" if language == "zh" else ".") for text in said)
        assert all("{" not in text for text in said)
        assert "second" in said[0]


@given(started())
def test_every_chain_ends_where_something_holds(draft: Draft) -> None:
    schedule = scheduled(draft)
    for n, is_left in enumerate(schedule.column.is_left):
        if not is_left:
            continue
        found = explain(schedule, n)
        assert found.early[0].step == found.late[0].step == found.step
        assert found.early[0].days_off >= 0
        ends = found.early[-1]
        assert ends.floor or ends.link
        for before, after in zip(found.early, found.early[1:], strict=False):
            assert before.link
            assert before.start >= after.start or before.type is not FS or before.lag < 0


def beside(slack: int) -> Draft:
    """Two branches into one end; the second has `slack` days to spare, a third four more."""
    steps = (
        DraftStep(id="long", duration=10, calendar=EVERY_DAY),
        DraftStep(id="short", duration=10 - slack, calendar=EVERY_DAY),
        DraftStep(id="aside", duration=6 - slack, calendar=EVERY_DAY),
        DraftStep(id="end", duration=1, calendar=EVERY_DAY),
    )
    ties = tuple(
        Tie(predecessor=n, successor="end", type=FS, lag=0, calendar=EVERY_DAY)
        for n in ("long", "short", "aside")
    )
    return Draft(id="beside", start=date(2026, 3, 2), steps=steps, ties=ties)


def test_float_paths_come_worst_first() -> None:
    column = scheduled(beside(2)).column
    position = column.network.position
    paths = float_paths(column, position["end"], 5)
    names = [[column.network.nodes[n].id for n in path.steps] for path in paths]
    assert names == [["long", "end"], ["short"], ["aside"]]
    assert [path.slack for path in paths] == [0, 2, 6]
    assert len(float_paths(column, position["end"], 2)) == 2


@given(started(), st.data())
def test_float_paths_name_each_step_once_and_get_no_worse(
    draft: Draft, data: st.DataObject
) -> None:
    schedule = scheduled(draft)
    left = [n for n, is_left in enumerate(schedule.column.is_left) if is_left]
    if not left:
        return
    end = data.draw(st.sampled_from(left))
    paths = float_paths(schedule.column, end, 50)
    named = [n for path in paths for n in path.steps]
    assert len(named) == len(set(named))
    assert paths[0].slack == 0
    assert paths[0].steps[-1] == end
    assert [path.slack for path in paths] == sorted(path.slack for path in paths)


def test_a_step_with_more_to_spare_than_the_one_it_leads_to_has_a_path_of_its_own() -> None:
    draft = beside(2)
    early = DraftStep(id="early", duration=1, calendar=EVERY_DAY)
    held = replace(draft.steps[1], duration=4, not_before=date(2026, 3, 6))
    gap = Tie(predecessor="early", successor="short", type=FS, lag=0, calendar=EVERY_DAY)
    steps = (early, draft.steps[0], held, *draft.steps[2:])
    column = scheduled(replace(draft, steps=steps, ties=(gap, *draft.ties))).column
    paths = float_paths(column, column.network.position["end"], 5)
    names = [[column.network.nodes[n].id for n in path.steps] for path in paths]
    assert names == [["long", "end"], ["short"], ["early"], ["aside"]]
    assert [path.slack for path in paths] == [0, 2, 5, 6]


def test_without_other_deadlines_the_slack_of_a_path_is_its_total_float() -> None:
    schedule = scheduled(beside(3))
    column = schedule.column
    for path in float_paths(column, column.network.position["end"], 5):
        assert {schedule.total_floats[n] for n in path.steps} == {path.slack}
