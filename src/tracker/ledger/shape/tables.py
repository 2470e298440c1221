"""Where the tables of a sheet are.

Their heading rows, their unit, and what kind of row each one is.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from tracker.ledger.book.grid import Grid, Value, letters
from tracker.ledger.shape.aliases import ALONE, Field, Part
from tracker.ledger.shape.columns import Column, column_of, part_of
from tracker.ledger.shape.headings import Heading, as_told, headings_of
from tracker.ledger.shape.ignored import Ignored
from tracker.ledger.shape.legends import COLOURS, NO_COLOUR, explained_in, legend_in
from tracker.ledger.shape.row_kinds import CAPTION, KindOfRow, section_name
from tracker.ledger.shape.sense import sense_of_sheet, year_of_sheet
from tracker.ledger.values.money import unit_of_sheet
from tracker.ledger.values.rules import Sense, Status
from tracker.ledger.values.statuses import status_of_word
from tracker.ledger.values.words import plain, shown

_FEWEST_MONTHS, _LONGEST_OF_LEGEND = 3, 6
_MARK_OF_SECTION = re.compile(
    r"^\s*(?:[(（]?[一二三四五六七八九十]{1,3}[)）]?[、.]?|(?:共|计)?\d+[个项]?)\s*$"
)
_DITTO = ("同上", "〃", "″", "''", '"')


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of one sheet. Rows count from 0; `body` are the rows that may hold projects.

    `sections` says under which section each of them stands; `legend` what marks mean on this sheet.
    `sheet_unit` stands above the table; a column's own unit beats it.
    """

    grid: Grid
    header_rows: tuple[int, ...]
    columns: tuple[Column, ...]
    sheet_unit: str | None
    body: tuple[int, ...]
    sections: Mapping[int, str]
    ignored: tuple[Ignored, ...]
    legend: Mapping[str, Status]
    sense: Sense | None = None
    """What its titles and notes say of days."""
    year: int | None = None
    """The year that its titles name."""

    @property
    def unit(self) -> str | None:
        """Return the unit that amounts count.

        None where neither the column nor the sheet names one.
        """
        amount = self.column(Field.INVESTMENT)
        return (amount.unit if amount else None) or self.sheet_unit

    @property
    def units(self) -> Mapping[int, str]:
        """Return the unit of each column of amounts."""
        amounts = [c for c in self.columns if c.field is Field.INVESTMENT]
        return {c.index: c.unit or self.sheet_unit or "万元" for c in amounts}

    @property
    def layout(self) -> str:
        """Return `long` for a row a step, `wide` for a row a project with columns of steps."""
        by_column = any(column.step_kind for column in self.columns)
        return "long" if self.column(Field.STEP) and not by_column else "wide"

    def column(self, field: Field) -> Column | None:
        """Return the first column that holds `field`."""
        return next((column for column in self.columns if column.field is field), None)

    def value(self, row: int, column: Column) -> Value:
        """Return a cell, filled down from the cell it is merged with."""
        place = row, column.index
        value = self.grid.at(*(self.filled_from.get(place, place) if self.filled_from else place))
        if isinstance(value, str) and value.strip() in _DITTO and row - 1 in self.sections:
            return self.value(row - 1, column)
        if value is None and self.is_coloured and column.step_kind and column.part is Part.STATE:
            return self._colour_at(place)
        return value

    def _colour_at(self, place: tuple[int, int]) -> str | None:
        """Return the fill of an empty cell, when the sheet says what it means."""
        name = self.grid.colours.get(place, NO_COLOUR)
        return name if name in self.legend else None

    @cached_property
    def is_coloured(self) -> bool:
        """Tell whether the legend names colours that fill cells of steps."""
        states = {c.index for c in self.columns if c.step_kind and c.part is Part.STATE}
        filled = any(p[0] in self.sections and p[1] in states for p in self.grid.colours)
        return filled and bool(COLOURS & self.legend.keys())

    @cached_property
    def filled_from(self) -> Mapping[tuple[int, int], tuple[int, int]]:
        """Return, for each cell of a merge over several rows, the cell that holds its value.

        A merge that comes from above the rows of projects says nothing of them.
        """
        last, first = len(self.grid.rows) - 1, self.header_rows[-1]
        return {
            (row, column): (top, left)
            for top, left, bottom, right in self.grid.merges
            if first < top < bottom
            for row in range(top, min(bottom, last) + 1)
            for column in range(left, min(right, self.grid.width) + 1)
        }


def find_tables(grid: Grid, told: Mapping[str, str]) -> list[Table]:
    """Return the tables of a sheet from the top down; none when no heading row can be found.

    `told` are the meanings that people gave to headings.
    """
    headings = _headings(as_told(grid, told), grid)
    tables: list[Table] = []
    unit: str | None = None
    for n, heading in enumerate(headings):
        begin = _caption_of(grid, headings[n - 1].rows[-1] if n else -1, heading.rows[0])
        after = headings[n + 1].rows[0] if n + 1 < len(headings) else len(grid.rows)
        end = _caption_of(grid, heading.rows[-1], after) if after < len(grid.rows) else after
        above = [_row_text(grid, row) for row in range(begin, heading.rows[0])]
        unit = next(filter(None, map(unit_of_sheet, above)), unit)
        for left, right in heading.spans:
            columns = _columns(grid, heading, left, right, told)
            if any(column.field is Field.NAME for column in columns):
                tables.append(_table(grid, heading, columns, unit, range(begin, end)))
    legend = {mark: status for table in reversed(tables) for mark, status in table.legend.items()}
    return [replace(table, legend={**legend, **table.legend}) for table in tables]


_OF_ITS_OWN = re.compile(r"20\d\d年|倒排|计划|实际|完成情况|[√×✓✗○●△▲]")
"""What a line over a table says that changes how its cells are read: year, sense, legend."""
_SECTION = re.compile(r"^[（(]?[一二三四五六七八九十\d]+[)）、.．]")


def _headings(grid: Grid, written: Grid) -> list[Heading]:
    """Return the headings of a sheet; one that only says again what the one before said is none."""
    found: list[Heading] = []
    for row, cells in enumerate(grid.rows):
        if row in grid.hidden_rows or (found and row <= found[-1].rows[-1]):
            continue
        if any(isinstance(value, str) and _names_projects(value) for value in cells):
            heading = headings_of(grid, row, written)
            if heading and not (found and _goes_on(grid, found[-1], heading)):
                found.append(heading)
    return found


def _goes_on(grid: Grid, before: Heading, heading: Heading) -> bool:
    """Tell whether a heading is that of the page before, printed again.

    Below a title, a unit or a legend of its own the same heading begins another table.
    """
    if not heading.says_the_same_as(before):
        return False
    begin = _caption_of(grid, before.rows[-1], heading.rows[0])
    above = [_row_text(grid, row) for row in range(begin, heading.rows[0])]
    known = {_row_text(grid, row) for row in range(before.rows[0])}
    return not any(
        text not in known
        and not _SECTION.match(text)
        and (CAPTION.search(text) or _OF_ITS_OWN.search(text) or unit_of_sheet(text))
        for text in above
    )


def _names_projects(text: str) -> bool:
    """Tell quickly whether a text may be the heading of the column of names."""
    if len(text) > 30:
        return False
    bare = plain(text)
    return "名称" in bare or bare in ALONE or "项目全称" in bare


def _caption_of(grid: Grid, after: int, header: int) -> int:
    """Return the first of the rows right above a heading that belong to it.

    Titles, unit, blanks.
    """
    row = header
    while row - 1 > after and (after < 0 or _is_caption(grid, row - 1)):
        row -= 1
    return row


def _is_caption(grid: Grid, row: int) -> bool:
    texts = [text for text in map(shown, grid.rows[row]) if text]
    if not texts:
        return True
    wide = any(top == row and right - left >= 2 for top, left, _, right in grid.merges)
    joined = " ".join(texts)
    named = bool(CAPTION.search(joined) or unit_of_sheet(joined))
    return len(texts) <= 3 and (wide or named or len(texts) == 1)


def _row_text(grid: Grid, row: int) -> str:
    return " ".join(text for text in map(shown, grid.rows[row]) if text)


def _columns(
    grid: Grid, heading: Heading, left: int, right: int, told: Mapping[str, str]
) -> tuple[Column, ...]:
    found = [
        column_of(index, heading.lines[index], told)
        for index in range(left, right)
        if index not in grid.hidden_columns
    ]
    return tuple(_one_of_each(_with_actual_start(_with_tasks(found))))


def _with_tasks(columns: Sequence[Column]) -> list[Column]:
    """Return the columns; 时间节点 beside 工作目标 is the day of that task, two months are none."""
    goals = [column for column in columns if column.task == ""]
    months = [column for column in columns if column.month]
    found = list(columns)
    if goals:
        found = [
            replace(c, field=None, task="", part=Part.PLANNED, sense=Sense.PLANNED)
            if c.field is Field.DEADLINE and "节点" in plain(c.heading)
            else c
            for c in found
        ]
    return found if len(months) >= _FEWEST_MONTHS else [replace(c, month=None) for c in found]


def _with_actual_start(columns: Sequence[Column]) -> Sequence[Column]:
    """Return the columns; beside 计划开工 a plain 开工时间 is the actual start."""
    starts = [column for column in columns if column.field is Field.PLANNED_START]
    plainly = [c for c in starts if part_of(c.heading) is not Part.PLANNED and c.rule != "told"]
    if not plainly or len(plainly) == len(starts):
        return columns
    return [
        Column(
            index=c.index,
            heading=c.heading,
            key=c.key,
            step_kind="start",
            part=Part.DAY,
            sense=Sense.ACTUAL,
        )
        if c in plainly
        else c
        for c in columns
    ]


def _one_of_each(columns: Sequence[Column]) -> Iterator[Column]:
    """Yield the columns; a second one of names is known and not kept."""
    named = False
    for column in columns:
        again = named and column.field is Field.NAME
        named = named or column.field is Field.NAME
        yield (
            Column(index=column.index, heading=column.heading, key=column.key, field=Field.NOT_KEPT)
            if again
            else column
        )


def _painted(grid: Grid, rows: Sequence[int]) -> dict[str, Status]:
    """Return what fills mean where a legend is painted: a word in a fill, or to its right."""
    found: dict[str, Status] = {}
    for (row, column), name in grid.colours.items():
        text = next(filter(None, (shown(grid.at(row, column + n)) for n in (0, 1))), "")
        if row in rows and text and len(text) <= _LONGEST_OF_LEGEND:
            found.setdefault(name, status_of_word(text) or Status.UNKNOWN)
    return found


def _name_of_section(grid: Grid, row: int, name: int, text: str) -> str:
    """Return what a section is called, without the sums that stand beside it."""
    texts = [v for v in grid.rows[row] if isinstance(v, str) and not _MARK_OF_SECTION.match(v)]
    own = grid.at(row, name)
    return own if isinstance(own, str) and own in texts else next(iter(texts), text)


def _table(
    grid: Grid, heading: Heading, columns: tuple[Column, ...], unit: str | None, rows: range
) -> Table:
    kind_of = KindOfRow(grid, heading, columns)
    body: list[int] = []
    sections: dict[int, str] = {}
    ignored = [
        Ignored(grid.sheet, None, "hidden", letters(n))
        for n in sorted(grid.hidden_columns)
        if n < grid.width
    ]
    section = ""
    for row in rows:
        kind = kind_of(row)
        if kind is None:
            body.append(row)
            sections[row] = section
            continue
        text = _row_text(grid, row)
        if kind == "section":
            section = section_name(_name_of_section(grid, row, kind_of.name, text))
        ignored.append(Ignored(grid.sheet, row + 1, kind, text[:80]))
    around = [r.row - 1 for r in ignored if r.row and r.kind not in ("header", "section", "total")]
    silent = [row.text for row in ignored if row.kind in ("legend", "note")]
    titles = [row.text for row in ignored if row.kind == "title"]
    return Table(
        grid=grid,
        header_rows=heading.rows,
        columns=columns,
        sheet_unit=unit or next(filter(None, map(unit_of_sheet, silent)), None),
        body=tuple(body),
        sections=sections,
        ignored=tuple(ignored),
        legend={**_painted(grid, around), **explained_in(titles), **legend_in(silent)},
        sense=sense_of_sheet(titles, silent),
        year=year_of_sheet(titles) or year_of_sheet([grid.sheet or ""]),
    )
