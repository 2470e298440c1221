"""Options that several commands share."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from tracker.cli.frame import mark

_DAYS = ["%Y-%m-%d"]

AsOf = Annotated[
    datetime | None,
    typer.Option(
        "--as-of",
        formats=_DAYS,
        metavar=mark("DATE"),
        help=mark("status date (default: today)"),
    ),
]
Known = Annotated[
    datetime | None,
    typer.Option(
        "--known",
        formats=_DAYS,
        metavar=mark("DATE"),
        help=mark("use only what was known on this date (default: the status date)"),
    ),
]
Day = Annotated[datetime | None, typer.Option(formats=_DAYS, metavar=mark("DATE"))]
By = Annotated[
    str | None, typer.Option(metavar=mark("WHO"), help=mark("who does this (default: you)"))
]
Why = Annotated[str | None, typer.Option(metavar=mark("TEXT"), help=mark("reason, kept on record"))]
Wanted = Annotated[
    str,
    typer.Argument(metavar=mark("PROJECT"), help=mark("code, number or part of the name")),
]
AsJson = Annotated[bool, typer.Option("--json", help=mark("one JSON object on standard output"))]
Port = Annotated[int, typer.Option(min=0, max=65535, help=mark("port; 0 takes a free one"))]
Yes = Annotated[bool, typer.Option("--yes", help=mark("do not ask for confirmation"))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=mark("preview only; nothing is written"))]
Out = Annotated[
    Path | None, typer.Option("--out", metavar=mark("FILE"), help=mark("file to write"))
]
Login = Annotated[str, typer.Argument(metavar=mark("LOGIN"), help=mark("sign-in name"))]


def day_of(given: datetime | None) -> date | None:
    """Return the date of an option; the library reads dates as datetimes."""
    return given.date() if given else None
