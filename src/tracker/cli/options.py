"""Options that several commands share."""

from datetime import datetime
from typing import Annotated

import typer


def mark(text: str) -> str:
    """Mark a help text for translation."""
    return text


AsOf = Annotated[
    datetime | None,
    typer.Option(
        "--as-of",
        formats=["%Y-%m-%d"],
        metavar="DATE",
        help=mark("day to look at (default: today)"),
    ),
]
Known = Annotated[
    datetime | None,
    typer.Option(
        "--known",
        formats=["%Y-%m-%d"],
        metavar="DATE",
        help=mark("look back with what was known by this day (default: the day itself)"),
    ),
]
By = Annotated[str | None, typer.Option(metavar="WHO", help=mark("who does this"))]
Why = Annotated[str | None, typer.Option(metavar="TEXT", help=mark("why; it is kept"))]
Wanted = Annotated[
    str, typer.Argument(metavar="PROJECT", help=mark("code, number or part of the name"))
]
AsJson = Annotated[bool, typer.Option("--json", help=mark("one JSON object on standard output"))]
Port = Annotated[
    int, typer.Option(min=0, max=65535, help=mark("port of the web page; 0 takes a free one"))
]
