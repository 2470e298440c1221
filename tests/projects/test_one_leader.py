"""One project, one leader, one task force, one plan: whatever the sequence of calls."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.support.databases import temporary_engine
from tests.support.record import CLERK, put
from tracker.core.events import Sight
from tracker.core.model import Project
from tracker.law import Catalog
from tracker.services.county import survey
from tracker.services.projects import baselines, changes, hand_over, lookup
from tracker.services.projects.changes import Change, ChangedMeanwhileError
from tracker.store import Engine, assignments, audit, projects, reading, transaction
from tracker.store.assignments import LEADER, ROLES, TASK_FORCE, EarlierThanTheNewestError
from tracker.store.audit import Act

START = date(2026, 3, 2)
NAMES = ("县长", "副县长（分管农业）", "副县长（分管城建）")
DAYS = st.integers(0, 60).map(lambda n: START + timedelta(n))
SCHOOL = Project(
    id=0,
    name="甲镇小学",
    procedure="gov_building",
    target="construction_permit",
    deadline=date(2028, 12, 29),
    updated_on=START,
    facts={"land": "approved", "eia": "form"},
)


class Assignments(RuleBasedStateMachine):
    """Random calls through every door that can change who answers; a model says who should."""

    def __init__(self) -> None:
        super().__init__()
        self.opened = temporary_engine()
        self.engine = self.opened.__enter__()
        self.model: dict[tuple[int, str], list[tuple[date, str]]] = {}
        with transaction(self.engine) as session:
            self.projects = [put(session, replace(SCHOOL, name=f"项目{n}")).id for n in range(2)]

    def teardown(self) -> None:
        self.opened.__exit__(None, None, None)

    def told(self, project: int, role: str, name: str, day: date) -> None:
        self.model.setdefault((project, role), []).append((day, name))

    def expected(self, key: tuple[int, str], day: date) -> str | None:
        begun = [
            (from_day, n)
            for n, (from_day, _) in enumerate(self.model.get(key, []))
            if from_day <= day
        ]
        return self.model[key][max(begun)[1]][1] if begun else None

    @rule(
        which=st.integers(0, 1), role=st.sampled_from(ROLES), name=st.sampled_from(NAMES), day=DAYS
    )
    def assign(self, which: int, role: str, name: str, day: date) -> None:
        project = self.projects[which]
        newest = max((d for d, _ in self.model.get((project, role), [])), default=START)
        try:
            with transaction(self.engine) as session:
                known = lookup.find(session, str(project), Sight.on(date(2026, 12, 1))).project
                changes.assign(session, CLERK, known, role, name, day, known_by=day)
        except EarlierThanTheNewestError:
            assert day < newest
        else:
            self.told(project, role, name, day)

    @rule(which=st.integers(0, 1), name=st.sampled_from(NAMES), day=DAYS)
    def import_or_edit(self, which: int, name: str, day: date) -> None:
        """The way a ledger and a form take: a project before and after."""
        project = self.projects[which]
        try:
            with transaction(self.engine) as session:
                before = projects.load(session, Sight.on(max(day, START)), project)[0].project
                change = Change(before, replace(before, leader=name))
                changes.keep(session, CLERK, change, action="change project", known_by=day)
        except EarlierThanTheNewestError:
            return
        if before.leader != name:
            self.told(project, LEADER, name, day)

    @rule(day=DAYS, which=st.integers(0, 1))
    def stale_edit(self, day: date, which: int) -> None:
        with transaction(self.engine) as session:
            before = projects.load(session, Sight.on(date.max), self.projects[which])[0].project
            stale = replace(before, version=before.version - 1)
            with pytest.raises(ChangedMeanwhileError):
                changes.keep(
                    session,
                    CLERK,
                    Change(stale, replace(stale, leader="无人")),
                    action="x",
                    known_by=day,
                )

    @invariant()
    def one_and_only_one(self) -> None:
        with reading(self.engine) as session:
            for offset in range(0, 62, 3):
                day = START + timedelta(offset)
                on = assignments.on(session, Sight.on(day))
                for project in self.projects:
                    for role in ROLES:
                        assert on.get((project, role)) == self.expected((project, role), day)
            assert audit.first_broken(session) is None


TestAssignments = Assignments.TestCase
TestAssignments.settings = settings(max_examples=15, stateful_step_count=12, deadline=None)


def county_of(engine: Engine, count: int) -> None:
    with transaction(engine) as session:
        for n in range(count):
            leader = "县长" if n % 3 else "副县长（分管农业）"
            put(session, replace(SCHOOL, name=f"项目{n}", leader=leader, task_force="专班甲"))


def prepared(engine: Engine, law: Catalog, from_day: date, **more: object) -> hand_over.HandOver:
    with reading(engine) as session:
        standings = survey.survey(session, law, Sight.on(START))
    asked = {"role": LEADER, "giver": "县长", "receiver": "县委副书记", **more}
    return hand_over.prepare(standings, [], from_day=from_day, **asked)


def test_a_hand_over_keeps_old_days_and_says_what_is_open(engine: Engine, law: Catalog) -> None:
    county_of(engine, 6)
    effective = START + timedelta(30)
    found = prepared(engine, law, effective)
    with transaction(engine) as session:
        entry = hand_over.keep(session, Act("clerk", "县委〔2026〕3号"), found, known_by=START)
    with reading(engine) as session:
        before = assignments.on(session, Sight.on(effective - timedelta(1)))
        after = assignments.on(session, Sight.on(effective))
        entries = list(audit.entries(session, after=entry - 1))
    assert sum(name == "县长" for name in before.values()) == 4
    assert {after[n, LEADER] for n in (2, 3, 5, 6)} == {"县委副书记"}
    assert {after[n, LEADER] for n in (1, 4)} == {"副县长（分管农业）"}
    assert {after[n, TASK_FORCE] for n in range(1, 7)} == {"专班甲"}
    assert [(e.action, e.cause, e.project) for e in entries] == [
        ("hand over", None, None),
        *(("assign", entry, n) for n in (2, 3, 5, 6)),
    ]
    assert {e.why for e in entries} == {"县委〔2026〕3号"}
    opened = entries[0].content["open"]
    assert [each["project"] for each in opened] == [2, 3, 5, 6]
    assert {"light", "deadline", "forecast", "step", "flags", "follow_up"} < set(opened[0])


def test_some_projects_can_be_handed_over_alone(engine: Engine, law: Catalog) -> None:
    county_of(engine, 6)
    found = prepared(engine, law, START, only=[3])
    with transaction(engine) as session:
        hand_over.keep(session, Act("clerk", "调动"), found, known_by=START)
        on = assignments.on(session, Sight.on(START))
    assert [on[n, LEADER] for n in (2, 3)] == ["县长", "县委副书记"]


def test_a_hand_over_needs_two_hands_a_reason_and_something_in_them(
    engine: Engine, law: Catalog
) -> None:
    county_of(engine, 2)
    with pytest.raises(hand_over.SameHandError):
        prepared(engine, law, START, receiver="县长")
    with pytest.raises(hand_over.NothingToHandOverError, match="县长"):
        prepared(engine, law, START, giver="无人")
    with pytest.raises(hand_over.NoReasonError), transaction(engine) as session:
        hand_over.keep(session, Act("clerk"), prepared(engine, law, START), known_by=START)


def test_half_a_hand_over_is_none(
    engine: Engine, law: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    county_of(engine, 6)
    found = prepared(engine, law, START)
    calls = []

    def fails(*arguments: object, **more: object) -> int:
        calls.append(arguments)
        if len(calls) == 3:
            raise RuntimeError
        return changes.assign(*arguments, **more)

    monkeypatch.setattr(hand_over, "assign", fails)
    with pytest.raises(RuntimeError), transaction(engine) as session:
        hand_over.keep(session, Act("clerk", "调动"), found, known_by=START)
    with reading(engine) as session:
        names = set(assignments.on(session, Sight.on(START)).values())
    assert "县委副书记" not in names


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM assignment",
        "UPDATE assignment SET from_day = '2030-01-01'",
        "DELETE FROM party",
    ],
)
def test_the_database_lets_nobody_take_a_leader_away(engine: Engine, statement: str) -> None:
    county_of(engine, 1)
    with pytest.raises(IntegrityError), transaction(engine) as session:
        session.connection().execute(text(statement))


def test_a_baseline_is_replaced_and_never_edited(engine: Engine, law: Catalog) -> None:
    county_of(engine, 1)
    later = START + timedelta(28)
    for day, reason in ((START, "年初计划"), (later, "县长办公会")):
        with transaction(engine) as session:
            record = lookup.find(session, "1", Sight.on(day))
            baselines.agree(session, CLERK, record, law, day, reason=reason, decision="〔2026〕1号")
    with reading(engine) as session:
        record = lookup.find(session, "1", Sight.on(later))
        plan = lookup.look_at(record, law, later).standing.plan
        found = baselines.measured(baselines.baselines.of_project(session, 1), plan, law)
        then = baselines.baselines.of_project(session, 1, Sight.on(START))
    assert [(m.baseline.number, m.baseline.agreed_on, m.baseline.reason) for m in found] == [
        (1, START, "年初计划"),
        (2, later, "县长办公会"),
    ]
    first, second = (m.variance for m in found)
    assert (second.working_days, second.calendar_days) == (0, 0)
    days = range(1, (first.forecast - first.baseline).days + 1)
    worked = sum(law.working_days.is_worked(first.baseline + timedelta(n)) for n in days)
    assert first.working_days == worked > 0  # nothing was done in four weeks
    assert first.calendar_days == (plan.finish - found[0].baseline.finish).days
    assert [b.number for b in then] == [1]
    with pytest.raises(IntegrityError), transaction(engine) as session:
        session.connection().execute(text("UPDATE baseline SET finish = '2030-01-01'"))


def test_a_baseline_says_why(engine: Engine, law: Catalog) -> None:
    county_of(engine, 1)
    with pytest.raises(baselines.NoReasonError), transaction(engine) as session:
        record = lookup.find(session, "1", Sight.on(START))
        baselines.agree(session, CLERK, record, law, START, reason=" ", decision=None)


def test_what_is_told_late_was_not_known_before(engine: Engine) -> None:
    """A decision of March that reaches the bureau in June does not change what April believed."""
    decided, told = START + timedelta(9), START + timedelta(90)
    with transaction(engine) as session:
        school = put(session, replace(SCHOOL, leader="县长"))
        changes.assign(session, CLERK, school, LEADER, "副县长（分管城建）", decided, known_by=told)
    with reading(engine) as session:
        believed = assignments.on(session, Sight.on(decided + timedelta(20)))
        known_now = assignments.on(session, Sight(decided + timedelta(20), told))
        before = assignments.on(session, Sight(decided - timedelta(1), told))
    assert believed[school.id, LEADER] == "县长"
    assert known_now[school.id, LEADER] == "副县长（分管城建）"
    assert before[school.id, LEADER] == "县长"


def test_a_hand_over_that_cannot_be_is_refused_before_it_is_shown(
    engine: Engine, law: Catalog
) -> None:
    county_of(engine, 3)
    found = prepared(engine, law, START)
    with transaction(engine) as session:
        assert hand_over.is_new(session, found)
        assert not hand_over.is_new(session, replace(found, receiver="副县长（分管农业）"))
        hand_over.keep(session, Act("clerk", "调动"), found, known_by=START)
    with reading(engine) as session, pytest.raises(hand_over.PassedOnError, match="县委副书记"):
        hand_over.check(session, Act("clerk", "调动"), found)
    with pytest.raises(hand_over.NothingToHandOverError, match="any of these"):
        prepared(engine, law, START, giver="副县长（分管农业）", only=[2])
