"""Fifty-two weeks of the demo county, whose clerks forget, promise, break promises and recover.

Never a late project without a case, never two for one cause, no case closed while the plan still
asks unless somebody says why, and every notice out once.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from tests.support.databases import temporary_engine
from tests.support.record import CLERK, tell
from tracker.core.flag import LATE_LIGHTS, FlagKind, Standing
from tracker.core.follow_up import ActKind, Case, CaseState, FollowUpAct, Outcome, needed
from tracker.core.model import Event, EventKind, Sight
from tracker.demo import WEEK_BEFORE, write_ledgers
from tracker.demo.run import Demo, claim_folder
from tracker.i18n.words import words_in
from tracker.law import Catalog
from tracker.notify.config import read_channels
from tracker.services.county import follow_ups, survey
from tracker.services.installation.sending import Office
from tracker.store import Engine, audit, notices, reading, transaction
from tracker.store.audit import rows

pytestmark = pytest.mark.all

WEEKS = 52
CHINA = ZoneInfo("Asia/Shanghai")


@dataclass
class Year:
    """The county, its clerks' luck, and what was seen on the way."""

    engine: Engine
    law: Catalog
    office: Office
    luck: Random
    seen: Counter[str]

    def live_a_week(self, day: date) -> None:
        with reading(self.engine) as session:
            standings = survey.survey(session, self.law, Sight.on(day))
        for standing in standings:
            self.work_on(standing, day)
        for look in (day, day + timedelta(days=self.luck.randrange(3))):
            with transaction(self.engine) as session:
                standings = survey.survey(session, self.law, Sight.on(look))
                follow_ups.review(session, CLERK, standings, self.law, look)
                cases = follow_ups.every_on(session, standings, self.law, Sight.on(look))
            self.check(standings, cases, look)
        self.talk(standings, cases, look)
        self.office.deliver(datetime.combine(look, time(11, 0), CHINA))

    def work_on(self, standing: Standing, day: date) -> None:
        """Record that the next steps of a project are done, on most weeks, of some projects."""
        chance = 0.5 if standing.light in LATE_LIGHTS else 0.12
        if standing.plan.fault or standing.plan.is_done or self.luck.random() > chance:
            return
        ready = [
            step.step.id
            for step in standing.plan.steps
            if not step.progress.is_over and step.takes.days and not step.progress.case
        ]
        done = ready[: self.luck.choice((1, 1, 2, 6))]
        events = [Event(step=step, kind=EventKind.FINISHED, day=day, known_by=day) for step in done]
        if events:
            with transaction(self.engine) as session:
                tell(session, standing.project, events, known_by=day)
            self.seen["recorded"] += len(events)

    def talk(self, standings: tuple[Standing, ...], cases: list[Case], day: date) -> None:
        """Let people take cases up, promise, and close them, with or without the plan."""
        by_id = {standing.project.id: standing for standing in standings}
        for case in cases:
            if case.state is CaseState.CLOSED or self.luck.random() < 0.4:
                continue
            standing = by_id[case.project]
            with transaction(self.engine) as session:
                if case.state is CaseState.TO_CHECK:
                    follow_ups.close(session, CLERK, standing, case, day, "专班")
                    self.seen["closed"] += 1
                elif self.luck.random() < 0.05:
                    act = audit.Act("clerk", why="另行处理")
                    follow_ups.close(session, act, standing, case, day, "县领导")
                    self.seen["overridden"] += 1
                else:
                    self.say(session, standing, case, day)

    def say(self, session: object, standing: Standing, case: Case, day: date) -> None:
        kind = self.luck.choice((ActKind.TAKEN_UP, ActKind.CONTACTED, ActKind.PROMISED))
        until = (
            day + timedelta(days=self.luck.randrange(1, 30)) if kind is ActKind.PROMISED else None
        )
        said = FollowUpAct(kind=kind, day=day, who="县发展和改革局", text="抓紧", until=until)
        follow_ups.say(session, CLERK, standing, case, said)  # type: ignore[arg-type]
        self.seen[kind] += 1

    def check(self, standings: tuple[Standing, ...], cases: list[Case], day: date) -> None:
        """Look at what must hold on any day."""
        alive = [case for case in cases if case.state is not CaseState.CLOSED]
        count = Counter(case.project for case in alive)
        assert set(count.values()) <= {1}
        open_cases = {case.project for case in alive if not case.follow_up.is_question}
        overridden = {
            case.project
            for case in cases
            if (close := case.follow_up.close_on(day)) and close.days is not None
        }
        for standing in standings:
            flag = needed(standing)
            if flag and flag.kind is not FlagKind.OPEN and standing.project.id not in overridden:
                assert standing.project.id in open_cases, (standing.project.name, day)
            if standing.light in LATE_LIGHTS:
                self.seen["late"] += 1
        for case in cases:
            close = case.follow_up.close_on(day)
            assert close is None or close.days is None or close.text  # said why
            assert case.level >= 1
            self.seen["broken"] += case.count(Outcome.BROKEN)
            if case.climb:
                self.seen["climbed"] += 1


@pytest.fixture
def year(law: Catalog, tmp_path: Path) -> Iterator[Year]:
    with begun(law, tmp_path) as made:
        yield made


@contextmanager
def begun(law: Catalog, folder: Path) -> Iterator[Year]:
    claim_folder(folder / "demo")
    with temporary_engine() as engine:
        demo = Demo(
            engine=engine,
            catalog=law,
            words=words_in("zh"),
            folder=folder / "demo",
            say=lambda _: None,
        )
        earlier, _ = write_ledgers(folder / "demo" / "ledgers", law)
        demo.import_ledger(earlier, WEEK_BEFORE)
        office = Office(
            engine=engine,
            channels=read_channels(folder),
            data=folder,
            words=words_in("zh"),
            working_days=law.working_days,
        )
        yield Year(engine, law, office, Random(20250613), Counter())


def test_a_year_of_weeks(year: Year) -> None:
    day = WEEK_BEFORE
    for _ in range(WEEKS):
        year.live_a_week(day)
        day += timedelta(weeks=1)
    while year.office.deliver(datetime.combine(day, time(11, 0), CHINA)):
        day += timedelta(days=1)
    for what in ("recorded", "late", "closed", "overridden", ActKind.PROMISED, "broken", "climbed"):
        assert year.seen[what] > 3, what
    with reading(year.engine) as session:
        assert rows.first_fault(session) is None
        deliveries = notices.every(session)
        assert notices.unrouted(session) == []
    told = Counter((d.notice.notice.key, d.notice.notice.recipient, d.channel) for d in deliveries)
    assert set(told.values()) == {1}
    assert {d.state for d in deliveries} == {notices.SENT}
    assert len(deliveries) > 100
    kinds = {d.notice.notice.kind for d in deliveries}
    assert {"opened", "reopened", "climbed", "recovered", "promise_due", "promise_broken"} <= kinds
