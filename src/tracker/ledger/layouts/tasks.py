"""Steps that stand in cells and not in headings: 节点1, 工作目标, a column a month."""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.ledger.shape.aliases import Part
from tracker.ledger.shape.columns import Column, approvals_in
from tracker.ledger.shape.entries import Cell, StepCells
from tracker.ledger.shape.tables import Table
from tracker.ledger.values.dates import DayRole, read_day
from tracker.ledger.values.rules import Sense
from tracker.ledger.values.words import is_nothing, plain, shown

_PIECES = re.compile(
    r"[;；。\n]|(?:^|(?<=[\s,，、;；。]))(?:\d{1,2}[.、)](?:(?!\d)|(?=\d{1,2}月))|[(（]\d{1,2}[)）]|[①-⑳])"
)
_BAR = re.compile(r"^[√✓■█▇▆▬━—–\-=●○★▲→]+$")
_AMOUNT = re.compile(r"^[\d.,，]+(?:万|亿|万元|亿元|%)?$")
"""What is spent in a month is no task."""
_LONGEST_DAY = 14
_DONE = re.compile("^[√✓✔☑]")
"""A task that begins with a tick is done."""


@dataclass(frozen=True, slots=True)
class Tasks:
    """The columns of tasks of a table, and the year that its months are of."""

    by_key: Mapping[str, Sequence[Column]]
    months: Sequence[Column]
    as_of: date

    def of_row(self, table: Table, row: int) -> Iterator[StepCells]:
        """Yield the steps that the tasks of a row name, each with its day."""
        for columns in self.by_key.values():
            yield from self._of_pair(table, row, columns)
        for column in self.months:
            text = shown(table.value(row, column))
            if text and not _BAR.match(plain(text)) and not _AMOUNT.match(plain(text)):
                day = Cell(row, column.index, self._end(column), text, Sense.PLANNED)
                yield from self._steps(text, {Part.PLANNED: day})

    def span_of_row(self, table: Table, row: int) -> Cell | None:
        """Return the end of the bar that marks or fills draw over the months; None for no bar."""
        marked = [c for c in self.months if _is_marked(table, row, c)]
        if not marked:
            return None
        return Cell(row, marked[-1].index, self._end(marked[-1]), "", Sense.PLANNED)

    def _of_pair(self, table: Table, row: int, columns: Sequence[Column]) -> Iterator[StepCells]:
        text = next((shown(table.value(row, c)) for c in columns if c.part is Part.DOCUMENT), None)
        if text is None or is_nothing(plain(text)):
            return
        parts: dict[Part, Cell] = {
            c.part: Cell(row, c.index, table.value(row, c), text, c.sense)
            for c in columns
            if c.part is not Part.DOCUMENT
        }
        where = next(c.index for c in columns if c.part is Part.DOCUMENT)
        yield from self._steps(text, parts or {Part.PLANNED: Cell(row, where, None, text)})

    def _steps(self, text: str, parts: Mapping[Part, Cell]) -> Iterator[StepCells]:
        for piece in filter(None, (each.strip(" ,，、") for each in _PIECES.split(text))):
            own = self._day_in(piece)
            done = _DONE.match(piece)
            planned = parts.get(Part.PLANNED)
            cells = dict(parts)
            if own and planned:
                cells[Part.PLANNED] = replace(planned, value=own)
            if done:
                where = next(iter(parts.values()))
                cells[Part.STATE] = replace(where, value=done[0], sense=None)
            kinds: Sequence[str | None] = approvals_in(_DONE.sub("", piece)) or (None,)
            for kind in kinds:
                yield StepCells(piece, kind, cells)

    def _day_in(self, piece: str) -> date | None:
        """Return the day with which a task begins: 3月底前完成可研批复."""
        text = plain(piece)
        for last in range(min(len(text), _LONGEST_DAY), 1, -1):
            if day := read_day(text[:last], DayRole.END, self.as_of).day:
                return day
        return None

    def _end(self, column: Column) -> date:
        year, month = column.month or (self.as_of.year, 1)
        return date(year, month, monthrange(year, month)[1])


def tasks_of(table: Table, as_of: date) -> Tasks | None:
    """Return the columns of tasks; None where a table has none. Months count from three on."""
    by_key: dict[str, list[Column]] = {}
    for column in table.columns:
        if column.task is not None:
            by_key.setdefault(column.task, []).append(column)
    told = {k: c for k, c in by_key.items() if any(each.part is Part.DOCUMENT for each in c)}
    year = table.year or as_of.year
    months = [replace(c, month=(c.month[0] or year, c.month[1])) for c in table.columns if c.month]
    day = as_of if year == as_of.year else date(year, 12, 31)
    return Tasks(told, months, day) if told or months else None


def holds_amounts(table: Table, column: Column) -> bool:
    """Tell whether a column of a month tells what is spent in it, and no task."""
    texts = [text for row in table.body if (text := shown(table.grid.at(row, column.index)))]
    return bool(texts) and all(_AMOUNT.match(plain(text)) for text in texts)


def _is_marked(table: Table, row: int, column: Column) -> bool:
    text = shown(table.grid.at(row, column.index))
    return bool(text and _BAR.match(plain(text))) or (row, column.index) in table.grid.colours
