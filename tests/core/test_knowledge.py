"""What is known, what follows from it, and the worlds that fit it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import product
from random import Random

import numpy as np
import pytest

from tests.support.histories import STATUS_DATE, Habits, Made, Style, left_blank_in, make, told_in
from tracker.core.calendars import boundary_after
from tracker.core.knowledge.answers import Answers
from tracker.core.knowledge.ground import Ground, ground_of
from tracker.core.knowledge.outlook import Outlook, outlooks
from tracker.core.knowledge.states import States
from tracker.core.knowledge.told import Told, told_of
from tracker.core.knowledge.worlds import DONE, Reach, bounds_of
from tracker.core.model import Event, EventKind
from tracker.core.plan import Plan
from tracker.core.track import Known, progress
from tracker.law import Catalog

NOTHING: frozenset[str] = frozenset()


def event(step: str, kind: EventKind, day: date | None = None) -> Event:
    return Event(step=step, kind=kind, day=day, known_by=STATUS_DATE)


def told(
    ground: Ground,
    events: Sequence[Event],
    facts: Mapping[str, str] | None = None,
    deadline: date | None = None,
) -> Told:
    known = progress(ground.blueprint, events, NOTHING, STATUS_DATE)
    return told_of(ground, known, facts or {}, status_date=STATUS_DATE, deadline=deadline)


def seen(ground: Ground, column: Told) -> list[Outlook]:
    return outlooks(Reach(States(ground, column)))


def ground(law: Catalog, procedure: str, target: str = "construction_permit") -> Ground:
    return ground_of(law.whole_blueprint(procedure, target, STATUS_DATE))


@pytest.fixture(scope="module")
def projects(law: Catalog) -> list[Made]:
    random = Random(18)
    return [make(law, random, slack=75, habits=Habits()) for _ in range(60)]


def finish_of(plan: Plan) -> int:
    return boundary_after(plan.finish) if plan.finish else DONE


@pytest.mark.parametrize("style", list(Style))
def test_the_truth_lies_in_the_span_of_a_sparse_ledger(
    law: Catalog, projects: list[Made], style: Style
) -> None:
    for made in projects:
        found = ground(law, made.procedure, made.target)
        column = told(found, told_in(made, style), deadline=made.deadline)
        bounds = bounds_of(States(found, column))
        assert bounds.best[0] <= finish_of(made.truth) <= bounds.worst[0]
        fastest = seen(found, column)[0].span.fastest
        assert made.truth.is_lost or fastest is None or fastest <= made.deadline


def test_what_a_ledger_leaves_blank_bounds_nothing_and_is_less_likely_done(
    law: Catalog, projects: list[Made]
) -> None:
    later = 0
    for made in projects:
        found = ground(law, made.procedure, made.target)
        known = dict(progress(found.blueprint, told_in(made, Style.DAYS), NOTHING, STATUS_DATE))
        blank = left_blank_in(made, Style.DAYS)
        marked = known | {step: replace(known[step], left_blank=True) for step in blank}
        columns = [
            told_of(found, each, {}, status_date=STATUS_DATE, deadline=made.deadline)
            for each in (known, marked)
        ]
        silent, left = seen(found, Told.side_by_side(columns))
        ends = ("best", "worst", "fastest")
        assert [getattr(silent.span, e) for e in ends] == [getattr(left.span, e) for e in ends]
        later += (left.span.chance or 0) - (silent.span.chance or 0)
    assert later > 3  # of sixty projects, three more are taken as late


def test_a_heading_that_may_mean_two_steps_is_left_blank_for_both(law: Catalog) -> None:
    found = ground(law, "gov_municipal")
    permits = [found.blueprint.network.position[s] for s in ("planning_permit", "rural_permit")]
    known = dict(progress(found.blueprint, [], NOTHING, STATUS_DATE))
    known["planning_permit"] = replace(known["planning_permit"], left_blank=True)
    column = told_of(found, known, {}, status_date=STATUS_DATE, deadline=None)
    assert column.blank[permits].all()
    assert column.blank.sum() == 2


def test_more_answers_never_widen_a_span(law: Catalog, projects: list[Made]) -> None:
    for n, made in enumerate(projects):
        random = Random(n)
        found = ground(law, made.procedure, made.target)
        events, facts = told_in(made, Style.WORDS), {}
        steps = [step for step in found.blueprint.ids if step in made.spans]
        told_of_steps = {each.step for each in events}
        before = bounds_of(States(found, told(found, events, facts)))
        for _ in range(6):
            if random.random() < 0.5:
                fact = random.choice(list(made.facts))
                facts = {**facts, fact: made.facts[fact]}
            elif (step := random.choice(steps)) not in told_of_steps:
                told_of_steps.add(step)
                events = [*events, made.event(step, with_day=random.random() < 0.5)]
            after = bounds_of(States(found, told(found, events, facts)))
            assert after.best[0] >= before.best[0]
            assert after.worst[0] <= before.worst[0]
            before = after


def test_recording_what_was_implied_changes_no_bound(law: Catalog, projects: list[Made]) -> None:
    seen = 0
    for made in projects:
        found = ground(law, made.procedure, made.target)
        events = told_in(made, Style.WORDS)
        states = States(found, told(found, events))
        steps = np.flatnonzero(states.implied[:, 0] & states.needed[:, 0])
        seen += len(steps)
        more = [event(found.blueprint.ids[n], EventKind.FINISHED) for n in steps]
        again = bounds_of(States(found, told(found, [*events, *more])))
        bounds = bounds_of(states)
        assert (again.best[0], again.worst[0]) == (bounds.best[0], bounds.worst[0])
    assert seen > 100


def test_likely_worlds_lie_in_the_span(law: Catalog, projects: list[Made]) -> None:
    for made in projects:
        found = ground(law, made.procedure, made.target)
        events = told_in(made, Style.TICKS)
        span = seen(found, told(found, events, deadline=made.deadline))[0].span
        days = [day or date.min for day in (span.best, span.likely, span.worst)]
        assert days == sorted(days)


def known_of(found: Ground, outlook: Outlook) -> dict[str, Known]:
    return {step: s.known for step, s in zip(found.blueprint.ids, outlook.steps, strict=True)}


def test_silence_is_its_own_state(law: Catalog) -> None:
    found = ground(law, "gov_building")
    outlook = seen(found, told(found, [event("fs_approval", EventKind.FINISHED)]))[0]
    known = known_of(found, outlook)
    assert known["fs_approval"] is Known.RECORDED
    assert known["fs_prepare"] is Known.IMPLIED
    assert known["decision_meeting"] in (Known.SILENT, Known.ASSUMED)  # only custom puts it before
    assert outlook.span.best is None  # nobody said that the permit is not there
    assert not outlook.span.is_certain


def test_what_the_law_puts_behind_an_open_step_is_open(law: Catalog) -> None:
    """One step told as not begun keeps all from being done that cannot be before it."""
    found = ground(law, "gov_building")
    events = [event("tender_open", EventKind.NOT_STARTED)]
    outlook = seen(found, told(found, events, {"tender": "yes"}))[0]
    assert outlook.span.best is not None
    assert known_of(found, outlook)["contract_sign"] in (Known.IMPLIED, Known.SILENT)


def test_a_state_answers_a_question(law: Catalog) -> None:
    """用地预审 无需: the land is approved, or nothing of a single site is expropriated."""
    found = ground(law, "gov_municipal")
    states = States(found, told(found, [event("land_approval", EventKind.NOT_NEEDED)]))
    row = found.answers.place["land"]
    assert found.answers.spoken("land", int(states.answers[row, 0])) == "approved"
    assert not states.possible[found.blueprint.network.position["land_survey"], 0]


def test_one_heading_for_two_permits_implies_what_both_share(law: Catalog) -> None:
    found = ground(law, "gov_municipal")
    place = found.blueprint.network.position
    events = [event("planning_permit", EventKind.FINISHED)]
    unsure = States(found, told(found, events)).implied
    in_town = States(found, told(found, events, {"in_town": "yes"})).implied
    assert not unsure[place["land_planning_permit"], 0]
    assert in_town[place["land_planning_permit"], 0]
    assert (unsure <= in_town).all()


def test_a_silent_step_of_custom_delays_nothing_recorded_behind_it(law: Catalog) -> None:
    found = ground(law, "gov_building", "fs_approval")
    events = [event("project_proposal", EventKind.FINISHED)]
    more = [*events, event("decision_meeting", EventKind.FINISHED)]
    silent, said = (bounds_of(States(found, told(found, each))) for each in (events, more))
    assert silent.worst[0] == said.worst[0]


def test_a_period_cannot_be_over_before_its_days_have_run(law: Catalog) -> None:
    """公告 of 30 days, behind a step that ended yesterday, runs at best for 29 more."""
    found = ground(law, "gov_building", "land_approval")
    place = found.blueprint.network.position["land_comp_notice"]
    arcs = found.law_into[place]
    before = [found.blueprint.ids[arc.predecessor] for arc in arcs]
    events = [
        event("land_approval", EventKind.NOT_STARTED),
        *(event(step, EventKind.FINISHED, date(2026, 2, 27)) for step in before),
    ]
    states = States(found, told(found, events, {"land": "new_collective"}))
    assert states.earliest[place, 0] >= boundary_after(date(2026, 2, 27)) + 30
    old = [events[0], *(event(step, EventKind.FINISHED, date(2025, 9, 1)) for step in before)]
    earlier = States(found, told(found, old, {"land": "new_collective"}))
    assert bounds_of(states).best[0] > bounds_of(earlier).best[0]


def test_conditions_in_three_values(law: Catalog) -> None:
    """Against every combination of answers: sure where all meet it, impossible where none does."""
    procedure = law.procedure("gov_municipal", STATUS_DATE)
    space, random = Answers(procedure), Random(3)
    for condition in space.conditions:
        facts = sorted(condition.facts)
        known = {
            fact: random.choice(list(space.classes[fact]))
            for fact in facts
            if random.random() < 0.4 and not space.questions[space.place[fact]].of_county
        }
        column = space.column(known)
        choices = [
            [a for n, a in enumerate(space.classes[f]) if int(column[space.place[f], 0]) >> n & 1]
            for f in facts
        ]
        truths = {condition.holds(dict(zip(facts, c, strict=True))) for c in product(*choices)}
        if space.surely([condition], column)[0, 0]:
            assert truths == {True}
        if not space.possibly([condition], column)[0, 0]:
            assert truths == {False}
        if len(facts) == 1:
            assert space.surely([condition], column)[0, 0] == (truths == {True})
            assert space.possibly([condition], column)[0, 0] == (True in truths)


def test_a_project_is_planned_alike_alone_and_in_company(
    law: Catalog, projects: list[Made]
) -> None:
    found = ground(law, "gov_municipal")
    columns = [
        told(found, told_in(made, Style.WORDS), deadline=made.deadline)
        for made in projects
        if (made.procedure, made.target) == ("gov_municipal", "construction_permit")
    ]
    together = seen(found, Told.side_by_side(columns))
    assert len(columns) > 2
    for column, outlook in zip(columns, together, strict=True):
        (alone,) = seen(found, column)
        assert (alone.span, alone.steps, alone.answers) == (
            outlook.span,
            outlook.steps,
            outlook.answers,
        )


def test_an_answer_follows_by_law_until_somebody_says_otherwise(law: Catalog) -> None:
    """Government works of 30 million yuan are tendered and supervised; private ones may not be."""
    school = ground(law, "gov_building").answers
    factory = ground(law, "enterprise_filing").answers
    for facts, sure in (
        ({"investment_wan": "3000"}, True),
        ({"investment_wan": "2999"}, False),
        ({"investment_wan": "3000", "tender": "no"}, False),
    ):
        row = school.place["tender"]
        said = school.column({"tender": "yes"})[row, 0]
        assert bool(school.column(facts)[row, 0] == said) is sure
    row = factory.place["tender"]
    open_ = factory.column({})[row, 0]
    assert factory.column({"investment_wan": "9000"})[row, 0] == open_


def test_a_planned_start_alone_leaves_nothing_blank(law: Catalog) -> None:
    """Only what somebody said tells that a project has not begun, not a field of its own."""
    found = ground(law, "gov_building", "start")
    known = dict(progress(found.blueprint, [], NOTHING, STATUS_DATE))
    known["start"] = replace(known["start"], known_by=STATUS_DATE, known=Known.ANSWERED)
    column = told_of(found, known, {}, status_date=STATUS_DATE, deadline=None)
    assert not column.blank.any()
    said = told(found, [event("fs_approval", EventKind.NOT_STARTED)])
    assert said.blank.sum() == found.count - 1
