"""`tracker db`, `backup`, `restore` and `doctor`: keeping an installation well."""

from pathlib import Path

import typer

from tracker import clock
from tracker.cli.door import FINDINGS, USAGE, Door, asked_yes, say, show_json
from tracker.services.installation import backup, backup_file, doctor
from tracker.services.installation.backup import Folders
from tracker.services.installation.backup_file import Backup
from tracker.services.installation.doctor import Health, Patient
from tracker.store import audit, engine_for, is_current, reading, upgrade
from tracker.store.database import copying

_MARKS = {Health.GOOD: "√", Health.DOUBTFUL: "！", Health.BAD: "×"}


def upgrade_data(door: Door) -> None:
    """Bring the data up to date, and say so."""
    words = door.words
    with door.user_errors():
        engine = door.bare_engine
        if is_current(engine):
            say(words.text("The data are up to date."))
            return
        upgrade(engine)
    say(words.text("The data were brought up to date."))


def copy_data(door: Door, to: str) -> None:
    """Copy all data into another database, and compare."""
    words = door.words
    with door.user_errors():
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
                "Somebody has written meanwhile: the two differ. Copy again into an empty one."
            )
        )
        raise typer.Exit(FINDINGS)
    say(words.text("Both hold the same. To work with the copy, set TRACKER_DATABASE_URL to it."))


def make_backup(
    door: Door, into: Path | None, keep: int | None, *, without_lost: bool, as_json: bool
) -> None:
    """Make a backup, read it back, and delete old ones where asked to."""
    folder = into or door.setting.backups
    with door.user_errors():
        made = backup.make(
            door.engine,
            Folders.under(door.setting.data),
            folder.absolute(),
            now=clock.now(),
            without_lost=without_lost,
        )
        gone = backup.drop_old(folder, keep=keep) if keep else []
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
            "It was read back whole: {files} files, {entries} entries of the chain, digest"
            " {digest}.",
            files=str(len(made.files)),
            entries=str(made.entries),
            digest=made.digest[:16],
        )
    )
    for name in made.lost:
        typer.echo(words.text("  missing: {name}", name=name))


def restore_backup(door: Door, file: Path, by: str | None, *, yes: bool, check: bool) -> None:
    """Put a backup in the place of the data; what is there is backed up first."""
    words = door.words
    with door.user_errors():
        found = backup_file.check(file)
    _tell(door, found)
    if check:
        return
    if not yes and not asked_yes(words.text("Put it in the place of the data?")):
        say(words.text("Nothing was written. Without a terminal, add --yes."))
        raise typer.Exit(USAGE)
    with door.user_errors():
        engine, folders = door.bare_engine, Folders.under(door.setting.data)
        if door.has_data and is_current(engine):
            with reading(engine) as session:
                anything = audit.newest(session)[0] > 0
            if anything:
                before = backup.make(
                    engine, folders, door.setting.backups, now=clock.now(), without_lost=True
                )
                say(words.text("What was there is kept in {path}.", path=str(before.path)))
        backup.restore(door.act(by), file, engine, folders)
    say(words.text("Restored."))


def examine(door: Door, *, as_json: bool) -> None:
    """Say how each part is; exit 1 when one is bad."""
    words = door.words
    with door.user_errors():
        patient = Patient(
            door.bare_engine,
            door.setting.procedures,
            Folders.under(door.setting.data),
            door.setting.backups,
            clock.today(door.setting.timezone),
            clock.now(),
        )
        found = list(doctor.examine(patient))
    if as_json:
        rows = [
            {
                "part": words(f.part),
                "health": f.health,
                "what": words(f.what),
                "remedy": words(f.remedy) if f.remedy else None,
            }
            for f in found
        ]
        show_json({"format": "tracker-doctor/1", "findings": rows})
    else:
        for each in found:
            typer.echo(f"{_MARKS[each.health]} {words(each.part)}: {words(each.what)}")
            if each.remedy:
                typer.echo(f"    {words(each.remedy)}")
    if any(each.health is Health.BAD for each in found):
        raise typer.Exit(FINDINGS)
