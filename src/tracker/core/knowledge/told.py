"""What somebody has said of each step and each question, a column a project or a what-if."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import IntEnum
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from tracker.core.calendars import EVERY_DAY, boundary_after, boundary_before
from tracker.core.clocks import State
from tracker.core.knowledge.answers import Bits
from tracker.core.knowledge.ground import Ground
from tracker.core.plan.facts import NONE, Counts, Mask
from tracker.core.plan.record import facts_of_step
from tracker.core.track import Known, Progress

UNKNOWN = -1
"""As days left: nobody said when the step began."""


class Said(IntEnum):
    """What is said of a step; of a silent one, nothing."""

    SILENT = 0
    NOT_NEEDED = 1
    NOT_BEGUN = 2
    UNDER_WAY = 3
    FINISHED = 4


_SAID = {
    State.NOT_NEEDED: Said.NOT_NEEDED,
    State.UNDER_WAY: Said.UNDER_WAY,
    State.SUSPENDED: Said.UNDER_WAY,
    State.RETURNED: Said.UNDER_WAY,
    State.FINISHED: Said.FINISHED,
}
"""A case that was lodged, refused or withdrawn has still all its days before it."""
_IDLE = State.NOT_STARTED


@dataclass(frozen=True, eq=False, kw_only=True)
class Told:
    """Arrays `(steps, worlds)` in network order; `answers` is `(questions, worlds)`.

    `days` are left of what is under way, `UNKNOWN` where no day says so. `began` and `stood` are
    boundaries, 0 where nothing is known; `stood` of a step that is finished on an unknown day is
    the latest that is possible, and `dated` tells which are not. `blank` are silent steps of which
    a ledger might have said something; `wanted` are steps that have not begun and are surely
    needed, since they were lodged, refused or held. `today` and `deadline` are rows.
    """

    said: npt.NDArray[np.int8]
    days: Counts
    began: Counts
    stood: Counts
    dated: Mask
    blank: Mask
    wanted: Mask
    not_before: Counts
    answers: Bits
    today: Counts
    deadline: Counts

    @property
    def count(self) -> int:
        """Return the number of worlds."""
        return int(self.said.shape[1])

    def take(self, columns: npt.NDArray[np.intp]) -> Self:
        """Return some columns, as often as they are named."""
        rows: dict[str, Any] = {f.name: getattr(self, f.name)[..., columns] for f in fields(self)}
        return type(self)(**rows)

    @classmethod
    def side_by_side(cls, columns: Sequence[Self]) -> Self:
        """Put columns beside one another."""
        if len(columns) == 1:
            return columns[0]
        rows: dict[str, Any] = {
            f.name: np.concatenate([getattr(each, f.name) for each in columns], axis=-1)
            for f in fields(cls)
        }
        return cls(**rows)


def told_of(
    ground: Ground,
    progress: Mapping[str, Progress],
    facts: Mapping[str, str],
    *,
    status_date: date,
    deadline: date | None,
) -> Told:
    """Return one column: what is recorded of a project.

    Raises OutsideCalendarError for a day that no calendar covers.
    """
    ends = boundary_after(deadline) if deadline else NONE
    EVERY_DAY.check_covered(boundary_before(status_date), *([ends] if deadline else []))
    known = [_of_step(ground, n, progress, status_date) for n in range(ground.count)]
    rows = np.array(known, np.int16).T[..., None]
    said, days, began, stood, dated, blank, wanted, not_before = rows
    found = Told(
        said=said.astype(np.int8),
        days=days,
        began=began,
        stood=stood,
        dated=dated.astype(np.bool_),
        blank=blank.astype(np.bool_),
        wanted=wanted.astype(np.bool_),
        not_before=not_before,
        answers=ground.answers.column(facts),
        today=np.array([boundary_before(status_date)], dtype=np.int16),
        deadline=np.array([ends], dtype=np.int16),
    )
    if _has_not_begun(progress):
        found.blank[found.said == Said.SILENT] = True
    return _shared(ground, found)


def _has_not_begun(progress: Mapping[str, Progress]) -> bool:
    """Tell whether all that is recorded has not begun: then most likely nothing has."""
    states = {each.state for each in progress.values() if each.known is Known.RECORDED}
    return State.NOT_STARTED in states and states <= {State.NOT_STARTED, State.NOT_NEEDED}


def _of_step(
    ground: Ground, n: int, progress: Mapping[str, Progress], status_date: date
) -> tuple[int, ...]:
    node = ground.blueprint.network.nodes[n]
    known = progress[node.id]
    if known.known_by is None:
        return Said.SILENT, UNKNOWN, 0, 0, False, known.left_blank, False, 0
    said = _SAID.get(known.state, Said.NOT_BEGUN)
    _, days, began, stood, not_before = facts_of_step(node, known, status_date)
    counts = known.state in (State.UNDER_WAY, State.SUSPENDED) and known.start is None
    is_open = said is Said.UNDER_WAY and counts
    return (
        said,
        UNKNOWN if is_open else days,
        began if known.start or known.finish else 0,
        stood if said is Said.FINISHED else 0,
        known.finish is not None,
        False,
        said is Said.NOT_BEGUN and (known.block is not None or known.state is not _IDLE),
        not_before,
    )


def _shared(ground: Ground, told: Told) -> Told:
    """Return what is said of one of several steps as said of all that the heading may mean."""
    for group in ground.groups:
        spoken = [n for n in group if told.said[n, 0] != Said.SILENT]
        if len(spoken) == 1:
            told = _copied(told, spoken[0], [n for n in group if n != spoken[0]])
        elif told.blank[list(group)].any():
            told.blank[list(group)] = told.said[list(group)] == Said.SILENT
    return told


def _copied(told: Told, source: int, places: Iterable[int]) -> Told:
    rows: dict[str, Any] = {}
    for name in ("said", "days", "began", "stood", "dated", "blank", "wanted"):
        rows[name] = getattr(told, name).copy()
        rows[name][list(places)] = rows[name][source]
    rows["days"][list(places)] = UNKNOWN  # of another step they would be others
    return replace(told, **rows)
