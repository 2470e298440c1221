"""What a county learns of answers and times, and how far it may."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tracker.core.model import Procedure, Typical
from tracker.core.track import Known, Progress, State
from tracker.core.usual import PRIOR_ANSWERS, History, Shares, Usual, shares_of, times_of
from tracker.law import Catalog

DAY = date(2025, 6, 20)


@pytest.fixture(scope="module")
def school(law: Catalog) -> Procedure:
    return law.procedure("gov_building", DAY)


@pytest.fixture(scope="module")
def road(law: Catalog) -> Procedure:
    return law.procedure("gov_road", DAY)


def lasting(start: date, finish: date) -> Progress:
    return Progress(
        state=State.FINISHED, start=start, finish=finish, since=finish, known=Known.RECORDED
    )


def told(procedure: Procedure, answers: dict[str, str]) -> History:
    return History(procedure=procedure, answers=answers, progress={})


def shares(found: list[Shares], procedure: str, fact: str) -> dict[str, float]:
    return next(
        dict(each.after)
        for each in found
        if (each.procedure, each.question.fact) == (procedure, fact)
    )


def test_few_answers_move_a_share_little_and_many_move_it_far(school: Procedure) -> None:
    usual = next(q.usual for q in school.questions if q.fact == "in_town")
    before = dict(usual)["no"]
    found = []
    for count in (1, PRIOR_ANSWERS, 40 * PRIOR_ANSWERS):
        after = shares(shares_of([told(school, {"in_town": "no"})] * count), school.id, "in_town")
        assert sum(after.values()) == pytest.approx(1, abs=1e-3)
        found.append(after["no"])
    assert before < found[0] < found[1] < found[2]
    assert found[0] - before < 0.05
    assert found[1] == pytest.approx((1 + before) / 2, abs=1e-3)
    assert found[2] > 0.98


def test_other_kinds_of_projects_count_as_what_was_known_before(
    school: Procedure, road: Procedure
) -> None:
    roads = [told(road, {"in_town": "no"})] * 50
    alone = shares_of([told(school, {"in_town": "yes"})])
    beside = shares_of([told(school, {"in_town": "yes"}), *roads])
    yes = [shares(each, school.id, "in_town")["yes"] for each in (alone, beside)]
    assert yes[1] < yes[0]
    assert shares(beside, road.id, "in_town") == shares(shares_of(roads), road.id, "in_town") or (
        shares(beside, road.id, "in_town")["no"] > 0.8
    )


def test_an_amount_counts_as_the_usual_one_nearest_to_it(school: Procedure) -> None:
    question = next(q for q in school.questions if not q.answers and len(q.usual) > 1)
    far = max(question.usual, key=lambda each: float(each[0]))[0]
    given = str(float(far) * 3)
    after = shares(shares_of([told(school, {question.fact: given})] * 60), school.id, question.fact)
    assert set(after) == {each for each, _ in question.usual}
    assert after[far] > dict(question.usual)[far]


def test_times_are_counted_in_the_steps_own_days_and_drawn_towards_the_cases(
    law: Catalog, school: Procedure
) -> None:
    start, finish = date(2025, 4, 30), date(2025, 5, 9)  # five holidays and one weekend between
    step = school.step("fs_approval")
    one = History(procedure=school, answers={}, progress={step.id: lasting(start, finish)})
    (few,) = times_of([one], law.working_days)
    (many,) = times_of([one] * 1000, law.working_days)
    assert (few.count, many.count) == (1, 1000)
    worked = law.working_days.count(start + timedelta(1), finish)
    assert many.after.p80.days == worked
    assert few.before.p80.kind is many.after.p80.kind
    between = sorted([few.before.p80.days, worked])
    assert between[0] <= few.after.p80.days <= between[1]
    assert few.after.p80.days != worked


@pytest.mark.parametrize(
    "known",
    [
        Progress(state=State.UNDER_WAY, start=DAY),
        Progress(state=State.FINISHED, finish=DAY),
        Progress(state=State.FINISHED, start=DAY, finish=DAY - timedelta(3)),
    ],
)
def test_a_case_without_both_days_in_order_tells_no_time(
    law: Catalog, school: Procedure, known: Progress
) -> None:
    history = History(procedure=school, answers={}, progress={"fs_approval": known})
    assert times_of([history], law.working_days) == []


def test_minimum_periods_and_instants_are_never_learned(law: Catalog, school: Procedure) -> None:
    known = {step.id: lasting(DAY, DAY) for step in school.steps}
    found = times_of([History(procedure=school, answers={}, progress=known)], law.working_days)
    learned = {each.step.id for each in found}
    kinds = {step.id: str(step.kind) for step in school.steps}
    assert learned
    assert not {s for s in learned if kinds[s] in ("minimum_period", "milestone", "filing")}


def test_what_is_kept_reads_back_and_takes_the_procedures_place(
    law: Catalog, school: Procedure
) -> None:
    known = {"fs_approval": lasting(date(2025, 3, 3), date(2025, 3, 5))}
    histories = [History(procedure=school, answers={"in_town": "no"}, progress=known)] * 40
    usual = Usual.of(shares_of(histories), times_of(histories, law.working_days))
    assert Usual.from_text(usual.to_text()) == usual
    after = usual.applied(school)
    assert after.step("fs_approval").plan_time_on(DAY).days < (
        school.step("fs_approval").plan_time_on(DAY).days
    )
    assert isinstance(after.step("fs_approval").typical, Typical)
    assert dict(next(q.usual for q in after.questions if q.fact == "in_town"))["no"] > 0.7
    assert Usual().applied(school) is school
    assert usual.applied(replace(school, id="other")).questions == school.questions
