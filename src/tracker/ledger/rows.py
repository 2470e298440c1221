"""A table's rows become projects; what is not certain becomes an issue with its cell."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from tracker.core.compile import switched_off
from tracker.core.model import Procedure, Regime
from tracker.ledger.choices import (
    aim_of,
    block_of,
    facts_of,
    is_lifted,
    overlays_of,
    procedure_of,
    regime_in,
    regime_of,
)
from tracker.ledger.codes import problem_of_code
from tracker.ledger.columns import Column, Field, steps_for
from tracker.ledger.dates import DayReading, DayRole, read_day
from tracker.ledger.grid import letters
from tracker.ledger.issues import CODES
from tracker.ledger.model import (
    LedgerBlock,
    LedgerIssue,
    LedgerProject,
    LedgerStep,
    Status,
    Value,
)
from tracker.ledger.money import ODD, read_amount
from tracker.ledger.people import read_leaders
from tracker.ledger.secrecy import is_classified
from tracker.ledger.statuses import read_status
from tracker.ledger.tables import Table
from tracker.ledger.words import name_text, plain, shown

_FAR_BACK = timedelta(days=60)
_CLASSIFIED = ("是", "√", "涉密", "秘密", "机密", "绝密", "内部")


class RowReader:
    """Reads the rows of one table and gathers their issues."""

    def __init__(self, table: Table, as_of: date, procedures: Mapping[str, Procedure]) -> None:
        self.table, self.as_of, self.procedures = table, as_of, procedures
        self.issues: list[LedgerIssue] = []
        self.kinds = frozenset(c.step_kind for c in table.columns if c.step_kind)

    def read(self) -> list[LedgerProject]:
        """Return the projects of the table, in its order."""
        self._note_columns()
        found = (self._project(row) for row in self.table.body)
        return [project for project in found if project]

    def issue(
        self, code: str, row: int, column: Column | None, raw: object = None, **values: object
    ) -> None:
        """Note something wrong in a cell; `row` counts from 0."""
        severity, what, remedy = CODES[code]
        text = shown(raw)
        self.issues.append(
            LedgerIssue(
                self.table.grid.sheet,
                row + 1,
                letters(column.index) if column else None,
                code,
                severity,
                text,
                what.of(raw=text or "", **values),
                remedy,
            )
        )

    def _note_columns(self) -> None:
        header = self.table.header_rows[-1]
        investment = self.table.column(Field.INVESTMENT)
        if investment and self.table.unit is None:
            self.issue("no_unit", header, investment)
        if investment and self.table.unit == ODD:
            self.issue("unit_doubt", header, investment, investment.heading)
        if self.table.second_table is not None:
            self.issue("second_table", self.table.second_table, None)
        for column in self.table.columns:
            if column.heading and not column.field and not column.step_kind:
                self.issue("unknown_column", header, column, column.heading)
            if column.step_kind == "permit":
                self.issue("planning_alone", header, column, column.heading)

    def _cell(self, row: int, field: Field) -> tuple[Value, Column | None]:
        column = self.table.column(field)
        return self.table.value(row, column), column

    def _text(self, row: int, field: Field) -> str | None:
        return shown(self._cell(row, field)[0])

    def _project(self, row: int) -> LedgerProject | None:
        name_cell, name_column = self._cell(row, Field.NAME)
        name = name_text(name_cell)
        if self._is_classified(row):
            self.issue("classified", row, name_column, "涉密")
            return None
        if name is None:
            self.issue("missing_name", row, name_column)
            return None
        self._note_errors(row)
        start = self._reading(row, Field.PLANNED_START, DayRole.START)
        project = LedgerProject(
            sheet=self.table.grid.sheet,
            row=row + 1,
            name=name,
            code=self._code(row),
            category=self._text(row, Field.CATEGORY) or self.table.sections.get(row) or None,
            location=self._text(row, Field.LOCATION),
            total_investment_wan=self._amount(row),
            owner_unit=self._text(row, Field.OWNER_UNIT),
            responsible_unit=self._text(row, Field.RESPONSIBLE_UNIT),
            leaders=self._leaders(row),
            task_force=self._text(row, Field.TASK_FORCE),
            planned_start=start.day,
            remark=self._text(row, Field.REMARK),
            facts=facts_of(self._text(row, Field.EIA_KIND), self._text(row, Field.LAND_KIND)),
            block=self._block(row),
            is_lifted=is_lifted(self._text(row, Field.PROBLEM_KIND)),
        )
        self._check_order(row, project)
        return self._with_plan(row, project, start)

    def _is_classified(self, row: int) -> bool:
        marked = plain(self._text(row, Field.CLASSIFIED) or "") in _CLASSIFIED
        texts = [plain(value) for value in self.table.grid.rows[row] if isinstance(value, str)]
        return marked or any(map(is_classified, texts))

    def _note_errors(self, row: int) -> None:
        for (at, index), raw in self.table.grid.errors.items():
            column = next((c for c in self.table.columns if c.index == index), None)
            if at == row and column:
                self.issue("cell_error", row, column, raw)

    def _code(self, row: int) -> str | None:
        value, column = self._cell(row, Field.CODE)
        text = shown(value)
        if text is None:
            return None
        problem = problem_of_code(text)
        if problem:
            self.issue(problem, row, column, text)
        return None if problem == "bad_code" else plain(text)

    def _amount(self, row: int) -> float | None:
        value, column = self._cell(row, Field.INVESTMENT)
        amount = read_amount(value, self.table.unit or "万元")
        if amount.problem:
            self.issue(amount.problem, row, column, value)
        return amount.wan

    def _leaders(self, row: int) -> tuple[str, ...]:
        value, column = self._cell(row, Field.LEADER)
        leaders = read_leaders(value)
        if len(leaders) > 1:
            self.issue("two_leaders", row, column, value, count=len(leaders))
        return leaders

    def _reading(self, row: int, field: Field, role: DayRole) -> DayReading:
        value, column = self._cell(row, field)
        reading = read_day(value, role, self.as_of)
        if reading.problem:
            self.issue(reading.problem, row, column, value)
        elif reading.year_assumed and reading.day and reading.day < self.as_of - _FAR_BACK:
            self.issue("year_assumed", row, column, value)
        return reading

    def _block(self, row: int) -> LedgerBlock | None:
        kind, problem = self._text(row, Field.PROBLEM_KIND), self._text(row, Field.PROBLEM)
        reason = block_of(kind)
        if reason is None:
            if block_of(problem):
                self.issue("problem_not_used", row, self.table.column(Field.PROBLEM), problem)
            return None
        expected = self._reading(row, Field.PROBLEM_DAY, DayRole.END).day
        return LedgerBlock(reason, problem or kind or "", expected)

    def _check_order(self, row: int, project: LedgerProject) -> None:
        value, column = self._cell(row, Field.PLANNED_FINISH)
        reading = read_day(value, DayRole.END, self.as_of)
        if reading.problem:
            self.issue(reading.problem, row, column, value)
        elif reading.day and project.planned_start and reading.day < project.planned_start:
            self.issue("date_order", row, column, value)

    def _with_plan(self, row: int, project: LedgerProject, start: DayReading) -> LedgerProject:
        """Add what follows from the regime: procedure, target, deadline, steps."""
        regime = regime_of(self._text(row, Field.REGIME), project.owner_unit)
        procedure_id, sure = procedure_of(regime, project.category, project.name)
        if not sure:
            self.issue("procedure_assumed", row, self.table.column(Field.NAME), project.name)
        channel = overlays_of(self._text(row, Field.CHANNEL))
        procedure_id = self._laid_over(procedure_id, channel)
        procedure = self.procedures[procedure_id]
        steps = self._steps(row, procedure, project.facts)
        days = {
            "deadline": self._reading(row, Field.DEADLINE, DayRole.END),
            "approval": self._reading(row, Field.APPROVAL_DEADLINE, DayRole.END),
            "start": start,
        }
        permits = ("construction_permit", "sector_start_permit")
        target, deadline = aim_of(
            days,
            steps_for("approval", regime_in(procedure), self.kinds)[0],
            next(step for step in permits if step in procedure.by_id),
        )
        return replace(
            project,
            regime=regime or Regime.APPROVAL,
            procedure=procedure_id,
            target=target,
            deadline=deadline,
            steps=tuple(steps),
        )

    def _laid_over(self, base: str, overlays: Sequence[str]) -> str:
        """Return the procedure with the overlays that are in force on the ledger's day."""
        known = [overlay for overlay in overlays if overlay in self.procedures]
        return "+".join((base, *known))

    def _steps(self, row: int, procedure: Procedure, facts: Mapping[str, str]) -> list[LedgerStep]:
        off = switched_off(procedure, facts)
        found = []
        for column in self.table.columns:
            if column.step_kind:
                possible = steps_for(column.step_kind, regime_in(procedure), self.kinds)
                known = [step for step in possible if step in procedure.by_id]
                active = [step for step in known if step not in off] or known
                found.append(self._step(row, column, active[0] if active else None))
            elif column.grouped and not column.field:
                found.append(self._step(row, column, None))
        return self._agreed(row, found)

    def _agreed(self, row: int, steps: list[LedgerStep]) -> list[LedgerStep]:
        """Leave a step open of which two columns say different things."""
        said: dict[str, set[Status]] = {}
        for cell in steps:
            if cell.step and cell.status is not Status.UNKNOWN:
                said.setdefault(cell.step, set()).add(cell.status)
        doubted = {step for step, statuses in said.items() if len(statuses) > 1}
        for cell in steps:
            if cell.step in doubted:
                column = next(c for c in self.table.columns if letters(c.index) == cell.column)
                self.issue("columns_disagree", row, column, cell.raw)
        return [
            replace(cell, status=Status.UNKNOWN, actual=None, document_no=None)
            if cell.step in doubted
            else cell
            for cell in steps
        ]

    def _step(self, row: int, column: Column, step: str | None) -> LedgerStep:
        value = self.table.value(row, column)
        reading = read_status(value, self.as_of)
        if reading.problem and (step or reading.problem != "status_blank"):
            self.issue(reading.problem, row, column, value)
        return LedgerStep(
            heading=column.heading,
            step=step,
            status=reading.status,
            column=letters(column.index),
            planned=reading.planned,
            actual=reading.day,
            document_no=reading.document,
            raw=shown(value),
        )
