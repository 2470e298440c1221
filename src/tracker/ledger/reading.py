"""A county's workbook becomes rows with the rule that read them (`design.md` D11).

bytes → guard → grid → tables → columns → values → rows. Nothing here knows the record.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from tracker.core.model import Procedure
from tracker.core.problems import message
from tracker.ledger.columns import Field
from tracker.ledger.grid import letters, read_workbook
from tracker.ledger.issues import CODES
from tracker.ledger.model import (
    Ignored,
    Ledger,
    LedgerIssue,
    LedgerProject,
    RefusedFileError,
    SheetReading,
)
from tracker.ledger.money import read_amount
from tracker.ledger.rows import RowReader
from tracker.ledger.tables import Table, find_table
from tracker.ledger.words import plain

__all__ = ["read_ledger"]

_A_CENT_IN_WAN = 0.01


def read_ledger(path: Path, as_of: date, procedures: Mapping[str, Procedure]) -> Ledger:
    """Read a workbook as of its day. Raises RefusedFileError when it is no ledger."""
    workbook = read_workbook(path)
    ignored = [Ignored(name, None, "hidden", name) for name in workbook.hidden_sheets]
    sheets: list[SheetReading] = []
    projects: list[LedgerProject] = []
    issues: list[LedgerIssue] = []
    for grid in workbook.grids:
        table = find_table(grid)
        if table is None:
            if any(value is not None for cells in grid.rows for value in cells):
                issues.append(_issue("no_header", grid.sheet, 1, None, grid.sheet or ""))
            continue
        reader = RowReader(table, as_of, procedures)
        found = reader.read()
        header_rows = tuple(row + 1 for row in table.header_rows)
        sheets.append(SheetReading(grid.sheet, "wide", header_rows, table.unit, len(found)))
        projects.extend(found)
        ignored.extend(table.ignored)
        issues.extend([*reader.issues, *_total_issues(table, found)])
    if not sheets:
        what = message("No table with a heading row was found in the workbook.")
        remedy = message("The heading needs 项目名称 and at least two more known columns.")
        raise RefusedFileError("no_header", what, remedy=remedy, file=path.name)
    issues.extend(_duplicates(projects))
    order = {grid.sheet: n for n, grid in enumerate(workbook.grids)}
    issues.sort(key=lambda issue: (order[issue.sheet], issue.row, issue.column or ""))
    return Ledger(path.name, as_of, tuple(sheets), tuple(projects), tuple(ignored), tuple(issues))


def _issue(
    code: str, sheet: str | None, row: int, column: str | None, raw: str, **values: object
) -> LedgerIssue:
    severity, what, remedy = CODES[code]
    return LedgerIssue(sheet, row, column, code, severity, raw, what.of(raw=raw, **values), remedy)


def _duplicates(projects: Iterable[LedgerProject]) -> list[LedgerIssue]:
    """Return an issue for each later row with the code, or the name and place, of an earlier one."""
    seen: dict[tuple[str, ...], LedgerProject] = {}
    found = []
    for project in projects:
        keys: list[tuple[str, ...]] = [("name", plain(project.name), plain(project.location or ""))]
        if project.code:
            keys.append(("code", project.code))
        first = next((seen[key] for key in keys if key in seen), None)
        if first:
            found.append(
                _issue("duplicate", project.sheet, project.row, None, project.name, first=first.row)
            )
        for key in keys:
            seen.setdefault(key, project)
    return found


def _total_issues(table: Table, projects: list[LedgerProject]) -> list[LedgerIssue]:
    """Compare the grand total of the amounts with the rows."""
    column = table.column(Field.INVESTMENT)
    rows = [row.row for row in table.ignored if row.kind == "total" and row.row]
    if column is None or len(rows) != 1:
        return []
    value = table.grid.at(rows[0] - 1, column.index)
    written = read_amount(value, table.unit or "万元").wan
    total = sum(project.total_investment_wan or 0 for project in projects)
    if written is None or abs(written - total) < _A_CENT_IN_WAN:
        return []
    return [
        _issue(
            "total_mismatch", table.grid.sheet, rows[0], letters(column.index),
            str(value), sum=f"{total:.2f}",
        )
    ]  # fmt: skip
