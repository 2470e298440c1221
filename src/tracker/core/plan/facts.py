"""What is known of every step in every world, in the words of a ledger.

A column is one world: a project, a what-if of it, or a draw. `worlds` puts it into the indices and
gates of a circuit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import IntEnum
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from tracker.core.calendars import LAST_BOUNDARY

Counts = npt.NDArray[np.int16]
Mask = npt.NDArray[np.bool_]
NONE = LAST_BOUNDARY
"""As a deadline: there is none."""


class Stage(IntEnum):
    """How far a step has come, as far as the passes care."""

    WAITING = 0
    BEGUN = 1
    FINISHED = 2
    OFF = 3
    GONE = 4  # a what-if: takes no time and nothing holds it, but its lags still count


_BEGUN, _FINISHED, _OFF = int(Stage.BEGUN), int(Stage.FINISHED), int(Stage.OFF)  # numpy's own kind


@dataclass(frozen=True, eq=False, kw_only=True)
class Facts:
    """What is known of every step in every world: arrays `(steps, worlds)` in network order.

    `days` are those the step's work still takes, in days of its own calendar: all of them while
    it waits, what is left once it has begun. The rest are boundaries: `began` and `stood` where
    it began and ended (0 where it did not), `not_before` a floor (0 for none), `last_start` and
    `last_end` what its own `start_by` and deadline allow (`NONE` for none; `last_start` is where
    that day ends). `start`, `today` and `deadline` are rows `(worlds,)`: the project's start, its
    status date, and where its last day ends. Where all worlds agree, one column stands for all.
    `cut` are the links that do not hold, `(arcs, worlds)`; None where all hold everywhere.
    """

    stage: Counts
    days: Counts
    began: Counts
    stood: Counts
    not_before: Counts
    last_start: Counts
    last_end: Counts
    start: Counts
    today: Counts
    deadline: Counts
    cut: Mask | None = None

    @classmethod
    def side_by_side(cls, worlds: Sequence[Self]) -> Self:
        """Put worlds of one network beside one another."""
        if len(worlds) == 1:
            return worlds[0]
        columns = {f.name: [getattr(world, f.name) for world in worlds] for f in fields(cls)}
        cuts = columns.pop("cut")
        joined: dict[str, Any] = {n: np.concatenate(rows, axis=-1) for n, rows in columns.items()}
        if any(cut is not None for cut in cuts):
            joined["cut"] = np.concatenate(_side_by_side(cuts, worlds), axis=-1)
        return cls(**joined)

    def column(self, world: int) -> "Facts":
        """Return one world of many, as the only column."""
        return self._taken(slice(world, world + 1))

    def take(self, worlds: npt.NDArray[np.intp]) -> "Facts":
        """Return some worlds of many."""
        return self._taken(worlds)

    def _taken(self, here: slice | npt.NDArray[np.intp]) -> "Facts":
        found: dict[str, Any] = {f.name: getattr(self, f.name) for f in fields(self)}
        cut: Mask | None = found.pop("cut")
        rows = {name: values[..., here] for name, values in found.items()}
        return Facts(**rows, cut=None if cut is None else cut[:, here])

    @property
    def count(self) -> int:
        """Return the number of worlds."""
        return int(self.days.shape[1])

    @cached_property
    def is_over(self) -> Mask:
        """Tell which steps take no more part."""
        return self.stage >= _FINISHED

    @cached_property
    def is_passed(self) -> Mask:
        """Tell which steps logic goes through as if they were not there."""
        return self.stage >= _OFF

    @cached_property
    def has_begun(self) -> Mask:
        """Tell which steps have begun or are finished: a link from their start is met."""
        begun: Mask = (self.stage == _BEGUN) | (self.stage == _FINISHED)
        return begun

    @cached_property
    def is_finished(self) -> Mask:
        """Tell which steps are finished."""
        finished: Mask = self.stage == _FINISHED
        return finished

    @cached_property
    def is_off(self) -> Mask:
        """Tell which steps are not needed."""
        off: Mask = self.stage == _OFF
        return off

    @property
    def floor(self) -> Counts:
        """Return the boundary before which nothing of a step that is left is done."""
        waits = np.where(self.stage == 0, self.start, 0)
        floor: Counts = np.maximum(np.maximum(waits, self.today), self.not_before)
        return floor


def _side_by_side(cuts: Sequence[Mask | None], worlds: Sequence[Facts]) -> list[Mask]:
    """Return the links each world cuts; none where it says nothing."""
    arcs = next(len(cut) for cut in cuts if cut is not None)
    return [
        np.zeros((arcs, world.count), np.bool_) if cut is None else cut
        for cut, world in zip(cuts, worlds, strict=True)
    ]


def with_steps_gone(facts: Facts, gone: Sequence[tuple[int, int | None]]) -> Facts:
    """Return, side by side, worlds of `facts` as if a step took no time and nothing held it.

    `gone` has for each its world and its step; the world is as it was where the step is None.
    """
    found = facts.take(np.array([world for world, _ in gone], dtype=np.intp))
    places = [(step, n) for n, (_, step) in enumerate(gone) if step is not None]
    for step, n in places:
        found.stage[step, n], found.not_before[step, n] = Stage.GONE, 0
    return found
