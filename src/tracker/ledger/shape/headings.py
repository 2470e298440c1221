"""The heading rows of a table.

How deep they are, what each column is called, side by side tables.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from tracker.ledger.book.grid import Grid, Value
from tracker.ledger.shape.aliases import Field, Part
from tracker.ledger.shape.columns import (
    field_of,
    is_label,
    is_period,
    part_of,
    step_kind_of,
    tells_of_a_step,
)
from tracker.ledger.values.words import plain, shown

_LONGEST = 30  # characters of one heading
_DEEPEST = 4
_LONGEST_LABEL = 12
_MARKS = frozenset("√✓×/-—是否有无")
_PERIODS = 3  # different months or quarters beside one another, and nothing else, are headings
_ONLY_A_UNIT = re.compile(r"^[(]?(?:亿元|万元|元|个|项)[)]?$")


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading rows of a table or of several side by side, from the top; rows count from 0.

    `lines` are the headings of each column from the top down; `spans` the columns of each table.
    """

    rows: tuple[int, ...]
    lines: tuple[tuple[str, ...], ...]
    spans: tuple[tuple[int, int], ...]
    texts: frozenset[tuple[str, ...]]

    def says_the_same_as(self, other: "Heading") -> bool:
        """Tell whether this is the heading of the page before, printed again."""
        return self.texts <= other.texts


def as_told(grid: Grid, told: Mapping[str, str]) -> Grid:
    """Return a sheet on which the headings that people gave a meaning to are written so."""
    if not any(grid.rows) or not told:
        return grid
    return replace(
        grid,
        rows=[
            [
                told.get(plain(v), v) or v if isinstance(v, str) and len(v) <= _LONGEST else v
                for v in cells
            ]
            for cells in grid.rows
        ],
    )


def headings_of(grid: Grid, row: int, written: Grid) -> Heading | None:
    """Return the heading of which `row` names the projects, or None when it is no heading.

    `grid` has the headings as they are meant, `written` as they stand in the file.
    """
    if not _is_heading(grid, row):
        return None
    first = row - _groups_above(grid, row)
    last = min(row + _rows_below(grid, row), len(grid.rows) - 1)  # a merge may reach beyond
    rows = tuple(range(first, last + 1))
    meant, lines = (
        tuple(_lines(each, rows, column) for column in range(grid.width))
        for each in (grid, written)
    )
    texts = frozenset(texts_of(written, row) for row in rows)
    return Heading(rows, lines, tuple(_spans(meant)), texts)


def texts_of(grid: Grid, row: int) -> tuple[str, ...]:
    """Return the texts of a row, comparable."""
    return tuple(plain(value) for value in grid.rows[row] if value is not None)


def _is_heading(grid: Grid, row: int) -> bool:
    """Tell whether a row names the projects' name and at least two more things that are known."""
    texts = [value for value in grid.rows[row] if isinstance(value, str)]
    below = grid.rows[row + 1] if row + 1 < len(grid.rows) else []
    more = [value for value in below if isinstance(value, str)]
    meanings = {meaning(text) for text in texts} - {None}
    if Field.NAME not in meanings or _is_form(grid, row):
        return False
    if sum(map(is_period, texts)) >= _PERIODS:
        return True
    under = {meaning(text) for text in more} - {None} if _is_silent(grid, row, meanings) else set()
    telling = {m for m in meanings | under if not isinstance(m, Part)} - {Field.NAME, Field.NUMBER}
    return len(meanings | under) >= 3 and bool(telling)


def _is_form(grid: Grid, row: int) -> bool:
    """Tell whether labels stand below the label of the name: then its value stands beside it."""
    name = next(
        n
        for n, value in enumerate(grid.rows[row])
        if isinstance(value, str) and meaning(value) is Field.NAME
    )
    below = [grid.at(n, name) for n in range(row + 1, min(row + 3, len(grid.rows)))]
    return len(below) > 1 and all(isinstance(v, str) and is_label(v) for v in below)


def _is_silent(grid: Grid, row: int, meanings: set[object]) -> bool:
    """Tell whether the row below a short heading may be its second row: its names stand above."""
    tall = any(top == row and bottom > top for top, _, bottom, _ in grid.merges)
    below = grid.rows[row + 1] if row + 1 < len(grid.rows) else []
    labels = [value for value in below if value is not None]
    name = next(n for n, v in enumerate(grid.rows[row]) if _means_a_name(v))
    are_steps = all(isinstance(each, str) and step_kind_of(each) for each in labels)
    is_heading = grid.at(row + 1, name) is None and len(labels) > 1 and are_steps
    return (tall or is_heading) and len(meanings) < 3


def _means_a_name(value: Value) -> bool:
    return isinstance(value, str) and meaning(value) is Field.NAME


@lru_cache(maxsize=4096)
def meaning(text: str) -> object:
    """Return what a text would mean as a heading: a field, a kind of step, a part.

    None for nothing.
    """
    if len(text) > _LONGEST:
        return None
    return field_of(text) or step_kind_of(text) or part_of(text)


def _groups_above(grid: Grid, row: int) -> int:
    """Return how many rows above are groups: short texts, merged over some of the columns."""
    above = 0
    while above < _DEEPEST and row - above - 1 >= 0:
        at = row - above - 1
        texts = [text for text in map(shown, grid.rows[at]) if text]
        wide = [
            (left, right)
            for top, left, bottom, right in grid.merges
            if top == at == bottom and right > left
        ]
        spanned = any(right - left + 1 >= grid.width - 1 for left, right in wide)
        if len(texts) < 2 or not wide or spanned or any(len(text) > 15 for text in texts):
            break
        if any("单位" in text or ":" in plain(text) for text in texts):
            break
        above += 1
    return above


def _rows_below(grid: Grid, row: int) -> int:
    """Return how many rows below belong to the heading.

    As deep as its merges, else by its words.
    """
    tall = [bottom - row for top, _, bottom, _ in grid.merges if top <= row < bottom]
    deep = min(max(tall, default=0), _DEEPEST)
    while deep < _DEEPEST and _goes_on(grid, row, row + deep + 1):
        deep += 1
    return deep


def _goes_on(grid: Grid, first: int, row: int) -> bool:
    """Tell whether a row is still heading: it speaks of steps or parts, and names no project."""
    if row >= len(grid.rows):
        return False
    name = next(
        n
        for n, value in enumerate(grid.rows[first])
        if isinstance(value, str) and meaning(value) is Field.NAME
    )
    cells = [value for value in grid.rows[row] if value is not None]
    if grid.at(row, name) is not None or not all(isinstance(value, str) for value in cells):
        return False
    texts = [value for value in cells if isinstance(value, str)]
    if texts and _is_under_groups(grid, first, row):
        return True
    periods = {plain(text) for text in texts if is_period(text)}
    if len(periods) >= _PERIODS and len(periods) == len(texts):
        return True
    spoken = [
        text
        for text in texts
        if meaning(text) or _ONLY_A_UNIT.match(plain(text)) or tells_of_a_step(text)
    ]
    return len(spoken) >= 1 and len(spoken) * 2 > len(texts) and not _is_data(texts)


def _is_under_groups(grid: Grid, first: int, row: int) -> bool:
    """Tell whether each text of a row stands under a group: 编制, 送审, 批复 under 可研报告.

    A group is merged over columns of the heading, and has one text at least below it.
    """
    groups = [
        range(left, right + 1)
        for top, left, bottom, right in grid.merges
        if top == bottom == first and right > left
    ]
    filled = {n for n, value in enumerate(grid.rows[row]) if value is not None}
    inside = {n for group in groups for n in group}
    labels = all(len(plain(grid.rows[row][n])) <= _LONGEST_LABEL for n in filled)
    marks = any(plain(grid.rows[row][n]) in _MARKS for n in filled)
    return filled <= inside and labels and not marks and row == first + 1


def _is_data(texts: Sequence[str]) -> bool:
    return any(any(mark.isdigit() for mark in plain(text)) for text in texts)


def _lines(grid: Grid, rows: Sequence[int], column: int) -> tuple[str, ...]:
    """Return the headings of a column from the top down, each once.

    A unit goes with what it counts.
    """
    found: list[str] = []
    for row in rows:
        text = shown(_spread(grid, rows, row, column)) or ""
        if found and _ONLY_A_UNIT.match(plain(text)):
            found[-1] = f"{found[-1]}（{plain(text).strip('()')}）"
        elif text and text not in found:
            found.append(text)
    return tuple(found)


def _spread(grid: Grid, rows: Sequence[int], row: int, column: int) -> object:
    """Return the heading over a cell: its own, that of its merge, or the one a group left it."""
    for top, left, bottom, right in grid.merges:
        if top <= row <= bottom and left <= column <= right:
            return grid.at(top, left)
    value = grid.at(row, column)
    has_merges = any(top in rows for top, _, _, _ in grid.merges)
    if value is not None or has_merges or row == rows[-1]:
        return value
    left = column  # a file without merges: a group stands over the first of its columns alone
    while left > 0 and grid.at(row, left) is None and grid.at(rows[-1], left) is not None:
        left -= 1
    return grid.at(row, left) if grid.at(rows[-1], left) is not None else None


def _spans(lines: Sequence[tuple[str, ...]]) -> list[tuple[int, int]]:
    """Return the columns of each table.

    Another begins after a gap, or where numbering begins anew.
    """
    labels = [field_of(line[-1]) if line else None for line in lines]
    names = [n for n, label in enumerate(labels) if label is Field.NAME]
    begins = [0]
    for earlier, later in pairwise(names):
        gap = next((n for n in range(later, earlier, -1) if not lines[n]), None)
        number = next((n for n in range(later, earlier, -1) if labels[n] is Field.NUMBER), None)
        numbered = Field.NUMBER in labels[begins[-1] : earlier]
        if gap is not None:
            begins.append(gap + 1)
        elif number is not None and numbered:
            begins.append(number)
    return list(zip(begins, [*begins[1:], len(lines)], strict=True))
