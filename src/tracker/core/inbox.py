"""What waits to be done next (待办): steps under way and those that can begin, by urgency."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from tracker.core.clocks import Clock, Holder, holder_of, legal_moves
from tracker.core.events import EventKind
from tracker.core.flag import Standing
from tracker.core.model import Project, ProjectState, StepKind
from tracker.core.plan import PlannedStep
from tracker.core.track import State

_USUAL = (
    EventKind.LODGED,
    EventKind.ACCEPTED,
    EventKind.GRANTED,
    EventKind.STARTED,
    EventKind.FINISHED,
    EventKind.RESUBMITTED,
    EventKind.RESUMED,
    EventKind.RELEASED,
    EventKind.DELIVERED,
    EventKind.CORRECTION,
    EventKind.STOPPED,
    EventKind.SUSPENDED,
)
"""Events in the order in which they are offered; those that are not here come last."""
_ON_THE_DESK = (State.LODGED, State.UNDER_WAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A step of a project that somebody can act on now.

    `turn` is who acts next, `moves` are the events that may be recorded, the usual ones first.
    `due` is the last day for it, inclusive: of the clock that runs, else the latest finish of a
    step under way, or the latest start of one that can begin; None where there is no deadline.
    """

    project: Project
    step: PlannedStep
    turn: Holder
    moves: tuple[EventKind, ...]
    clock: Clock | None
    due: date | None

    @property
    def is_begun(self) -> bool:
        """Tell whether something of the step is under way."""
        return self.step.progress.state is not State.NOT_STARTED

    @property
    def is_with_authority(self) -> bool:
        """Tell whether an office of the government acts next, rather than the project's owner."""
        return self.turn not in (Holder.OWNER, Holder.AGENCY)


def inbox(standings: Iterable[Standing]) -> list[Item]:
    """Return what can be acted on, the soonest due first; what has no due day comes last.

    Projects that are suspended, closed or cannot be planned ask for nothing.
    """
    items = [item for standing in standings for item in _items(standing)]
    return sorted(items, key=lambda item: (item.due is None, item.due, not item.is_begun))


def ordered(moves: Iterable[EventKind]) -> tuple[EventKind, ...]:
    """Return events as they are offered: the usual ones first."""
    rank = {kind: place for place, kind in enumerate(_USUAL)}
    return tuple(sorted(moves, key=lambda kind: rank.get(kind, len(_USUAL))))


def can_begin(step: PlannedStep) -> bool:
    """Tell whether nothing that is known holds back a step that has not begun."""
    return step.progress.state is State.NOT_STARTED and not step.driven_by


def turn_of(step: PlannedStep) -> Holder:
    """Return who acts next; an application that has to be lodged waits for its owner."""
    case, is_application = step.progress.case, step.step.kind is StepKind.AUTHORITY_LIMIT
    if is_application and step.progress.state not in (*_ON_THE_DESK, State.SUSPENDED):
        return Holder.OWNER
    return case.holder if case else holder_of(step.step)


def _items(standing: Standing) -> Iterator[Item]:
    if standing.project.state is not ProjectState.ACTIVE or standing.plan.is_done:
        return
    for step in standing.plan.steps:
        known = step.progress
        if not known.is_over and (can_begin(step) or known.state is not State.NOT_STARTED):
            yield _item(standing.project, step)


def _item(project: Project, step: PlannedStep) -> Item:
    known = step.progress
    clock = (known.case.clock if known.case else None) or known.duty
    is_begun = known.state is not State.NOT_STARTED
    planned = step.late_finish if is_begun or step.step.is_instant else step.late_start
    return Item(
        project=project,
        step=step,
        turn=turn_of(step),
        moves=ordered(legal_moves(step.step, known.case)),
        clock=clock,
        due=clock.due if clock and clock.due else planned,
    )
