"""`tracker follow-ups`: the one-on-one cases that are open."""

import typer

from tracker.cli.door import Door, show_json, show_table
from tracker.cli.options import AsJson, AsOf
from tracker.core.model import Sight
from tracker.reports.sections import ask_words, level_words, office_words
from tracker.services.county import follow_ups, survey
from tracker.store import reading


def list_open(door: Door, *, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """List the open follow-ups."""
    status_date, words = door.status_date(as_of), door.words
    with reading(door.engine) as session:
        standings = survey.survey(session, door.catalog, Sight.on(status_date))
        cases = follow_ups.open_on(session, standings, door.catalog, Sight.on(status_date))
    by_id = {s.project.id: s for s in standings}
    if as_json:
        rows = [
            {
                "project": by_id[c.project].project.name,
                "step": c.step,
                "office": c.office,
                "level": c.level,
                "kind": c.kind,
                "opened_on": c.opened_on,
                "due": c.due,
                "ask": ask_words(c, by_id[c.project], words),
            }
            for c in cases
        ]
        show_json({"format": "tracker-follow-ups/1", "as_of": status_date, "follow_ups": rows})
        return
    if not cases:
        typer.echo(words.text("No follow-up is open."))
        return
    headings = (
        words.text("Project"),
        words.text("Level"),
        words.text("Office"),
        words.text("Action required"),
        words.text("Reply by"),
    )
    show_table(
        headings,
        [
            (
                by_id[c.project].project.name,
                level_words(c.level, words),
                office_words(c, by_id[c.project], words),
                ask_words(c, by_id[c.project], words),
                words.short_day(c.due),
            )
            for c in cases
        ],
    )
