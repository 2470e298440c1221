"""Steps with fixed dates: no link into them moves them, and what is before them must be over.

Such a link is none of the network's. What it leaves its predecessor is the adjoint of what it asks:
the latest boundary from which it does not pass the fixed start or finish.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.core.calendars import EVERY_DAY, boundary_before
from tracker.core.network import Network, Tie
from tracker.core.plan.engine.lags import link_tables, measure_of
from tracker.core.plan.facts import Facts, Stage

if TYPE_CHECKING:
    from tracker.core.plan.draft import Draft, DraftStep


@dataclass(frozen=True, slots=True)
class Limit:
    """The boundary by which a predecessor must start, or by which it must end."""

    step: str
    boundary: int
    is_start: bool


def limits_before(draft: "Draft") -> Iterator[Limit]:
    """Yield what the ties into fixed steps leave the steps before them."""
    for tie in draft.ties:
        step = draft.by_id[tie.successor]
        if step.holds and step.actual_start is None:
            boundary = _latest(draft, step, tie)
            yield Limit(tie.predecessor, boundary, tie.type.is_from_start)


def last_ends(draft: "Draft", network: Network, facts: Facts) -> list[tuple[int, int]]:
    """Return the steps before fixed dates, each with its own index by which it must be over."""
    found = []
    for limit in limits_before(draft):
        n = network.position.get(limit.step)
        if n is None or (limit.is_start and facts.stage[n, 0] != Stage.WAITING):
            continue
        calendar, boundary = network.nodes[n].calendar, max(0, limit.boundary)
        if network.nodes[n].is_milestone:
            last = boundary
        elif limit.is_start:
            last = calendar.worked_before[boundary + 1] - 1 + int(facts.days[n, 0])
        else:
            last = calendar.ends_by[boundary]
        found.append((n, int(last)))
    return found


def _latest(draft: "Draft", step: "DraftStep", tie: Tie) -> int:
    """Return the latest boundary of a predecessor that keeps the fixed dates."""
    calendar, measure = step.own_calendar, measure_of(tie.type, draft.finish_rule)
    fixed = boundary_before(step.not_before) if step.not_before else 0
    if step.duration:
        sink, snaps = calendar, None
        bound = calendar.worked_before[fixed]
        bound += step.duration if tie.type.is_to_finish else 0
    else:
        sink, snaps = EVERY_DAY, calendar
        bound = calendar.instant_after[fixed]
    counting = EVERY_DAY if tie.lag == 0 else tie.calendar
    _, back = link_tables(EVERY_DAY, tie.type, tie.lag, counting, (sink, snaps), measure)
    return back[bound]
