"""Dirty ledgers, drawn cell by cell, with what must be read from them beside it.

A `Draft` is a ledger in the head of a clerk. Traps spoil it and say what is right all the same;
then it is written as .xlsx, .xls or .csv.
"""

import csv
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
import xlwt

from tracker.ledger.book.grid import letters

FORMULA = "\x01"
"""Begins a cell that is a formula: \\x01=SUM(A1)|value; an empty value was never worked out."""
ERROR = "\x02"
"""Begins a cell that shows an error."""
MONTH = "\x03"
"""Begins a day of which the cell shows only the month."""


@dataclass(kw_only=True)
class Line:
    """A row below the heading: cells by heading, or a text across it.

    `expected` makes it a project.
    """

    cells: dict[str, Any]
    expected: dict[str, Any] | None = None
    kind: str = "project"
    hidden: bool = False
    issues: list[tuple[str, str | None]] = field(default_factory=list)
    """Codes that must be reported, each with the heading of its column."""


@dataclass(kw_only=True)
class Draft:
    """A ledger and what must be read from it."""

    headings: list[str]
    lines: list[Line]
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The headings above a heading, from the top."""
    above: list[list[Any]] = field(default_factory=list)
    sheet: str = "台账"
    kind: str = "xlsx"
    encoding: str = "utf-8"
    name: str = ""
    at: tuple[int, int] = (0, 0)
    merged: list[tuple[int, int, str]] = field(default_factory=list)
    """Lines (first, last) and heading of merges downwards."""
    hidden_columns: list[str] = field(default_factory=list)
    hidden_sheets: list[str] = field(default_factory=list)
    header_issues: list[tuple[str, str]] = field(default_factory=list)
    more: list["Draft"] = field(default_factory=list)
    """Other tables: on sheets of their own, or below when they have the same sheet."""
    strict: bool = False
    dates_1904: bool = False
    layout: str = "wide"
    beside: bool = False
    cut_groups: bool = False

    def line(self, n: int) -> Line:
        """Return the nth project."""
        return [line for line in self.lines if line.kind == "project"][n]

    def set(self, n: int, heading: str, value: Any, /, **expected: Any) -> None:
        """Write something else into a project, and say what must be read."""
        line = self.line(n)
        line.cells[heading] = value
        assert line.expected is not None
        line.expected.update(expected)

    def ask(self, n: int, heading: str, value: Any, problem: str, /, **expected: Any) -> None:
        """Write something that must be asked about."""
        self.set(n, heading, value, **expected)
        self.line(n).issues.append((problem, heading))

    def depth(self) -> int:
        """Return how many rows the heading takes."""
        return 1 + max((len(found) for found in self.groups.values()), default=0)


@dataclass
class Placed:
    """Where everything of a draft came to stand; rows count from 1, columns are letters."""

    rows: list[tuple[Line, int]]
    columns: Mapping[str, str]
    header: int
    draft: Draft


class _Cells:
    """A sheet under construction: cells, merges, and what is hidden."""

    def __init__(self) -> None:
        self.cells: dict[tuple[int, int], Any] = {}
        self.merges: list[tuple[int, int, int, int]] = []
        self.hidden_rows: list[int] = []
        self.hidden_columns: list[int] = []

    @property
    def height(self) -> int:
        return 1 + max((row for row, _ in self.cells), default=-1)


def placed(draft: Draft) -> tuple[Mapping[str, _Cells], list[Placed]]:
    """Return the sheets of a draft and where its rows stand."""
    sheets: dict[str, _Cells] = {}
    found = []
    for part in (draft, *draft.more):
        sheet = sheets.setdefault(part.sheet, _Cells())
        top, left = part.at
        if part.beside:
            left = 2 + max(column for _, column in sheet.cells)
        elif sheet.cells:
            top = sheet.height + 1
        found.append(_place(part, sheet, top, left))
    for name in draft.hidden_sheets:
        sheets.setdefault(name, _Cells()).cells[0, 0] = "草稿"
    return sheets, found


def _place(part: Draft, sheet: _Cells, top: int, left: int) -> Placed:
    row = top
    for cells in part.above:
        for n, value in enumerate(cells):
            if value is not None:
                sheet.cells[row, left + n] = value
        row += 1
    columns = {heading: left + n for n, heading in enumerate(part.headings)}
    header = row
    _heading(part, sheet, row, columns)
    row += part.depth()
    rows = _lines(part, sheet, row, left, columns)
    for first, last, heading in part.merged:
        begin, end = rows[first][1] - 1, rows[last][1] - 1
        sheet.merges.append((begin, columns[heading], end, columns[heading]))
    sheet.hidden_columns += [columns[heading] for heading in part.hidden_columns]
    return Placed(rows, {h: letters(c) for h, c in columns.items()}, header + part.depth(), part)


def _lines(
    part: Draft, sheet: _Cells, first: int, left: int, columns: Mapping[str, int]
) -> list[tuple[Line, int]]:
    rows = []
    for row, line in enumerate(part.lines, start=first):
        for heading, value in line.cells.items():
            if value is not None:
                sheet.cells[row, columns.get(heading, left)] = value
        if line.kind in ("section-merged", "note-merged"):
            sheet.merges.append((row, left, row, left + len(part.headings) - 1))
        if line.hidden:
            sheet.hidden_rows.append(row)
        rows.append((line, row + 1))
    return rows


def _heading(part: Draft, sheet: _Cells, row: int, columns: Mapping[str, int]) -> None:
    depth = part.depth()
    open_group: dict[int, tuple[tuple[str, ...], int]] = {}
    for heading, column in columns.items():
        above = part.groups.get(heading, ())
        label = heading.split("|")[-1]
        sheet.cells[row + len(above), column] = label
        if len(above) + 1 < depth and not part.cut_groups:
            sheet.merges.append((row + len(above), column, row + depth - 1, column))
        for level in range(len(above)):
            path, start = open_group.get(level, ((), -1))
            if path != above[: level + 1] or start < 0:
                open_group[level] = (above[: level + 1], column)
                sheet.cells[row + level, column] = above[level]
            elif not part.cut_groups:
                old = (row + level, start, row + level, column - 1)
                if old in sheet.merges:
                    sheet.merges.remove(old)
                sheet.merges.append((row + level, start, row + level, column))
        if not above:
            open_group.clear()


def write_draft(draft: Draft, folder: Path) -> Path:
    """Write a draft as the kind of file that it is."""
    sheets, _ = placed(draft)
    path = folder / (draft.name or f"a.{draft.kind}")
    if draft.kind == "csv":
        path.write_bytes(_csv(sheets[draft.sheet]).encode(draft.encoding))
    elif draft.kind == "xls":
        _xls(draft, sheets, path)
    else:
        _xlsx(draft, sheets, path)
    return path


def _csv(sheet: _Cells) -> str:
    out = io.StringIO()
    width = 1 + max(column for _, column in sheet.cells)
    rows = [[sheet.cells.get((row, n), "") for n in range(width)] for row in range(sheet.height)]
    csv.writer(out).writerows([[_plain(value) for value in row] for row in rows])
    return out.getvalue()


def _plain(value: Any) -> Any:
    """Return a value as Excel writes it into a .csv."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.isoformat() if isinstance(value, date) else value


def _xlsx(draft: Draft, sheets: Mapping[str, _Cells], path: Path) -> None:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        month = book.add_format({"num_format": 'yyyy"年"m"月"'})
        for name, cells in sheets.items():
            sheet = book.add_worksheet(name)
            if name in draft.hidden_sheets:
                sheet.hide()
            for top, left, bottom, right in cells.merges:
                sheet.merge_range(top, left, bottom, right, "")
            for (row, column), value in cells.cells.items():
                _write(sheet, row, column, value, day, month)
            for row in cells.hidden_rows:
                sheet.set_row(row, None, None, {"hidden": True})
            for column in cells.hidden_columns:
                sheet.set_column(column, column, None, None, {"hidden": True})
    if draft.strict:
        path.write_bytes(as_strict(path.read_bytes()))


def _write(sheet: Any, row: int, column: int, value: Any, day: Any, month: Any) -> None:
    if isinstance(value, str) and value.startswith(FORMULA):
        formula, _, shown = value[1:].partition("|")
        sheet.write_formula(row, column, formula, None, float(shown) if shown else "")
    elif isinstance(value, str) and value.startswith(ERROR):
        sheet.write_formula(row, column, "=1/0", None, value[1:])
    elif isinstance(value, str) and value.startswith(MONTH):
        sheet.write_datetime(row, column, datetime.fromisoformat(value[1:]), month)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, day)
    elif isinstance(value, str):
        sheet.write_string(row, column, value)
    elif value is not None:
        sheet.write(row, column, value)


def _xls(draft: Draft, sheets: Mapping[str, _Cells], path: Path) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = draft.dates_1904
    for name, cells in sheets.items():
        sheet = book.add_sheet(name)
        sheet.visibility = 1 if name in draft.hidden_sheets else 0
        covered = {(top, left): (bottom, right) for top, left, bottom, right in cells.merges}
        for (row, column), cell in cells.cells.items():
            value, style = _xls_value(cell)
            if (row, column) in covered:
                bottom, right = covered[row, column]
                sheet.write_merge(row, bottom, column, right, value, style)
            else:
                sheet.write(row, column, value, style)
        for row in cells.hidden_rows:
            sheet.row(row).hidden = True
        for column in cells.hidden_columns:
            sheet.col(column).hidden = True
    book.save(str(path))


def _xls_value(cell: Any) -> tuple[Any, Any]:
    if isinstance(cell, str) and cell.startswith(MONTH):
        shown = xlwt.easyxf(num_format_str='yyyy"年"m"月"')
        return date.fromisoformat(cell[1:]), shown
    if isinstance(cell, date):
        return cell, xlwt.easyxf(num_format_str="yyyy-mm-dd")
    return cell, xlwt.Style.default_style


_STRICT = (
    (
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    ),
    (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    ),
)


def as_strict(data: bytes) -> bytes:
    """Return an .xlsx in the strict form of the standard."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            for loose, strict in _STRICT:
                part = part.replace(loose, strict)
            new.writestr(name, part)
    return out.getvalue()


Trap = Callable[[Draft], None]
