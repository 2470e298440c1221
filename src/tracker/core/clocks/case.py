"""The events of one step, replayed into a case: days, holders, clocks."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from tracker.core.calendars import Calendar
from tracker.core.clocks.counting import (
    ONE_DAY,
    Clock,
    ClockKind,
    Stretch,
    counting,
    day_reached,
    days_over,
    days_used,
    last_day,
)
from tracker.core.clocks.moves import (
    BLOCK_HOLDERS,
    STATE_AFTER,
    STOP_HOLDERS,
    Account,
    Holder,
    State,
    holder_of,
)
from tracker.core.events import Event, EventKind, StopReason
from tracker.core.law import Citation, DayKind, Duration
from tracker.core.model import Owner, Step, StepKind

COMPLETENESS = Duration(5)
COMPLETENESS_LAW = Citation("行政许可法", "第32条")
DELIVERY = Duration(10)
DELIVERY_LAW = Citation("行政许可法", "第44条")
_PERIODS = {
    StepKind.AUTHORITY_LIMIT: ClockKind.REVIEW,
    StepKind.DUTY_DEADLINE: ClockKind.DUTY,
    StepKind.MINIMUM_PERIOD: ClockKind.PERIOD,
}
_OVER = (State.FINISHED, State.NOT_NEEDED)


@dataclass(frozen=True, slots=True)
class Span:
    """Days that one party held and that are entered under one account; both ends inclusive."""

    first: date
    last: date
    holder: Holder
    account: Account
    clock: ClockKind | None = None
    stop: StopReason | None = None

    @property
    def days(self) -> int:
        """Return the number of calendar days."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Stay:
    """Days that one party held without a break, and how many of them a clock counted."""

    first: date
    last: date
    holder: Holder
    clock: ClockKind | None
    stop: StopReason | None
    counted: int

    @property
    def days(self) -> int:
        """Return the number of calendar days."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Case:
    """One application as of a day: its state, who holds it, its days and its clocks.

    `spans` cover every calendar day from the first event through the day before the status date,
    or through the end. `deemed` says that silence counts as acceptance on the day of lodging.
    `clock` is the one that runs, or ran when the case was decided.
    """

    step: Step
    state: State
    holder: Holder
    spans: tuple[Span, ...]
    clock: Clock | None = None
    lodged: date | None = None
    accepted: date | None = None
    deemed: bool = False
    decided: date | None = None
    stop: Event | None = None
    extension: Duration | None = None
    corrections: int = 0
    is_blocked: bool = False
    last_event: date | None = None

    @cached_property
    def stays(self) -> tuple[Stay, ...]:
        """Return the spans with days off and counted days of one stay taken together."""
        found: list[Stay] = []
        for span in self.spans:
            counted = span.days if span.account is Account.COUNTED else 0
            who = (span.holder, span.clock, span.stop)
            last = found[-1] if found else None
            if last and (last.holder, last.clock, last.stop) == who:
                found[-1] = replace(last, last=span.last, counted=last.counted + counted)
            else:
                found.append(Stay(span.first, span.last, *who, counted))
        return tuple(found)

    @property
    def is_told(self) -> bool:
        """Tell whether enough is recorded to say who held the case on which days."""
        return len(self.stays) > 1 or self.clock is not None

    def days_under(self, account: Account) -> int:
        """Return how many calendar days are entered under an account."""
        return sum(span.days for span in self.spans if span.account is account)

    def days_of(self, holder: Holder) -> int:
        """Return how many calendar days a party held the case."""
        return sum(span.days for span in self.spans if span.holder is holder)


@dataclass(frozen=True, slots=True)
class _Leg:
    """What holds from the day after one event through the day of the next."""

    state: State
    first: date
    last: date | None
    holder: Holder
    clock: ClockKind | None = None
    stop: Event | None = None


@dataclass
class _Replay:
    """The state of a case while its events are read, one after the other."""

    step: Step
    working_days: Calendar
    status_date: date
    state: State = State.NOT_STARTED
    lodged: date | None = None
    accepted: date | None = None
    deemed: bool = False
    decided: date | None = None
    delivered: bool = False
    granted: bool = False
    stop: Event | None = None
    extension: Duration | None = None
    corrections: int = 0
    block: Event | None = None
    legs: list[_Leg] = field(default_factory=list)
    since: date | None = None
    dated: date | None = None

    def take(self, event: Event) -> None:
        """Enter one event."""
        day = event.day or event.known_by
        if self.since and day < self.since:
            day = self.since  # recorded late, of an earlier day: nothing that is shown goes back
        self.deem(day)
        if self.since is None:
            self.legs.append(self.leg(day, day))
        elif day > self.since:
            self.legs.append(self.leg(self.since + ONE_DAY, day))
        self._apply(event, day)
        self.since, self.dated = day, event.day or self.dated

    def deem(self, day: date) -> None:
        """Let silence count as acceptance, once five working days have passed (许可法 §32)."""
        if self.state is not State.LODGED or self.lodged is None:
            return
        if day > last_day(self.lodged, COMPLETENESS, self.working_days):
            self.state, self.accepted, self.deemed = State.UNDER_WAY, self.lodged, True
            self.legs = [self._as_review(leg) for leg in self.legs]

    def _as_review(self, leg: _Leg) -> _Leg:
        was_silence = self.lodged and leg.first > self.lodged
        is_ours = was_silence and leg.clock is ClockKind.COMPLETENESS
        return replace(leg, clock=ClockKind.REVIEW) if is_ours else leg

    def _apply(self, event: Event, day: date) -> None:
        kind = event.kind
        if kind is EventKind.BLOCKED:
            self.block = event
        elif kind is EventKind.RELEASED:
            self.block = None
        elif kind is EventKind.EXTENDED:
            self.extension = event.added
        elif kind is EventKind.DELIVERED:
            self.delivered = True
        else:
            self._move(event, STATE_AFTER[kind], day)

    def _move(self, event: Event, state: State, day: date) -> None:
        again = state is self.state
        if state is State.LODGED:
            self.lodged, self.accepted, self.deemed, self.extension = event.day, None, False, None
        elif state is State.RETURNED:
            self.corrections += not again
            self.accepted = None
        elif event.kind in (EventKind.ACCEPTED, EventKind.STARTED) and not self.deemed:
            known = event.day or (self.accepted if again else None)
            self.accepted = self.accepted if self._goes_on(event) else known
        elif state in _OVER:
            self.decided, self.granted = event.day, event.kind is EventKind.GRANTED
        self.stop = event if state is State.SUSPENDED else None
        self.state = state

    def _goes_on(self, event: Event) -> bool:
        """Tell whether work that was suspended is taken up again, on the clock it had."""
        return self.state is State.SUSPENDED and event.kind is EventKind.STARTED

    def leg(self, first: date, last: date | None) -> _Leg:
        is_application = self.step.kind is StepKind.AUTHORITY_LIMIT
        if self.state is State.LODGED and self.lodged and is_application:
            return self._made(first, last, holder_of(self.step), ClockKind.COMPLETENESS)
        if self.state is State.UNDER_WAY:
            clock = _PERIODS.get(self.step.kind) if self.accepted else None
            return self._made(first, last, holder_of(self.step), clock)
        if self.state is State.SUSPENDED and self.stop:
            own = STOP_HOLDERS[self.stop.stop] if self.stop.stop else Holder.OWNER
            return self._made(first, last, own or holder_of(self.step), None)
        if self.state is State.FINISHED and self.granted and not self.delivered:
            return self._made(first, last, holder_of(self.step), ClockKind.DELIVERY)
        if self.block and self.block.reason and self.state not in _OVER:
            return self._made(first, last, BLOCK_HOLDERS[self.block.reason], None)
        is_work = self.step.owner is not Owner.AUTHORITY
        return self._made(first, last, holder_of(self.step) if is_work else Holder.OWNER, None)

    def _made(
        self, first: date, last: date | None, holder: Holder, clock: ClockKind | None
    ) -> _Leg:
        return _Leg(self.state, first, last, holder, clock, self.stop)


def case_of(
    step: Step, events: Iterable[Event], status_date: date, working_days: Calendar
) -> Case | None:
    """Return the case that the events of one step make, or None where there are none.

    `events` stand in the order in which they were recorded; all lie on or before the status date.
    Any order is read; what the law does not allow is refused when it is recorded, not here.
    """
    replay = _Replay(step, working_days, status_date)
    for event in events:
        replay.take(event)
    if replay.since is None:
        return None
    replay.deem(status_date)
    legs = [*replay.legs, replay.leg(replay.since + ONE_DAY, None)]
    legs = [split for leg in legs for split in _capped(leg, step, working_days)]
    until = status_date - ONE_DAY
    ended = replay.state in _OVER and legs[-1].clock is None
    spans = [span for leg in legs for span in _spans(leg, until, step, working_days)]
    if ended:
        spans = [span for span in spans if span.first <= replay.since]
    return Case(
        step=step,
        state=replay.state,
        holder=legs[-1].holder,
        spans=tuple(_joined(spans)),
        clock=_clock(replay, legs),
        lodged=replay.lodged,
        accepted=replay.accepted,
        deemed=replay.deemed,
        decided=replay.decided,
        stop=replay.stop,
        extension=replay.extension,
        corrections=replay.corrections,
        is_blocked=replay.block is not None,
        last_event=replay.dated,
    )


def _capped(leg: _Leg, step: Step, working_days: Calendar) -> Iterator[_Leg]:
    """Yield a leg; a stop ends at its cap, whatever is recorded, and the clock runs again."""
    stop = leg.stop
    is_special = stop and stop.stop is StopReason.EXPERT_REVIEW and step.special
    if leg.state is not State.SUSPENDED or not is_special or not stop or not step.special:
        yield leg
        return
    began = stop.day or stop.known_by
    cap = counting(step.special.kind, working_days).nth_after(began, step.special.days)
    if leg.last and leg.last <= cap:
        yield leg
        return
    if leg.first <= cap:
        yield replace(leg, last=cap)
    yield _Leg(
        State.UNDER_WAY, max(leg.first, cap + ONE_DAY), leg.last, holder_of(step), ClockKind.REVIEW
    )


def _spans(leg: _Leg, until: date, step: Step, working_days: Calendar) -> Iterator[Span]:
    last = min(leg.last or until, until)
    if leg.first > last:
        return
    if leg.clock is None:
        stopped = leg.state is State.SUSPENDED
        account = Account.STOPPED if stopped else Account.HELD
        reason = leg.stop.stop if leg.stop else None
        yield Span(leg.first, last, leg.holder, account, None, reason)
        return
    calendar = counting(_unit(leg.clock, step, leg.first), working_days)
    day = leg.first
    while day <= last:
        counted = calendar.is_worked(day)
        run = day
        while run < last and calendar.is_worked(run + ONE_DAY) == counted:
            run += ONE_DAY
        account = Account.COUNTED if counted else Account.DAY_OFF
        yield Span(day, run, leg.holder, account, leg.clock)
        day = run + ONE_DAY


def _unit(clock: ClockKind, step: Step, day: date) -> DayKind:
    if clock in (ClockKind.COMPLETENESS, ClockKind.DELIVERY):
        return DayKind.WORKING
    limit = step.limit_on(day)
    return limit.kind if limit else DayKind.WORKING


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Yield the spans with equal neighbours made one."""
    waiting: Span | None = None
    for span in spans:
        same = waiting and replace(span, first=waiting.first) == replace(waiting, last=span.last)
        if waiting and same:
            waiting = replace(waiting, last=span.last)
        else:
            if waiting:
                yield waiting
            waiting = span
    if waiting:
        yield waiting


def _clock(replay: _Replay, legs: Sequence[_Leg]) -> Clock | None:
    """Return the clock that runs, stands still, or ran until the decision."""
    step, state = replay.step, replay.state
    if state is State.LODGED and replay.lodged and step.kind is StepKind.AUTHORITY_LIMIT:
        return _plain(replay, ClockKind.COMPLETENESS, replay.lodged, COMPLETENESS, COMPLETENESS_LAW)
    if state is State.FINISHED and replay.granted and not replay.delivered and replay.decided:
        return _plain(replay, ClockKind.DELIVERY, replay.decided, DELIVERY, DELIVERY_LAW)
    if state in (State.UNDER_WAY, State.SUSPENDED) and replay.accepted:
        return _main(replay, legs, replay.accepted)
    return None


def _plain(replay: _Replay, kind: ClockKind, began: date, limit: Duration, law: Citation) -> Clock:
    calendar, today = replay.working_days, replay.status_date
    due = last_day(began, limit, calendar)
    used = days_used([Stretch(began + ONE_DAY, None)], limit.kind, today - ONE_DAY, calendar)
    over = days_over(due, limit.kind, today, calendar)
    return Clock(kind, replay.step, began, limit, due, used, over, law)


def _main(replay: _Replay, legs: Sequence[_Leg], accepted: date) -> Clock | None:
    """Return the clock of the review, the duty or the minimum period itself."""
    step, today, calendar = replay.step, replay.status_date, replay.working_days
    kind = _PERIODS.get(step.kind)
    limit = step.limit_on(accepted, seen_from=today)
    if kind is None or limit is None or limit.days == 0:
        return None
    if replay.extension and replay.extension.kind is limit.kind:
        limit = Duration(limit.days + replay.extension.days, limit.kind)
    stretches = [Stretch(leg.first, leg.last) for leg in legs if leg.clock is kind]
    stretches = [s for s in stretches if s.first > accepted]
    if replay.stop and replay.stop.expected and stretches[-1:] != [Stretch(legs[-1].first, None)]:
        stretches.append(Stretch(max(replay.stop.expected, today) + ONE_DAY, None))
    due = day_reached(stretches, limit, calendar)
    promised = step.promised_on(accepted)
    return Clock(
        kind,
        step,
        accepted,
        limit,
        due,
        used=days_used(stretches, limit.kind, today - ONE_DAY, calendar),
        over=0 if kind is ClockKind.PERIOD else days_over(due, limit.kind, today, calendar),
        law=step.limit_law_on(accepted),
        promised_due=day_reached(stretches, promised, calendar) if promised else None,
        promised_left=promised.days - days_used(stretches, promised.kind, today - ONE_DAY, calendar)
        if promised
        else None,
        deemed=replay.deemed,
    )
