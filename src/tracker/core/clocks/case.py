"""A case as of a day: its state, who held it on which days, and its clock."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from tracker.core.clocks.counting import Clock, ClockKind
from tracker.core.clocks.moves import Account, Holder, State
from tracker.core.events import Event, StopReason
from tracker.core.law import Citation, Duration
from tracker.core.model import Step

COMPLETENESS = Duration(5)
COMPLETENESS_LAW = Citation(law="行政许可法", article="第32条")
DELIVERY = Duration(10)
DELIVERY_LAW = Citation(law="行政许可法", article="第44条")


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, kw_only=True)
class Case:
    """One application as of a day: its state, who holds it, its days and its clocks.

    `spans` cover every calendar day from the first event through the day before the status date,
    or through the end. `deemed` says that silence counts as acceptance on the day of lodging.
    `clock` is the one that runs or stands still. `last_event` is the newest day that is known.
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
                found.append(
                    Stay(
                        first=span.first,
                        last=span.last,
                        holder=span.holder,
                        clock=span.clock,
                        stop=span.stop,
                        counted=counted,
                    )
                )
        return tuple(found)

    @property
    def is_told(self) -> bool:
        """Tell whether enough is recorded to say who held the case on which days."""
        return len(self.stays) > 1 or self.clock is not None
