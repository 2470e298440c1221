from datetime import date

import pytest

from tests.support.settled import plan_of
from tracker.core.compile import Blueprint
from tracker.core.model import Basis, BlockReason, Event, EventKind
from tracker.core.plan import plan
from tracker.core.track import State, contradictions, progress
from tracker.law import Catalog

DAY = date(2025, 6, 20)
NOTHING: frozenset[str] = frozenset()


@pytest.fixture
def building(law: Catalog) -> Blueprint:
    return law.blueprint("gov_building", "construction_permit", DAY)


def event(
    step: str, kind: EventKind, day: date | None = None, known_by: date = DAY, **more: object
) -> Event:
    return Event(step=step, kind=kind, day=day, known_by=known_by, **more)


def test_the_newest_event_says_where_a_step_stands(building: Blueprint) -> None:
    events = [
        event("fs_approval", EventKind.STARTED, date(2025, 6, 2)),
        event("fs_approval", EventKind.RETURNED, date(2025, 6, 5)),
        event("fs_approval", EventKind.STARTED, date(2025, 6, 12)),
    ]
    found = progress(building, events, NOTHING, DAY)["fs_approval"]
    assert (found.state, found.start) == (State.UNDER_WAY, date(2025, 6, 12))


def test_what_was_recorded_later_is_not_known_yet(building: Blueprint) -> None:
    events = [
        event("fs_approval", EventKind.FINISHED, date(2025, 6, 18), known_by=date(2025, 6, 27))
    ]
    assert progress(building, events, NOTHING, DAY)["fs_approval"].state is State.NOT_STARTED


def test_a_step_recorded_as_not_started_contradicts_one_that_needs_it(building: Blueprint) -> None:
    events = [
        event("decision_meeting", EventKind.NOT_STARTED),
        event("project_proposal", EventKind.FINISHED),
    ]
    found = progress(building, events, NOTHING, DAY)
    assert found["decision_meeting"].state is State.NOT_STARTED
    recorded = {step: p.state for step, p in found.items() if p.known_by}
    pairs = [(c.finished, c.unfinished) for c in contradictions(building, recorded)]
    assert pairs == [("project_proposal", "decision_meeting")]


def test_a_block_stands_until_it_is_released(building: Blueprint) -> None:
    held = event(
        "site_preapproval",
        EventKind.BLOCKED,
        reason=BlockReason.LAND_QUOTA,
        expected=date(2025, 9, 30),
    )
    found = progress(building, [held], NOTHING, DAY)["site_preapproval"]
    assert found.block and found.block.expected == date(2025, 9, 30)
    released = event("site_preapproval", EventKind.RELEASED, DAY)
    assert progress(building, [held, released], NOTHING, DAY)["site_preapproval"].block is None


def test_a_held_step_begins_no_earlier_than_its_release(building: Blueprint) -> None:
    held = event(
        "site_preapproval",
        EventKind.BLOCKED,
        reason=BlockReason.LAND_QUOTA,
        expected=date(2025, 9, 30),
    )
    found = plan(building, progress(building, [held], NOTHING, DAY), status_date=DAY, deadline=None)
    step = next(s for s in found.steps if s.step.id == "site_preapproval")
    assert step.early_start == date(2025, 9, 30)


def test_days_already_counted_are_taken_off_and_the_day_of_acceptance_is_not_one(
    law: Catalog,
) -> None:
    accepted = event("site_preapproval", EventKind.STARTED, date(2025, 6, 17))
    before = ("project_proposal", "territorial_plan_check")
    done = [event(step, EventKind.FINISHED, date(2025, 5, 6)) for step in before]
    found = plan_of(law, "gov_building", "construction_permit", [*done, accepted], DAY)
    step = next(s for s in found.steps if s.step.id == "site_preapproval")
    assert step.takes.days == 5
    assert (step.early_start, step.early_finish) == (date(2025, 6, 20), date(2025, 6, 24))


def test_a_switched_off_step_passes_logic_on(law: Catalog) -> None:
    road = law.blueprint("gov_building", "land_allocate", DAY)
    off = frozenset({"land_approval", "land_final_notice", "heritage_survey"})
    found = plan(road, progress(road, [], off, DAY), status_date=DAY, deadline=None)
    steps = {s.step.id: s for s in found.steps}
    assert steps["land_approval"].early_start is None
    before = max(
        s.early_finish
        for k in (
            "land_comp_agreement",
            "farmland_balance",
            "fs_approval",
            "land_funds",
            "forest_land_use",
            "mineral_check",
        )
        if (s := steps[k]).early_finish
    )
    assert steps["land_allocate"].early_start > before


def test_custom_gives_way_to_what_was_done_without_it(law: Catalog, building: Blueprint) -> None:
    """What only custom puts before a finished step delays nothing behind it; what law does, may."""

    def begins(*undone: str) -> date | None:
        done = ("project_proposal", "fs_approval")
        events = [event(step, EventKind.FINISHED) for step in done]
        events += [event(step, EventKind.NOT_STARTED) for step in undone]
        found = plan_of(law, "gov_building", "construction_permit", events, DAY)
        return next(each.early_start for each in found.steps if each.step.id == "yearly_plan")

    by_custom = [
        link.predecessor
        for link in building.links
        if link.successor == "project_proposal" and link.basis is Basis.CUSTOM
    ]
    assert by_custom
    assert begins(*by_custom) == begins()
    assert begins("fs_prepare") > begins()
