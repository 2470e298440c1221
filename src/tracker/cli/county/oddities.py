"""`tracker oddities`: what is worth a question before a light is trusted."""

from datetime import date, datetime
from typing import Annotated

import typer

from tracker.cli.door import Door, show_json
from tracker.cli.frame import mark
from tracker.cli.options import AsJson, AsOf
from tracker.core.model import Sight
from tracker.services.county import oddities as service
from tracker.services.county import survey
from tracker.store import reading


def oddities(
    door: Door,
    *,
    since: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], metavar=mark("DATE"), help=mark("only what came up since")
        ),
    ] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """List deadlines moved after a miss, late entries, the same words, progress that goes down."""
    sight, words = Sight.on(door.status_date(as_of)), door.words
    begin = since.date() if since else date.min
    with reading(door.engine) as session:
        standings = survey.survey(session, door.catalog, sight)
        found = service.found_in(session, standings, sight, since=begin)
    if as_json:
        rows = [
            {"kind": o.kind, "about": o.about, "day": o.day, "text": words(o.sentence)}
            for o in found
        ]
        show_json({"format": "tracker-oddities/1", "oddities": rows})
    elif not found:
        typer.echo(words.text("Nothing is worth a question."))
    for each in () if as_json else found:
        typer.echo(f"· {words(each.sentence)}")
