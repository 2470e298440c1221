"""One form a sheet: labels with what they mean beside or below them, and the steps in a table of their own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tracker.ledger.aliases import Field, Part
from tracker.ledger.columns import field_of, part_of, step_kind_of
from tracker.ledger.entries import Cell, Entry, StepCells
from tracker.ledger.grid import Grid
from tracker.ledger.model import Ignored, Value
from tracker.ledger.money import unit_in, unit_of_sheet
from tracker.ledger.words import plain, shown

_FEWEST_LABELS = 3
_LONGEST_LABEL, _LONGEST_NAME = 20, 60


@dataclass(frozen=True, slots=True)
class Form:
    """A sheet that holds one project, and the unit of its amount."""

    grid: Grid
    entry: Entry
    unit: str | None
    ignored: tuple[Ignored, ...]
    unknown: tuple[Cell, ...]
    """Labels that mean nothing known."""


def form_of(grid: Grid) -> Form | None:
    """Return the form on a sheet, or None when it holds none."""
    labels = {place: field for place, field in _labels(grid) if _beside(grid, *place) is not None}
    name = next((place for place, field in labels.items() if field is Field.NAME), None)
    if name is None or len(set(labels.values())) < _FEWEST_LABELS or _explains(grid, name):
        return None
    fields: dict[Field, Cell] = {}
    unit = None
    for place, field in labels.items():
        cell = _beside(grid, *place)
        if cell is not None and field is not Field.NOT_KEPT and field not in fields:
            fields[field] = cell
            if field is Field.INVESTMENT:
                unit = unit_in(shown(grid.at(*place)) or "")
    steps = _table_of_steps(grid) or list(_steps_beside(grid))
    texts = [" ".join(text for text in map(shown, cells) if text) for cells in grid.rows]
    above = [text for text in texts if text]
    unit = unit or next(filter(None, map(unit_of_sheet, above)), None)
    title = tuple(
        Ignored(grid.sheet, row + 1, "title", texts[row][:80])
        for row in range(name[0])
        if texts[row] and not any(place[0] == row for place in labels)
    )
    entry = Entry(fields[Field.NAME].row, fields, tuple(steps), "", (name[0],))
    return Form(grid, entry, unit, title, tuple(_unknown(grid, labels)))


def _explains(grid: Grid, name: tuple[int, int]) -> bool:
    """Tell whether a sentence stands where a name belongs: the sheet says how to fill in a ledger."""
    cell = _beside(grid, *name)
    text = plain(cell.value) if cell else ""
    return len(text) > _LONGEST_NAME or any(mark in text for mark in "。;!?")


def _labels(grid: Grid) -> Iterator[tuple[tuple[int, int], Field]]:
    """Yield the cells that name a field, where no step is meant."""
    for row, cells in enumerate(grid.rows):
        if row in grid.hidden_rows:
            continue
        for column, value in enumerate(cells):
            text = shown(value) if isinstance(value, str) else None
            if text is None or len(text) > _LONGEST_LABEL or column in grid.hidden_columns:
                continue
            field = field_of(text.rstrip("：: "))
            if field is not None and field is not Field.STEP:
                yield (row, column), field


def _beside(grid: Grid, row: int, column: int) -> Cell | None:
    """Return the cell to the right of a label, past its merge; None where another label stands."""
    right = column + 1
    for top, left, bottom, last in grid.merges:
        if top <= row <= bottom and left <= column <= last:
            right = last + 1
    value: Value = grid.at(row, right)
    if value is None:
        return None
    if isinstance(value, str) and len(value) <= _LONGEST_LABEL and value.rstrip("：: ") != value:
        return None
    if isinstance(value, str) and field_of(value) and not _could_be_a_value(value):
        return None
    return Cell(row, right, value, shown(grid.at(row, column)) or "")


def _could_be_a_value(text: str) -> bool:
    """Tell whether a text that contains a word of a heading may yet be what stands beside a label."""
    return len(plain(text)) > 6 or step_kind_of(text) is not None


def _table_of_steps(grid: Grid) -> list[StepCells]:
    """Return the steps of a small table on the form: 手续, 状态, 时间, 文号 above, a row a step."""
    for row, cells in enumerate(grid.rows):
        columns: dict[Part, int] = {}
        step = None
        for column, value in enumerate(cells):
            text = shown(value) if isinstance(value, str) else None
            if text is None or len(text) > _LONGEST_LABEL:
                continue
            field = field_of(text)
            if field is Field.STEP and step is None:
                step = column
            elif (part := part_of(text)) and part not in columns:
                columns[part] = column
        if step is not None and columns:
            return list(_rows_of_steps(grid, row + 1, step, columns))
    return []


def _rows_of_steps(
    grid: Grid, first: int, step: int, columns: Mapping[Part, int]
) -> Iterator[StepCells]:
    for row in range(first, len(grid.rows)):
        heading = shown(grid.at(row, step))
        if heading is None or field_of(heading) is not None:
            if heading is not None:
                return
            continue
        if row not in grid.hidden_rows:
            cells = {part: Cell(row, c, grid.at(row, c), heading) for part, c in columns.items()}
            yield StepCells(heading, step_kind_of(heading), cells)


def _steps_beside(grid: Grid) -> Iterator[StepCells]:
    """Yield the steps whose state stands to the right of their name."""
    for row, cells in enumerate(grid.rows):
        if row in grid.hidden_rows:
            continue
        for column, value in enumerate(cells):
            text = shown(value) if isinstance(value, str) else None
            if text is None or len(text) > _LONGEST_LABEL or field_of(text):
                continue
            kind = step_kind_of(text.rstrip("：: "))
            beside = grid.at(row, column + 1)
            is_label = isinstance(beside, str) and step_kind_of(beside) is not None
            if kind and beside is not None and not is_label:
                cell = Cell(row, column + 1, beside, text)
                yield StepCells(text, kind, {part_of(text) or Part.STATE: cell})


def _unknown(grid: Grid, labels: Mapping[tuple[int, int], Field]) -> Iterator[Cell]:
    for row, cells in enumerate(grid.rows):
        for column, value in enumerate(cells):
            is_label = isinstance(value, str) and value.rstrip().endswith(("：", ":"))
            if is_label and (row, column) not in labels and grid.at(row, column + 1) is not None:
                yield Cell(row, column, value)
