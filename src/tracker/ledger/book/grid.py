"""Cells with their raw values, merges, and what is hidden. Nothing is interpreted here."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Value = str | float | date | bool | None
"""What a cell holds; None is an empty one."""

MOST_ROWS, MOST_COLUMNS, MOST_CELLS, MOST_MERGES = 20_000, 256, 600_000, 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One sheet. Rows and columns count from 0; a merged range is (top, left, bottom, right).

    `errors` are the cells that show an error such as #REF!, `uncomputed` those whose formula was
    never worked out. A day of which the sheet shows only the month is the text 2025年6月.
    """

    sheet: str | None
    rows: list[list[Value]]
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    uncomputed: frozenset[tuple[int, int]] = frozenset()
    filtered_rows: frozenset[int] = frozenset()
    """Rows that a filter hides; they are none of `hidden_rows`."""
    struck: dict[tuple[int, int], str] = field(default_factory=dict)
    """Texts that are struck through, which the cells no longer hold."""
    colours: dict[tuple[int, int], str] = field(default_factory=dict)
    """Fills by the names that legends give them."""

    @property
    def width(self) -> int:
        """Return how many columns there are."""
        return max((len(row) for row in self.rows), default=0)

    def at(self, row: int, column: int) -> Value:
        """Return the value of a cell; None outside the sheet."""
        cells = self.rows[row] if row < len(self.rows) else ()
        return cells[column] if column < len(cells) else None


@dataclass(frozen=True, slots=True)
class Workbook:
    """The visible sheets of a file, and the names of the hidden ones.

    The cells of hidden sheets are there only for an .xls, which is given back as another file.
    """

    kind: str
    grids: list[Grid]
    hidden_sheets: list[str]
    hidden_grids: list[Grid] = field(default_factory=list)


def letters(column: int) -> str:
    """Return the letters of a column: 0 is A, 26 is AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def place_of(reference: str) -> tuple[int, int]:
    """Return row and column of `B7`, counted from 0."""
    name = reference.rstrip("0123456789")
    column = 0
    for letter in name:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(reference[len(name) :]) - 1, column - 1


def head_line(grid: Grid, *, is_hidden: bool = False) -> str:
    """Return everything of a grid but its rows as one line of JSON."""
    return _encode(
        {
            "sheet": grid.sheet,
            "merges": grid.merges,
            "hidden_rows": sorted(grid.hidden_rows),
            "hidden_columns": sorted(grid.hidden_columns),
            "uncomputed": sorted(grid.uncomputed),
            "is_hidden": is_hidden,
            "errors": [[*place, text] for place, text in grid.errors.items()],
            "filtered_rows": sorted(grid.filtered_rows),
            "struck": [[*place, text] for place, text in grid.struck.items()],
            "colours": [[*place, name] for place, name in grid.colours.items()],
        }
    )


def rows_line(rows: list[list[Any]]) -> str:
    """Return rows as they come from a reader, where "" is an empty cell, as one line of JSON."""
    for row in rows:
        while row and row[-1] in ("", None):
            row.pop()
    return _encode(rows)


def workbook_of(lines: Iterator[str]) -> Workbook | None:
    """Return the workbook that the child process wrote; None when it broke off."""
    kind, hidden = "", []
    grids: list[Grid] = []
    unseen: list[Grid] = []
    last = Grid(sheet="", rows=[])
    for line in lines:
        if line.startswith("["):
            rows = json.loads(line, parse_int=float)  # a cell knows no whole numbers
            last.rows.extend(
                [_value(v) if v == "" or type(v) is list else v for v in row] for row in rows
            )
            continue
        found: Any = json.loads(line)
        if "sheet" in found:
            last = _grid(found)
            (unseen if found["is_hidden"] else grids).append(last)
        elif "end" in found:
            kind, hidden = found["end"], found["hidden"]
    return Workbook(kind, grids, hidden, unseen) if kind else None


def _day(value: object) -> object:
    """Return what JSON has no form for: a day, with or without its time, as a list of its text."""
    return [value.isoformat()[:10]] if isinstance(value, date) else str(value)


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_day).encode


def _value(value: Any) -> Value:
    return date.fromisoformat(value[0]) if value else None


def _grid(head: dict[str, Any]) -> Grid:
    return Grid(
        sheet=head["sheet"],
        rows=[],
        merges=[(top, left, bottom, right) for top, left, bottom, right in head["merges"]],
        hidden_rows=frozenset(head["hidden_rows"]),
        hidden_columns=frozenset(head["hidden_columns"]),
        errors={(row, column): text for row, column, text in head["errors"]},
        uncomputed=frozenset((row, column) for row, column in head["uncomputed"]),
        filtered_rows=frozenset(head["filtered_rows"]),
        struck={(row, column): text for row, column, text in head["struck"]},
        colours={(row, column): name for row, column, name in head["colours"]},
    )
