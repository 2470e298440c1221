"""Cells with their raw values, merges, and what is hidden. Nothing is interpreted here."""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import python_calamine
from defusedxml.ElementTree import iterparse

from tracker.core.problems import message
from tracker.ledger.guard import kind_of
from tracker.ledger.model import RefusedFileError, Value

MOST_ROWS, MOST_COLUMNS, MOST_CELLS, MOST_MERGES = 20_000, 200, 2_000_000, 5_000
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_READERS_FAULTS = (
    python_calamine.CalamineError, zipfile.BadZipFile, zlib.error, csv.Error, KeyError, SyntaxError,
    ValueError, TypeError, NotImplementedError, RuntimeError, EOFError,
)  # fmt: skip
"""What the readers below raise on damaged files; all of them mean the same to a clerk."""
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_ID = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet. Rows and columns count from 0; a merged range is (top, left, bottom, right).

    `errors` are the cells that show an error such as #REF!.
    """

    sheet: str | None
    rows: list[list[Value]]
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    errors: dict[tuple[int, int], str] = field(default_factory=dict)

    @property
    def width(self) -> int:
        """Return how many columns there are."""
        return max((len(row) for row in self.rows), default=0)

    def at(self, row: int, column: int) -> Value:
        """Return the value of a cell; None outside the sheet."""
        return self.rows[row][column] if column < len(self.rows[row]) else None


@dataclass(frozen=True, slots=True)
class Workbook:
    """The visible sheets of a file, and the names of the hidden ones."""

    grids: list[Grid]
    hidden_sheets: list[str]


def letters(column: int) -> str:
    """Return the letters of a column: 0 is A, 26 is AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def read_workbook(path: Path) -> Workbook:
    """Read the cells of a file. Raises RefusedFileError when it cannot or must not be read."""
    kind = kind_of(path)
    try:
        if kind == "csv":
            return Workbook([Grid(None, _csv_rows(path))], [])
        details = _sheet_details(path) if kind == "xlsx" else {}
        return _visible(path, python_calamine.CalamineWorkbook.from_path(str(path)), details)
    except _READERS_FAULTS:
        what = message("The file is damaged, or protected by a password.")
        remedy = message("Open it in Excel or WPS, save it without a password, and try again.")
        raise RefusedFileError("damaged_file", what, remedy=remedy, file=path.name) from None


def _too_large(path: Path, sheet: str) -> RefusedFileError:
    what = message("The sheet '{sheet}' is larger than any ledger.", sheet=sheet)
    remedy = message("Delete empty rows and columns outside the table, and try again.")
    return RefusedFileError("too_large", what, remedy=remedy, file=path.name)


def _visible(
    path: Path, book: python_calamine.CalamineWorkbook, details: dict[str, "_Details"]
) -> Workbook:
    grids, hidden = [], []
    for sheet in book.sheets_metadata:
        if sheet.typ is not python_calamine.SheetTypeEnum.WorkSheet:
            continue
        if sheet.visible is not python_calamine.SheetVisibleEnum.Visible:
            hidden.append(sheet.name)
            continue
        cells = book.get_sheet_by_name(sheet.name)
        rows, columns = cells.total_height, cells.total_width
        merges = cells.merged_cell_ranges or []
        too_many = rows > MOST_ROWS or columns > MOST_COLUMNS or rows * columns > MOST_CELLS
        if too_many or len(merges) > MOST_MERGES:
            raise _too_large(path, sheet.name)
        detail = details.get(sheet.name, _Details())
        grids.append(
            Grid(
                sheet.name,
                [
                    [_plain(value) for value in row]
                    for row in cells.to_python(skip_empty_area=False)
                ],
                [(top, left, bottom, right) for (top, left), (bottom, right) in merges],
                frozenset(detail.rows),
                frozenset(detail.columns),
                detail.errors,
            )
        )
    return Workbook(grids, hidden)


def _plain(value: Any) -> Value:
    if isinstance(value, datetime):
        return value.date()
    if value == "" or isinstance(value, (str, bool, float, int, date)):
        return None if value == "" else value
    return str(value)


def _csv_rows(path: Path) -> list[list[Value]]:
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        what = message("The text is neither UTF-8 nor GB18030.")
        remedy = message("Save it as .xlsx and try again.")
        raise RefusedFileError("bad_encoding", what, remedy=remedy, file=path.name)
    rows: list[list[Value]] = []
    for row in csv.reader(io.StringIO(text, newline="")):
        rows.append([cell or None for cell in row])
        if len(rows) > MOST_ROWS or len(row) > MOST_COLUMNS:
            raise _too_large(path, path.name)
    return rows


@dataclass(slots=True)
class _Details:
    """What python-calamine does not tell: hidden rows and columns, cells that show an error.

    The last row and column that hold a value are known here before it makes room for them.
    """

    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    last_row: int = 0
    last_column: int = 0

    def note(self, cell: Any) -> None:
        """Note where a cell stands if it holds a value, and the error it shows, if any."""
        place = _position(cell.get("r", ""))
        if place is None or not len(cell):
            return
        self.last_row = max(self.last_row, place[0])
        self.last_column = max(self.last_column, place[1])
        if cell.get("t") == "e":
            self.errors[place] = "".join(cell.itertext())


def _sheet_details(path: Path) -> dict[str, _Details]:
    with zipfile.ZipFile(path) as archive:
        targets = {
            element.get("Id"): element.get("Target", "")
            for element in _elements(archive, "xl/_rels/workbook.xml.rels")
        }
        sheets = [
            (element.get("name", ""), element.get(_ID) or element.get(_STRICT_ID))
            for element in _elements(archive, "xl/workbook.xml")
            if _tag(element) == "sheet"
        ]
        found = {name: _details(archive, _part(targets[key])) for name, key in sheets}
    for name, detail in found.items():
        if detail.last_row >= MOST_ROWS or detail.last_column >= MOST_COLUMNS:
            raise _too_large(path, name)
    return found


def _part(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _tag(element: Any) -> str:
    return str(element.tag).replace(_MAIN, "").replace(_STRICT, "")


def _elements(archive: zipfile.ZipFile, part: str) -> Iterator[Any]:
    with archive.open(part) as file:
        for _, element in iterparse(file, events=("end",), forbid_dtd=True):
            yield element


def _details(archive: zipfile.ZipFile, part: str) -> _Details:
    found = _Details()
    if part not in archive.namelist():
        return found
    row = -1
    for element in _elements(archive, part):
        tag = _tag(element)
        if tag == "c":
            found.note(element)
        elif tag == "row":
            number = element.get("r")
            row = int(number) - 1 if number else row
            if element.get("hidden") in ("1", "true") and row >= 0:
                found.rows.add(row)
            element.clear()
        elif tag == "col" and element.get("hidden") in ("1", "true"):
            last = min(int(element.get("max")), MOST_COLUMNS)
            found.columns.update(range(int(element.get("min")) - 1, last))
    return found


def _position(reference: str) -> tuple[int, int] | None:
    """Return row and column of `B7`, counted from 0; None when the cell does not say."""
    name = reference.rstrip("0123456789")
    if not name or name == reference:
        return None
    column = 0
    for letter in name:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(reference[len(name) :]) - 1, column - 1
