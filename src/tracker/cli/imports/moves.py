"""What committing a ledger would change, project by project, in words and as data."""

from collections.abc import Iterator
from typing import Any

import typer

from tracker.core.model import Event, EventKind
from tracker.core.track import State
from tracker.i18n.fields import Names, field_words, value_words
from tracker.i18n.words import Words
from tracker.services.imports.compare import Preview, RowChange

_MOST = 30


def show_moves(found: Preview, words: Words, names: Names) -> None:
    """Print the projects that are known and would change, each with what would."""
    changed = [change for change in found.changes if change.is_changed]
    for change in changed[:_MOST]:
        moves = "；" if words.language == "zh" else "; "
        said = moves.join([*_fields(change, words, names), *_steps(change, words, names)])
        typer.echo(
            words.text(
                "  changes: row {row} {project}: {moves}",
                row=change.row.row,
                project=change.row.name,
                moves=said,
            )
        )
    if len(changed) > _MOST:
        typer.echo(words.text("  … and {count} more; see --json", count=len(changed) - _MOST))


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
    says = words(_STATE_OF[event.kind]) if event.kind in _STATE_OF else words(event.kind)
    beside = ", ".join(text for text in (words.short_day(event.day), event.document) if text)
    return f"{says} ({beside})" if beside else says


_STATE_OF = {
    EventKind.FINISHED: State.FINISHED,
    EventKind.STARTED: State.UNDER_WAY,
    EventKind.RETURNED: State.RETURNED,
    EventKind.SUSPENDED: State.SUSPENDED,
    EventKind.NOT_NEEDED: State.NOT_NEEDED,
    EventKind.NOT_STARTED: State.NOT_STARTED,
}


def moves_data(found: Preview) -> list[dict[str, Any]]:
    """Return the same as data: fields with both values, steps with what would be recorded."""
    return [
        {
            "sheet": change.row.sheet,
            "row": change.row.row,
            "project": change.row.name,
            "fields": {
                key: [getattr(change.before.project, key), getattr(change.after, key)]
                for key in change.moved_fields
            },
            "steps": [
                {"step": e.step, "kind": e.kind, "day": e.day, "document_no": e.document}
                for e in change.events
            ],
        }
        for change in found.changes
        if change.is_changed and change.before
    ]
