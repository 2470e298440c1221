"""Two kinds of number for one text of the passes: one world, and many side by side."""

from functools import cache, reduce
from typing import Any, Protocol, TypeVar, cast

import numpy as np
import numpy.typing as npt

from tracker.core.calendars import Lookup

Places = npt.NDArray[np.intp]

Many = npt.NDArray[np.integer[Any]]
"""One number for each of many worlds: an array `(worlds,)`."""
Row = TypeVar("Row", int, Many)
"""What a pass holds for a cell: an integer for one world, or an array for many."""


class Numbers(Protocol[Row]):
    """The few operations in which one world and many differ."""

    def zeros(self, count: int, /) -> list[Row]:
        """Return a row of nothing for each of `count` places, to be replaced."""
        ...

    def later(self, a: Row, b: Row, /) -> Row:
        """Return the later of two."""
        ...

    def earlier(self, a: Row, b: Row, /) -> Row:
        """Return the earlier of two."""
        ...

    def look_up(self, table: Any, index: Row, /) -> Row:
        """Return what a table holds at `index`."""
        ...

    def table(self, lookup: Lookup) -> Any:
        """Return a look-up table in the form that `look_up` reads fastest."""
        ...

    def latest(self, rows: list[Row], places: Places) -> Row:
        """Return the latest of some rows."""
        ...


class _OneWorld:
    """Plain integers: no array overhead for a single project or a huge network."""

    @staticmethod
    def zeros(count: int) -> list[int]:
        return [0] * count

    @staticmethod
    def later(a: int, b: int) -> int:
        return a if a > b else b

    @staticmethod
    def earlier(a: int, b: int) -> int:
        return a if a < b else b

    @staticmethod
    def look_up(table: list[int], index: int) -> int:
        return table[index if index > 0 else 0]  # before the first day a list would count backwards

    @staticmethod
    def table(lookup: Lookup) -> list[int]:
        return lookup.values

    @staticmethod
    def latest(rows: list[int], places: Places) -> int:
        return int(max(rows[place] for place in places.tolist()))


class _ManyWorlds:
    """Rows of numpy: one column a world."""

    later = staticmethod(np.maximum)
    earlier = staticmethod(np.minimum)

    @staticmethod
    def zeros(count: int) -> list[Any]:
        return [0] * count  # one number stands for all worlds until a row takes its place

    @staticmethod
    def look_up(table: Many, index: Many) -> Any:
        return table.take(index, mode="clip")

    @staticmethod
    def table(lookup: Lookup) -> Many:
        return lookup.row

    @staticmethod
    def latest(rows: list[Many], places: Places) -> Any:
        return reduce(np.maximum, (rows[place] for place in places.tolist()))


@cache
def keep_freed_memory() -> None:
    """Free one block larger than any row, so that the C library keeps what passes free.

    glibc hands freed memory back to the system above a threshold, and the next pass pays for fresh
    pages, twice the time of its sums. The threshold rises to the largest block freed (mallopt(3),
    M_MMAP_THRESHOLD); this one is never touched, so it costs no memory. Elsewhere nothing happens.
    """
    np.empty(31 << 20, dtype=np.int8)


ONE_WORLD: Numbers[int] = _OneWorld()
MANY_WORLDS = cast("Numbers[Many]", _ManyWorlds())
