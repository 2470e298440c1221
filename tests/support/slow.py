"""The rules of scheduling, walked day by day: nothing here is shared with the engine's tables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tracker.core.calendars import Calendar, boundary_after, boundary_before, day_from
from tracker.core.model import LinkType
from tracker.core.network import FinishRule, Tie
from tracker.core.plan.draft import Draft, DraftStep

FAR = 500


@dataclass(frozen=True)
class Placed:
    """Where a step begins and ends: boundaries."""

    start: int
    end: int


def works(calendar: Calendar, boundary: int) -> bool:
    """Tell whether the day that begins at a boundary is worked."""
    return calendar.is_worked(day_from(boundary))


def walk(calendar: Calendar, boundary: int, days: int) -> int:
    """Return the end of the n-th worked day from a boundary, one day at a time."""
    left = days
    while left:
        left -= works(calendar, boundary)
        boundary += 1
    return boundary


def walk_back(calendar: Calendar, boundary: int, days: int) -> int:
    """Return where the n-th worked day before a boundary begins."""
    left = days
    while left:
        boundary -= 1
        left -= works(calendar, boundary)
    return boundary


def lagged(tie: Tie, boundary: int) -> int:
    if tie.lag >= 0:
        return walk(tie.calendar, boundary, tie.lag)
    start = walk_back(tie.calendar, boundary, -tie.lag)
    if not tie.type.is_to_finish:
        return start
    while not works(tie.calendar, start - 1):  # a finish date falls on a worked day
        start -= 1
    return start


def may_be_at(step: DraftStep, boundary: int) -> bool:
    """Tell whether work can begin at a boundary, or a milestone lie on it."""
    calendar = step.calendar
    if step.duration:
        return works(calendar, boundary)
    return works(calendar, boundary) or works(calendar, boundary - 1)


def placed(step: DraftStep, start: int) -> Placed:
    return Placed(start, walk(step.calendar, start, step.duration))


def keeps(draft: Draft, tie: Tie, before: Placed, after: Placed) -> bool:
    """Tell whether two placed steps satisfy a link."""
    at = lagged(tie, before.start if tie.type.is_from_start else before.end)
    if not tie.type.is_to_finish:
        return at <= after.start
    if tie.type is LinkType.START_TO_FINISH or draft.finish_rule is FinishRule.WORKING_TIME:
        calendar = draft.by_id[tie.successor].calendar
        return not any(works(calendar, b) for b in range(after.end, at))
    return at <= after.end


def slow_early(draft: Draft) -> Mapping[str, Placed]:
    """Place every step as early as the rules allow; `draft.steps` must be in order."""
    found: dict[str, Placed] = {}
    for step in draft.steps:
        ties = [tie for tie in draft.ties if tie.successor == step.id]
        floors = [draft.start, step.not_before]
        first = max(boundary_before(day) for day in floors if day)
        found[step.id] = _first(
            step,
            range(first, first + FAR),
            lambda at, ties=ties: all(keeps(draft, t, found[t.predecessor], at) for t in ties),
        )
    return found


def slow_late(draft: Draft, finish: int) -> Mapping[str, Placed]:
    """Place every step as late as links and deadlines allow; `finish` stands in for a deadline."""
    found: dict[str, Placed] = {}
    last = boundary_after(draft.deadline) if draft.deadline else finish
    for step in reversed(draft.steps):
        ties = [tie for tie in draft.ties if tie.predecessor == step.id]
        found[step.id] = _first(
            step,
            range(last, last - FAR, -1),
            lambda at, ties=ties, last=last, step=step: (
                at.end <= last
                and _in_time(draft, step, at)
                and all(keeps(draft, t, at, found[t.successor]) for t in ties)
            ),
        )
    return found


def _in_time(draft: Draft, step: DraftStep, at: Placed) -> bool:
    """Tell whether a step keeps its own dates; a milestone is due on the day that people see."""
    if step.duration:
        in_time = step.deadline is None or at.end <= boundary_after(step.deadline)
        return in_time and (step.start_by is None or at.start <= boundary_before(step.start_by))
    led_to = any(tie.successor == step.id for tie in draft.ties)
    first_day = at.start
    while not works(step.calendar, first_day):
        first_day += 1
    seen = at.start - 1 if led_to else first_day
    return all(day is None or seen < boundary_after(day) for day in (step.deadline, step.start_by))


def _first(step: DraftStep, starts: range, fits: Callable[[Placed], bool]) -> Placed:
    for boundary in starts:
        if may_be_at(step, boundary) and fits(at := placed(step, boundary)):
            return at
    raise AssertionError(f"{step.id} fits nowhere")
