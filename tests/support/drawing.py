"""Schedules as drawings: one table is both input and expectation.

    step    | after           | takes | MTWTFSSMTWTFSS | float
    survey  |                 | 3 wd  | XXX            | 1
    lodge   | survey + 2 wd   | 1 wd  |      ...

The drawing starts on Monday 2026-03-02. Its heading gives the days: `H` is a day off in the week, `W`
a weekend day that is worked. `X` is worked, `.` off within the step; `D`, alone in its row, is the
deadline; a milestone is drawn as `<`, on the day it ends. Early dates are drawn.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from tracker.core.calendars import EVERY_DAY, Calendar, boundary_before, day_from, day_until
from tracker.core.model import DayKind, Duration, Link, LinkType
from tracker.core.network import Network, Node, build
from tracker.core.plan.floats import floats
from tracker.core.plan.numbers import ONE_WORLD
from tracker.core.plan.passes import Early, early, late, network_finish
from tracker.core.plan.worlds import Worlds, world_of
from tracker.core.track import Progress

MONDAY = date(2026, 3, 2)


@dataclass(frozen=True)
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
    steps = [row for row in rows if "D" not in row.bar]
    calendar = calendar_of(days)
    network = network_of(steps, calendar)
    world = world_of(
        network, {row.name: Progress() for row in steps}, status_date=MONDAY, deadline=deadline
    )
    forward = early(network, world, ONE_WORLD)
    backward = late(network, world, network_finish(forward, ONE_WORLD), ONE_WORLD)
    slack = floats(network, world, forward, backward).total
    for row in steps:
        n = network.position[row.name]
        drawn = f"{row.name}: {draw(n, network, world, forward, len(days))}"
        assert drawn.rstrip() == f"{row.name}: {row.bar}".rstrip()
        if row.total_float is not None:
            assert (row.name, slack[n]) == (row.name, row.total_float)


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
        name,
        after,
        Duration.parse(takes) if takes else Duration(0),
        bar,
        int(total) if total else None,
    )


def calendar_of(days: str) -> Calendar:
    marks = {MONDAY + timedelta(n): mark for n, mark in enumerate(days)}
    return Calendar.of(
        "drawn", lambda day: {"H": False, "W": True}.get(marks.get(day, ""), day.weekday() < 5)
    )


def network_of(rows: list[Drawn], calendar: Calendar) -> Network:
    nodes = [
        Node(row.name, row.takes.days, calendar if row.takes.kind is DayKind.WORKING else EVERY_DAY)
        for row in rows
    ]
    links = [
        link_of(text.strip(), row.name)
        for row in rows
        for text in row.after.split(",")
        if text.strip()
    ]
    return build(nodes, links, EVERY_DAY)


def link_of(text: str, successor: str) -> Link:
    before, _, lag = text.partition(" + ")
    name, _, kind = before.partition(" ")
    return Link(
        name, successor, LinkType(kind or "FS"), Duration.parse(lag) if lag else Duration(0)
    )


def draw(n: int, network: Network, world: Worlds, forward: Early, width: int) -> str:
    node = network.nodes[n]
    if node.days == 0:
        end = (day_until(forward.ends[n]) - MONDAY).days
        return " " * end + "<"
    first = day_from(forward.starts[n])
    last = day_until(forward.ends[n])
    bar = " " * (first - MONDAY).days
    for k in range((last - first).days + 1):
        bar += "X" if node.calendar.is_worked(first + timedelta(k)) else "."
    assert boundary_before(first) == forward.starts[n]
    return bar
