"""How the cells of one table want to be read: its day, its year, its marks, plan or actual."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache


class Status(StrEnum):
    """What a status cell says."""

    DONE = "done"
    IN_PROGRESS = "in_progress"
    NOT_STARTED = "not_started"
    NOT_REQUIRED = "not_required"
    RETURNED = "returned"
    SUSPENDED = "suspended"
    UNKNOWN = "unknown"


class Sense(StrEnum):
    """What a day means that stands where a state belongs."""

    PLANNED = "planned"
    ACTUAL = "actual"
    MIXED = "mixed"
    """Nothing says which, and days past and coming stand in one column."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class CellRules:
    """What a sheet says of its cells. `legend` gives the meaning of marks and of taught words.

    `year` is the one that a day without a year means, None for that of `as_of`; `sense` is None
    where nothing says whether days are planned. Compared by identity, so that readings are kept.
    """

    as_of: date
    year: int | None = None
    legend: Mapping[str, Status] = field(default_factory=dict)
    sense: Sense | None = None

    @property
    def reads_as_of(self) -> date:
        """Return a day of the year that a missing year means."""
        if self.year is None or self.year == self.as_of.year:
            return self.as_of
        return date(self.year, self.as_of.month, min(self.as_of.day, 28))

    def read_as(self, sense: Sense | None) -> "CellRules":
        """Return the rules with the sense that a column has of its own; the same with None."""
        return self if sense is None or sense is self.sense else _with_sense(self, sense)

    def without_marks(self) -> "CellRules":
        """Return the rules of a cell that shows an error: no mark means anything there."""
        return _without_marks(self)


@lru_cache(maxsize=256)
def _with_sense(rules: CellRules, sense: Sense) -> CellRules:
    return replace(rules, sense=sense)


@lru_cache(maxsize=64)
def _without_marks(rules: CellRules) -> CellRules:
    return replace(rules, legend={})
