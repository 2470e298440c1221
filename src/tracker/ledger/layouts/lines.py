"""Two lines of one project, labelled 计划 and 实际 or 上周 and 本周, are one entry."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from tracker.ledger.shape.aliases import Field, Part
from tracker.ledger.shape.columns import Column
from tracker.ledger.shape.entries import Cell, Entry, StepCells
from tracker.ledger.shape.tables import Table
from tracker.ledger.values.rules import Sense
from tracker.ledger.values.words import plain, shown


class Line(StrEnum):
    """What the label of a line says of its cells."""

    PLANNED = "planned"
    ACTUAL = "actual"
    BEFORE = "before"
    """As it was last week, which counts no more."""


_LABELS = (
    (Line.PLANNED, re.compile("^(?:计划|目标|倒排|应完成)(?:完成)?(?:时间|时限|日期|进度|节点)?$")),
    (
        Line.ACTUAL,
        re.compile(
            "^(?:(?:实际|已|目前)(?:完成|办结|进展)?(?:时间|日期|情况|进度)?|完成(?:情况|时间)?|进展(?:情况)?"
            "|(?:本周|本期|本月|本旬)(?:情况|进展)?)$"
        ),
    ),
    (Line.BEFORE, re.compile("^(?:上周|上期|上月|上旬)(?:情况|进展)?$")),
)
_LABELLED = re.compile(r"^.+[(](?P<label>[^()]{2,6})[)]$")
_MOST_BLANK = 0.2


@dataclass(frozen=True, slots=True)
class Lines:
    """The column of labels, None where names end with them, and the line that each row is."""

    column: Column | None
    of_row: dict[int, Line]


def lines_of(table: Table) -> Lines | None:
    """Return the labelled lines of a table; None where no column holds such labels alone."""
    for column in table.columns:
        if column.field in (Field.NAME, Field.NUMBER) or column.step_kind or not table.body:
            continue
        texts = {row: shown(table.grid.at(row, column.index)) for row in table.body}
        filled = {row: plain(text) for row, text in texts.items() if text}
        found = {row: line for row, text in filled.items() if (line := _line(text))}
        is_all = len(found) == len(filled) >= len(texts) * (1 - _MOST_BLANK)
        if is_all and len(set(found.values())) > 1:
            return Lines(column, found)
    return _lines_in_names(table)


def _lines_in_names(table: Table) -> Lines | None:
    """Return the lines whose names end with their label: 甲镇小学（计划）, 甲镇小学（实际）."""
    column = table.column(Field.NAME)
    names = {row: plain(shown(table.value(row, column)) or "") for row in table.body if column}
    labels = {row: match for row, name in names.items() if (match := _LABELLED.match(name))}
    found = {row: line for row, match in labels.items() if (line := _line(match["label"]))}
    is_all = len(found) == len(names) > 1
    return Lines(None, found) if is_all and len(set(found.values())) > 1 else None


def _line(text: str) -> Line | None:
    return next((line for line, pattern in _LABELS if pattern.match(text)), None)


def joined(entries: Sequence[Entry], lines: Lines) -> list[Entry]:
    """Return one entry for the lines of each project: the same name, or none, and another label."""
    found: list[Entry] = []
    seen: set[Line] = set()
    for entry in entries:
        line = lines.of_row.get(entry.row, Line.ACTUAL)
        said = _as_line(entry if lines.column else _without_label(entry), line)
        if found and line not in seen and _name(said) in ("", _name(found[-1])):
            found[-1] = _together(found[-1], said)
            seen.add(line)
        else:
            found.append(said)
            seen = {line}
    return found


def _name(entry: Entry) -> str:
    cell = entry.fields.get(Field.NAME)
    return plain(cell.value) if cell is not None and cell.value is not None else ""


def _without_label(entry: Entry) -> Entry:
    """Return an entry whose name has lost the label of its line."""
    cell = entry.fields[Field.NAME]
    name = re.sub(r"\s*[(（][^()（）]*[)）]\s*$", "", str(cell.value))
    return replace(entry, fields={**entry.fields, Field.NAME: replace(cell, value=name)})


def _as_line(entry: Entry, line: Line) -> Entry:
    """Return an entry whose cells say what its line makes of them."""
    if line is Line.BEFORE:
        return replace(entry, steps=())
    steps = []
    for step in entry.steps:
        parts: dict[Part, Cell] = {}
        for part, cell in step.parts.items():
            is_open = part in (Part.STATE, Part.DAY)
            if line is Line.PLANNED and is_open:
                parts[Part.PLANNED] = replace(cell, sense=Sense.PLANNED)
            else:
                parts[part] = replace(cell, sense=Sense.ACTUAL) if is_open else cell
        steps.append(replace(step, parts=parts))
    return replace(entry, steps=tuple(steps))


def _together(first: Entry, more: Entry) -> Entry:
    """Return two lines as one; a field that only one of them holds is that of both."""
    fields = {
        field: cell if cell.value is not None else more.fields.get(field, cell)
        for field, cell in first.fields.items()
    }
    steps = list(first.steps)
    for n, two in enumerate(more.steps):
        one = steps[n] if n < len(steps) else None
        if one and (one.heading, one.kind) == (two.heading, two.kind):
            steps[n] = StepCells(one.heading, one.kind, {**one.parts, **two.parts})
        else:  # a task that only one of the lines names
            steps.append(two)
    return replace(first, fields=fields, steps=tuple(steps), rows=(*first.rows, *more.rows))
