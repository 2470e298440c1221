"""`tracker agenda`: the days of a leader, a task force or an office, as a file for a calendar."""

from pathlib import Path
from typing import Annotated

import typer

from tracker.cli.door import Door, show_table
from tracker.cli.frame import mark
from tracker.cli.options import AsOf
from tracker.core.agenda import agenda as agenda_of
from tracker.core.agenda import known
from tracker.core.model import Sight
from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.exchange.ical import ical_bytes
from tracker.services.county import follow_ups, survey
from tracker.services.files import write_whole
from tracker.store import reading


class NobodyError(TrackerError):
    """Nobody is called so."""

    code = "nobody"
    kind = ErrorKind.USAGE

    def __init__(self, whose: str) -> None:
        super().__init__(
            message("No leader, task force or office is called '{whose}'.", whose=whose),
            remedy=message("Write the name as the ledger has it."),
        )


def agenda(
    door: Door,
    whose: Annotated[
        str, typer.Argument(metavar=mark("WHO"), help=mark("a leader, a task force or an office"))
    ],
    *,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar=mark("FILE"), help=mark("write it as iCalendar (.ics)")),
    ] = None,
    as_of: AsOf = None,
) -> None:
    """List deadlines, last days by law and promises; or write them for a calendar."""
    words, sight = door.words, Sight.on(door.status_date(as_of))
    with reading(door.engine) as session:
        standings = survey.survey(session, door.catalog, sight)
        cases = follow_ups.every_on(session, standings, door.catalog, sight)
    if not whose.strip() or not known(standings, cases, whose.strip()):
        raise NobodyError(whose.strip())
    found = agenda_of(standings, cases, whose.strip())
    if out:
        write_whole(out, ical_bytes(found, whose.strip(), sight.status_date, words))
        typer.echo(str(out))
        return
    alive = [entry for entry in found if not entry.is_over]
    if not alive:
        typer.echo(words.text("{whose} has no day to keep.", whose=whose))
        return
    headings = (words.text("Date"), words.text("What"))
    show_table(headings, [(words.short_day(each.day), words(each.what)) for each in alive])
