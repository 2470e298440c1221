"""What a heading meant that may mean several steps (规划许可, 环评): each in turn, in a column.

One of them is meant, whichever it is: so the best world of a project is the best of those in which
each is, and the worst the worst.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tracker.core.knowledge.states import States
from tracker.core.knowledge.told import Said
from tracker.core.plan.facts import Counts, Mask


@dataclass(frozen=True, eq=False)
class Variants:
    """Columns in which every heading means one step; `owner` is the column each comes from.

    The variants of a column stand together, in its place.
    """

    states: States
    owner: npt.NDArray[np.intp]

    def first(self, ends: Counts) -> npt.NDArray[np.intp]:
        """Return, for each owner, the variant that ends first."""
        return self._extreme(ends)

    def last(self, ends: Counts) -> npt.NDArray[np.intp]:
        """Return, for each owner, the variant that ends last."""
        return self._extreme(-ends)

    def _extreme(self, ends: Counts) -> npt.NDArray[np.intp]:
        order = np.lexsort((np.arange(len(ends)), ends, self.owner))
        _, at = np.unique(self.owner[order], return_index=True)
        found: npt.NDArray[np.intp] = order[at]
        return found

    def agree(self, rows: Sequence[Counts]) -> Mask:
        """Tell where all variants of an owner agree in all `rows`: `(steps, owners)`."""
        starts = np.searchsorted(self.owner, np.arange(self.owner[-1] + 1))
        low = np.minimum.reduceat(np.minimum.reduce(rows), starts, axis=1)
        high = np.maximum.reduceat(np.maximum.reduce(rows), starts, axis=1)
        found: Mask = low == high
        return found


def variants(states: States) -> Variants:
    """Return the variants of every column."""
    ground, owner = states.ground, np.arange(states.told.count)
    for group in ground.groups:
        split = _split(states, list(group))
        if split is not None:
            states, places = split
            owner = owner[places]
    return Variants(states, owner)


def _split(states: States, members: Sequence[int]) -> tuple[States, npt.NDArray[np.intp]] | None:
    """Return a column for each step of a group that may be meant, and where each comes from."""
    said = states.told.said[members]
    is_told = (said >= Said.NOT_BEGUN).any(axis=0)
    if not is_told.any():
        return None
    several = is_told & (states.possible[members].sum(axis=0) > 1)
    if not several.any():
        return None
    meant = several & states.possible[members]
    meant[0] |= ~several  # a column that needs no splitting comes once
    column, member = np.nonzero(meant.T)
    told = states.told.take(column)
    answers = told.answers.copy()
    for k, step in enumerate(members):
        condition = states.ground.blueprint.steps[step].condition
        if condition:
            chosen = several[column] & (member == k)
            other = several[column] & (member != k)
            states.ground.answers.assume(condition, answers, met=chosen, unmet=other)
    return States(states.ground, replace(told, answers=answers)), column
