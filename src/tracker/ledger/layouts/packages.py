"""Packages: a project and the lines below it that are parts of it, 1 with 1.1 and 1.2."""

import re
from collections.abc import Sequence
from dataclasses import replace

from tracker.ledger.shape.aliases import Field
from tracker.ledger.shape.entries import Entry
from tracker.ledger.shape.tables import Table
from tracker.ledger.values.words import plain, shown

_OF_NUMBER = re.compile(r"^(?P<main>\d+)[.\-－—](?P<sub>\d+)$")
_BELOW = re.compile(r"^(?:[(]\d{1,2}[)]|\d{1,2}[)]|[①-⑳])$")
_OF_IT = re.compile(r"^其中(?:[:：]|.{2,20}(?:部分|标段|子项|工程|\d))|^其中$")
_NUMBERED_NAME = re.compile(
    r"^(?:\d{1,2}[.、)]|[(]\d{1,2}[)]|[①-⑳])(?!\d).+(?:工程|标段|部分|子项|单体|楼|路段|管网)$"
)
"""A name with a number of its own below a project that has one: 1.土建工程."""


def packaged(table: Table, entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries with the parts of each package in it.

    A line above parts that holds neither an amount nor a state is the head of a section: then its
    parts are projects.
    """
    found: list[Entry] = []
    numbers: dict[int, str] = {}
    for entry in entries:
        number = _number(table, entry)
        if found and _is_part(number, numbers[found[-1].row], entry, found[-1].parts):
            last = found[-1]
            found[-1] = replace(last, parts=(*last.parts, entry), rows=(*last.rows, *entry.rows))
        else:
            found.append(entry)
            numbers[entry.row] = number
    return [each for entry in found for each in _counted(entry)]


def _number(table: Table, entry: Entry) -> str:
    column = table.column(Field.NUMBER)
    return plain(shown(table.value(entry.row, column)) or "") if column else ""


def _is_part(number: str, above: str, entry: Entry, parts: Sequence[Entry]) -> bool:
    """Tell whether a line is a part of the project above, by its number or by 其中.

    What follows 其中 without a number of its own is a part as well.
    """
    if match := _OF_NUMBER.match(number):
        return match["main"] == above
    text, begins = _name(entry), _name(parts[0]) if parts else ""
    is_unnumbered = not number and above.isdigit()
    is_named_so = bool(_NUMBERED_NAME.match(text) or _OF_IT.match(begins))
    is_of_it = bool(_OF_IT.match(text)) or (is_unnumbered and is_named_so)
    return is_of_it or (_BELOW.match(number) is not None and above.isdigit())


def _name(entry: Entry) -> str:
    cell = entry.fields.get(Field.NAME)
    return plain(shown(cell.value) or "") if cell else ""


def _counted(entry: Entry) -> list[Entry]:
    """Return the package, or its parts where the package itself says nothing."""
    if not entry.parts:
        return [entry]
    amount = entry.fields.get(Field.INVESTMENT)
    cells = [cell for step in entry.steps for cell in step.parts.values()]
    says = [cell for cell in (amount, *cells) if cell is not None and cell.value is not None]
    if says:
        return [entry]
    name = entry.fields.get(Field.NAME)
    section = shown(name.value) if name else None
    return [replace(part, section=section or part.section) for part in entry.parts]
