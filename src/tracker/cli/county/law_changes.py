"""`tracker procedures changes`: changes of the law, and the projects that one affects."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from tracker.cli.door import Door, show_json, show_table
from tracker.cli.frame import mark
from tracker.cli.options import AsJson, AsOf
from tracker.core.problems import message
from tracker.i18n.words import Words
from tracker.law import Catalog, Change
from tracker.services.county import law_changes
from tracker.services.county.law_changes import Rule, Touched
from tracker.store import reading


def changes(
    door: Door,
    change: Annotated[
        str | None,
        typer.Argument(metavar=mark("CHANGE"), help=mark("id of one change: what it affects")),
    ] = None,
    *,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """List the changes of law, or the running projects that one of them touches."""
    status_date = door.status_date(as_of)
    catalog = door.catalog
    if change is None:
        _list_changes(catalog, door.words, as_json=as_json)
        return
    found = law_changes.find_change(catalog, change)
    with reading(door.engine) as session:
        touched = law_changes.touched_by(session, catalog, found, status_date)
    _show_touched(found, touched, door.words, as_json=as_json)


def _list_changes(catalog: Catalog, words: Words, *, as_json: bool) -> None:
    if as_json:
        show_json(
            {"format": "tracker-changes/1", "changes": [_change(c, words) for c in catalog.changes]}
        )
        return
    show_table(
        (
            words.text("Day"),
            words.text("Change"),
            words.text("What changes"),
            words.text("Law"),
            words.text("Certainty"),
        ),
        [
            (
                words.short_day(c.day) or (words(c.about) if c.about else words.text("monitored")),
                c.id,
                words(c.title),
                c.law,
                words(c.sure),
            )
            for c in catalog.changes
        ],
    )


def _change(change: Change, words: Words) -> dict[str, Any]:
    return {
        "id": change.id,
        "day": change.day,
        "about": words(change.about) if change.about else None,
        "title": words(change.title),
        "law": change.law,
        "steps": list(change.steps),
        "running": "switch" if change.switches else "keep",
        "sure": change.sure,
    }


_RULES = {
    Rule.OLD: message("old rule"),
    Rule.NEW: message("new rule"),
    Rule.UNKNOWN: message("unknown: the day of acceptance is not recorded"),
}


def _show_touched(
    change: Change, touched: Sequence[Touched], words: Words, *, as_json: bool
) -> None:
    if as_json:
        show_json(
            {
                "format": "tracker-change/1",
                **_change(change, words),
                "touched": [
                    {
                        "project": t.project.id,
                        "name": t.project.name,
                        "step": t.step.id,
                        "state": t.progress.state,
                        "accepted": t.progress.start,
                        "limit": str(t.limit) if t.limit else None,
                        "rule": t.rule,
                    }
                    for t in touched
                ],
            }
        )
        return
    typer.echo(f"{words.short_day(change.day)} {words(change.title)}  《{change.law}》")
    if not touched:
        typer.echo(words.text("No project under way is affected."))
        return
    show_table(
        (
            words.text("Project"),
            words.text("Step"),
            words.text("State"),
            words.text("Limit"),
            words.text("Rule"),
        ),
        [
            (
                t.project.name,
                words(t.step.name),
                words(t.progress.state),
                words(t.limit) if t.limit else "–",
                words(_RULES[t.rule]),
            )
            for t in touched
        ],
    )
