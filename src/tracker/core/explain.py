"""Why this date? The chain behind an early start and a late finish, as data and as sentences.

A chain goes from the step that is asked about, link by link, to what holds it: a floor on the way
back, a deadline on the way forward. Ties are told by the schedule; a chain follows the first.
"""

from dataclasses import dataclass, replace
from datetime import date

from tracker.core.calendars import day_from, day_until
from tracker.core.model import LinkType
from tracker.core.network import Arc
from tracker.core.plan.facts import Stage
from tracker.core.plan.reasons import Floor, asks, lag_of, stands, way_on
from tracker.core.plan.schedule import Schedule
from tracker.core.problems import Message, message


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyReason:
    """Why a step starts no sooner than `start`: a link, or the first of the floors that hold it.

    The link counts from `stood`, the day on which its predecessor ends or starts. `days_off` are
    the days skipped between what is asked and the start.
    """

    step: str
    start: date
    days_off: int
    is_begun: bool = False
    link: tuple[str, str] | None = None
    type: LinkType | None = None
    lag: int = 0
    lag_calendar: str = ""
    stood: date | None = None
    floor: Floor | None = None

    @property
    def sentence(self) -> Message:
        """Return the reason as one sentence."""
        step = message("what is left of {step}").of(step=self.step) if self.is_begun else self.step
        values = {"step": step, "start": self.start, "off": _off(self.days_off)}
        if self.link is None or self.type is None:
            return _FLOORS[self.floor or Floor.PROJECT_START].of(**values)
        lag = _lag(self.lag, self.lag_calendar)
        before = self.link[0]
        return _LINKS[self.type].of(before=before, day=self.stood, lag=lag, **values)


@dataclass(frozen=True, slots=True, kw_only=True)
class LateReason:
    """Why a step must end by `finish`: a later step, or, at the end of the chain, a deadline."""

    step: str
    finish: date
    link: tuple[str, str] | None = None
    type: LinkType | None = None
    lag: int = 0
    lag_calendar: str = ""
    needed: date | None = None
    deadline_of: str | None = None

    @property
    def sentence(self) -> Message:
        """Return the reason as one sentence."""
        values = {"step": self.step, "finish": self.finish}
        if self.link and self.type:
            lag = _lag(self.lag, self.lag_calendar)
            after = self.link[1]
            return _LATE_LINKS[self.type.is_to_finish].of(
                after=after, day=self.needed, lag=lag, **values
            )
        if self.deadline_of == "project":
            return message("{step} must end by {finish}: this is the project's deadline.").of(
                **values
            )
        if self.deadline_of:
            words = message("{step} must end by {finish}: {owner} has its own deadline.")
            return words.of(owner=self.deadline_of, **values)
        return message("{step} must end by {finish}: the network ends then.").of(**values)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a step lies where it does: back to what holds it, and on to what it must keep."""

    step: str
    early: tuple[EarlyReason, ...]
    late: tuple[LateReason, ...]


_FLOORS = {
    Floor.PROJECT_START: message("{step} starts {start}: the project does not start sooner{off}."),
    Floor.STATUS_DATE: message("{step} starts {start}: the days before are over{off}."),
    Floor.NOT_BEFORE: message("{step} starts {start}: a constraint allows no earlier start{off}."),
}
_LINKS = {
    LinkType.FINISH_TO_START: message("{step} starts {start}: {before} ends {day}{lag}{off}."),
    LinkType.START_TO_START: message("{step} starts {start}: {before} starts {day}{lag}{off}."),
    LinkType.FINISH_TO_FINISH: message(
        "{step} starts {start}: it may not end before {before}, which ends {day}{lag}{off}."
    ),
    LinkType.START_TO_FINISH: message(
        "{step} starts {start}: it may not end before {before} starts, {day}{lag}{off}."
    ),
}
_LATE_LINKS = {
    False: message("{step} must end by {finish}: {after} must start by {day}{lag}."),
    True: message("{step} must end by {finish}: {after} must end by {day}{lag}."),
}


def _lag(days: int, calendar: str) -> Message | str:
    if days == 0:
        return ""
    words = (
        message(", a lag of {count} d ({calendar})")
        if days > 0
        else message(", a lead of {count} d ({calendar})")
    )
    return words.of(count=abs(days), calendar=calendar)


def _off(days: int) -> Message | str:
    return message(", {count} days off skipped").of(count=days) if days else ""


def explain(schedule: Schedule, step: int) -> Explanation:
    """Return why a step that is left lies where it does."""
    name = schedule.column.network.nodes[step].id
    return Explanation(
        name, tuple(_early_chain(schedule, step)), tuple(_late_chain(schedule, step))
    )


def _early_chain(schedule: Schedule, step: int) -> list[EarlyReason]:
    column, chain = schedule.column, []
    waiting: int | None = step
    while waiting is not None:
        arc = _driving(schedule, waiting)
        chain.append(_early_reason(schedule, waiting, arc))
        waiting = arc.predecessor if arc and column.is_left[arc.predecessor] else None
    return chain


def _driving(schedule: Schedule, step: int) -> Arc | None:
    """Return the first link that drives a step, from behind those that logic goes through."""
    column, found = schedule.column, schedule.drivers[step]
    arc = column.network.arcs[found.arcs[0]] if found.arcs else None
    while arc and column.stages[arc.predecessor] >= Stage.OFF:
        behind = schedule.drivers[arc.predecessor].arcs
        if not behind:
            return None
        arc = replace(column.network.arcs[behind[0]], successor=step, lag=0)
    return arc


def _early_reason(schedule: Schedule, step: int, arc: Arc | None) -> EarlyReason:
    column = schedule.column
    name, early = column.network.nodes[step].id, schedule.early(step)
    start, is_begun = early.seen or early.start, column.stages[step] is Stage.BEGUN
    first = column.starts(column.early, step)
    if arc is None:
        floors = schedule.drivers[step].floors
        floor = floors[0] if floors else Floor.PROJECT_START
        off = max(0, first - _floor(schedule, step, floor))
        return EarlyReason(step=name, start=start, days_off=off, is_begun=is_begun, floor=floor)
    by_finish = arc.type.is_to_finish
    at = column.ends(column.early, step) if by_finish else first
    stood = stands(column, arc)
    return EarlyReason(
        step=name,
        start=start,
        days_off=max(0, at - asks(column, arc)),
        is_begun=is_begun,
        link=(column.network.nodes[arc.predecessor].id, name),
        type=arc.type,
        lag=lag_of(column, arc),
        lag_calendar=arc.calendar.name,
        stood=day_from(stood) if arc.type.is_from_start else day_until(stood),
    )


def _floor(schedule: Schedule, step: int, floor: Floor) -> int:
    facts = schedule.column.facts
    by_floor = {
        Floor.PROJECT_START: facts.start[0],
        Floor.STATUS_DATE: facts.today[0],
        Floor.NOT_BEFORE: facts.not_before[step, 0],
    }
    return int(by_floor[floor])


def _late_chain(schedule: Schedule, step: int) -> list[LateReason]:
    column, chain, at = schedule.column, [], step
    for arc in way_on(column, schedule.bounds_by_cell, step):
        if column.is_left[arc.successor]:
            through = arc.predecessor != at
            link = replace(arc, predecessor=at, lag=0) if through else arc
            chain.append(_late_reason(schedule, link))
            at = arc.successor
    bound, late = schedule.bounds[at], schedule.late(at)
    owner = None if bound.is_network_finish else "project"
    if bound.step is not None:
        owner = column.network.nodes[bound.step].id
    finish = late.seen or late.finish
    return [*chain, LateReason(step=column.network.nodes[at].id, finish=finish, deadline_of=owner)]


def _late_reason(schedule: Schedule, arc: Arc) -> LateReason:
    column = schedule.column
    nodes = column.network.nodes
    own, late = schedule.late(arc.predecessor), schedule.late(arc.successor)
    return LateReason(
        step=nodes[arc.predecessor].id,
        finish=own.seen or own.finish,
        link=(nodes[arc.predecessor].id, nodes[arc.successor].id),
        type=arc.type,
        lag=lag_of(column, arc),
        lag_calendar=arc.calendar.name,
        needed=late.seen or (late.finish if arc.type.is_to_finish else late.start),
    )
