"""Schedules as drawings: one table is both input and expectation.

    step    | after           | takes | MTWTFSSMTWTFSS | float
    survey  |                 | 3 wd  | XXX            | 1
    lodge   | survey + 2 wd   | 1 wd  |      ...
    check   | lodge FF - 1 cd | 2 wd  |      ...

The drawing starts on Monday 2026-03-02. Its heading gives the days: `H` is a day off in the week,
`W` a weekend day that is worked. `X` is worked, `.` off within the step; `D`, alone in its row, is
the deadline; a milestone is drawn as `<`, on the day it ends. Early dates are drawn.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from tests.support.networks import scheduled
from tracker.core.calendars import EVERY_DAY, Calendar
from tracker.core.model import DayKind, Duration, LinkType
from tracker.core.network import Tie
from tracker.core.plan.draft import Draft, DraftStep
from tracker.core.plan.schedule import Schedule

MONDAY = date(2026, 3, 2)


@dataclass(frozen=True, kw_only=True)
class Drawn:
    name: str
    after: str
    takes: Duration
    bar: str
    total_float: int | None


def assert_schedule(table: str) -> None:
    """Plan the left columns, redraw bars and floats, and compare row by row."""
    heading, *lines = [line for line in table.strip("\n").splitlines() if line.strip()]
    days = _cells(heading)[3]
    rows = [_row(line) for line in lines]
    deadline = next(
        (MONDAY + timedelta(row.bar.index("D")) for row in rows if "D" in row.bar), None
    )
    rows = [row for row in rows if "D" not in row.bar]
    schedule = scheduled(draft_of(rows, calendar_of(days), deadline))
    for n, node in enumerate(schedule.column.network.nodes):
        row = next(row for row in rows if row.name == node.id)
        drawn = f"{row.name}: {draw(n, schedule)}"
        assert drawn.rstrip() == f"{row.name}: {row.bar}".rstrip()
        if row.total_float is not None:
            assert (row.name, schedule.total_floats[n]) == (row.name, row.total_float)


def _cells(line: str) -> list[str]:
    """Split a line; the drawing keeps the blanks before its bar."""
    cells = line.split("|")
    return [
        *(cell.strip() for cell in cells[:3]),
        cells[3][1:].rstrip(),
        *(c.strip() for c in cells[4:]),
    ]


def _row(line: str) -> Drawn:
    name, after, takes, bar, total = _cells(line)
    return Drawn(
        name=name,
        after=after,
        takes=Duration.parse(takes) if takes else Duration(0),
        bar=bar,
        total_float=int(total) if total else None,
    )


def calendar_of(days: str) -> Calendar:
    marks = {MONDAY + timedelta(n): mark for n, mark in enumerate(days)}
    return Calendar.of(
        "drawn", lambda day: {"H": False, "W": True}.get(marks.get(day, ""), day.weekday() < 5)
    )


def draft_of(rows: list[Drawn], calendar: Calendar, deadline: date | None) -> Draft:
    steps = tuple(
        DraftStep(id=row.name, duration=row.takes.days, calendar=_calendar(row.takes, calendar))
        for row in rows
    )
    of_step = {step.id: step.calendar for step in steps}
    ties = tuple(
        tie_of(text.strip(), row.name, of_step[row.name])
        for row in rows
        for text in row.after.split(",")
        if text.strip()
    )
    return Draft(
        id="drawn", start=MONDAY, steps=steps, ties=ties, deadline=deadline, calendar=calendar
    )


def _calendar(takes: Duration, working_days: Calendar) -> Calendar:
    return working_days if takes.kind is DayKind.WORKING else EVERY_DAY


def tie_of(text: str, successor: str, calendar: Calendar) -> Tie:
    before, sign, lag = text.partition(" + ")
    if not sign:
        before, sign, lag = text.partition(" - ")
    name, _, kind = before.partition(" ")
    days = Duration.parse(lag) if lag else Duration(0)
    count = -days.days if "-" in sign else days.days
    return Tie(
        predecessor=name,
        successor=successor,
        type=LinkType(kind or "FS"),
        lag=count,
        calendar=_calendar(days, calendar),
    )


def draw(n: int, schedule: Schedule) -> str:
    node, early = schedule.column.network.nodes[n], schedule.early(n)
    if node.is_milestone:
        assert early.seen is not None
        return " " * (early.seen - MONDAY).days + "<"
    bar = " " * (early.start - MONDAY).days
    for k in range((early.finish - early.start).days + 1):
        bar += "X" if node.calendar.is_worked(early.start + timedelta(k)) else "."
    return bar
