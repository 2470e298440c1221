"""Wide tables, long tables and forms become entries; what comes after knows no layouts."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from tracker.ledger.book.grid import Value
from tracker.ledger.layouts.lines import joined, lines_of
from tracker.ledger.layouts.packages import packaged
from tracker.ledger.layouts.tasks import Tasks, tasks_of
from tracker.ledger.shape.aliases import Field, Part
from tracker.ledger.shape.columns import Column, approval_of
from tracker.ledger.shape.entries import AnswerCell, AskedCell, Cell, Entry, StepCells
from tracker.ledger.shape.tables import Table
from tracker.ledger.values.words import is_nothing, plain, shown

_ADJUSTED = re.compile("(?:调整|变更|修订)(?!前)")
_TICKS = frozenset("√✓✔☑●是1") | {"■"}
_NO_TICKS = frozenset("×✗✘否0/-—–□") | {"——", "--"}
_WITHOUT_YEAR = re.compile(r"^\d{1,2}(?P<mark>[月./-])\d{0,2}")
_Key = TypeVar("_Key", Field, Part)


def entries_of(table: Table, as_of: date) -> list[Entry]:
    """Return the entries of a table, in its order; `as_of` gives months their year."""
    tasks = tasks_of(table, as_of)
    if table.layout == "long":
        return list(_long(table, tasks))
    lines = lines_of(table)
    if lines is None:
        return packaged(table, list(_wide(table, tasks)))
    labelled = replace(table, columns=tuple(c for c in table.columns if c is not lines.column))
    return packaged(table, joined(list(_wide(labelled, tasks)), lines))


def _wide(table: Table, tasks: Tasks | None) -> Iterator[Entry]:
    """Yield a row a project, a column a step or a part of one."""
    groups = _step_columns(table.columns)
    fields = _field_columns(table.columns)
    asking = [column for column in table.columns if column.question is not None]
    telling = fields.pop(Field.PROGRESS, [])
    several = [field for field, columns in fields.items() if len(columns) > 1]
    for row in table.body:
        own = {field: _first_filled(table, row, columns) for field, columns in fields.items()}
        yield Entry(
            row=row,
            fields=own,
            steps=(
                *(_step_cells(table, row, group) for group in groups),
                *(tasks.of_row(table, row) if tasks else ()),
            ),
            answers=tuple(AnswerCell(c.question or "", _cell(table, row, c)) for c in asking),
            asked=tuple(AskedCell(c.asked, _cell(table, row, c)) for c in table.columns if c.asked),
            prose=tuple(_cell(table, row, column) for column in telling),
            section=table.sections[row],
            rows=(row,),
            others=_others(table, (row,), {f: fields[f] for f in several}, own),
        )


def _field_columns(columns: Sequence[Column]) -> dict[Field, list[Column]]:
    found: dict[Field, list[Column]] = {}
    for column in columns:
        if column.field and column.field is not Field.NOT_KEPT:
            found.setdefault(column.field, []).append(column)
    amounts = found.get(Field.INVESTMENT, [])
    totals = [column for column in amounts if "总投资" in column.heading]
    if totals:
        found[Field.INVESTMENT] = totals  # 投资额 beside it is of something else
    return found


def _step_columns(columns: Sequence[Column]) -> list[list[Column]]:
    """Return the columns of each step; two that tell the same part of it stay apart.

    An adjusted plan comes before the one it replaces, which counts where it is empty; of the work
    on a paper, 编制 and 送审, the last that is filled in counts.
    """
    groups: list[list[Column]] = []
    for column in columns:
        if column.step_kind is None:
            if column.grouped and column.field is None and column.heading:
                groups.append([column])
            continue
        mine = next(
            (
                group
                for group in groups
                if group[0].step_kind == column.step_kind
                and (
                    column.part not in {other.part for other in group}
                    or column.part is Part.WORK
                    or any(_is_of_one_plan(column, other) for other in group)
                )
            ),
            None,
        )
        if mine is None:
            groups.append([column])
        else:
            mine.append(column)
    return [
        sorted(_with_days_told(group), key=lambda c: _ADJUSTED.search(c.key) is None)
        for group in groups
    ]


def _is_of_one_plan(column: Column, other: Column) -> bool:
    """Tell whether one of two columns is the plan that the other adjusts."""
    is_planned = column.part is other.part is Part.PLANNED
    return is_planned and bool(_ADJUSTED.search(column.key)) != bool(_ADJUSTED.search(other.key))


def _with_days_told(group: list[Column]) -> list[Column]:
    """Return the columns of a step; beside a planned day one that says neither is the actual."""
    parts = {column.part for column in group}
    if Part.DAY not in parts or Part.PLANNED not in parts or Part.ACTUAL in parts:
        return group
    return [replace(c, part=Part.ACTUAL) if c.part is Part.DAY else c for c in group]


def _step_cells(table: Table, row: int, group: Sequence[Column]) -> StepCells:
    first = next((column for column in group if column.part is Part.STATE), group[0])
    parts: dict[Part, Cell] = {}
    for column in group:
        cell = _cell(table, row, column)
        is_later = column.part is Part.WORK and cell.value is not None  # 送审 after 编制
        if column.part not in parts or parts[column.part].value is None or is_later:
            parts[column.part] = cell
    return StepCells(first.heading, first.step_kind, parts)


def _cell(table: Table, row: int, column: Column) -> Cell:
    value = table.value(row, column)
    if column.year and isinstance(value, str) and (match := _WITHOUT_YEAR.match(value.strip())):
        mark = "年" if match["mark"] == "月" else match["mark"]
        value = f"{column.year}{mark}{value.strip()}"
    if column.tick:
        value = _ticked(value, column.tick)
    return Cell(row, column.index, value, column.heading, column.sense)


def _ticked(value: Value, state: str) -> Value:
    """Return the state that a tick stands for; a cross or a stroke there says nothing."""
    text = plain(shown(value) or "")
    if text in _TICKS:
        return state
    return None if text in _NO_TICKS else value


def _first_filled(table: Table, row: int, columns: Sequence[Column]) -> Cell:
    first = _cell(table, row, columns[0])
    if len(columns) == 1:
        return first
    return _first_telling([first, *(_cell(table, row, column) for column in columns[1:])])


def _first_telling(cells: Sequence[Cell]) -> Cell:
    """Return the first cell that says something, else one that says 待定 or holds a stroke."""
    filled = [cell for cell in cells if cell.value is not None]
    telling = (cell for cell in filled if not is_nothing(plain(cell.value)))
    return next(telling, filled[0] if filled else cells[0])


def _others(
    table: Table,
    rows: Sequence[int],
    fields: Mapping[_Key, list[Column]],
    own: Mapping[_Key, Cell],
) -> Mapping[_Key, tuple[Cell, ...]]:
    """Return the cells of each field or part that say something else than its own cell.

    Cells that say nothing (a stroke, 无, 待定) do not count; texts are compared without blanks.
    """
    found = {}
    for field, columns in fields.items():
        if field not in own or own[field].value is None:
            continue
        said = {plain(shown(own[field].value) or "")}
        more = []
        for cell in (_cell(table, row, column) for row in rows for column in columns):
            text = plain(shown(cell.value) or "")
            if text and text not in said and not is_nothing(text):
                said.add(text)
                more.append(cell)
        if more:
            found[field] = tuple(more)
    return found


def _long(table: Table, tasks: Tasks | None) -> Iterator[Entry]:
    """Yield the rows of each project as one entry: a row is a step, the name stands once or often.

    Another town or another code makes it another project.
    """
    fields = _field_columns(table.columns)
    parts = _part_columns(table.columns)
    keys = [fields[f][0] for f in (Field.NAME, Field.LOCATION, Field.CODE) if f in fields]
    rows: list[int] = []
    said: dict[int, str] = {}
    for row in table.body:
        says = {c.index: plain(text) for c in keys if (text := shown(table.value(row, c)))}
        if rows and any(said.get(index, text) != text for index, text in says.items()):
            yield _gathered(table, rows, fields, parts, tasks)
            rows, said = [], {}
        rows.append(row)
        said = {**says, **said}
    if rows:
        yield _gathered(table, rows, fields, parts, tasks)


def _part_columns(columns: Sequence[Column]) -> Mapping[Part, list[Column]]:
    """Return which columns of a long table tell what of the row's step."""
    found: dict[Part, list[Column]] = {}
    for column in columns:
        plainly = column.field in (None, Field.DEADLINE, Field.PROGRESS) and not column.step_kind
        part = column.own_part if plainly else None
        if column.field is Field.DEADLINE:
            part = Part.PLANNED
        if part:
            found.setdefault(part, []).append(column)
    return found


def _gathered(
    table: Table,
    rows: Sequence[int],
    fields: Mapping[Field, list[Column]],
    parts: Mapping[Part, list[Column]],
    tasks: Tasks | None,
) -> Entry:
    def cell_of(columns: Sequence[Column]) -> Cell:
        return _first_telling([_first_filled(table, row, columns) for row in rows])

    elsewhere = (Field.STEP, Field.DEADLINE, Field.PROGRESS)
    own: dict[Field, Cell] = {f: cell_of(c) for f, c in fields.items() if f not in elsewhere}
    steps = []
    for row in rows:
        said = _first_filled(table, row, fields[Field.STEP])
        heading = shown(said.value)
        if heading:
            silent = Cell(
                row, said.column, None, heading
            )  # a list of steps, and nothing said of them
            kind = approval_of(heading)
            cells = {part: _first_filled(table, row, columns) for part, columns in parts.items()}
            bar = tasks.span_of_row(table, row) if tasks and Part.PLANNED not in cells else None
            cells |= {Part.PLANNED: bar} if bar else {}
            cells = cells or {Part.STATE: silent}
            steps.append(StepCells(heading, kind, cells))
            steps.extend(
                StepCells(heading, kind, {part: cell})
                for part, columns in parts.items()
                for cell in _others(table, (row,), parts, cells).get(part, ())
            )
    name = fields[Field.NAME][0]
    unnamed = tuple(row for row in rows if table.value(row, name) is None)
    several: dict[Field, list[Column]] = {f: fields[f] for f in own if f is not Field.NAME}
    others = _others(table, rows, several, own)
    return Entry(
        row=rows[0],
        fields=own,
        steps=tuple(steps),
        section=table.sections[rows[0]],
        rows=tuple(rows),
        unnamed=unnamed,
        others=others,
    )
