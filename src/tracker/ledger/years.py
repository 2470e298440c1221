"""The year of planned days that write none: a plan that runs past December goes on in the next."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date, timedelta

from tracker.ledger.model import LedgerStep
from tracker.ledger.shape.entries import Cell
from tracker.ledger.values.dates import DayRole, read_day

__all__ = ["carried_on"]

_HALF_A_YEAR = timedelta(days=183)
"""What would follow later than this is more likely a plan whose days are mixed up."""


def carried_on(
    steps: Sequence[LedgerStep],
    behind: Mapping[str, Set[str]],
    cell_of: Callable[[int, int], Cell],
    as_of: date,
    report: Callable[[str, Cell], None],
) -> tuple[LedgerStep, ...]:
    """Return the steps, with 2月 in the year after 12月 where the second waits for the first.

    `behind` names the steps that wait for each step; `as_of` is a day of the year that a missing
    year means. A day that is moved is reported.
    """
    planned = {step.step: step.planned for step in steps if step.step and step.planned}
    found = []
    for step in steps:
        latest = max(
            (day for other, day in planned.items() if step.step in behind[other]), default=None
        )
        if latest and step.planned and step.planned < latest:
            moved = _a_year_later(step, cell_of, as_of)
            if moved and latest <= moved[0] <= latest + _HALF_A_YEAR:
                step = replace(step, planned=moved[0])  # noqa: PLW2901  read in another year
                planned[step.step or ""] = moved[0]
                report("year_carried", moved[1])
        found.append(step)
    return tuple(found)


def _a_year_later(
    step: LedgerStep, cell_of: Callable[[int, int], Cell], as_of: date
) -> tuple[date, Cell] | None:
    """Return the planned day in the next year and its cell; None where the cell names a year."""
    next_year = date(as_of.year + 1, as_of.month, min(as_of.day, 28))
    for place in step.cells.values():
        cell = cell_of(*place)
        reading = read_day(cell.value, DayRole.END, as_of)
        if reading.day == step.planned and reading.year_assumed:
            later = read_day(cell.value, DayRole.END, next_year).day
            return (later, cell) if later else None
    return None
