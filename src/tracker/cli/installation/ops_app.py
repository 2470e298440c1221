"""The commands that keep an installation well, and their options."""

from pathlib import Path
from typing import Annotated

import typer

from tracker.cli.options import AsJson, By, mark

db = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=mark("The database."))


@db.command("upgrade", help=mark("Bring the data to this version of the program."))
def db_upgrade(context: typer.Context) -> None:
    """Upgrade."""
    from tracker.cli.installation import backup as operations

    operations.upgrade_data(context.obj)


@db.command("copy", help=mark("Copy all data into another, empty database."))
def db_copy(
    context: typer.Context,
    to: Annotated[
        str,
        typer.Argument(
            metavar="URL", help=mark("sqlite:///FILE or postgresql://user:password@host/name")
        ),
    ],
) -> None:
    """Copy."""
    from tracker.cli.installation import backup as operations

    operations.copy_data(context.obj, to)


def backup(
    context: typer.Context,
    into: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help=mark("folder (default: backups in the data folder)")),
    ] = None,
    keep: Annotated[
        int | None, typer.Option(min=1, metavar="N", help=mark("delete all but the newest N"))
    ] = None,
    without_lost: Annotated[
        bool, typer.Option("--without-lost", help=mark("leave out files that are gone"))
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a backup."""
    from tracker.cli.installation import backup as operations

    operations.make_backup(context.obj, into, keep, without_lost=without_lost, as_json=as_json)


def restore(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help=mark("a backup"))
    ],
    by: By = None,
    yes: Annotated[bool, typer.Option("--yes", help=mark("commit without asking"))] = False,
    check: Annotated[
        bool, typer.Option("--check", help=mark("only say whether it can be trusted"))
    ] = False,
) -> None:
    """Restore a backup."""
    from tracker.cli.installation import backup as operations

    operations.restore_backup(context.obj, file, by, yes=yes, check=check)


def doctor(context: typer.Context, as_json: AsJson = False) -> None:
    """Examine the installation."""
    from tracker.cli.installation import backup as operations

    operations.examine(context.obj, as_json=as_json)
