"""`tracker project history`: who changed what, and which dates that moved."""

from typing import Annotated, Any

import typer

from tracker.cli.door import Door, entry_data, show_json
from tracker.cli.frame import mark
from tracker.cli.options import AsJson, Wanted
from tracker.core.model import Sight
from tracker.i18n.actions import action_words, told_lines, who_words
from tracker.i18n.fields import Names
from tracker.services.projects import history as service
from tracker.services.projects import lookup
from tracker.services.projects.history import Moment
from tracker.store import reading


def history(
    door: Door,
    project: Wanted,
    *,
    step: Annotated[
        str | None, typer.Option(metavar=mark("STEP"), help=mark("only what moved this step"))
    ] = None,
    most: Annotated[
        int, typer.Option(min=1, max=1000, metavar="N", help=mark("at most this many entries"))
    ] = 20,
    as_json: AsJson = False,
) -> None:
    """Show what happened to a project, the newest first."""
    words = door.words
    with reading(door.engine) as session:
        record = lookup.find(session, project, Sight.on(door.status_date(None)))
        found = service.of_project(
            session, door.setting.procedures, record.project.id, most=most, step=step
        )
    if as_json:
        rows = [_moment(moment) for moment in found]
        name = record.project.name
        show_json({"format": "tracker-history/1", "project": name, "moments": rows})
        return
    if not found:
        typer.echo(words.text("No matching entries."))
    names = door.names(door.status_date(None))
    for moment in found:
        _print(moment, door, names)


def _print(moment: Moment, door: Door, names: Names) -> None:
    words = door.words
    entry = moment.entry
    who, what = who_words(entry.by, words), action_words(entry.action, words)
    typer.echo(f"{entry.seq}  {door.at(entry.at)}  {who}  {what}")
    if entry.why:
        typer.echo(words.text("    why: {why}", why=entry.why))
    if entry.cause:
        typer.echo(words.text("    caused by entry {seq}", seq=str(entry.cause)))
    for line in told_lines(entry.action, entry.content, words, names):
        typer.echo(f"    {line}")
    for move in moment.moves:
        before = words(move.before) if move.before else "–"
        after = words(move.after) if move.after else "–"
        name = words(move.name) if move.step else words.text("forecast of {step}", step=move.name)
        typer.echo(f"    {name}: {before} → {after}")


def _moment(moment: Moment) -> dict[str, Any]:
    moves = [{"step": m.step, "before": m.before, "after": m.after} for m in moment.moves]
    return {**entry_data(moment.entry), "moves": moves}
