"""`tracker project due`: the steps that have deadlines of their own."""

from datetime import date
from typing import Annotated

import typer

from tracker.cli.door import Door, say, show_json, show_table
from tracker.cli.frame import mark
from tracker.cli.options import AsJson, AsOf, By, Wanted
from tracker.cli.projects.plan import interim_as_data
from tracker.core.model import Sight
from tracker.core.plan import Interim
from tracker.i18n.words import Words
from tracker.services.county import follow_ups
from tracker.services.projects import due as service
from tracker.services.projects import lookup
from tracker.store import reading, transaction


def due(
    door: Door,
    project: Wanted,
    said: Annotated[
        list[str] | None,
        typer.Argument(
            metavar=mark("STEP=DATE..."),
            help=mark("deadlines of steps; STEP= removes one; without any, they are listed"),
        ),
    ] = None,
    *,
    by: By = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Set deadlines of steps on the way to the target, then show them all."""
    status_date = door.status_date(as_of)
    if said:
        _set(door, project, said, status_date, by)
    with reading(door.engine) as session:
        record = lookup.find(session, project, Sight.on(status_date))
    standing = lookup.look_at(record, door.catalog, status_date).standing
    if as_json:
        found = [interim_as_data(each) for each in standing.interims]
        show_json({"format": "tracker-due/1", "project": record.project.name, "interims": found})
    elif standing.interims:
        _show(standing.interims, door.words)
    else:
        say(door.words.text("No step has a deadline of its own."))


def _set(door: Door, project: str, said: list[str], day: date, by: str | None) -> None:
    days = service.days_in(said)
    with transaction(door.engine) as session:
        record = lookup.find(session, project, Sight.on(day))
        after = service.due_by(record, door.catalog, day, days)
        service.keep(session, door.act(by), record.project, after, day)
        follow_ups.review_project(session, door.act(by), record.project.id, door.catalog, day)
    say(door.words.text("Deadlines kept: {count}.", count=len(days)))


def _show(interims: tuple[Interim, ...], words: Words) -> None:
    headings = (
        words.text("Step"),
        words.text("Due"),
        words.text("At the earliest"),
        words.text("At the latest"),
        words.text("Working days to spare"),
    )
    show_table(headings, [_row(each, words) for each in interims])


def _row(each: Interim, words: Words) -> tuple[str, ...]:
    best, worst = each.spare
    ends = (
        words(day) if day else words.text("reached") for day in (each.span.best, each.span.worst)
    )
    spare = [str(days) for days in dict.fromkeys((worst, best)) if days is not None]
    shown = (
        words.text("{worst} to {best}", worst=spare[0], best=spare[1])
        if spare[1:]
        else "".join(spare)
    )
    return (words(each.step.name), words(each.deadline), *ends, shown or "–")
