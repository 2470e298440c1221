"""What is recorded of a project, as facts for the passes."""

from collections.abc import Mapping
from datetime import date

import numpy as np

from tracker.core.calendars import EVERY_DAY, boundary_after, boundary_before
from tracker.core.clocks import Account
from tracker.core.model import DayKind
from tracker.core.network import Network, Node
from tracker.core.plan.facts import NONE, Facts, Mask, Stage
from tracker.core.track import BEGUN, Progress, State


def recorded_facts(
    network: Network,
    progress: Mapping[str, Progress],
    *,
    status_date: date,
    deadline: date | None,
) -> Facts:
    """Return one world: a project as of its status date, on which work can still be done.

    Without a deadline the late dates start from the network's own finish.
    """
    today = boundary_before(status_date)
    EVERY_DAY.check_covered(today, boundary_after(deadline or status_date))
    rows = np.array(
        [facts_of_step(node, progress[node.id], status_date) for node in network.nodes],
        dtype=np.int16,
    ).T[:, :, None]
    stage, days, began, stood, not_before = rows
    none = np.full_like(days, NONE)
    whole = (0, today, boundary_after(deadline) if deadline else NONE)
    start, now, last = (np.array([value], dtype=np.int16) for value in whole)
    cut = _given_way(network, progress)
    return Facts(
        stage=stage,
        days=days,
        began=began,
        stood=stood,
        not_before=not_before,
        last_start=none,
        last_end=none,
        start=start,
        today=now,
        deadline=last,
        cut=cut if cut.any() else None,
    )


def _given_way(network: Network, progress: Mapping[str, Progress]) -> Mask:
    """Return the links that yield to a step that has begun without them."""
    begun = {id_ for id_, each in progress.items() if each.state in (*BEGUN, State.FINISHED)}
    cut = [arc.yields and network.nodes[arc.successor].id in begun for arc in network.arcs]
    return np.array(cut, dtype=np.bool_)[:, None]


def facts_of_step(node: Node, progress: Progress, status_date: date) -> tuple[int, ...]:
    """Return stage, days left, where it began and stood, and the release of a block."""
    today = boundary_before(status_date)
    stood = _stood(progress, today)
    free = _free_from(progress)
    return (
        _stage(progress),
        _days_left(node, progress, status_date),
        _begins(progress.start) if progress.start else stood,
        stood,
        boundary_before(free) if free else 0,
    )


def _stage(progress: Progress) -> Stage:
    if progress.state is State.FINISHED:
        return Stage.FINISHED
    if progress.state is State.NOT_NEEDED:
        return Stage.OFF
    return Stage.BEGUN if progress.state in BEGUN and progress.start else Stage.WAITING


def _days_left(node: Node, progress: Progress, status_date: date) -> int:
    """Return the days a step still takes; one under way has at least one left."""
    if progress.is_over:
        return 0
    counts = progress.state in (State.UNDER_WAY, State.SUSPENDED)
    if not counts or progress.start is None or node.is_milestone:
        return node.days
    days = _whole(node, progress)
    worked = node.calendar.worked_before
    done = worked[boundary_before(status_date)] - worked[_begins(progress.start)]
    return max(1, days - max(0, done - _stopped(node, progress)))


def _whole(node: Node, progress: Progress) -> int:
    """Return the days of the whole step by the rule of the day on which it was accepted.

    A rule that counted other days than the network does is read as the one in force.
    """
    case = progress.case
    if case is None or case.accepted is None:
        return node.days
    takes = case.step.plan_time_on(case.accepted)
    counts_all = bool(node.calendar.worked.all())
    return takes.days if counts_all == (takes.kind is DayKind.CALENDAR) else node.days


def _stopped(node: Node, progress: Progress) -> int:
    """Return the days since the start that did not count."""
    spans = progress.case.spans if progress.case else ()
    return sum(
        node.calendar.count(span.first, span.last)
        for span in spans
        if span.account is Account.STOPPED and progress.start and span.first > progress.start
    )


def _free_from(progress: Progress) -> date | None:
    """Return the day on which a block is promised to be lifted, or a clock to run again."""
    if progress.block:
        return progress.block.expected
    stop = progress.case.stop if progress.case else None
    return stop.expected if stop else None


def _begins(start: date) -> int:
    """Return where counting begins: the day of acceptance is not counted (民法典 art. 201)."""
    return boundary_after(start)


def _stood(progress: Progress, today: int) -> int:
    if progress.finish:
        return boundary_after(progress.finish)
    return min(today, boundary_before(progress.known_by)) if progress.known_by else today
