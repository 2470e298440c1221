"""Wide tables, long tables and forms become entries; what comes after knows no layouts."""

from collections.abc import Iterator, Mapping, Sequence

from tracker.ledger.aliases import Field, Part
from tracker.ledger.columns import Column, part_of, step_kind_of
from tracker.ledger.entries import Cell, Entry, StepCells
from tracker.ledger.tables import Table
from tracker.ledger.words import plain, shown


def entries_of(table: Table) -> list[Entry]:
    """Return the entries of a table, in its order."""
    return list(_long(table) if table.layout == "long" else _wide(table))


def _wide(table: Table) -> Iterator[Entry]:
    """Yield a row a project, a column a step or a part of one."""
    groups = _step_columns(table.columns)
    fields = _field_columns(table.columns)
    for row in table.body:
        yield Entry(
            row,
            {field: _first_filled(table, row, columns) for field, columns in fields.items()},
            tuple(_step_cells(table, row, group) for group in groups),
            table.sections[row],
            (row,),
        )


def _field_columns(columns: Sequence[Column]) -> Mapping[Field, list[Column]]:
    found: dict[Field, list[Column]] = {}
    for column in columns:
        if column.field and column.field is not Field.NOT_KEPT:
            found.setdefault(column.field, []).append(column)
    return found


def _step_columns(columns: Sequence[Column]) -> list[list[Column]]:
    """Return the columns of each step; two that tell the same part of it stay apart."""
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
                and column.part not in {other.part for other in group}
            ),
            None,
        )
        if mine is None:
            groups.append([column])
        else:
            mine.append(column)
    return groups


def _step_cells(table: Table, row: int, group: Sequence[Column]) -> StepCells:
    first = next((column for column in group if column.part is Part.STATE), group[0])
    parts = {column.part: _cell(table, row, column) for column in group}
    return StepCells(first.heading, first.step_kind, parts)


def _cell(table: Table, row: int, column: Column) -> Cell:
    return Cell(row, column.index, table.value(row, column), column.heading)


def _first_filled(table: Table, row: int, columns: Sequence[Column]) -> Cell:
    first = _cell(table, row, columns[0])
    if first.value is not None or len(columns) == 1:
        return first
    others = (_cell(table, row, column) for column in columns[1:])
    return next((cell for cell in others if cell.value is not None), first)


def _long(table: Table) -> Iterator[Entry]:
    """Yield the rows of each project as one entry: a row is a step, the name stands once or often."""
    fields = _field_columns(table.columns)
    parts = _part_columns(table.columns)
    name = fields[Field.NAME][0]
    rows: list[int] = []
    for row in table.body:
        text = shown(table.value(row, name))
        if rows and text and plain(text) != plain(shown(table.value(rows[0], name)) or ""):
            yield _gathered(table, rows, fields, parts)
            rows = []
        rows.append(row)
    if rows:
        yield _gathered(table, rows, fields, parts)


def _part_columns(columns: Sequence[Column]) -> Mapping[Part, Column]:
    """Return which column of a long table tells what of the row's step."""
    found: dict[Part, Column] = {}
    for column in columns:
        plainly = column.field in (None, Field.DEADLINE, Field.NOT_KEPT) and not column.step_kind
        part = part_of(column.heading) if plainly else None
        if column.field is Field.DEADLINE:
            part = Part.PLANNED
        if part and part not in found:
            found[part] = column
    return found


def _gathered(
    table: Table,
    rows: Sequence[int],
    fields: Mapping[Field, list[Column]],
    parts: Mapping[Part, Column],
) -> Entry:
    def cell_of(columns: Sequence[Column]) -> Cell:
        cells = [_first_filled(table, row, columns) for row in rows]
        return next((cell for cell in cells if cell.value is not None), cells[0])

    own: dict[Field, Cell] = {
        f: cell_of(c) for f, c in fields.items() if f not in (Field.STEP, Field.DEADLINE)
    }
    steps = []
    for row in rows:
        said = _first_filled(table, row, fields[Field.STEP])
        heading = shown(said.value)
        if heading:
            silent = Cell(
                row, said.column, None, heading
            )  # a list of steps, and nothing said of them
            cells = {part: _cell(table, row, column) for part, column in parts.items()}
            cells = cells or {Part.STATE: silent}
            steps.append(StepCells(heading, step_kind_of(heading), cells))
    name = fields[Field.NAME][0]
    unnamed = tuple(row for row in rows if table.value(row, name) is None)
    return Entry(rows[0], own, tuple(steps), table.sections[rows[0]], tuple(rows), unnamed)
