"""A sheet on which each project is a column is turned, so that what follows sees rows."""

from collections.abc import Sequence
from dataclasses import replace

from tracker.ledger.book.grid import Grid, Value
from tracker.ledger.shape.aliases import Field
from tracker.ledger.shape.columns import field_of, is_label, step_kind_of
from tracker.ledger.values.words import plain, shown

_FEWEST_LABELS, _FEWEST_PROJECTS = 3, 2
_LONGEST_LABEL = 20


def is_turned(grid: Grid) -> bool:
    """Tell whether a sheet has a column a project."""
    return _corner(grid) is not None


def turned(grid: Grid) -> Grid:
    """Return a sheet with rows for columns, without what stands above and below its table."""
    corner = _corner(grid)
    assert corner is not None  # whoever turns has asked
    top, left = corner
    lines = [row for row in range(top, len(grid.rows)) if _is_line(grid, row, left)]
    bottom = lines[-1] + 1
    rows: list[list[Value]] = [
        [grid.at(row, column) if row in lines else None for row in range(bottom)]
        if column >= left
        else []
        for column in range(grid.width)
    ]
    swapped = {(column, row): text for (row, column), text in grid.errors.items()}
    return replace(
        grid,
        rows=rows,
        merges=[
            (first, above, last, below)
            for above, first, below, last in grid.merges
            if above >= top and below < bottom
        ],
        hidden_rows=grid.hidden_columns,
        hidden_columns=grid.hidden_rows,
        errors=swapped,
        uncomputed=frozenset((column, row) for row, column in grid.uncomputed),
        filtered_rows=frozenset(),
        struck={(column, row): text for (row, column), text in grid.struck.items()},
        colours={(column, row): name for (row, column), name in grid.colours.items()},
    )


def texts_around(grid: Grid) -> tuple[Sequence[str], Sequence[str]]:
    """Return the lines above the table of such a sheet, and those below it."""
    corner = _corner(grid)
    assert corner is not None
    top, left = corner
    lines = ["".join(filter(None, map(shown, cells))) for cells in grid.rows]
    below = [n for n in range(top, len(grid.rows)) if not _is_line(grid, n, left)]
    return lines[:top], [lines[n] for n in below]


def _corner(grid: Grid) -> tuple[int, int] | None:
    """Return the place of the label of names, where names stand beside it and labels below."""
    for row, cells in enumerate(grid.rows):
        for column, value in enumerate(cells):
            if not isinstance(value, str) or len(value) > _LONGEST_LABEL:
                continue
            if field_of(value) is Field.NAME:
                return (row, column) if _turns_at(grid, row, column) else None
    return None


def _turns_at(grid: Grid, row: int, column: int) -> bool:
    names = [v for v in grid.rows[row][column + 1 :] if v is not None]
    if len(names) < _FEWEST_PROJECTS or any(_means_something(name) for name in names):
        return False
    if len({plain(name) for name in names}) < len(names):
        return False
    below = [grid.at(n, column) for n in range(row + 1, len(grid.rows))]
    return sum(_means_something(value) for value in below) >= _FEWEST_LABELS - 1


def _means_something(value: Value) -> bool:
    """Tell whether a text is a label of a field or a step."""
    text = value if isinstance(value, str) and len(value) <= _LONGEST_LABEL else ""
    return bool(text) and (is_label(text) or step_kind_of(text) is not None)


def _is_line(grid: Grid, row: int, left: int) -> bool:
    """Tell whether a row has a label, with values beside it or not; a note has neither."""
    label = grid.at(row, left)
    beside = any(value is not None for value in grid.rows[row][left + 1 :])
    return label is not None and (beside or _means_something(label))
