"""Whether the totals that a ledger writes are those of its rows."""

import re
from collections.abc import Iterable, Sequence

from tracker.ledger.issues import Issues
from tracker.ledger.model import LedgerProject
from tracker.ledger.shape.aliases import Field
from tracker.ledger.shape.tables import Table
from tracker.ledger.values.money import read_amount
from tracker.ledger.values.words import plain, shown

_A_CENT_IN_WAN = 0.01
_COUNTED = re.compile(r"(\d+)(?:个|项|个项目)")


def check_totals(table: Table, projects: Sequence[LedgerProject], issues: Issues) -> None:
    """Compare each subtotal with the rows since the one before it, and the total with all."""
    begin = table.header_rows[-1]
    for line in table.ignored:
        if line.row is None or line.kind not in ("subtotal", "total", "section"):
            continue
        row = line.row - 1
        first = begin if line.kind == "subtotal" else table.header_rows[-1]
        rows = [p for p in projects if first < p.row - 1 < row]
        if line.kind == "section":
            begin = row
            _check_section(table, row, projects, issues)
            continue
        _check_amount(table, row, rows, issues)
        parts = {part.row - 1 for project in rows for part in project.parts}
        taken = [body for body in table.body if first < body < row and body not in parts]
        _check_count(table, row, line.text, taken, rows, issues)
        begin = row


def _check_section(
    table: Table, row: int, projects: Sequence[LedgerProject], issues: Issues
) -> None:
    """Compare the amount beside a section with its rows, which go on to a section of its level."""
    level = _level(table, row)
    later = (
        line.row - 1
        for line in table.ignored
        if line.row and line.row - 1 > row and line.kind in ("section", "subtotal", "total")
        if line.kind != "section" or _level(table, line.row - 1) <= level
    )
    end = next(later, len(table.grid.rows))
    rows = [project for project in projects if row < project.row - 1 < end]
    if rows:
        _check_amount(table, row, rows, issues)


def _level(table: Table, row: int) -> int:
    """Return how deep a section stands: 一 above （一）."""
    text = plain(next((v for v in table.grid.rows[row] if v is not None), ""))
    return 1 if text.startswith("(") else 0


def _check_amount(
    table: Table, row: int, projects: Iterable[LedgerProject], issues: Issues
) -> None:
    column = table.column(Field.INVESTMENT)
    if column is None:
        return
    value = table.grid.at(row, column.index)
    if (row, column.index) in table.grid.uncomputed:
        issues.add("uncomputed", table.grid.sheet, row, column.index)
        return
    written = read_amount(value, table.unit or "万元").wan
    total = sum(project.investment_wan or 0 for project in projects)
    if written is None or abs(written - total) < _A_CENT_IN_WAN:
        return
    issues.add(
        "total_mismatch",
        table.grid.sheet,
        row,
        column.index,
        value,
        sum=f"{total:.2f}",
        difference=f"{written - total:+.2f}",
    )


def _check_count(
    table: Table,
    row: int,
    text: str,
    taken: Sequence[int],
    projects: Sequence[LedgerProject],
    issues: Issues,
) -> None:
    """Compare 合计：14个 with the projects; rows that could not be read count as there."""
    said = _COUNTED.search(plain(text))
    found = len(projects) if table.layout == "long" else len(taken)
    if said is None or int(said[1]) == found:
        return
    place = next(
        n for n, v in enumerate(table.grid.rows[row]) if _COUNTED.search(plain(shown(v) or ""))
    )
    issues.add("count_mismatch", table.grid.sheet, row, place, text, said=int(said[1]), found=found)
