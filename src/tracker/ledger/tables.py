"""Where the table is: its heading rows, its unit, and what kind of row each one is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from tracker.ledger.columns import Column, Field, column_of, field_of, step_kind_of
from tracker.ledger.grid import Grid, letters
from tracker.ledger.model import Ignored, Value
from tracker.ledger.money import unit_in, unit_of_sheet
from tracker.ledger.words import plain, shown

_SECTION = re.compile(
    r"^[(]?[一二三四五六七八九十]+[)、.].{1,30}$|^第[一二三四五六七八九十]+[类批].*$"
)
_SUBTOTAL, _TOTAL = re.compile(r"^小计"), re.compile(r"^(合计|总计|共计)")
_NOTE = re.compile(
    r"^(注|备注|说明|填报人|填表人|审核人|联系电话|制表人?|审核)[:\d]|^(注|备注|说明)$"
)
_LEGEND = re.compile(r"^(图例|符号说明)")
_LOOK_FOR_HEADER = 40


@dataclass(frozen=True)
class Table:
    """A table of one sheet. Rows count from 0; `body` are the rows that may hold projects."""

    grid: Grid
    header_rows: tuple[int, ...]
    columns: tuple[Column, ...]
    unit: str | None
    body: tuple[int, ...]
    sections: dict[int, str]
    ignored: tuple[Ignored, ...]
    second_table: int | None = None

    def column(self, field: Field) -> Column | None:
        """Return the first column that holds `field`."""
        return next((column for column in self.columns if column.field is field), None)

    def value(self, row: int, column: Column | None) -> Value:
        """Return a cell, filled down from the cell it is merged with."""
        if column is None:
            return None
        top, left = self.filled_from.get((row, column.index), (row, column.index))
        return self.grid.at(top, left)

    @cached_property
    def filled_from(self) -> Mapping[tuple[int, int], tuple[int, int]]:
        """Return, for each cell of a merge over several rows, the cell that holds its value."""
        return {
            (row, column): (top, left)
            for top, left, bottom, right in self.grid.merges
            if top < bottom
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        }


def find_table(grid: Grid) -> Table | None:
    """Return the table of a sheet, or None when no heading row can be found."""
    first = _first_header_row(grid)
    if first is None:
        return None
    depth = _header_depth(grid, first)
    header = tuple(range(first, first + depth))
    columns = tuple(
        column_of(index, _headings(grid, header, index))
        for index in range(grid.width)
        if index not in grid.hidden_columns
    )
    unit = _unit(grid, first, columns)
    body, sections, ignored, second = _rows(grid, header, columns)
    return Table(grid, header, columns, unit, body, sections, ignored, second)


def _first_header_row(grid: Grid) -> int | None:
    for row in range(min(len(grid.rows), _LOOK_FOR_HEADER)):
        if _is_heading([text for v in grid.rows[row] if isinstance(v, str) and (text := shown(v))]):
            return row
    return None


def _is_heading(texts: Sequence[str]) -> bool:
    """Tell whether a row names a project's name and at least two more known fields."""
    fields = {field_of(text) for text in texts if len(text) <= 20} - {None}
    return Field.NAME in fields and len(fields) >= 3


def _header_depth(grid: Grid, first: int) -> int:
    """Return how many rows the heading has: as deep as its vertical merges, else by its words."""
    tall = [b - t + 1 for t, _, b, _ in grid.merges if t == first and b > t]
    if tall:
        return max(tall)
    below = grid.rows[first + 1] if first + 1 < len(grid.rows) else []
    wide = any(t == first and r > left for t, left, _, r in grid.merges)
    spoken = sum(bool(isinstance(v, str) and step_kind_of(v)) for v in below)
    return 2 if wide and spoken >= 2 else 1


def _headings(grid: Grid, header: Sequence[int], index: int) -> list[str]:
    found: list[str] = []
    for row in header:
        value = grid.at(row, index)
        for top, left, bottom, right in grid.merges:
            if top <= row <= bottom and left <= index <= right:
                value = grid.at(top, left)
        text = shown(value) or ""
        if text and text not in found:
            found.append(text)
    return found


def _unit(grid: Grid, first: int, columns: Sequence[Column]) -> str | None:
    """Return the unit of the amounts: the column's own, else the one in a cell above."""
    for column in columns:
        if column.field is Field.INVESTMENT and unit_in(column.heading):
            return unit_in(column.heading)
    for row in range(first):
        for value in grid.rows[row]:
            if isinstance(value, str) and unit_of_sheet(value):
                return unit_of_sheet(value)
    return None


def _rows(
    grid: Grid, header: tuple[int, ...], columns: Sequence[Column]
) -> tuple[tuple[int, ...], dict[int, str], tuple[Ignored, ...], int | None]:
    """Sort the rows: projects to the body, the rest named by kind, up to a second table."""
    name = next(column.index for column in columns if column.field is Field.NAME)
    heading = plain(next(column.heading for column in columns if column.field is Field.NAME))
    body: list[int] = []
    sections: dict[int, str] = {}
    ignored = [Ignored(grid.sheet, None, "hidden", letters(n)) for n in sorted(grid.hidden_columns)]
    section, second = "", None
    for row in range(len(grid.rows)):
        texts = [text for text in map(shown, grid.rows[row]) if text]
        kind = _kind(grid, row, header, texts, shown(grid.at(row, name)), heading)
        if kind is None:
            body.append(row)
            sections[row] = section
            continue
        if kind == "second_table":
            second = row
            break
        if kind == "section":
            section = re.sub(r"^[（(]?[一二三四五六七八九十]+[）)]?[、.．]?", "", texts[0])
        ignored.append(Ignored(grid.sheet, row + 1, kind, " ".join(texts)[:80]))
    return tuple(body), sections, tuple(ignored), second


def _kind(  # noqa: C901, PLR0911  a list of cases, one line each
    grid: Grid,
    row: int,
    header: tuple[int, ...],
    texts: list[str],
    name: str | None,
    heading: str,
) -> str | None:
    """Return why a row holds no project, or None when it does."""
    if row in header:
        return "header"
    if row < header[0]:
        return "title" if texts else "blank"
    if row in grid.hidden_rows:
        return "hidden"
    if not texts:
        return "blank"
    first = plain(texts[0])
    label = plain(name) if name else first
    if _SUBTOTAL.match(first) or _SUBTOTAL.match(label):
        return "subtotal"
    if _TOTAL.match(first) or _TOTAL.match(label):
        return "total"
    if name and plain(name) == heading:
        return "header"
    if _is_heading(texts):
        return "second_table"
    if _LEGEND.match(first):
        return "legend"
    if len(texts) <= 3 and _NOTE.match(first):
        return "note"
    if len(texts) <= 2 and _SECTION.match(first):
        return "section"
    return None
