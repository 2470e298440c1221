"""Stretches of a case as days: what a clock counts, what stands still, what is held."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.core.calendars import Calendar
from tracker.core.clocks.case import Span
from tracker.core.clocks.counting import ONE_DAY, ClockKind, counting
from tracker.core.clocks.moves import Account, Holder, State, holder_of
from tracker.core.events import Event, StopReason
from tracker.core.law import DayKind
from tracker.core.model import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """What holds from the day after one event through the day of the next.

    `unit` says which days its clock counts.
    """

    state: State
    first: date
    last: date | None
    holder: Holder
    clock: ClockKind | None = None
    unit: DayKind = DayKind.WORKING
    stop: Event | None = None


def capped(legs: Sequence[Leg], step: Step, unit: DayKind, working_days: Calendar) -> list[Leg]:
    """Return the legs; the clock runs again once all expert reviews together reach their cap."""
    special, found = step.special, []
    left = special.days if special else 0
    for leg in legs:
        is_special = leg.stop is not None and leg.stop.stop is StopReason.EXPERT_REVIEW
        if special is None or leg.state is not State.SUSPENDED or not is_special:
            found.append(leg)
            continue
        calendar = counting(special.kind, working_days)
        end = calendar.nth_after(leg.first - ONE_DAY, left) if left else leg.first - ONE_DAY
        if leg.last and leg.last <= end:
            left -= calendar.count(leg.first, leg.last)
            found.append(leg)
            continue
        if leg.first <= end:
            found.append(replace(leg, last=end))
        left = 0
        found.append(
            Leg(
                state=State.UNDER_WAY,
                first=end + ONE_DAY,
                last=leg.last,
                holder=holder_of(step),
                clock=ClockKind.REVIEW,
                unit=unit,
            )
        )
    return found


def spans_of(leg: Leg, until: date, working_days: Calendar) -> Iterator[Span]:
    """Yield the days of a leg through `until`.

    Counted and off where a clock runs, else one span.
    """
    last = min(leg.last or until, until)
    if leg.first > last:
        return
    if leg.clock is None:
        stopped = leg.state is State.SUSPENDED
        account = Account.STOPPED if stopped else Account.HELD
        reason = leg.stop.stop if leg.stop else None
        yield Span(
            first=leg.first, last=last, holder=leg.holder, account=account, clock=None, stop=reason
        )
        return
    calendar = counting(leg.unit, working_days)
    day = leg.first
    while day <= last:
        counted = calendar.is_worked(day)
        run = day
        while run < last and calendar.is_worked(run + ONE_DAY) == counted:
            run += ONE_DAY
        account = Account.COUNTED if counted else Account.DAY_OFF
        yield Span(first=day, last=run, holder=leg.holder, account=account, clock=leg.clock)
        day = run + ONE_DAY


def joined(spans: Iterable[Span]) -> Iterator[Span]:
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
