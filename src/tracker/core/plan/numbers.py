"""Two kinds of number for one text of the passes: one world, and many side by side."""

from typing import Any, Protocol

import numpy as np

from tracker.core.calendars import Lookup

Row = Any
"""What a pass holds for a step: an integer for one world, an array `(worlds,)` for many."""


class Numbers(Protocol):
    """The few operations in which one world and many differ."""

    def later(self, a: Row, b: Row) -> Row:
        """Return the later of two boundaries."""
        ...

    def earlier(self, a: Row, b: Row) -> Row:
        """Return the earlier of two boundaries."""
        ...

    def look_up(self, table: Lookup, index: Row) -> Row:
        """Return what a calendar's table holds at `index`."""
        ...

    def choose(self, mask: Row, if_true: Row, if_false: Row) -> Row:
        """Return one or the other, world by world."""
        ...


class _OneWorld:
    """Plain integers: no array overhead for a single project or a huge network."""

    later = staticmethod(max)
    earlier = staticmethod(min)

    @staticmethod
    def look_up(table: Lookup, index: int) -> int:
        return table[index]

    @staticmethod
    def choose(mask: bool, if_true: int, if_false: int) -> int:  # noqa: FBT001  a world's flag
        return if_true if mask else if_false


class _ManyWorlds:
    """Rows of numpy: one column a world."""

    later = staticmethod(np.maximum)
    earlier = staticmethod(np.minimum)
    choose = staticmethod(np.where)

    @staticmethod
    def look_up(table: Lookup, index: Row) -> Row:
        return table.take(index)


ONE_WORLD: Numbers = _OneWorld()
MANY_WORLDS: Numbers = _ManyWorlds()
