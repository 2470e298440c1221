"""`tracker db`: bring the data to this version, or into another database."""

from typing import Annotated

import typer

from tracker.cli.door import FINDINGS, Door, say
from tracker.cli.frame import mark
from tracker.store import engine_for, is_current
from tracker.store import upgrade as upgrade_schema
from tracker.store.database import copying


def upgrade(door: Door) -> None:
    """Bring the data up to date, and say so."""
    words = door.words
    engine = door.bare_engine
    if is_current(engine):
        say(words.text("The data are up to date."))
        return
    upgrade_schema(engine)
    say(words.text("The data were brought up to date."))


def copy(
    door: Door,
    to: Annotated[
        str,
        typer.Argument(
            metavar="URL", help=mark("sqlite:///FILE or postgresql://user:password@host/name")
        ),
    ],
) -> None:
    """Copy all data into another database, and compare."""
    words = door.words
    target = engine_for(to)
    counts = copying.copy(door.engine, target)
    same = copying.digests(door.engine) == copying.digests(target)
    total = sum(counts.values())
    say(
        words.text(
            "{count} rows of {tables} tables were copied.",
            count=str(total),
            tables=str(len(counts)),
        )
    )
    if not same:
        say(
            words.text(
                "Someone wrote data during the copy, so the two databases differ. Copy again into"
                " an empty database."
            )
        )
        raise typer.Exit(FINDINGS)
    say(
        words.text(
            "The two databases are identical. To use the copy, set TRACKER_DATABASE_URL to its"
            " address."
        )
    )
