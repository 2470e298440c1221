"""A ledger that came as .xls or .csv, as an .xlsx: the same cells at the same places."""

import io
from datetime import date, datetime

import xlsxwriter

from tracker.ledger.book.grid import Grid, Value, Workbook

_SHEET = "台账"


def as_xlsx(workbook: Workbook) -> bytes:
    """Return a workbook as .xlsx, with its merges and what it hides.

    Texts never become formulas.
    """
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, {**options, "strings_to_numbers": False}) as book:
        # a fixed stamp: the same cells give the same bytes
        book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for grid in workbook.grids:
            _write(book.add_worksheet(grid.sheet or _SHEET), grid, day)
        for grid in workbook.hidden_grids:
            page = book.add_worksheet(grid.sheet)
            page.hide()
            _write(page, grid, day)
    return out.getvalue()


def sheet_in(sheet: str | None) -> str:
    """Return what a sheet is called there; a .csv has no name for its own."""
    return sheet or _SHEET


def _write(sheet: xlsxwriter.worksheet.Worksheet, grid: Grid, day: object) -> None:
    for top, left, bottom, right in grid.merges:
        sheet.merge_range(top, left, bottom, right, "")
    for row, cells in enumerate(grid.rows):
        for column, value in enumerate(cells):
            if value is not None:
                _write_cell(sheet, row, column, value, day)
    for (row, column), error in grid.errors.items():
        sheet.write_formula(row, column, f"={error}", None, error)
    for row in grid.hidden_rows:
        sheet.set_row(row, None, None, {"hidden": True})
    for column in grid.hidden_columns:
        sheet.set_column(column, column, None, None, {"hidden": True})


def _write_cell(
    sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: Value, day: object
) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, day)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, value)
