"""Where a slip comes from: every part by hand, and that the parts of any history sum to it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

import pytest

from tests.support.histories import STATUS_DATE, Habits, Made, make
from tracker.core.clocks import Holder
from tracker.core.compile import Blueprint, compile_target, switched_off
from tracker.core.delay import BUCKET_OF, Accounting, Bucket, Reason, account
from tracker.core.model import (
    BlockReason,
    Duration,
    Event,
    EventKind,
    Level,
    Link,
    Name,
    Owner,
    Procedure,
    Regime,
    Step,
    StepKind,
    StopReason,
)
from tracker.core.plan import plan
from tracker.core.plan.variance import Baseline, finishes, forecast_of
from tracker.core.track import progress
from tracker.law import Catalog

BEGAN = date(2026, 3, 2)  # a Monday


def step(name: str, kind: StepKind, owner: Owner, days: int) -> Step:
    return Step(
        id=name,
        name=Name(name, name),
        kind=kind,
        owner=owner,
        office=Name(name, name),
        level=Level.COUNTY,
        takes=Duration(days),
    )


@dataclass
class Case:
    """A study of ten working days, then an approval of twenty, measured on a day."""

    law: Catalog
    events: list[Event] = field(default_factory=list)

    @property
    def blueprint(self) -> Blueprint:
        procedure = Procedure(
            id="p",
            name=Name("p", "p"),
            regime=Regime.APPROVAL,
            valid_from=date(2020, 1, 1),
            valid_to=None,
            questions=(),
            file="p.yaml",
            steps=(
                step("study", StepKind.AGENCY_WORK, Owner.AGENCY, 10),
                step("approval", StepKind.AUTHORITY_LIMIT, Owner.AUTHORITY, 20),
            ),
            links=(Link(predecessor="study", successor="approval"),),
            targets=("approval",),
        )
        return compile_target(procedure, "approval", self.law.working_days, BEGAN)

    def say(
        self, step: str, kind: EventKind, day: str | None, known: str = "", **more: object
    ) -> None:
        at = date.fromisoformat(day) if day else None
        known_by = date.fromisoformat(known) if known else at
        assert known_by
        self.events.append(Event(step=step, kind=kind, day=at, known_by=known_by, **more))  # type: ignore[arg-type]

    def baseline(self) -> Baseline:
        agreed = plan(
            self.blueprint,
            progress(self.blueprint, [], frozenset(), BEGAN),
            status_date=BEGAN,
            deadline=None,
        )
        assert agreed.finish
        return Baseline(
            number=1,
            agreed_on=BEGAN,
            reason="",
            decision=None,
            target="approval",
            deadline=None,
            finish=agreed.finish,
            steps=finishes(agreed),
        )

    def on(self, day: str) -> Accounting:
        at = date.fromisoformat(day)
        known = progress(self.blueprint, self.events, frozenset(), at)
        now = plan(self.blueprint, known, status_date=at, deadline=None)
        found = account(self.blueprint, now, self.baseline())
        assert found
        assert sum(share.days for share in found.shares) == found.slip
        return found


@pytest.fixture
def case(law: Catalog) -> Case:
    return Case(law)


def parts(found: Accounting) -> list[tuple[Bucket, Reason | None, Holder | None, int]]:
    return [(each.bucket, each.reason, each.holder, each.days) for each in found.shares]


def test_the_plan_that_is_kept_has_no_slip(case: Case) -> None:
    assert case.baseline().steps == {"study": date(2026, 3, 13), "approval": date(2026, 4, 13)}
    assert case.on("2026-03-02").shares == ()
    case.say("study", EventKind.STARTED, "2026-03-01")
    case.say("study", EventKind.FINISHED, "2026-03-13")
    case.say("approval", EventKind.LODGED, "2026-03-13")
    case.say("approval", EventKind.ACCEPTED, "2026-03-13")
    assert case.on("2026-03-20").shares == ()


def test_a_study_that_takes_longer_is_the_agencys(case: Case) -> None:
    case.say("study", EventKind.STARTED, "2026-03-01")
    case.say("study", EventKind.FINISHED, "2026-03-20")
    assert parts(case.on("2026-03-20")) == [
        (Bucket.OVERRUN, Reason.STUDY, Holder.AGENCY, 7),
    ]


def test_papers_that_lie_between_two_offices_are_a_hand_off(case: Case) -> None:
    case.say("study", EventKind.STARTED, "2026-03-01")
    case.say("study", EventKind.FINISHED, "2026-03-13")
    found = case.on("2026-03-23")
    assert found.by_bucket == {Bucket.HAND_OFF: 7}
    assert found.worst
    assert (found.worst.holder, found.worst.reason) == (Holder.OWNER, Reason.HAND_OFF)


def test_what_a_block_holds_waits_for_what_blocks_it(case: Case) -> None:
    case.say("study", EventKind.STARTED, "2026-03-01")
    case.say("study", EventKind.FINISHED, "2026-03-13")
    case.say(
        "approval",
        EventKind.BLOCKED,
        "2026-03-13",
        reason=BlockReason.LAND_QUOTA,
        expected=date(2026, 4, 30),
    )
    found = case.on("2026-03-20")
    (waiting,) = [share for share in found.shares if share.bucket is Bucket.WAITING]
    assert (waiting.reason, waiting.holder) == (Reason.LAND_QUOTA, Holder.COUNTY)
    assert waiting.days >= 45


def test_corrections_and_reviews_are_not_the_offices(case: Case) -> None:
    case.say("study", EventKind.STARTED, "2026-03-01")
    case.say("study", EventKind.FINISHED, "2026-03-13")
    case.say("approval", EventKind.LODGED, "2026-03-13")
    case.say("approval", EventKind.CORRECTION, "2026-03-16")
    case.say("approval", EventKind.RESUBMITTED, "2026-03-23")
    case.say("approval", EventKind.ACCEPTED, "2026-03-23")
    case.say("approval", EventKind.STOPPED, "2026-03-30", stop=StopReason.EXPERT_REVIEW)
    case.say("approval", EventKind.RESUMED, "2026-04-13")
    found = case.on("2026-04-14")
    assert found.by_bucket[Bucket.CORRECTION] == 7
    assert found.by_bucket[Bucket.REVIEW] == 14
    assert Bucket.HAND_OFF not in found.by_bucket
    holders = {share.bucket: share.holder for share in found.shares}
    assert holders[Bucket.CORRECTION] is Holder.OWNER
    assert holders[Bucket.REVIEW] is Holder.AGENCY


def test_an_office_that_takes_its_time_is_named(case: Case) -> None:
    case.say("study", EventKind.STARTED, "2026-03-01")
    case.say("study", EventKind.FINISHED, "2026-03-13")
    case.say("approval", EventKind.LODGED, "2026-03-13")
    case.say("approval", EventKind.ACCEPTED, "2026-03-13")
    case.say("approval", EventKind.GRANTED, "2026-05-13")
    found = case.on("2026-05-14")
    assert found.slip == 30
    assert found.worst
    assert (found.worst.reason, found.worst.holder) == (Reason.OFFICE, Holder.DEPARTMENT)


def test_what_nobody_dated_is_blamed_on_nobody(case: Case) -> None:
    """The study was over on an unknown day: the gap may be its own, or a hand-off."""
    case.say("study", EventKind.FINISHED, None, known="2026-04-13")
    case.say("approval", EventKind.LODGED, "2026-04-13")
    case.say("approval", EventKind.ACCEPTED, "2026-04-13")
    found = case.on("2026-04-14")
    assert set(found.by_bucket) <= {Bucket.UNKNOWN, Bucket.CALENDAR}
    assert found.by_bucket[Bucket.UNKNOWN] > 20
    case.events[0] = Event(
        step="study", kind=EventKind.FINISHED, day=date(2026, 4, 13), known_by=date(2026, 4, 13)
    )
    found = case.on("2026-04-14")  # nobody said when it began; a weekend fewer lies between
    assert set(found.by_bucket) == {Bucket.UNKNOWN, Bucket.GAINED}
    assert found.worst is None


def test_days_won_back_are_taken_off(case: Case) -> None:
    case.say("study", EventKind.STARTED, "2026-03-01")
    case.say("study", EventKind.FINISHED, "2026-03-06")
    found = case.on("2026-03-06")
    assert found.slip == -10  # of which three are a festival that is missed
    assert set(found.by_bucket) == {Bucket.GAINED}


def test_every_reason_has_one_bucket() -> None:
    assert set(BUCKET_OF) == set(Reason)
    assert {Reason(each) for each in BlockReason} <= set(Reason)


def told(made: Made, random: Random, blueprint: Blueprint) -> list[Event]:
    """What a careless county recorded of a true history: days left out, papers back, stops."""
    by_id = {each.id: each for each in blueprint.steps}
    events: list[Event] = []
    for step_id, span in made.spans.items():
        if step_id not in made.needed or span.start >= STATUS_DATE:
            if random.random() < 0.05 and step_id in made.needed:
                events.append(_block(step_id, random))
            continue
        events += _dealt_with(by_id[step_id], span.start, span.finish, random)
    return events


def _block(step_id: str, random: Random) -> Event:
    known = STATUS_DATE - timedelta(random.randrange(1, 90))
    return Event(
        step=step_id,
        kind=EventKind.BLOCKED,
        day=known,
        known_by=known,
        reason=random.choice(list(BlockReason)),
        expected=STATUS_DATE + timedelta(random.randrange(-20, 90)),
    )


def _dealt_with(step: Step, start: date, finish: date, random: Random) -> list[Event]:
    events, over = [], finish < STATUS_DATE
    is_filed = step.kind is StepKind.AUTHORITY_LIMIT
    days = sorted(
        start + timedelta(random.randrange(max(1, (finish - start).days + 1))) for _ in range(4)
    )
    days = [min(day, STATUS_DATE) for day in days]

    def say(kind: EventKind, day: date | None, **more: object) -> None:
        known = day or STATUS_DATE
        events.append(Event(step=step.id, kind=kind, day=day, known_by=known, **more))  # type: ignore[arg-type]

    if random.random() < 0.7:
        say(EventKind.LODGED if is_filed else EventKind.STARTED, start)
    if is_filed and random.random() < 0.3:
        say(EventKind.CORRECTION, days[0])
        say(EventKind.RESUBMITTED, days[1])
    if is_filed and random.random() < 0.5:
        say(EventKind.ACCEPTED, days[1])
        if random.random() < 0.4:
            say(EventKind.STOPPED, days[2], stop=random.choice(list(StopReason)))
            say(EventKind.RESUMED, days[3])
    if over:
        say(EventKind.FINISHED, finish if random.random() < 0.85 else None)
    return events


def accounts(law: Catalog, seeds: Sequence[int]) -> list[Accounting]:
    found = []
    for seed in seeds:
        random = Random(seed)
        made = make(law, random, slack=30, habits=Habits())
        blueprint = law.blueprint(made.procedure, made.target, STATUS_DATE, answers=made.facts)
        off = switched_off(blueprint.procedure, made.facts) & frozenset(blueprint.ids)
        events = told(made, random, blueprint)
        agreed_on = STATUS_DATE - timedelta(random.randrange(400))
        before = plan(
            blueprint,
            progress(blueprint, events, off, agreed_on),
            status_date=agreed_on,
            deadline=None,
        )
        if before.finish is None:
            continue
        steps = finishes(before)
        for missing in random.sample(sorted(steps), k=random.randrange(3)):
            del steps[missing]  # type: ignore[attr-defined]
        baseline = Baseline(
            number=1,
            agreed_on=agreed_on,
            reason="",
            decision=None,
            target=made.target,
            deadline=None,
            finish=before.finish + timedelta(random.choice((0, 0, 0, 40, -40))),
            steps=steps,
        )
        known = progress(blueprint, events, off, STATUS_DATE)
        now = plan(blueprint, known, status_date=STATUS_DATE, deadline=made.deadline)
        account_ = account(blueprint, now, baseline)
        assert (account_ is None) is (forecast_of(now) is None)
        if account_:
            found.append(account_)
    return found


def test_a_thousand_histories_sum_to_the_day(law: Catalog) -> None:
    found = accounts(law, range(1000))
    assert len(found) > 700
    assert len({bucket for each in found for bucket in each.by_bucket}) == len(Bucket)
    for each in found:
        assert sum(share.days for share in each.shares) == each.slip
        for share in each.shares:
            assert share.reason is None or BUCKET_OF[share.reason] is share.bucket
            assert (share.reason is None) == (share.bucket in (Bucket.CALENDAR, Bucket.GAINED))
            if share.bucket is not Bucket.UNKNOWN:
                assert (share.days < 0) == (share.bucket is Bucket.GAINED)


def test_a_block_while_the_office_works_is_not_the_offices(case: Case) -> None:
    case.say("study", EventKind.STARTED, "2026-03-01")
    case.say("study", EventKind.FINISHED, "2026-03-13")
    case.say("approval", EventKind.LODGED, "2026-03-13")
    case.say("approval", EventKind.ACCEPTED, "2026-03-13")
    case.say(
        "approval",
        EventKind.BLOCKED,
        "2026-03-16",
        reason=BlockReason.SUPERIOR,
        expected=date(2026, 5, 29),
    )
    found = case.on("2026-03-20")
    late = {share.reason for share in found.shares if share.days > 0 and share.reason}
    assert Reason.SUPERIOR in late
    assert Reason.OFFICE not in late
