"""`tracker backup` and `tracker restore`."""

from pathlib import Path
from typing import Annotated

import typer

from tracker import clock
from tracker.cli.door import USAGE, Door, asked_yes, say, show_json
from tracker.cli.frame import mark
from tracker.cli.options import AsJson, By, Yes
from tracker.services.installation import backup, backup_file
from tracker.services.installation.backup import Folders
from tracker.services.installation.backup_file import Backup
from tracker.store import audit, is_current, reading


def make(
    door: Door,
    *,
    into: Annotated[
        Path | None,
        typer.Option(
            metavar=mark("FOLDER"), help=mark("folder (default: backups in the data folder)")
        ),
    ] = None,
    keep: Annotated[
        int | None, typer.Option(min=1, metavar="N", help=mark("delete all but the newest N"))
    ] = None,
    without_lost: Annotated[
        bool, typer.Option("--without-lost", help=mark("leave out files that are missing"))
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a backup, read it back, and delete old ones where asked to."""
    folder = into or door.setting.backups
    made = backup.make(
        door.engine,
        Folders.under(door.setting.data),
        folder.absolute(),
        now=clock.now(),
        without_lost=without_lost,
    )
    gone = backup.drop_old(door.engine, made.path, keep=keep) if keep else []
    if as_json:
        show_json(
            {
                "format": "tracker-backup/1",
                "path": str(made.path),
                "sha256": made.digest,
                "entries": made.entries,
                "audit_head": made.audit_head,
                "files": len(made.files),
                "lost": list(made.lost),
                "dropped": [path.name for path in gone],
            }
        )
        return
    _tell(door, made)
    if gone:
        say(door.words.text("Old backups deleted: {count}.", count=str(len(gone))))


def _tell(door: Door, made: Backup) -> None:
    words = door.words
    typer.echo(words.text("Backup: {path}", path=str(made.path)))
    typer.echo(
        words.text(
            "The backup was read back in full: {files} files, {entries} audit entries, digest"
            " {digest}.",
            files=str(len(made.files)),
            entries=str(made.entries),
            digest=made.digest[:16],
        )
    )
    for name in made.lost:
        typer.echo(words.text("  missing: {name}", name=name))


def restore(
    door: Door,
    file: Annotated[
        Path,
        typer.Argument(metavar=mark("FILE"), exists=True, dir_okay=False, help=mark("a backup")),
    ],
    *,
    by: By = None,
    yes: Yes = False,
    check: Annotated[
        bool, typer.Option("--check", help=mark("only check whether it is sound"))
    ] = False,
) -> None:
    """Replace the data by a backup; the present data are backed up first."""
    words = door.words
    found = backup_file.check(file)
    _tell(door, found)
    if check:
        return
    if not yes and not asked_yes(words.text("Replace the current data with this backup?")):
        say(words.text("Nothing was written. Without a terminal, add --yes."))
        raise typer.Exit(USAGE)
    engine, folders = door.bare_engine, Folders.under(door.setting.data)
    if door.has_data and is_current(engine):
        with reading(engine) as session:
            anything = audit.newest(session)[0] > 0
        if anything:
            before = backup.make(
                engine, folders, door.setting.backups, now=clock.now(), without_lost=True
            )
            say(words.text("The previous data are kept in {path}.", path=str(before.path)))
    backup.restore(door.act(by), file, engine, folders)
    say(words.text("Restored."))
