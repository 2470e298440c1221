"""Cells put right before the commit: the workbook is changed where it stands and read again."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.ledger.book.confine import read_workbook
from tracker.ledger.book.convert import as_xlsx, sheet_in
from tracker.ledger.book.grid import Workbook, place_of
from tracker.ledger.book.in_place import Book
from tracker.ledger.model import LedgerIssue

_ELSEWHERE = frozenset(
    {
        "classified",
        "colours_unread",
        "columns_disagree",
        "count_mismatch",
        "duplicate",
        "fields_differ",
        "filtered_rows",
        "gone_section",
        "mixed_forms",
        "no_header",
        "no_unit",
        "older_law",
        "other_procedure",
        "parts_counted",
        "parts_differ",
        "parts_sum",
        "perhaps_renamed",
        "planning_alone",
        "procedure_assumed",
        "regime_doubt",
        "second_column",
        "section_or_project",
        "several_known",
        "struck_rows",
        "struck_text",
        "total_mismatch",
        "unknown_column",
        "unknown_step",
    }
)
"""Issues whose remedy is not another text in their own cell."""
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,6})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a cell is to hold instead; '' empties it. `cell` is a place such as C8."""

    sheet: str | None
    cell: str
    text: str


class UncorrectableError(TrackerError):
    """A cell that cannot be put right here: a formula fills it, or its row is not in the file."""

    code = "uncorrectable"
    kind = ErrorKind.USAGE

    def __init__(self, correction: Correction) -> None:
        super().__init__(
            message("Cell {cell} cannot be changed here.", cell=correction.cell),
            remedy=message("Correct it in Excel or WPS, and upload the workbook again."),
        )


def is_correctable(issue: LedgerIssue) -> bool:
    """Tell whether another text in the cell of an issue may put it right."""
    return issue.column is not None and issue.code not in _ELSEWHERE


def corrected(data: bytes, name: str, corrections: Sequence[Correction]) -> tuple[bytes, str]:
    """Return a workbook with its cells put right, and its name; an .xls or .csv becomes an .xlsx.

    A cell of a merged area is that of its upper left corner. Raises UncorrectableError, and
    RefusedFileError for what is no workbook.
    """
    if not corrections:
        return data, name
    workbook = read_workbook(data, name)
    if workbook.kind != "xlsx":
        data, name = as_xlsx(workbook), f"{PurePath(name).stem}.xlsx"
    book = Book(data)
    for sheet, mine in _by_sheet(corrections).items():
        if sheet not in book.sheets:
            raise UncorrectableError(mine[0])
        taken = book.formulas(sheet)
        cells: dict[tuple[int, int], str | float] = {}
        for each in mine:
            place = _corner(workbook, sheet, place_of(each.cell))
            if place in taken or not book.has_row(sheet, place[0]):
                raise UncorrectableError(each)
            cells[place] = float(each.text) if _NUMBER.fullmatch(each.text) else each.text
        book.write(sheet, cells)
    return book.save(), name


def _by_sheet(corrections: Sequence[Correction]) -> Mapping[str, list[Correction]]:
    found: dict[str, list[Correction]] = {}
    for each in corrections:
        found.setdefault(sheet_in(each.sheet), []).append(each)
    return found


def _corner(workbook: Workbook, sheet: str, place: tuple[int, int]) -> tuple[int, int]:
    """Return the upper left corner of the merged area of a cell, or the cell itself."""
    row, column = place
    for grid in workbook.grids:
        if sheet_in(grid.sheet) == sheet:
            for top, left, bottom, right in grid.merges:
                if top <= row <= bottom and left <= column <= right:
                    return top, left
    return place
