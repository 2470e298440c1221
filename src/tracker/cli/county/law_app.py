"""The commands about the law as data, and their options."""

from pathlib import Path
from typing import Annotated

import typer

from tracker.cli.options import AsJson, AsOf, mark

procedures = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help=mark("The law as data: procedures and steps.")
)
ProcedureId = Annotated[
    str, typer.Argument(metavar="PROCEDURE", help=mark("its id; overlays follow, joined by +"))
]


@procedures.command("list", help=mark("List the procedures in force, and where their files stand."))
def list_procedures(context: typer.Context, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """List the procedures."""
    from tracker.cli.county import procedures as lawing

    lawing.list_all(context.obj, as_of, as_json=as_json)


@procedures.command("show", help=mark("Show a procedure's steps: times, prerequisites, law."))
def show_procedure(
    context: typer.Context,
    procedure: ProcedureId,
    svg: Annotated[
        Path | None, typer.Option(metavar="FILE", help=mark("draw the network into an SVG file"))
    ] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Show one procedure."""
    from tracker.cli.county import procedures as lawing

    lawing.show(context.obj, procedure, as_of, svg, as_json=as_json)


@procedures.command("lint", help=mark("Say what is wrong in the files, with line and remedy."))
def lint_procedures(
    context: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="FOLDER", help=mark("another folder than the one in use")),
    ] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Check the files."""
    from tracker.cli.county import procedures as lawing

    lawing.lint(context.obj, folder, as_of, as_json=as_json)


@procedures.command("changes", help=mark("List changes of law, or the projects that one touches."))
def list_changes(
    context: typer.Context,
    change: Annotated[
        str | None, typer.Argument(metavar="CHANGE", help=mark("one change: whom it touches"))
    ] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """List the changes."""
    from tracker.cli.county import procedures as lawing

    lawing.changes(context.obj, change, as_of, as_json=as_json)


calendar = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help=mark("Holidays and make-up working days.")
)


@calendar.command("show", help=mark("Show a year's days off and make-up days."))
def show_calendar(
    context: typer.Context,
    year: Annotated[int | None, typer.Argument(min=2004, max=2040, metavar="YEAR")] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Show a year."""
    from tracker.cli.county import calendar as holidays

    holidays.show_calendar(context.obj, year, as_of, as_json=as_json)


@calendar.command("load", help=mark("Load a year's holiday notice, replan, and say what moved."))
def load_calendar(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=mark("a year file, as 2026.yaml"))],
    by: Annotated[str | None, typer.Option(metavar="WHO", help=mark("who does this"))] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Load a year."""
    import getpass

    from tracker.cli.county import calendar as holidays

    holidays.load_calendar(context.obj, file, as_of, by or getpass.getuser(), as_json=as_json)
