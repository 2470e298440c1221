"""What an import says to people: its issues, conflicts, changes and names, a sentence each."""

from collections.abc import Iterator
from datetime import date

from tracker.core.model import Event, EventKind
from tracker.core.track import State
from tracker.i18n.fields import Names, field_words, value_words
from tracker.i18n.words import Words
from tracker.ledger.model import LedgerIssue
from tracker.ledger.shape.ignored import Ignored
from tracker.services.imports.compare import Conflict, RowChange

_STATE_AFTER = {
    EventKind.FINISHED: State.FINISHED,
    EventKind.STARTED: State.UNDER_WAY,
    EventKind.RETURNED: State.RETURNED,
    EventKind.SUSPENDED: State.SUSPENDED,
    EventKind.NOT_NEEDED: State.NOT_NEEDED,
    EventKind.NOT_STARTED: State.NOT_STARTED,
}


def place_words(issue: LedgerIssue, words: Words) -> str:
    """Return where an issue stands: its sheet, row and column."""
    where = words.text("sheet {sheet}, ", sheet=issue.sheet) if issue.sheet else ""
    if issue.column:
        return where + words.text(
            "row {row}, column {column}: ", row=issue.row, column=issue.column
        )
    return where + words.text("row {row}: ", row=issue.row)


def fault_words(issue: LedgerIssue, words: Words) -> str:
    """Return what is wrong and how to put it right, without its place."""
    gap = " " if words.language == "en" else ""
    return f"{words(issue.what)}{gap}{words(issue.remedy)}"


def issue_words(issue: LedgerIssue, words: Words) -> str:
    """Return an issue with its place, its fault and its remedy."""
    return place_words(issue, words) + fault_words(issue, words)


def sides_words(conflict: Conflict, words: Words, names: Names) -> tuple[str, str]:
    """Return what the record says of a conflict, and what the ledger says."""
    if conflict.is_step:
        return (
            _state(conflict.recorded, conflict.recorded_day, words),
            _state(conflict.says, conflict.ledger_day, words),
        )
    recorded, says = (
        value_words(conflict.key, value, words, names)
        for value in (conflict.recorded, conflict.ledger)
    )
    return recorded, says


def _state(state: object, day: date | None, words: Words) -> str:
    return f"{words(state)} {words.short_day(day)}" if day else words(state)


def conflict_words(conflict: Conflict, words: Words, names: Names) -> str:
    """Return a conflict with both its sides, and that the record stays."""
    recorded, says = sides_words(conflict, words, names)
    return words.text(
        "conflict: {project}, {step}: the record says {recorded}, the ledger says {ledger}; the"
        " record is unchanged.",
        project=conflict.project,
        step=conflict.name,
        recorded=recorded,
        ledger=says,
    )


def moves_words(change: RowChange, words: Words, names: Names) -> list[str]:
    """Return what committing a row would change: its fields with both values, then its steps."""
    return [*_fields(change, words, names), *_steps(change, words, names)]


def _fields(change: RowChange, words: Words, names: Names) -> Iterator[str]:
    if change.before is None:
        return
    for key in change.moved_fields:
        before, after = (
            value_words(key, getattr(project, key), words, names)
            for project in (change.before.project, change.after)
        )
        yield f"{field_words(key, words)} {before} → {after}"


def _steps(change: RowChange, words: Words, names: Names) -> Iterator[str]:
    for event in change.events:
        yield f"{words(names.step(event.step))} → {_event(event, words)}"


def _event(event: Event, words: Words) -> str:
    says = words(_STATE_AFTER[event.kind]) if event.kind in _STATE_AFTER else words(event.kind)
    beside = ", ".join(text for text in (words.short_day(event.day), event.document) if text)
    return f"{says} ({beside})" if beside else says


def left_words(project: str, key: str, words: Words) -> str:
    """Return what an undone import left as it is, and why."""
    if not key:
        return words.text("  not undone: {project} has later records; it is kept.", project=project)
    return words.text(
        "  not undone: {project}, {field}: it was changed or confirmed after the import.",
        project=project,
        field=field_words(key, words),
    )


def hidden_words(hidden: Ignored, words: Words) -> str:
    """Return what was hidden in the workbook and therefore not read."""
    if hidden.row is not None:
        return words.text(
            "hidden, not read: {sheet} row {row} {text}",
            sheet=hidden.sheet or "",
            row=hidden.row,
            text=hidden.text,
        )
    if hidden.text == hidden.sheet:
        return words.text("hidden, not read: the sheet {sheet}", sheet=hidden.sheet)
    return words.text(
        "hidden, not read: {sheet} column {column}", sheet=hidden.sheet or "", column=hidden.text
    )
