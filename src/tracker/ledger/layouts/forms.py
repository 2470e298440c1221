"""Forms: labels with what they mean beside them, and the steps in a table of their own.

A sheet may hold several below each other; each begins with the row of its project's name.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from tracker.ledger.book.grid import Grid, Value, letters
from tracker.ledger.shape.aliases import Field, Part
from tracker.ledger.shape.columns import approval_of, field_of, is_label, part_of, step_kind_of
from tracker.ledger.shape.entries import Cell, Entry, StepCells
from tracker.ledger.shape.ignored import Ignored
from tracker.ledger.shape.legends import explained_in, is_legend, legend_in
from tracker.ledger.shape.sense import sense_of_sheet, year_of_sheet
from tracker.ledger.values.money import unit_in, unit_of_sheet
from tracker.ledger.values.rules import Sense, Status
from tracker.ledger.values.words import plain, shown

_FEWEST_LABELS = 3
_LONGEST_LABEL, _LONGEST_NAME = 20, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form, which holds one project, and the unit of its amount."""

    grid: Grid
    entry: Entry
    unit: str | None
    ignored: tuple[Ignored, ...]
    unknown: tuple[Cell, ...]
    """Labels that mean nothing known."""
    legend: Mapping[str, Status]
    """What marks mean, where the sheet says so."""
    sense: Sense | None = None
    year: int | None = None


class MixedFormsError(Exception):
    """The forms of a sheet cannot be told apart; the second one's name is at `row` and `column`."""

    def __init__(self, row: int, column: int) -> None:
        super().__init__(row, column)
        self.row, self.column = row, column


def forms_of(whole: Grid) -> list[Form]:
    """Return the forms on a sheet, without what is hidden. Raises MixedFormsError."""
    grid = _shown_part(whole, 0, len(whole.rows))
    labels = {row: column for (row, column), f in _filled_labels(grid).items() if f is Field.NAME}
    names = sorted(labels)
    ends = [*names[1:], len(grid.rows)]
    more = [
        b for b, end in zip(names[1:], ends[1:], strict=True) if _form(_shown_part(grid, b, end))
    ]
    begins = [0, *more]  # what is no form by itself goes with the one above
    parts = zip(begins, [*more, len(grid.rows)], strict=True)
    forms = [form for begin, end in parts if (form := _form(_shown_part(grid, begin, end)))]
    if len(forms) > 1:
        for form, begin in zip(forms, more, strict=False):
            kept = [f for f in _filled_labels(form.grid).values() if f is not Field.NOT_KEPT]
            if len(set(kept)) < len(kept):  # a label of the next form stands above its name
                raise MixedFormsError(begin, labels[begin])
    return forms


def hidden_in(grid: Grid) -> list[Ignored]:
    """Return the rows and columns of a form that are hidden, and so not read."""
    texts = {n: " ".join(filter(None, map(shown, cells))) for n, cells in enumerate(grid.rows)}
    rows = [
        Ignored(grid.sheet, n + 1, "hidden", texts[n][:80])
        for n in sorted(grid.hidden_rows)
        if texts.get(n)
    ]
    columns = [
        Ignored(grid.sheet, None, "hidden", letters(n))
        for n in sorted(grid.hidden_columns)
        if n < grid.width
    ]
    return rows + columns


def _shown_part(grid: Grid, begin: int, end: int) -> Grid:
    """Return some rows of a sheet in their places, without what is hidden."""
    rows: list[list[Value]] = [
        [None if n in grid.hidden_columns else value for n, value in enumerate(cells)]
        if begin <= row < end and row not in grid.hidden_rows
        else []
        for row, cells in enumerate(grid.rows)
    ]
    return replace(grid, rows=rows)


def _filled_labels(grid: Grid) -> dict[tuple[int, int], Field]:
    return {place: field for place, field in _labels(grid) if _beside(grid, *place) is not None}


def _form(grid: Grid) -> Form | None:
    labels = _filled_labels(grid)
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
    telling = fields.pop(Field.PROGRESS, None)
    entry = Entry(
        row=fields[Field.NAME].row,
        fields=fields,
        steps=tuple(steps),
        prose=(telling,) if telling else (),
        section="",
        rows=(name[0],),
    )
    lines = [
        text for row, text in enumerate(texts) if text and not any(p[0] == row for p in labels)
    ]
    legend = {**explained_in(lines), **legend_in(text for text in lines if is_legend(text))}
    return Form(
        grid=grid,
        entry=entry,
        unit=unit,
        ignored=title,
        unknown=tuple(_unknown(grid, labels)),
        legend=legend,
        sense=sense_of_sheet([each.text for each in title], lines),
        year=year_of_sheet(each.text for each in title),
    )


def _explains(grid: Grid, name: tuple[int, int]) -> bool:
    """Tell whether a sentence stands where a name belongs.

    The sheet says how to fill in a ledger.
    """
    cell = _beside(grid, *name)
    text = plain(cell.value) if cell else ""
    return len(text) > _LONGEST_NAME or any(mark in text for mark in "。;!?")


def _labels(grid: Grid) -> Iterator[tuple[tuple[int, int], Field]]:
    """Yield the cells that name a field, where no step is meant."""
    for row, cells in enumerate(grid.rows):
        taken = -1  # the value of the label before, whatever words are in it
        for column, value in enumerate(cells):
            text = _label_in(value)
            if text is None or len(text) > _LONGEST_LABEL or column == taken:
                continue
            field = field_of(text)
            if field is not None and field is not Field.STEP:
                yield (row, column), field
                beside = _beside(grid, row, column)
                taken = beside.column if beside and beside.column > column else -1


def _label_in(value: Value) -> str | None:
    """Return the label that a cell is, or that it begins with: 项目名称：甲镇小学."""
    text = shown(value) if isinstance(value, str) else None
    if text is None:
        return None
    label, value_too = _split(text)
    return label if value_too else text.rstrip("：: ")


def _split(text: str) -> tuple[str, str]:
    """Return the label and the value that stand in one cell.

    No value where it holds a label alone.
    """
    label, _, value = text.replace(":", "：").partition("：")
    return label.strip(), value.strip()


def _beside(grid: Grid, row: int, column: int) -> Cell | None:
    """Return the value of a label: the rest of its cell, or the cell to its right, past its merge.

    None where another label stands there.
    """
    label, own = _split(shown(grid.at(row, column)) or "")
    if own:
        return Cell(row, column, own, label)
    right = column + 1
    for top, left, bottom, last in grid.merges:
        if top <= row <= bottom and left <= column <= last:
            right = last + 1
    value: Value = grid.at(row, right)
    if value is None:
        return None
    if isinstance(value, str) and len(value) <= _LONGEST_LABEL and value.rstrip("：: ") != value:
        return None
    if isinstance(value, str) and field_of(_split(value)[0]) and _split(value)[1]:
        return None  # the next label with its own value
    if isinstance(value, str) and is_label(value):
        return None
    return Cell(row, right, value, shown(grid.at(row, column)) or "")


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
        cells = {part: Cell(row, c, grid.at(row, c), heading) for part, c in columns.items()}
        yield StepCells(heading, approval_of(heading), cells)


def _steps_beside(grid: Grid) -> Iterator[StepCells]:
    """Yield the steps whose state stands to the right of their name."""
    for row, cells in enumerate(grid.rows):
        for column, value in enumerate(cells):
            text = shown(value) if isinstance(value, str) else None
            label, own = _split(text or "")
            if text is None or len(label) > _LONGEST_LABEL or field_of(label):
                continue
            kind = approval_of(label)
            if kind and own:
                yield StepCells(label, kind, {Part.STATE: Cell(row, column, own, label)})
                continue
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
