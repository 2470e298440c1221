"""Where several cells say one field: joined, or the first counts, or somebody has to decide."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from tracker.ledger.aliases import Field
from tracker.ledger.dates import DayRole, read_day
from tracker.ledger.entries import Cell, Entry
from tracker.ledger.money import read_amount
from tracker.ledger.words import plain, shown

Report = Callable[[str, Cell], None]
"""Takes the code of what is wrong, and the cell."""

_JOINED = {Field.LEADER: "、", Field.REMARK: "；", Field.PROBLEM: "；"}
DESCRIBING = (
    Field.NUMBER, Field.CATEGORY, Field.LOCATION, Field.OWNER_UNIT, Field.RESPONSIBLE_UNIT, Field.CHANNEL, Field.LAND_KIND,
    Field.EIA_KIND,
)  # fmt: skip
"""Of columns that describe in several ways, 行业 and 项目类别, the first counts."""
_BY_STEP = (Field.NUMBER, Field.RESPONSIBLE_UNIT, Field.PLANNED_START, Field.PLANNED_FINISH)
"""What each row of a long table may say of its own step."""
_DAYS = (Field.DEADLINE, Field.PLANNED_START, Field.PLANNED_FINISH, Field.APPROVAL_DEADLINE, Field.PROBLEM_DAY)  # fmt: skip


def settled(entry: Entry, units: Mapping[int, str], as_of: date, report: Report) -> Entry:
    """Return an entry with one cell a field; what contradicts itself is reported and left empty."""
    if not entry.others:
        return entry
    fields = dict(entry.fields)
    for field, others in entry.others.items():
        first = fields[field]
        if field in _JOINED:
            texts = [shown(cell.value) or "" for cell in (first, *others)]
            fields[field] = replace(first, value=_JOINED[field].join(texts))
        elif others[0].column == first.column and field in _BY_STEP:
            fields[field] = replace(first, value=None)
        elif others[0].column != first.column and field in DESCRIBING:
            continue
        elif len({_meant(field, cell, units, as_of) for cell in (first, *others)}) > 1:
            for cell in (first, *others):
                report("fields_differ", cell)
            fields[field] = replace(first, value=None)
    return replace(entry, fields=fields, others={})


def _meant(field: Field, cell: Cell, units: Mapping[int, str], as_of: date) -> object:
    """Return what a cell says, so that 2025-6-30 and 2025年6月30日 are the same."""
    if field is Field.INVESTMENT:
        wan = read_amount(cell.value, units.get(cell.column, "万元")).wan
        return plain(cell.value) if wan is None else wan
    if field in _DAYS:
        return read_day(cell.value, DayRole.END, as_of).day or plain(cell.value)
    return plain(shown(cell.value) or "")
