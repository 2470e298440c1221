"""What committing a ledger would change, project by project, in words and as data."""

from typing import Any

import typer

from tracker.i18n.fields import Names
from tracker.i18n.words import Words
from tracker.services.imports.compare import Preview
from tracker.services.imports.wording import moves_words

_MOST = 30


def show_moves(found: Preview, words: Words, names: Names) -> None:
    """Print the projects that are known and would change, each with what would."""
    changed = [change for change in found.changes if change.is_changed]
    for change in changed[:_MOST]:
        moves = "；" if words.language == "zh" else "; "
        said = moves.join(moves_words(change, words, names))
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
