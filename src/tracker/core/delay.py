"""Where a project's slip comes from: every day of it in one bucket, with one reason and one party.

The slip is the forecast finish less the finish of the plan it is measured against, in calendar
days. It is followed back along the steps that set the finish, each from the step that it waited
for last; what a step took longer than it was to take is its own, so that the parts sum to the
whole. A wait that the plan had foreseen is nobody's delay: what eats it up is taken off what came
before. What rests on days that nobody recorded is not known, and blamed on nobody.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from tracker.core.calendars import Calendar, boundary_after, day_from
from tracker.core.clocks import Account, Holder, Span, holder_of
from tracker.core.compile import Blueprint
from tracker.core.model import DayKind, Duration, Step, StepKind, StopReason
from tracker.core.plan import Plan, PlannedStep
from tracker.core.plan.variance import Baseline, finish_of, forecast_of
from tracker.core.track import BEGUN, State


class Bucket(StrEnum):
    """What a day of slip was spent on. Days of `GAINED` are taken off."""

    OVERRUN = "overrun"
    CORRECTION = "correction"
    HAND_OFF = "hand_off"
    WAITING = "waiting"
    REVIEW = "review"
    CALENDAR = "calendar"
    PLAN_CHANGE = "plan_change"
    UNKNOWN = "unknown"
    GAINED = "gained"


class Reason(StrEnum):
    """Why a day was late, by the closed list of codes; each belongs to one bucket."""

    OFFICE = "D01"
    CORRECTION = "D02"
    STUDY = "D03"
    HAND_OFF = "D04"
    PREDECESSOR = "D05"
    REVIEW = "D06"
    SUPERIOR = "D07"
    LAND_QUOTA = "D08"
    PLAN_CONFLICT = "D09"
    CONSTRAINT = "D10"
    FUNDS = "D11"
    DEMOLITION = "D12"
    POLICY = "D13"
    DESIGN_CHANGE = "D14"
    FORCE_MAJEURE = "D15"
    DECISION = "D16"
    NO_DATA = "D17"


BUCKET_OF: Mapping[Reason, Bucket] = {
    Reason.OFFICE: Bucket.OVERRUN,
    Reason.STUDY: Bucket.OVERRUN,
    Reason.CORRECTION: Bucket.CORRECTION,
    Reason.HAND_OFF: Bucket.HAND_OFF,
    Reason.REVIEW: Bucket.REVIEW,
    Reason.POLICY: Bucket.PLAN_CHANGE,
    Reason.DESIGN_CHANGE: Bucket.PLAN_CHANGE,
    Reason.NO_DATA: Bucket.UNKNOWN,
    **dict.fromkeys(
        (
            Reason.PREDECESSOR,
            Reason.SUPERIOR,
            Reason.LAND_QUOTA,
            Reason.PLAN_CONFLICT,
            Reason.CONSTRAINT,
            Reason.FUNDS,
            Reason.DEMOLITION,
            Reason.FORCE_MAJEURE,
            Reason.DECISION,
        ),
        Bucket.WAITING,
    ),
}
_STOPS = {
    StopReason.SUSPENSION: Reason.FORCE_MAJEURE,
    StopReason.APPLICANT: Reason.DESIGN_CHANGE,
}
"""Why a clock stood still, where that is no review that the law leaves out."""
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Share:
    """Days of a slip in one bucket, of one step, with one party; `reason` is None of no delay.

    `holder` is None where nobody holds days off, or nobody knows. Days are above 0, but that those
    of `UNKNOWN` may take off.
    """

    bucket: Bucket
    reason: Reason | None
    holder: Holder | None
    step: Step | None
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounting:
    """A slip from `baseline` to `forecast`, both finishes of the target, and its parts in order."""

    baseline: date
    forecast: date
    shares: tuple[Share, ...]

    @property
    def slip(self) -> int:
        """Return the calendar days from baseline to forecast, below 0 where it is earlier."""
        return (self.forecast - self.baseline).days

    @property
    def by_bucket(self) -> Mapping[Bucket, int]:
        """Return the days of each bucket that has any."""
        found: dict[Bucket, int] = defaultdict(int)
        for share in self.shares:
            found[share.bucket] += share.days
        return {bucket: found[bucket] for bucket in Bucket if found[bucket]}

    @property
    def worst(self) -> Share | None:
        """Return the largest part that is somebody's delay."""
        late = [share for share in self.shares if share.bucket not in _NOBODYS]
        return max(late, key=lambda share: share.days, default=None)


_NOBODYS = (Bucket.CALENDAR, Bucket.UNKNOWN, Bucket.GAINED)


def account(
    blueprint: Blueprint, plan: Plan, baseline: Baseline, *, shown: date | None = None
) -> Accounting | None:
    """Return where the slip against a baseline comes from; None while a finish is not known.

    `shown` is what the baseline's plan showed as its finish, where that was one of several worlds.
    """
    reached = forecast_of(plan)
    forecast = plan.span.likely or reached
    if reached is None or forecast is None:
        return None
    ledger = _Ledger(blueprint.working_days)
    origin = baseline.agreed_on
    before = now = origin
    for place in _Way(blueprint, plan, baseline).back():
        at = max(place.finish, origin)
        then = max(place.planned or before, origin)
        _Stretch(place=place, since=now, until=at, before=before, then=then, plan=plan).enter(
            ledger
        )
        before, now = then, at
    was_shown = shown or baseline.finish
    ledger.rest((reached - now).days + (before - was_shown).days, Reason.DESIGN_CHANGE)
    ledger.unknown((forecast - reached).days + (was_shown - baseline.finish).days, None)
    return Accounting(baseline=baseline.finish, forecast=forecast, shares=ledger.shares)


@dataclass(slots=True)
class _Ledger:
    """The days entered so far, the newest last."""

    working_days: Calendar
    entries: list[Share] = field(default_factory=list)
    days_off: int = 0

    def late(self, days: int, reason: Reason, holder: Holder | None, step: Step | None) -> None:
        """Enter days of delay; what is below 0 was gained."""
        if days > 0:
            self.entries.append(Share(BUCKET_OF[reason], reason, holder, step, days))
        else:
            self.gained(-days, step)

    def gained(self, days: int, step: Step | None) -> None:
        """Enter days that were won back."""
        if days:
            self.entries.append(Share(Bucket.GAINED, None, None, step, -days))

    def calendar(self, days: int) -> None:
        """Enter days off more than were planned, or fewer: what falls together is one sum."""
        self.days_off += days

    def unknown(self, days: int, step: Step | None) -> None:
        """Enter days of which nobody can say what they were spent on."""
        if days:
            self.entries.append(Share(Bucket.UNKNOWN, Reason.NO_DATA, None, step, days))

    def rest(self, days: int, reason: Reason) -> None:
        """Enter what the steps do not explain: the plan itself is another one."""
        self.late(days, reason, Holder.OWNER if reason is Reason.DESIGN_CHANGE else None, None)

    def absorbed(self, days: int, step: Step) -> None:
        """Take days that the plan had left for waiting off the delays before it, newest first."""
        for n in range(len(self.entries) - 1, -1, -1):
            share = self.entries[n]
            if share.days > 0 and days:
                taken = min(days, share.days)
                days -= taken
                self.entries[n] = Share(
                    share.bucket, share.reason, share.holder, share.step, share.days - taken
                )
        self.gained(days, step)

    @property
    def shares(self) -> tuple[Share, ...]:
        """Return the entries, those of one kind of a step together."""
        bucket = Bucket.CALENDAR if self.days_off > 0 else Bucket.GAINED
        days_off = Share(bucket, None, None, None, self.days_off)
        found: dict[tuple[object, ...], Share] = {}
        for share in [*self.entries, days_off]:
            step = None if share.bucket is Bucket.UNKNOWN else share.step  # one sum: nobody can say
            key = (share.bucket, share.reason, share.holder, step and step.id)
            days = share.days + (found[key].days if key in found else 0)
            found[key] = Share(share.bucket, share.reason, share.holder, step, days)
        return tuple(share for share in found.values() if share.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A step on the way. `is_dark`: something that it waited for was over on a day unknown."""

    planned_step: PlannedStep
    takes: Duration
    finish: date
    planned: date | None
    is_in_baseline: bool
    is_dark: bool


@dataclass(frozen=True)
class _Way:
    """The steps that set the finish, each with the one that it waited for last."""

    blueprint: Blueprint
    plan: Plan
    baseline: Baseline

    def back(self) -> Sequence[_Place]:
        """Return the way from the baseline's day to the target, in order."""
        found: list[_Place] = []
        at: int | None = len(self.plan.steps) - 1
        while at is not None:
            before, is_dark = self._waited_for(at)
            place = self._place(at, is_dark=is_dark)
            origin = self.baseline.agreed_on
            if place.finish <= origin and (place.planned or origin) <= origin:
                break
            found.append(place)
            at = before
        return found[::-1]

    def _place(self, n: int, *, is_dark: bool) -> _Place:
        step = self.plan.steps[n]
        finish = finish_of(step)
        assert finish is not None
        return _Place(
            planned_step=step,
            takes=self.blueprint.takes[n],
            finish=finish,
            planned=self.baseline.steps.get(step.step.id),
            is_in_baseline=step.step.id in self.baseline.steps,
            is_dark=is_dark,
        )

    def _waited_for(self, n: int) -> tuple[int | None, bool]:
        """Return the step before that was over last, by days, and whether one has no day."""
        finish = finish_of(self.plan.steps[n])
        best: tuple[date, int] | None = None
        is_dark, seen, waiting = False, {n}, [n]
        while waiting:
            for arc in self.blueprint.network.arcs_in[waiting.pop()]:
                p = arc.predecessor
                if arc.type.is_from_start or p in seen:
                    continue
                seen.add(p)
                progress, day = self.plan.steps[p].progress, finish_of(self.plan.steps[p])
                if day is None:
                    is_dark |= progress.state is State.FINISHED
                    waiting.append(p)
                elif finish and day <= finish:
                    best = max(best or (day, p), (day, p))
        return (best[1] if best else None), is_dark


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch:
    """The days of a step on the way: `since` to `until` as it went, `before` to `then` as planned.

    Each pair is a half-open span of days, by the evening on which it begins and ends.
    """

    place: _Place
    since: date
    until: date
    before: date
    then: date
    plan: Plan

    @property
    def step(self) -> Step:
        return self.place.planned_step.step

    def enter(self, ledger: _Ledger) -> None:
        """Enter the days by which it took longer, or shorter, than it was planned to."""
        planned, took = (self.then - self.before).days, (self.until - self.since).days
        if not self.place.is_in_baseline or self.place.planned is None:
            reason = Reason.DESIGN_CHANGE if self.place.is_in_baseline else Reason.POLICY
            ledger.late(took - planned, reason, _PARTY.get(reason), self.step)
            return
        if planned < 0:  # the plan had it before the one that it waited for
            ledger.late(-planned, Reason.DESIGN_CHANGE, Holder.OWNER, self.step)
            planned = 0
        work = self._planned_work(ledger.working_days, planned)
        began = self._began()
        if began is None:  # nobody recorded when: waiting and work cannot be told apart
            more = took - planned
            if more > 0 or self.place.is_dark:
                ledger.unknown(more, self.step)
            else:
                ledger.gained(-more, self.step)
            return
        off = self._enter_wait(ledger, began, planned - work)
        ledger.calendar(off + self._enter_work(ledger, began, work))

    def _planned_work(self, working_days: Calendar, planned: int) -> int:
        """Return how many calendar days of the plan's span the step itself was to take."""
        days = self.place.takes.days
        if self.place.takes.kind is DayKind.CALENDAR or not days:
            ends = self._ends_period(working_days, self.before)
            return planned if days and ends == self.then else min(days, planned)
        worked = working_days.worked_before[boundary_after(self.then)]
        first = day_from(working_days.start_of[worked - days])
        return min((self.then - first).days + 1, planned)

    def _ends_period(self, working_days: Calendar, began: date) -> date:
        """Return the last day of the step's calendar days after an evening.

        A minimum period that ends on a day off ends on the next working day.
        """
        end = began + self.place.takes.days * _ONE_DAY
        if self.step.kind is StepKind.MINIMUM_PERIOD:
            while not working_days.is_worked(end):
                end += _ONE_DAY
        return end

    def _began(self) -> date | None:
        """Return the evening on which waiting ended, within the stretch; None where not known."""
        if not self.place.takes.days:
            return self.until
        seen = self.place.planned_step
        case, progress = seen.progress.case, seen.progress
        if progress.is_over or progress.state in BEGUN or progress.state is State.LODGED:
            clocked = (span.first - _ONE_DAY for span in case.spans if span.clock) if case else ()
            told = [progress.start, *((case.lodged, case.accepted) if case else ()), *clocked]
            began = min((day for day in told if day), default=None)
        else:
            began = seen.early_start - _ONE_DAY if seen.early_start else self.until
        return min(max(began, self.since), self.until) if began else None

    def _enter_wait(self, ledger: _Ledger, began: date, foreseen: int) -> int:
        """Enter the days between the papers before it and its begin.

        Return the days off beyond those that the plan had.
        """
        off, planned_off = (
            _days_off(ledger.working_days, day, most)
            for day, most in (
                (self.since, (began - self.since).days),
                (self.before, foreseen),
            )
        )
        more = (began - self.since).days - off - (foreseen - planned_off)
        if more < 0:
            if self.place.is_dark:  # steps between were over on days that nobody recorded
                ledger.unknown(more, self.step)
            else:
                ledger.absorbed(-more, self.step)
            return off - planned_off
        held = min(more, self._held_days(began))
        block = self.place.planned_step.progress.block
        reason = Reason(block.reason) if block else Reason.PREDECESSOR
        ledger.late(held, reason, _PARTY.get(reason, Holder.COUNTY), self.step)
        if self.place.is_dark:
            ledger.unknown(more - held, self.step)
        else:
            is_filed = self.step.kind is StepKind.AUTHORITY_LIMIT
            holder = Holder.OWNER if is_filed else holder_of(self.step)
            ledger.late(more - held, Reason.HAND_OFF, holder, self.step)
        return off - planned_off

    def _held_days(self, began: date) -> int:
        """Return the days before the step began on which a block held it."""
        progress = self.place.planned_step.progress
        spans = progress.case.spans if progress.case else ()
        others = {Holder.OWNER, holder_of(self.step)}
        held = (span for span in spans if span.holder not in others)
        past = sum(_overlap(span, self.since, began) for span in held)
        if progress.block is None:
            return past
        known = max(progress.block.known_by, self.since)
        return max(past, (began - known).days)

    def _enter_work(self, ledger: _Ledger, began: date, planned: int) -> int:
        """Enter corrections, stops, and the rest as the over-run of who did the work.

        Return the days off beyond those that the plan had.
        """
        rest = (self.until - began).days
        for reason, holder, days in self._interruptions(began):
            ledger.late(days, reason, holder, self.step)
            rest -= days
        held = self._held_at_work(began, rest)
        if held:
            reason, holder, days = held
            ledger.late(days, reason, holder, self.step)
            rest -= days
        fair = planned
        if self.place.takes.kind is DayKind.CALENDAR:
            starts = self.then - planned * _ONE_DAY
            if planned and self._ends_period(ledger.working_days, starts) == self.then:
                fair = (self._ends_period(ledger.working_days, began) - began).days
        elif planned:
            worked = ledger.working_days.count(self.then - (planned - 1) * _ONE_DAY, self.then)
            fair = (ledger.working_days.nth_after(began, worked) - began).days if worked else 0
        over, holder = rest - fair, holder_of(self.step)
        is_study = holder in (Holder.AGENCY, Holder.OWNER)
        ledger.late(over, Reason.STUDY if is_study else Reason.OFFICE, holder, self.step)
        return fair - planned

    def _held_at_work(self, began: date, most: int) -> tuple[Reason, Holder, int] | None:
        """Return the days on which a block that still holds kept the work from going on."""
        block = self.place.planned_step.progress.block
        if block is None:
            return None
        since = max(block.known_by, began)
        days = min(most, ((block.expected or self.plan.status_date) - since).days)
        reason = Reason(block.reason)
        return (reason, _PARTY.get(reason, Holder.COUNTY), days) if days > 0 else None

    def _interruptions(self, began: date) -> Iterator[tuple[Reason, Holder, int]]:
        """Yield the days on which the papers were back with the applicant, or the clock stood."""
        case = self.place.planned_step.progress.case
        for span in case.spans if case else ():
            days = _overlap(span, began, self.until)
            is_back = span.account is Account.HELD and span.holder is Holder.OWNER
            if days and span.account is Account.STOPPED:
                reason = _STOPS.get(span.stop, Reason.REVIEW) if span.stop else Reason.PREDECESSOR
                yield reason, span.holder, days
            elif days and is_back and self.step.kind is StepKind.AUTHORITY_LIMIT:
                yield Reason.CORRECTION, Holder.OWNER, days


_PARTY = {
    Reason.DESIGN_CHANGE: Holder.OWNER,
    Reason.FORCE_MAJEURE: Holder.OWNER,
    Reason.POLICY: Holder.SUPERIOR,
    Reason.SUPERIOR: Holder.SUPERIOR,
    Reason.CONSTRAINT: Holder.SUPERIOR,
}
"""Who holds what is blocked, where that is not the county."""


def _overlap(span: Span, since: date, until: date) -> int:
    """Return how many days of a span lie after the evening of `since` and through `until`."""
    return max(0, (min(span.last, until) - max(span.first, since + _ONE_DAY)).days + 1)


def _days_off(working_days: Calendar, evening: date, most: int) -> int:
    """Return how many days off follow an evening without a break, at most `most`."""
    found, day = 0, evening + _ONE_DAY
    while found < most and not working_days.is_worked(day):
        found, day = found + 1, day + _ONE_DAY
    return found
