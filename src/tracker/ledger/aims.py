"""What a row aims at: its start, its deadlines, and the days its steps are planned for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, timedelta

import networkx as nx

from tracker.core.model import Procedure
from tracker.core.network import graph_of
from tracker.ledger.book.grid import Grid, letters
from tracker.ledger.model import LedgerStep
from tracker.ledger.shape.aliases import Field, Part
from tracker.ledger.shape.entries import Cell, Entry
from tracker.ledger.shape.sense import is_plan
from tracker.ledger.values.choices import aim_of
from tracker.ledger.values.dates import DayReading, DayRole, read_day
from tracker.ledger.values.rules import CellRules, Status
from tracker.ledger.values.words import plain, shown
from tracker.ledger.years import carried_on

_FAR_BACK = timedelta(days=60)
_STARTED = ("已开工", "已动工", "已开工建设", "开工建设", "已正式开工")
_CLOSED = (Status.DONE, Status.NOT_REQUIRED)
_PERMITS = ("construction_permit", "sector_start_permit", "water_start_conditions")
_START = "start"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """The target of a plan and its deadline, and the steps with deadlines of their own.

    `rule` read the cell of the deadline.
    """

    rule: str
    target: str
    deadline: date | None
    approval_deadline: date | None
    due: Mapping[str, date]
    steps: tuple[LedgerStep, ...]


class AimReader:
    """Reads what the entries of one table or form aim at.

    `valueless` are the cells that show an error or a formula nobody worked out.
    """

    def __init__(
        self,
        grid: Grid,
        rules: CellRules,
        valueless: AbstractSet[tuple[int, int]],
        report: Callable[[str, Cell], None],
    ) -> None:
        self.grid, self.rules = grid, rules
        self.valueless, self.report = valueless, report
        self.behind: dict[tuple[str, str], frozenset[str]] = {}

    def start(self, entry: Entry) -> DayReading:
        """Return the planned start; a past day under 开工时间 is no plan, and is asked about."""
        if _has_started(entry):
            return DayReading(None, "started")
        reading = self.day(entry, Field.PLANNED_START, DayRole.START)
        cell = entry.cell(Field.PLANNED_START)
        if reading.day is None or is_plan(cell.heading):
            return reading
        last = read_day(cell.value, DayRole.END, self.rules.reads_as_of).day or reading.day
        if max(reading.day, last) > self.rules.as_of:  # a month that has begun is not over
            return reading
        self.report("started_already", cell)
        return DayReading(None, "blank")

    def day(self, entry: Entry, field: Field, role: DayRole) -> DayReading:
        """Return the day in a field; what is unsure is reported."""
        cell = entry.cell(field)
        if (cell.row, cell.column) in self.valueless:  # something stands there, though no day
            return DayReading(None, "error")
        reading = read_day(cell.value, role, self.rules.reads_as_of)
        if reading.problem:
            self.report(reading.problem, cell)
        elif reading.year_assumed and reading.day and reading.day < self.rules.as_of - _FAR_BACK:
            self.report("year_assumed", cell)
        return reading

    def check_order(self, entry: Entry, start: date | None) -> None:
        """Report a finish before the start."""
        cell = entry.cell(Field.PLANNED_FINISH)
        reading = read_day(cell.value, DayRole.END, self.rules.reads_as_of)
        if reading.problem:
            self.report(reading.problem, cell)
        elif reading.day and start and reading.day < start:
            self.report("date_order", cell)

    def of(
        self,
        entry: Entry,
        steps: Sequence[LedgerStep],
        procedure: Procedure,
        start: DayReading,
        approval: str,
    ) -> Aim:
        """Return what a row aims at; `approval` is the step that 立项 means."""
        days = {
            "deadline": self.day(entry, Field.DEADLINE, DayRole.END),
            "approval": self.day(entry, Field.APPROVAL_DEADLINE, DayRole.END),
            "start": self._end_of_start(entry, start),
        }
        first = days["approval"].day
        planned = _with_planned(steps, approval, first)
        found = self._with_start(entry, self._carried_on(planned, procedure), procedure)
        target, deadline = aim_of(
            days,
            approval,
            next(step for step in _PERMITS if step in procedure.by_id),
            goes_on=any(
                each.status not in _CLOSED
                and each.step not in (None, approval)
                and approval not in self._behind(each.step or "", procedure)
                for each in found
            ),
        )
        is_same = any(each.step == target and each.planned == deadline for each in found)
        others = (
            approval if first else None,
            _START if start.day else None,
            target if deadline and is_same else None,
        )
        return Aim(
            rule=days["deadline"].rule,
            target=target,
            deadline=deadline,
            approval_deadline=first if target != approval else None,
            due=_due_in(found, {each for each in others if isinstance(each, str)}),
            steps=found,
        )

    def _with_start(
        self, entry: Entry, steps: tuple[LedgerStep, ...], procedure: Procedure
    ) -> tuple[LedgerStep, ...]:
        """Return the steps, with the start done where its column says so and no other does."""
        told = {each.step for each in steps}
        if not _has_started(entry) or _START in told or _START not in procedure.by_id:
            return steps
        cell = entry.cell(Field.PLANNED_START)
        started = LedgerStep(
            heading=cell.heading,
            step=_START,
            status=Status.DONE,
            column=letters(cell.column),
            raw=shown(cell.value),
            rule="word",
            cells={Part.STATE: (cell.row, cell.column)},
        )
        return (*steps, started)

    def _end_of_start(self, entry: Entry, start: DayReading) -> DayReading:
        """Return the last day of the planned start: 10月 is kept until its end."""
        cell = entry.cell(Field.PLANNED_START)
        end = read_day(cell.value, DayRole.END, self.rules.reads_as_of)
        return end if start.day and end.day else start

    def _carried_on(
        self, steps: Sequence[LedgerStep], procedure: Procedure
    ) -> tuple[LedgerStep, ...]:
        planned = [step.step for step in steps if step.step and step.planned]
        return carried_on(
            steps,
            {step: self._behind(step, procedure) for step in planned},
            lambda row, column: Cell(row, column, self.grid.at(row, column)),
            self.rules.reads_as_of,
            self.report,
        )

    def _behind(self, step: str, procedure: Procedure) -> frozenset[str]:
        """Return the steps that wait for `step`."""
        key = (procedure.id, step)
        if key not in self.behind:
            graph = graph_of(list(procedure.by_id), procedure.links)
            self.behind[key] = frozenset(nx.descendants(graph, step))
        return self.behind[key]


def _has_started(entry: Entry) -> bool:
    """Tell whether 已开工 stands where the day of the start is planned."""
    value = entry.cell(Field.PLANNED_START).value
    return isinstance(value, str) and plain(value) in _STARTED


def _with_planned(steps: Iterable[LedgerStep], step: str, day: date | None) -> list[LedgerStep]:
    """Return the steps with the planned day of one that has none: 立项时限 is that of 立项."""
    return [
        replace(each, planned=day) if day and each.step == step and not each.planned else each
        for each in steps
    ]


def _due_in(steps: Iterable[LedgerStep], others: AbstractSet[str]) -> dict[str, date]:
    """Return the days planned for steps, but for `others`, whose days are fields of the project."""
    return {
        each.step: each.planned
        for each in steps
        if each.step and each.planned and each.step not in others
    }
