"""Where several cells say one field: joined, or the first counts, or somebody has to decide."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from tracker.ledger.shape.aliases import Field
from tracker.ledger.shape.entries import Cell, Entry, Report
from tracker.ledger.values.choices import regime_of
from tracker.ledger.values.codes import problem_of_code
from tracker.ledger.values.dates import DayRole, read_day
from tracker.ledger.values.money import read_amount
from tracker.ledger.values.words import plain, shown

_JOINED = {Field.LEADER: "、", Field.REMARK: "；", Field.PROBLEM: "；"}
DESCRIBING = (
    Field.NUMBER,
    Field.CATEGORY,
    Field.LOCATION,
    Field.OWNER_UNIT,
    Field.RESPONSIBLE_UNIT,
    Field.CHANNEL,
    Field.LAND_KIND,
    Field.EIA_KIND,
    Field.TASK_FORCE,
    Field.PLANNED_START,
    Field.PLANNED_FINISH,
)
"""Of columns that describe in several ways, 行业 and 项目类别, the first counts."""
_BY_STEP = (
    Field.NUMBER,
    Field.RESPONSIBLE_UNIT,
    Field.PLANNED_START,
    Field.PLANNED_FINISH,
    Field.CATEGORY,
    Field.REGIME,
    Field.OWNER_UNIT,
    Field.TASK_FORCE,
)
"""What each row of a long table may say of its own step."""
_DAYS = (
    Field.DEADLINE,
    Field.PLANNED_START,
    Field.PLANNED_FINISH,
    Field.APPROVAL_DEADLINE,
    Field.PROBLEM_DAY,
)


def settled(entry: Entry, units: Mapping[int, str], as_of: date, report: Report) -> Entry:
    """Return an entry with one cell a field; what contradicts itself is reported and left empty.

    What each row of a long table says of its own step, such as 责任单位, is none of the project's.
    """
    if not entry.others:
        return entry
    fields = dict(entry.fields)
    for field, others in entry.others.items():
        first = fields[field]
        if field in _JOINED:
            texts = [shown(cell.value) or "" for cell in (first, *others)]
            fields[field] = replace(first, value=_JOINED[field].join(texts))
            continue
        if others[0].column == first.column and field in _BY_STEP:
            fields[field] = replace(first, value=None)
            continue
        if others[0].column != first.column and field in DESCRIBING:
            continue
            continue
        telling = [c for c in (first, *others) if _tells(field, c)] or [first]
        fields[field] = telling[0]
        if len({_meant(field, cell, units, as_of) for cell in telling}) > 1:
            for cell in telling:
                report("fields_differ", cell)
            fields[field] = replace(first, value=None)
    return replace(entry, fields=fields, others={})


def _tells(field: Field, cell: Cell) -> bool:
    """Tell whether a cell can be the one that counts.

    新建 is no way of approval, JY-001 no code.
    """
    text = plain(shown(cell.value) or "")
    if field is Field.REGIME:
        return regime_of(text, None) is not None
    return field is not Field.CODE or problem_of_code(text) != "bad_code"


def _meant(field: Field, cell: Cell, units: Mapping[int, str], as_of: date) -> object:
    """Return what a cell says, so that 2025-6-30 and 2025年6月30日 are the same."""
    if field is Field.INVESTMENT:
        wan = read_amount(cell.value, units.get(cell.column, "万元")).wan
        return plain(cell.value) if wan is None else wan
    if field is Field.REGIME:
        return regime_of(plain(cell.value), None)
    if field in _DAYS:
        return read_day(cell.value, DayRole.END, as_of).day or plain(cell.value)
    return plain(shown(cell.value) or "")
