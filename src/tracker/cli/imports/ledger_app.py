"""The commands about the county's own workbook, and their options."""

from pathlib import Path
from typing import Annotated

import typer

from tracker.cli.options import AsJson, AsOf, By, mark

ledger = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help=mark("The county's own workbook.")
)
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help=mark("file to write"))]


@ledger.command(
    "write", help=mark("Bring the record into a ledger: only cells that are behind change.")
)
def write(
    context: typer.Context,
    ledger: Annotated[Path, typer.Argument(metavar="LEDGER", help=mark(".xlsx, .xls or .csv"))],
    out: Out = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Write the record into a ledger."""
    from tracker.cli.imports import ledger_files

    ledger_files.write(context.obj, ledger, out, as_of, as_json=as_json)


@ledger.command("template", help=mark("Write an empty ledger with lists to choose from."))
def template(context: typer.Context, out: Out = None) -> None:
    """Write a template."""
    from tracker.cli.imports import ledger_files

    ledger_files.template(context.obj, out)


@ledger.command("export", help=mark("Write the ledger as the page shows it."))
def export(context: typer.Context, out: Out = None, as_of: AsOf = None) -> None:
    """Export the ledger."""
    from tracker.cli.imports import ledger_files

    ledger_files.export(context.obj, out, as_of)


@ledger.command("columns", help=mark("List what headings were said to mean, or say it."))
def columns(
    context: typer.Context,
    pairs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="HEADING=MEANING",
            help=mark("批文=立项/文号; 批文=- is not used; 批文= is forgotten"),
        ),
    ] = None,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """List or say what headings mean."""
    from tracker.cli.imports import ledger_files

    ledger_files.columns(context.obj, pairs or (), by, as_json=as_json)
