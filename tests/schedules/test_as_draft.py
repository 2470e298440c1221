"""Networks and facts as drafts: the same dates, and the same without what is off."""

from dataclasses import replace
from datetime import date

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.support.networks import PERIODS, drafts, networks, scheduled
from tracker.core.calendars import EVERY_DAY, PeriodCalendar
from tracker.core.model import LinkType
from tracker.core.network import FinishRule, Network
from tracker.core.plan.as_draft import draft_of, with_closing_days, without_unneeded
from tracker.core.plan.draft import Draft
from tracker.core.plan.engine.solve import solve
from tracker.core.plan.record import recorded_facts
from tracker.core.plan.schedule import Dates, Schedule
from tracker.core.track import Progress, State

TODAY = date(2026, 4, 20)
STATES = (State.NOT_STARTED, State.NOT_NEEDED, State.FINISHED, State.UNDER_WAY)


def dates(schedule: Schedule) -> dict[str, tuple[Dates, Dates, int]]:
    column = schedule.column
    return {
        node.id: (schedule.early(n), schedule.late(n), schedule.total_floats[n])
        for n, node in enumerate(column.network.nodes)
        if column.is_left[n]
    }


@st.composite
def recorded(draw: st.DrawFn) -> tuple[Network, dict[str, Progress]]:
    network = draw(networks())
    found = {}
    for node in network.nodes:
        state = draw(st.sampled_from(STATES))
        start = draw(st.dates(date(2026, 4, 1), date(2026, 4, 10)))
        finish = draw(st.dates(date(2026, 4, 11), date(2026, 4, 19)))
        found[node.id] = Progress(
            state=state,
            start=start if state in (State.FINISHED, State.UNDER_WAY) else None,
            finish=finish if state is State.FINISHED else None,
        )
    return network, found


@given(recorded(), st.one_of(st.none(), st.dates(date(2026, 5, 1), date(2026, 7, 1))))
def test_a_record_as_a_draft_has_the_dates_of_its_plan(
    case: tuple[Network, dict[str, Progress]], deadline: date | None
) -> None:
    network, progress = case
    facts = recorded_facts(network, progress, status_date=TODAY, deadline=deadline)
    plan = Schedule(solve(network, facts).column(0))
    draft = draft_of(network, facts, id_="a", calendar=EVERY_DAY)
    assert dates(scheduled(draft)) == dates(plan)


@given(drafts(calendars=PERIODS, types=(LinkType.FINISH_TO_START,)))
def test_a_period_is_its_days_and_the_day_it_closes(draft: Draft) -> None:
    """Links to its finish, from its start and a last start bind only one of the two."""
    steps = tuple(
        replace(step, duration=max(2, step.duration), start_by=None)
        if isinstance(step.calendar, PeriodCalendar)
        else step
        for step in draft.steps
    )
    draft = replace(draft, steps=steps, finish_rule=FinishRule.CALENDAR_DATE)
    apart = with_closing_days(draft, lambda name: f"{name} closes")
    assert not any(isinstance(step.calendar, PeriodCalendar) for step in apart.steps)
    whole, parts = dates(scheduled(draft)), dates(scheduled(apart))
    for id_, (early, late, _) in whole.items():
        last = parts.get(f"{id_}:closing", parts[id_])
        assert (parts[id_][0].start, last[0].finish) == (early.start, early.finish)
        assert (parts[id_][1].start, last[1].finish) == (late.start, late.finish)


@given(drafts(), st.data())
def test_a_step_that_is_off_may_as_well_not_be_there(draft: Draft, data: st.DataObject) -> None:
    off = data.draw(st.sets(st.sampled_from([step.id for step in draft.steps])))
    draft = replace(
        draft, steps=tuple(replace(step, is_off=step.id in off) for step in draft.steps)
    )
    bare = without_unneeded(draft)
    led_to = [{tie.successor for tie in each.ties} for each in (draft, bare)]
    assume(not any(step.duration == 0 for step in bare.steps if step.id in led_to[0] - led_to[1]))
    assert {step.id for step in bare.steps} == set(draft.by_id) - off
    if bare.steps:
        assert dates(scheduled(bare)) == dates(scheduled(draft))
