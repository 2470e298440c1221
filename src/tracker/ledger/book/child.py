"""The process that opens a file: guard and grid, with limits on memory and time.

    python -m tracker.ledger.book.child < FILE

It writes the cells as lines of JSON, or the code of a refusal. It names no file, imports nothing
that knows the record, and whatever kills it kills nobody else.
"""

import csv
import io
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import python_calamine

from tracker.ledger.book.grid import (
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_MERGES,
    MOST_ROWS,
    Grid,
    head_line,
    rows_line,
)
from tracker.ledger.book.grid_xlsx import Details, Parts, as_shown
from tracker.ledger.book.guard import kind_of, text_of
from tracker.ledger.book.refusal import Refused

MOST_MEMORY, MOST_SECONDS = 192 * 1024 * 1024, 5
MOST_TEXT = 12_000_000
"""Characters of all cells, ten times what the largest ledger has.

Whoever reads the answer has limits too.
"""
ROWS_AT_ONCE = 200


def main() -> None:
    """Read a file from standard input and write its cells to standard output."""
    _limit()
    out = sys.stdout
    out.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    try:
        room = MOST_TEXT
        for line in lines_of(sys.stdin.buffer.read()):
            room -= len(line)
            if room < 0:
                raise Refused("too_large")
            out.write(line + "\n")
    except Refused as refused:
        out.write(json.dumps({"refused": refused.code, "sheet": refused.sheet}) + "\n")
    out.flush()


def _limit() -> None:
    """Bound memory and time as far as the platform can."""
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415  not on every platform

        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))


def lines_of(data: bytes) -> Iterator[str]:
    """Yield the cells of a file, sheet by sheet, as `grid.workbook_of` reads them.

    Raises Refused.
    """
    kind = kind_of(data)
    try:
        yield from _csv_lines(data) if kind == "csv" else _book_lines(data, kind)
    except (Refused, MemoryError):
        raise
    except Exception:  # whatever a damaged part makes the readers raise, it means the same
        raise Refused("damaged_file") from None


def _book_lines(data: bytes, kind: str) -> Iterator[str]:
    parts = Parts(data) if kind == "xlsx" else None
    if parts and parts.is_own_report:
        raise Refused("own_report")
    by_place = iter(_details_of_xls(data) if kind == "xls" else ())
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    hidden = []
    for sheet in book.sheets_metadata:
        if sheet.typ is not python_calamine.SheetTypeEnum.WorkSheet:
            continue
        beside = next(by_place, Details())
        is_hidden = sheet.visible is not python_calamine.SheetVisibleEnum.Visible
        if is_hidden:
            hidden.append(sheet.name)
            if parts:
                continue
        details = parts.details(sheet.name) if parts else beside
        cells = book.get_sheet_by_name(sheet.name)
        yield from _sheet_lines(cells, sheet.name, details, is_hidden=is_hidden)
    yield json.dumps({"end": kind, "hidden": hidden})


def _details_of_xls(data: bytes) -> list[Details]:
    from tracker.ledger.book.grid_xls import Records  # noqa: PLC0415  few files need what it loads

    return Records(data).details()


def _sheet_lines(
    cells: python_calamine.CalamineSheet, name: str, details: Details, *, is_hidden: bool
) -> Iterator[str]:
    rows, columns = (last + 1 for last in cells.end or (-1, -1))
    merges = cells.merged_cell_ranges or []
    too_many = rows > MOST_ROWS or columns > MOST_COLUMNS or rows * columns > MOST_CELLS
    if too_many or len(merges) > MOST_MERGES:
        raise Refused("too_large", name)
    struck = _struck(cells, details)
    yield head_line(
        Grid(
            sheet=name,
            rows=[],
            merges=[
                (top, left, bottom, min(right, MOST_COLUMNS))
                for (top, left), (bottom, right) in merges
            ],
            hidden_rows=frozenset(details.hidden_rows),
            hidden_columns=frozenset(details.hidden_columns),
            errors=details.errors,
            uncomputed=frozenset(details.uncomputed),
            filtered_rows=frozenset(details.filtered_rows),
            struck=struck,
            colours=details.colours,
        ),
        is_hidden=is_hidden,
    )
    partly = defaultdict(list)
    for row_number, column in details.shown:
        partly[row_number].append(column)
    left_of = defaultdict(list)
    for row_number, column in struck:
        left_of[row_number].append(column)
    _, left = cells.start or (0, 0)
    some: list[list[Any]] = []
    for n, row in enumerate(cells.iter_rows()):  # it begins with the first row, but not column
        found: list[Any] = [""] * left + row
        for m in partly.get(n, ()):
            found[m] = as_shown(found[m], details.shown[n, m])
        for m in left_of.get(n, ()):
            found[m] = details.struck[n, m] or ""
        some.append(found)
        if len(some) == ROWS_AT_ONCE:
            yield rows_line(some)
            some = []
    yield rows_line(some)


def _struck(cells: python_calamine.CalamineSheet, details: Details) -> dict[tuple[int, int], str]:
    """Return the texts that are struck through, whole or in part, as they stand in the file."""
    if not details.struck:
        return {}
    _, left = cells.start or (0, 0)
    found = {}
    for n, row in enumerate(cells.iter_rows()):
        for m, value in enumerate(row, start=left):
            if value != "" and (n, m) in details.struck:
                found[n, m] = str(value)
    return found


def _csv_lines(data: bytes) -> Iterator[str]:
    text = text_of(data)
    separator = max(",\t;|", key=text[:20_000].count)
    yield head_line(Grid(sheet=None, rows=[]))
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    for n, row in enumerate(rows):
        if n >= MOST_ROWS or len(row) > MOST_COLUMNS:
            raise Refused("too_large")
        yield rows_line([row])
    yield json.dumps({"end": "csv", "hidden": []})


if __name__ == "__main__":
    main()
