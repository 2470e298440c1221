"""The record into the county's own workbook.

Only the cells that are behind, in the clerk's own style.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from tracker.core.fields import FIELDS
from tracker.core.model import Project
from tracker.core.problems import Message, TrackerError, message
from tracker.core.track import Progress, State, progress
from tracker.law import Catalog
from tracker.ledger.book.convert import sheet_in
from tracker.ledger.book.dropdowns import Dropdown, is_allowed
from tracker.ledger.book.grid import Grid, Value, Workbook, letters
from tracker.ledger.book.in_place import Book
from tracker.ledger.model import LedgerStep, SheetReading
from tracker.ledger.shape.aliases import Field, Part
from tracker.ledger.values.money import IN_WAN, read_amount
from tracker.ledger.values.rules import Status
from tracker.services.imports.commit import Upload
from tracker.services.imports.compare import Known, Preview, RowChange, compare
from tracker.services.imports.witness import STATE_OF, text_of

_CELL_OF = {name: Field(field.ledger) for name, field in FIELDS.items() if field.ledger}
_WORDS = {
    State.FINISHED: "已办结",
    State.UNDER_WAY: "办理中",
    State.RETURNED: "退回",
    State.SUSPENDED: "暂停",
    State.NOT_NEEDED: "不需要",
    State.NOT_STARTED: "未启动",
}
_FILLED_WHEN_EMPTY = (
    "code",
    "location",
    "investment_wan",
    "owner_unit",
    "responsible_unit",
    "leader",
    "task_force",
    "deadline",
)
_NUMERIC = re.compile(r"^\d{4}(?P<mark>[-./])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})$")
_WITH_DAY = (State.FINISHED, State.RETURNED)
_STATUS_OF = {state: status for status, state in STATE_OF.items()}
_MERGED = message("the cell is merged over several projects")
_FORMULA = message("a formula fills the cell")
_CONTRADICTED = message("it contradicts the step's dates and document numbers")
_LATER = message("it happened after the ledger's own day")
_OWN_LABEL = message("the cell holds its label too")
_LABELLED = re.compile(r"[：:]\s*\S")
_NOT_LISTED = message("the cell's drop-down list has no matching value")
_NO_CELL = message("the sheet has no column for it")


class UnwrittenError(TrackerError):
    """What was written does not read as it was meant; nothing is kept."""

    code = "not_written"

    def __init__(self, cells: str) -> None:
        super().__init__(
            message("Read back, these cells would differ from the record: {cells}.", cells=cells),
            remedy=message("Correct them by hand; no file was written."),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A cell that is brought up to the record. Row and column count from 0."""

    sheet: str | None
    row: int
    column: int
    project: str
    before: Value
    after: str | float | date
    shorter: str | None = None
    """What may be written where a list of words has no room for all."""

    @property
    def place(self) -> str:
        """Return the cell as people call it."""
        return f"{letters(self.column)}{self.row + 1}"


@dataclass(slots=True)
class Update:
    """The workbook as it would be: its cells that change, and what could not be written and why."""

    cells: list[Written] = field(default_factory=list)
    left: list[tuple[str, str, Message]] = field(default_factory=list)
    data: bytes = b""


def update(
    upload: Upload, workbook: Workbook, data: bytes, found: Preview, known: Known, catalog: Catalog
) -> Update:
    """Return the workbook with what the record knows more; conflicts and unread cells stay.

    `data` is the workbook as .xlsx, `workbook` its cells as they were read. What is written is read
    again; raises UnwrittenError when it says something else than the record.
    """
    made = Update()
    book = Book(data)
    grids = {grid.sheet: grid for grid in workbook.grids}
    for change in found.changes:
        if change.before is None:
            continue
        grid = grids[change.row.sheet]
        writer = _RowWriter(change, grid, _table_of(change, found), catalog, found.ledger.as_of)
        name = sheet_in(grid.sheet)
        taken, lists = book.formulas(name), book.dropdowns(name)
        for cell in writer.cells():
            if (cell.row, cell.column) in taken:
                writer.left.append((cell.project, cell.place, _FORMULA))
            elif fitting := _fitting(cell, lists, grid):
                made.cells.append(fitting)
            else:
                writer.left.append((cell.project, cell.place, _NOT_LISTED))
        made.left.extend(writer.left)
    for sheet in {cell.sheet for cell in made.cells}:
        mine = {(c.row, c.column): c.after for c in made.cells if c.sheet == sheet}
        book.write(sheet_in(sheet), mine)
    made.data = book.save() if made.cells else data
    if made.cells:
        _check(made, upload, found, known, catalog)
    return made


def _fitting(cell: Written, lists: Sequence[Dropdown], grid: Grid) -> Written | None:
    """Return a cell as its list takes it, perhaps the word without its day.

    None when it takes neither.
    """
    if not isinstance(cell.after, str):
        return cell
    seen = frozenset(
        v for row in range(len(grid.rows)) if isinstance(v := grid.at(row, cell.column), str)
    )
    for text in filter(None, (cell.after, cell.shorter)):
        if is_allowed(text, lists, (cell.row, cell.column), seen):
            return replace(cell, after=text)
    return None


def _table_of(change: RowChange, found: Preview) -> SheetReading:
    """Return the table that a row stands in: the last above it that has the column of its name."""
    above = [
        table
        for table in found.ledger.sheets
        if table.sheet == change.row.sheet and table.header_rows[0] <= change.row.row
    ]
    column = letters(change.row.cells[Field.NAME][1])
    beside = [table for table in above if column in {each.letter for each in table.columns}]
    return (beside or above)[-1]


def _check(made: Update, upload: Upload, found: Preview, known: Known, catalog: Catalog) -> None:
    """Read what was written; every cell must agree with the record now."""
    day = found.ledger.as_of
    again = compare(
        Upload(upload.name, made.data).read(catalog, day, known.headings), catalog, known
    )
    faults = again.ledger.rows_with_errors - found.ledger.rows_with_errors
    wrong = {
        change.before.project.name
        for change in again.changes
        if change.before
        and (
            change.is_changed
            or len(change.conflicts) > _conflicts(found, change)
            or any((change.row.sheet, row) in faults for row in change.row.rows)
        )
    }
    bad = [cell.place for cell in made.cells if cell.project in wrong]
    if bad:
        raise UnwrittenError(", ".join(bad))


def _conflicts(found: Preview, change: RowChange) -> int:
    same = (
        c for c in found.changes if (c.row.sheet, c.row.row) == (change.row.sheet, change.row.row)
    )
    return next((len(c.conflicts) for c in same), 0)


class _RowWriter:
    """The cells of one row that are behind the record."""

    def __init__(
        self, change: RowChange, grid: Grid, sheet: SheetReading, catalog: Catalog, as_of: date
    ) -> None:
        assert change.before is not None
        self.change, self.grid, self.sheet, self.as_of = change, grid, sheet, as_of
        self.project: Project = change.before.project
        blueprint = catalog.blueprint(
            self.project.procedure,
            "start",
            catalog.law_day(as_of),
            answers=self.project.answers,
        )
        known_by = change.known_by or as_of
        self.now = progress(blueprint, change.before.events, frozenset(), known_by)
        self.left: list[tuple[str, str, Message]] = []

    def cells(self) -> Iterator[Written]:
        """Yield the cells to be written."""
        for key in self._fields_behind():
            yield from self._field(key)
        disputed = {conflict.key for conflict in self.change.conflicts}
        for step in self.change.row.steps:
            if step.step and step.step not in disputed:
                yield from self._step(step)

    def _fields_behind(self) -> Iterator[str]:
        row = self.change.row
        yield from (key for key in self.change.behind if key in (*_CELL_OF, "deadline"))
        for key in _FILLED_WHEN_EMPTY:
            is_behind = getattr(row, key) is None and getattr(self.project, key) is not None
            if is_behind and key not in self.change.behind and self._is_empty(key):
                yield key

    def _is_empty(self, key: str) -> bool:
        place = self.change.row.cells.get(self._field_of(key))
        return place is not None and self.grid.at(*place) is None

    def _field_of(self, key: str) -> Field:
        if key != "deadline":
            return _CELL_OF[key]
        target = self.project.target
        if target == "start":
            return Field.PLANNED_START
        approvals = ("project_proposal", "fs_approval", "hz_approval", "enterprise_filing")
        return Field.APPROVAL_DEADLINE if target in approvals else Field.DEADLINE

    def _field(self, key: str) -> Iterator[Written]:
        place = self.change.row.cells.get(self._field_of(key))
        if place is None:
            self.left.append((self.project.name, key, _NO_CELL))
            return
        value = getattr(self.project, key)
        if key == "investment_wan":
            value = self._amount(value, place)
        elif isinstance(value, date):
            value = self._day(value, self.grid.at(*place))
        yield from self._cell(place, value)

    def _amount(self, wan: float, place: tuple[int, int]) -> str | float:
        """Return an amount in its column's unit; a cell that wrote its own unit keeps doing so."""
        before, unit = self.grid.at(*place), self.sheet.units.get(place[1], self.sheet.unit)
        own = isinstance(before, str) and read_amount(before, "万元").rule == "with_unit"
        if own or unit not in (None, *IN_WAN):
            return f"{wan:.10g}万元"
        return round(wan / IN_WAN[unit or "万元"], 6)

    def _day(self, day: date, before: Value) -> str | date:
        """Return a day as the cell held one: typed, 2026-10-31, 2026.10.31 or 2026年10月31日."""
        if isinstance(before, date):
            return day
        match = _NUMERIC.match(before.strip()) if isinstance(before, str) else None
        if match is None:
            return f"{day.year}年{day.month}月{day.day}日"
        wide = 2 if len(match["month"]) == len(match["day"]) == 2 else 1
        return match["mark"].join((str(day.year), f"{day.month:0{wide}}", f"{day.day:0{wide}}"))

    def _step(self, step: LedgerStep) -> Iterator[Written]:
        now = self.now.get(step.step or "", Progress())
        state = now.state
        is_blank = step.status is Status.UNKNOWN and step.rule == "blank" and step.raw is None
        if not (is_blank or step.step in self.change.behind):
            return  # it says what the record says, or more, or nothing that could be read
        if now.known_by is None or state not in _WORDS:
            return
        day = now.finish if state is State.FINISHED else now.since
        is_later = day is not None and day > self.as_of
        hindrance = _LATER if is_later else self._hindrance(step, state)
        if hindrance:
            self.left.append((self.project.name, step.heading, hindrance))
        else:
            yield from self._parts(step, state, day, now.document or step.document_no)

    def _hindrance(self, step: LedgerStep, state: State) -> Message | None:
        """Return why a step's cells cannot say what is recorded.

        Its old day would contradict it.
        """
        if state is State.FINISHED:
            return None if {Part.STATE, Part.ACTUAL} & step.cells.keys() else _NO_CELL
        told = [p for part, p in step.cells.items() if part in (Part.ACTUAL, Part.DOCUMENT)]
        if any(self.grid.at(*place) is not None for place in told):
            return _CONTRADICTED
        return None if Part.STATE in step.cells else _NO_CELL

    def _parts(
        self, step: LedgerStep, state: State, day: date | None, document: str | None
    ) -> Iterator[Written]:
        places = step.cells
        word = self._word(state)
        if Part.ACTUAL in places and state is State.FINISHED and day:
            yield from self._cell(
                places[Part.ACTUAL], self._day(day, self.grid.at(*places[Part.ACTUAL]))
            )
            day = None
        if Part.DOCUMENT in places and state is State.FINISHED and document:
            yield from self._cell(places[Part.DOCUMENT], document)
        if Part.STATE in places:
            before = self.grid.at(*places[Part.STATE])
            if state is State.FINISHED and day and isinstance(before, date):
                yield from self._cell(places[Part.STATE], day)
                return
            if state is State.FINISHED and document and Part.DOCUMENT not in places:
                word = document  # a cell that held a number keeps it
            said = f"（{day.year}年{day.month}月{day.day}日）" if day and state in _WITH_DAY else ""
            shorter = word if said else None
            for cell in self._cell(places[Part.STATE], f"{word}{said}"):
                yield replace(cell, shorter=shorter)

    def _word(self, state: State) -> str:
        """Return the mark that the sheet's own legend has for a state, else the usual word."""
        marks: Mapping[str, Status] = self.sheet.legend
        own = next((m for m, status in marks.items() if status is _STATUS_OF[state]), None)
        return own if own and own != "空白" else _WORDS[state]

    def _cell(self, place: tuple[int, int], value: str | float | date) -> Iterator[Written]:
        row, column = place
        before = self.grid.at(row, column)
        if isinstance(value, str) and isinstance(before, str) and text_of(value) == text_of(before):
            return
        if any(
            top <= row <= bottom and left <= column <= right and bottom > top
            for top, left, bottom, right in self.grid.merges
        ):
            self.left.append((self.project.name, f"{letters(column)}{row + 1}", _MERGED))
            return
        if self.sheet.layout == "form" and isinstance(before, str) and _LABELLED.search(before):
            self.left.append((self.project.name, f"{letters(column)}{row + 1}", _OWN_LABEL))
            return
        yield Written(
            sheet=self.grid.sheet,
            row=row,
            column=column,
            project=self.project.name,
            before=before,
            after=value,
        )
