"""What a link asks of its successor: where its lag leads, and what that allows.

Said once, for one boundary, for a row of them, and for the whole calendar, from which the tables of
a circuit are made.
"""

from enum import StrEnum
from functools import lru_cache

import numpy as np

from tracker.core.calendars import Calendar, Lookup
from tracker.core.model import LinkType
from tracker.core.network import FinishRule
from tracker.core.plan.engine.numbers import MANY_WORLDS, Numbers, Row


class Measure(StrEnum):
    """What a link measures at its successor: its start, or its finish by date or by work done."""

    START = "start"
    FINISH_DATE = "finish_date"
    FINISH_WORK = "finish_work"


def measure_of(type_: LinkType, rule: FinishRule) -> Measure:
    """Return what a link measures; one to a finish from a start always by work done."""
    if not type_.is_to_finish:
        return Measure.START
    if type_ is LinkType.START_TO_FINISH or rule is FinishRule.WORKING_TIME:
        return Measure.FINISH_WORK
    return Measure.FINISH_DATE


def tables_of_lag(lag: int, calendar: Calendar, *, to_finish: bool) -> tuple[Lookup, Lookup]:
    """Return the tables a lag is counted by: into indices, and back to a boundary.

    A lag ends with its last counted day; a lead goes back to the beginning of its first one, but
    by dates, to the end of the day before it, where a finish is measured by it.
    """
    ends = lag > 0 or to_finish
    return calendar.worked_before, calendar.end_of if ends else calendar.start_of


def moved(
    boundary: Row, lag: int, calendar: Calendar, *, to_finish: bool, numbers: Numbers[Row]
) -> Row:
    """Return where a lag leads."""
    if lag == 0:
        return boundary
    count, back = tables_of_lag(lag, calendar, to_finish=to_finish)
    counted = numbers.look_up(numbers.table(count), boundary) + lag
    return numbers.look_up(numbers.table(back), counted)


def demanded(
    at: Row, space: Calendar, snaps: Calendar | None, measure: Measure, numbers: Numbers[Row]
) -> Row:
    """Return the first index of a step's space that a boundary allows.

    A start is the first working day at or after it. A finish compares dates, or work done: the
    end of Friday is as good as Monday's start. `snaps` is a milestone's own calendar.
    """
    if measure is Measure.START:
        return numbers.look_up(numbers.table(space.worked_before), at)
    if measure is Measure.FINISH_DATE:
        return numbers.look_up(numbers.table(space.finish_at), at)
    done = numbers.look_up(numbers.table((snaps or space).worked_before), at)
    return numbers.look_up(numbers.table(snaps.end_of), done) if snaps else done


@lru_cache(maxsize=256)
def link_tables(
    source: Calendar,
    type_: LinkType,
    lag: int,
    calendar: Calendar,
    sink: tuple[Calendar, Calendar | None],
    measure: Measure,
) -> tuple[Lookup, Lookup]:
    """Return what a link allows for each index of its source, and the way back.

    The way back is the adjoint: the latest index from which the link does not pass a bound. It is
    searched for, never written down.
    """
    stood = (source.start_of if type_.is_from_start else source.end_of).row
    at = moved(stood, lag, calendar, to_finish=type_.is_to_finish, numbers=MANY_WORLDS)
    there = demanded(at, *sink, measure, MANY_WORLDS)
    bounds = np.arange(len(sink[0].end_of.row))
    back = np.searchsorted(there, bounds, side="right") - 1
    return Lookup.of(there), Lookup.of(back)
