"""Stage 2: events and a status date become progress, step by step."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tracker.core.calendars import Calendar
from tracker.core.clocks import Case, Clock, State, case_of, duty_clock
from tracker.core.clocks.moves import STATE_AFTER
from tracker.core.compile import Blueprint
from tracker.core.conditions import amount_of
from tracker.core.model import BlockReason, Event, EventKind, Growth, LinkType, Step, StepKind

__all__ = [
    "BEGUN",
    "Block",
    "Contradiction",
    "Known",
    "Progress",
    "State",
    "contradictions",
    "known_on",
    "progress",
    "with_duties",
    "with_excess",
]


class Known(StrEnum):
    """How it is known where a step stands."""

    RECORDED = "recorded"
    """Somebody said so."""
    IMPLIED = "implied"
    """By law: what is recorded of another step could not be otherwise."""
    ANSWERED = "answered"
    """An answer makes it unnecessary."""
    SILENT = "silent"
    """Nobody said anything; it is taken as still to be done."""
    ASSUMED = "assumed"
    """Nobody said anything; it is taken as projects alike usually have it."""


BEGUN = (State.UNDER_WAY, State.RETURNED, State.SUSPENDED)
_OVER = (State.FINISHED, State.NOT_NEEDED)


@dataclass(frozen=True, slots=True)
class Block:
    """Why a step is held, since when it is known, and the day its release is promised."""

    reason: BlockReason
    known_by: date
    expected: date | None
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How one step stands, and how that is `known`; `known_by` is None where nothing is recorded.

    `since` is the day of the newest state, where it is known. A finished step may have no `finish`
    day: then it was over by `known_by`, or nobody knows since when. `case` holds the days and the
    clocks. `excess` is by how many per cent an amount exceeds the one before it, where that is
    worth a warning. `duty` is the clock of a duty that nobody has taken up yet. `left_blank` tells
    that a ledger has a cell for a silent step, and nothing in it.
    """

    state: State = State.NOT_STARTED
    start: date | None = None
    finish: date | None = None
    since: date | None = None
    known_by: date | None = None
    document: str | None = None
    known: Known = Known.SILENT
    block: Block | None = None
    case: Case | None = None
    excess: Decimal | None = None
    duty: Clock | None = None
    left_blank: bool = False

    @property
    def is_over(self) -> bool:
        """Tell whether nothing is left to do."""
        return self.state in _OVER

    @property
    def is_certain(self) -> bool:
        """Tell whether somebody said so, or it follows from what somebody said."""
        return self.known in (Known.RECORDED, Known.IMPLIED, Known.ANSWERED)

    @property
    def is_accepted(self) -> bool:
        """Tell whether an authority has taken the case and has not decided it."""
        if self.case is None or self.case.step.kind is not StepKind.AUTHORITY_LIMIT:
            return False
        return self.state in (State.UNDER_WAY, State.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A step recorded as finished while one it could not be without is recorded as under way."""

    finished: str
    unfinished: str


NOTHING = Progress()
"""The progress of a step of which nothing is recorded."""


def known_on(events: Iterable[Event], status_date: date) -> list[Event]:
    """Return the events that were recorded through the status date and lie on or before it."""
    return [
        event
        for event in events
        if event.known_by <= status_date and (event.day is None or event.day <= status_date)
    ]


def progress(
    blueprint: Blueprint, events: Iterable[Event], off: frozenset[str], status_date: date
) -> Mapping[str, Progress]:
    """Return what is recorded of every step of the blueprint as of `status_date`.

    What follows from it is said in `core.knowledge`. `events` stand in the order in which they
    were recorded. A step in `off` is not needed unless it is recorded as begun.
    """
    by_step: dict[str, list[Event]] = defaultdict(list)
    for event in known_on(events, status_date):
        by_step[event.step].append(event)
    recorded = {
        step.id: _recorded(step, by_step[step.id], status_date, blueprint.working_days)
        for step in blueprint.steps
        if by_step[step.id]
    }
    return {step: _found(step, recorded, off) for step in blueprint.ids}


def with_duties(
    blueprint: Blueprint, found: Mapping[str, Progress], status_date: date
) -> Mapping[str, Progress]:
    """Return the progress with the clocks of duties nobody has taken up, though they run."""
    changed = dict(found)
    for each in blueprint.steps:
        if each.kind is StepKind.DUTY_DEADLINE:
            clock = _duty(blueprint, each, found, status_date)
            changed[each.id] = replace(found[each.id], duty=clock)
    return changed


def _duty(
    blueprint: Blueprint, step: Step, found: Mapping[str, Progress], status_date: date
) -> Clock | None:
    """Return the clock of a duty nobody has taken up, from the finish of what it waits for."""
    if found[step.id].state is not State.NOT_STARTED:
        return None
    before = [
        found[link.predecessor]
        for link in blueprint.links
        if link.successor == step.id and link.type is LinkType.FINISH_TO_START
    ]
    days = [progress_of.finish for progress_of in before if progress_of.finish]
    if not days or not all(each.is_over and each.is_certain for each in before):
        return None
    return duty_clock(step, max(days), status_date, blueprint.working_days)


def _found(step: str, recorded: Mapping[str, Progress], off: frozenset[str]) -> Progress:
    found = recorded.get(step, NOTHING)
    not_begun = found.state is State.NOT_STARTED
    if step in off and not_begun:
        return Progress(state=State.NOT_NEEDED, known=Known.ANSWERED)
    return found


def _recorded(
    step: Step, events: list[Event], status_date: date, working_days: Calendar
) -> Progress:
    found = Progress()
    for event in events:
        found = _after(found, event)
    case = case_of(step, events, status_date, working_days)
    state = case.state if case else found.state
    return replace(
        found,
        state=state,
        start=(case.accepted if case else None) or found.start,
        case=case,
        known=Known.RECORDED,
        block=None if state in _OVER else found.block,
    )


def _after(before: Progress, event: Event) -> Progress:
    """Return the progress after one more event; one that repeats a state keeps its known day."""
    if event.kind is EventKind.BLOCKED and event.reason:
        block = Block(event.reason, event.known_by, event.expected, event.note)
        return replace(before, block=block, known_by=event.known_by)
    if event.kind is EventKind.RELEASED:
        return replace(before, block=None, known_by=event.known_by)
    state = STATE_AFTER.get(event.kind)
    if state is None:
        return replace(before, known_by=event.known_by, document=event.document or before.document)
    day = event.day or (before.since if state is before.state else None)
    return replace(
        before,
        state=state,
        start=day if state is State.UNDER_WAY else before.start,
        finish=day if state is State.FINISHED else None,
        since=day,
        known_by=event.known_by,
        document=event.document or before.document,
    )


def with_excess(
    blueprint: Blueprint,
    found: Mapping[str, Progress],
    answers: Mapping[str, str],
    status_date: date,
) -> Mapping[str, Progress]:
    """Return the progress with a warning, or a hold, where an amount has grown too far.

    An estimate above 110 % of the one that was approved waits for a decision (政府投资条例 art.
    12).
    """
    changed = dict(found)
    for step in blueprint.steps:
        progress_of, growth = found[step.id], step.growth
        excess = _excess(growth, answers) if growth and not progress_of.is_over else None
        if growth is None or excess is None or excess <= growth.warn_above:
            continue
        settled = answers.get(growth.settled_by) == "yes"
        held = excess > growth.hold_above and not settled
        block = Block(BlockReason.DESIGN_CHANGE, status_date, None, None) if held else None
        changed[step.id] = replace(
            progress_of, excess=None if settled else excess, block=progress_of.block or block
        )
    return changed


def _excess(growth: Growth, answers: Mapping[str, str]) -> Decimal | None:
    """Return by how many per cent an amount exceeds the one before it.

    None while one is unknown.
    """
    before, after = (amount_of(answers.get(fact, "")) for fact in (growth.before, growth.after))
    return (after / before - 1) * 100 if before and after else None


def contradictions(
    blueprint: Blueprint, recorded: Mapping[str, State]
) -> tuple[Contradiction, ...]:
    """Return the pairs in which a finished step waits for one that is recorded as not finished.

    `recorded` are the states of the steps of which something is recorded.
    """
    begun = {step for step, state in recorded.items() if state not in _OVER}
    return tuple(
        Contradiction(step, before)
        for step in blueprint.ids
        if begun and recorded.get(step) is State.FINISHED
        for before in sorted(blueprint.network.needed_before[step] & begun)
    )
