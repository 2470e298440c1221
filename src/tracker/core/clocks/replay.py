"""The events of one step, replayed into a case: days, holders, clocks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from tracker.core.calendars import Calendar
from tracker.core.clocks.case import (
    COMPLETENESS,
    COMPLETENESS_LAW,
    DELIVERY,
    DELIVERY_LAW,
    Case,
)
from tracker.core.clocks.counting import (
    ONE_DAY,
    Clock,
    ClockKind,
    Stretch,
    clock_over,
    last_day,
)
from tracker.core.clocks.moves import (
    BLOCK_HOLDERS,
    STATE_AFTER,
    STOP_HOLDERS,
    Holder,
    State,
    holder_of,
)
from tracker.core.clocks.spans import Leg, capped, joined, spans_of
from tracker.core.events import Event, EventKind
from tracker.core.law import Citation, DayKind, Duration
from tracker.core.model import ClockStart, Owner, Step, StepKind

PERIODS = {
    StepKind.AUTHORITY_LIMIT: ClockKind.REVIEW,
    StepKind.DUTY_DEADLINE: ClockKind.DUTY,
    StepKind.AGENCY_WORK: ClockKind.DUTY,
    StepKind.MINIMUM_PERIOD: ClockKind.PERIOD,
}
"""The clock of a step that has a limit, by its kind."""
_OVER = (State.FINISHED, State.NOT_NEEDED)
_DISMISSED = (State.NOT_ACCEPTED, State.REFUSED, State.WITHDRAWN, State.NOT_NEEDED)


@dataclass(kw_only=True)
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
    legs: list[Leg] = field(default_factory=list)
    since: date | None = None
    dated: date | None = None

    def take(self, event: Event) -> None:
        """Enter one event."""
        day = event.day or event.known_by
        if self.since and day < self.since:
            if event.day and (self.dated is None or event.day >= self.dated):
                self._rewind(day)  # what was only known by a later day gives way to a known day
            else:
                day = self.since
        self.deem(day)
        if self.since is None:
            self.legs.append(self.leg(day, day))
        elif day > self.since:
            self.legs.append(self.leg(self.since + ONE_DAY, day))
        self._apply(event, day)
        self.since, self.dated = day, event.day or self.dated

    def _rewind(self, day: date) -> None:
        kept = [leg for leg in self.legs if leg.first <= day]
        self.legs = [replace(leg, last=min(leg.last or day, day)) for leg in kept]
        self.since = day if kept else None

    def deem(self, day: date) -> None:
        """Let silence count as acceptance, once five working days have passed (许可法 §32)."""
        if self.state is not State.LODGED or self.lodged is None or not self.is_application:
            return
        if day > last_day(self.lodged, COMPLETENESS, self.working_days):
            self.state, self.accepted, self.deemed = State.UNDER_WAY, self.lodged, True
            self.legs = [self._as_review(leg) for leg in self.legs]

    def _as_review(self, leg: Leg) -> Leg:
        was_silence = self.lodged and leg.first > self.lodged
        is_ours = was_silence and leg.clock is ClockKind.COMPLETENESS
        return replace(leg, clock=ClockKind.REVIEW, unit=self.unit) if is_ours else leg

    @property
    def is_application(self) -> bool:
        """Tell whether an authority decides."""
        return self.step.kind is StepKind.AUTHORITY_LIMIT

    @property
    def began(self) -> date | None:
        """Return the day from which the limit counts: of receipt where the law says so."""
        from_receipt = self.step.clock_start is ClockStart.RECEIPT and self.is_application
        return self.lodged if from_receipt and self.lodged else self.accepted

    @property
    def limit(self) -> Duration | None:
        """Return the limit by the rule of the day on which the case began."""
        return self.step.limit_on(self.began or self.status_date, seen_from=self.status_date)

    @property
    def unit(self) -> DayKind:
        """Return which days the limit counts."""
        limit = self.limit
        return limit.kind if limit else DayKind.WORKING

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
        elif kind in STATE_AFTER:
            self._move(event, STATE_AFTER[kind])

    def _move(self, event: Event, state: State) -> None:
        again = state is self.state
        if state is State.LODGED:
            if self.state in _DISMISSED:
                self.corrections = 0
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

    def leg(self, first: date, last: date | None) -> Leg:
        """Return what holds in the state that the case is in."""
        own = holder_of(self.step)
        if self.state is State.LODGED and self.lodged and self.is_application:
            if self.step.clock_start is ClockStart.RECEIPT:
                return self._made(first, last, own, ClockKind.REVIEW)
            return self._made(first, last, own, ClockKind.COMPLETENESS)
        if self.state is State.UNDER_WAY:
            has_clock = self.accepted and (self.limit or self.is_application)
            clock = PERIODS.get(self.step.kind) if has_clock else None
            return self._made(first, last, own, clock)
        if self.state is State.SUSPENDED and self.stop:
            holder = STOP_HOLDERS[self.stop.stop] if self.stop.stop else Holder.OWNER
            return self._made(first, last, holder or own, None)
        if self.state is State.FINISHED and self.granted and not self.delivered:
            return self._made(first, last, own, ClockKind.DELIVERY)
        if self.block and self.block.reason and self.state not in _OVER:
            return self._made(first, last, BLOCK_HOLDERS[self.block.reason], None)
        is_work = self.step.owner is not Owner.AUTHORITY
        return self._made(first, last, own if is_work else Holder.OWNER, None)

    def _made(self, first: date, last: date | None, holder: Holder, clock: ClockKind | None) -> Leg:
        own = clock in (ClockKind.REVIEW, ClockKind.DUTY, ClockKind.PERIOD)
        unit = self.unit if own else DayKind.WORKING
        return Leg(
            state=self.state,
            first=first,
            last=last,
            holder=holder,
            clock=clock,
            unit=unit,
            stop=self.stop,
        )


def case_of(
    step: Step, events: Iterable[Event], status_date: date, working_days: Calendar
) -> Case | None:
    """Return the case that the events of one step make, or None where there are none.

    `events` stand in the order in which they were recorded; all lie on or before the status date.
    Any order is read; what the law does not allow is refused when it is recorded, not here.
    """
    replay = _Replay(step=step, working_days=working_days, status_date=status_date)
    for event in events:
        replay.take(event)
    if replay.since is None:
        return None
    replay.deem(status_date)
    legs = [*replay.legs, replay.leg(replay.since + ONE_DAY, None)]
    legs = capped(legs, step, replay.unit, working_days)
    until = status_date - ONE_DAY
    ended = replay.state in _OVER and legs[-1].clock is None
    spans = [span for leg in legs for span in spans_of(leg, until, working_days)]
    if ended:
        spans = [span for span in spans if span.first <= replay.since]
    return Case(
        step=step,
        state=replay.state,
        holder=legs[-1].holder,
        spans=tuple(joined(spans)),
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


def _clock(replay: _Replay, legs: Sequence[Leg]) -> Clock | None:
    """Return the clock that runs, or stands still."""
    step, state = replay.step, replay.state
    if state is State.LODGED and replay.lodged and replay.is_application:
        return _plain(replay, ClockKind.COMPLETENESS, replay.lodged, COMPLETENESS, COMPLETENESS_LAW)
    if state is State.FINISHED and replay.granted and not replay.delivered and replay.decided:
        return _plain(replay, ClockKind.DELIVERY, replay.decided, DELIVERY, DELIVERY_LAW)
    if state in (State.UNDER_WAY, State.SUSPENDED) and replay.accepted and replay.began:
        kind, limit = PERIODS.get(step.kind), replay.limit
        if kind is None or limit is None or limit.days == 0:
            return None
        if replay.extension and replay.extension.kind is limit.kind:
            limit = Duration(limit.days + replay.extension.days, limit.kind)
        stretches = _stretches(replay, legs, kind, replay.began)
        return clock_over(
            kind,
            step,
            replay.began,
            limit,
            stretches,
            status_date=replay.status_date,
            working_days=replay.working_days,
            deemed=replay.deemed,
        )
    return None


def _stretches(replay: _Replay, legs: Sequence[Leg], kind: ClockKind, began: date) -> list[Stretch]:
    """Return the days in which the clock runs, with those after a promised resumption."""
    found = [Stretch(leg.first, leg.last) for leg in legs if leg.clock is kind]
    found = [stretch for stretch in found if stretch.first > began]
    if replay.stop and replay.stop.expected:
        again = max(replay.stop.expected, replay.status_date) + ONE_DAY
        running = found.pop() if found and found[-1].last is None else None
        found.append(Stretch(min(again, running.first) if running else again, None))
    return found


def _plain(replay: _Replay, kind: ClockKind, began: date, limit: Duration, law: Citation) -> Clock:
    found = clock_over(
        kind,
        replay.step,
        began,
        limit,
        [Stretch(began + ONE_DAY, None)],
        status_date=replay.status_date,
        working_days=replay.working_days,
    )
    return replace(found, law=law, promised_due=None, promised_left=None)


def duty_clock(step: Step, since: date, status_date: date, working_days: Calendar) -> Clock | None:
    """Return the clock of a duty that nobody has taken up: it runs from the event before it."""
    limit = step.limit_on(since, seen_from=status_date)
    if step.kind is not StepKind.DUTY_DEADLINE or limit is None:
        return None
    return clock_over(
        ClockKind.DUTY,
        step,
        since,
        limit,
        [Stretch(since + ONE_DAY, None)],
        status_date=status_date,
        working_days=working_days,
    )
