"""Backups: one file with the data of one instant, what belongs to them, and the digests of it all.

The file is a plain zip: `tracker.sqlite` whatever the database is, the evidence, the workbooks and
the reports that the record names, and `manifest.json` last. Beside it stands its SHA-256, so that
no flipped bit goes unseen.
"""

import hashlib
import json
import os
import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from tracker.core.events import Attachment
from tracker.core.problems import TrackerError, message
from tracker.private import FILE, private_folder
from tracker.services.files import sync_folder, write_private
from tracker.services.installation.backup_file import (
    DATABASE,
    FORMAT,
    MANIFEST,
    PART,
    Backup,
    BrokenBackupError,
    beside,
    check,
    head_of,
    sha256,
    unpacked,
)
from tracker.services.projects import evidence
from tracker.store import (
    Engine,
    Session,
    accounts,
    audit,
    events,
    follow_ups,
    ledgers,
    reading,
    records,
    slips,
    transaction,
)
from tracker.store.audit import Act
from tracker.store.database import copying

_STAMP = "%Y%m%dT%H%M%S.%fZ"
_NAME = re.compile(r"tracker-\d{8}T\d{6}\.\d{6}Z\.zip")
_ABANDONED = timedelta(days=1)


class LostFileError(TrackerError):
    """A file that the record names is gone or was changed, so that no whole backup can be made."""

    code = "lost_file"

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            message("Files named in the record are missing or were changed: {names}.").of(
                names=", ".join(names[:5])
            ),
            remedy=message(
                "Put them back from an older backup, or add --without-lost to leave them out."
            ),
        )


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the files stand that belong to the data."""

    data: Path
    evidence: Path
    ledgers: Path
    reports: Path
    slips: Path

    @classmethod
    def under(cls, data: Path) -> "Folders":
        """Return the folders of an installation whose data stand there."""
        names = ("evidence", "ledgers", "reports", "slips")
        return cls(data, *(data / name for name in names))


def make(
    engine: Engine, folders: Folders, into: Path, *, now: datetime, without_lost: bool = False
) -> Backup:
    """Write a backup while others go on working, read it back, and return it.

    Raises LostFileError, unless files that are gone may be left out.
    """
    private_folder(into)
    _sweep(into, now)
    name = f"tracker-{now.astimezone(UTC).strftime(_STAMP)}.zip"
    with TemporaryDirectory(dir=into, prefix=".part-") as work:
        database = Path(work) / DATABASE
        copying.snapshot(engine, database)
        with copying.opened(database) as copied:
            wanted, lost = _files(copied, folders)
            if lost and not without_lost:
                raise LostFileError(lost)
            with reading(copied) as session:
                entries, head = audit.newest(session)
            tables = copying.digests(copied)
        part = Path(work) / name
        _write(part, database, wanted, now, tables=tables, entries=entries, head=head, lost=lost)
        with part.open("rb") as data:
            digest = hashlib.file_digest(data, "sha256").hexdigest()
            os.fsync(data.fileno())
        part.chmod(FILE)
        write_private(beside(into / name), f"{digest}  {name}\n".encode())
        part.replace(into / name)
        sync_folder(into)
    return check(into / name)


def _sweep(folder: Path, now: datetime) -> None:
    """Take away what a backup that was killed has left, once nobody can be working on it."""
    for left in (*folder.glob(".part-*"), *folder.glob(".check-*")):
        if now.timestamp() - left.stat().st_mtime > _ABANDONED.total_seconds():
            shutil.rmtree(left, ignore_errors=True)


def check_files(engine: Engine, folders: Folders) -> tuple[int, list[str]]:
    """Return how many files the record names, and which of them are missing or changed.

    Evidence by its own name, reports, ledgers and slips by their path in the data folder.
    """
    good, lost = _files(engine, folders)
    with reading(engine) as session:
        proofs = [*events.evidence(session), *follow_ups.files(session)]
    names = {_evidence_path(file, folders): file.name for file in proofs}
    return len(good) + len(lost), [names.get(path, path) for path in lost]


def _files(copied: Engine, folders: Folders) -> tuple[dict[str, Path], list[str]]:
    """Return the files that the data name, by their name in the backup, and those that are gone."""
    with reading(copied) as session:
        wanted = dict(named(session, folders))
    good = {name: path for name, (path, digest) in wanted.items() if sha256(path) == digest}
    return good, sorted(set(wanted) - set(good))


def _evidence_path(file: Attachment, folders: Folders) -> str:
    path = evidence.place_of(folders.evidence, file.sha256)
    return f"evidence/{path.relative_to(folders.evidence).as_posix()}"


def named(session: Session, folders: Folders) -> Iterator[tuple[str, tuple[Path, str]]]:
    """Yield the files that the data name: the name in a backup, the place, the digest."""
    for file in (*events.evidence(session), *follow_ups.files(session)):
        path = evidence.place_of(folders.evidence, file.sha256)
        yield _evidence_path(file, folders), (path, file.sha256)
    for name, digest in ledgers.imported_files(session):
        yield f"ledgers/{name}", (folders.ledgers / name, digest)
    own = folders.data / "procedures"  # the county's, beside those that ship
    for path in sorted(path for path in own.rglob("*") if path.is_file()):
        yield f"procedures/{path.relative_to(own).as_posix()}", (path, sha256(path))
    for name, digest in records.report_files(session):
        yield f"reports/{name}", (folders.reports / name, digest)
    for slip in slips.every(session):
        yield f"slips/{slip.file}", (folders.slips / slip.file, slip.sha256)


def _write(
    path: Path,
    database: Path,
    wanted: Mapping[str, Path],
    now: datetime,
    *,
    tables: Mapping[str, str],
    entries: int,
    head: str,
    lost: Sequence[str],
) -> None:
    """Write the zip, its manifest last."""
    digests: dict[str, str] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as packed:
        for name, source in {DATABASE: database, **wanted}.items():
            digests[name] = _pack(packed, name, source)
        manifest = {
            "format": FORMAT,
            "made_at": now.astimezone(UTC).isoformat(),
            "entries": entries,
            "audit_head": head,
            "tables": tables,
            "files": digests,
            "lost": list(lost),
        }
        packed.writestr(
            MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True)
        )


def _pack(packed: zipfile.ZipFile, name: str, source: Path) -> str:
    digest = hashlib.sha256()
    with source.open("rb") as data, packed.open(name, "w", force_zip64=True) as part:
        while piece := data.read(PART):
            digest.update(piece)
            part.write(piece)
    return digest.hexdigest()


def restore(act: Act, path: Path, engine: Engine, folders: Folders) -> Backup:
    """Put a backup in the place of what is there: first the files, then the data at once.

    Files are kept under names that say what they hold, so that the old data lose none of theirs.
    The data come with the entry that tells of it, and up to which entry those went that it
    replaces; nobody is signed in any more. Raises BrokenBackupError.
    """
    replaced = copying.newest_in(engine)
    with unpacked(path) as (folder, backup):
        for name in backup.files:
            if name != DATABASE:
                target = folders.data / name
                if sha256(target) != backup.files[name]:
                    write_private(target, (folder / name).read_bytes())
        with copying.opened(folder / DATABASE) as copied, transaction(copied) as session:
            content = {
                "sha256": backup.digest,
                "made_at": backup.made_at,
                "replaced": dict(zip(("entries", "digest"), replaced, strict=True)),
            }
            audit.record(session, act, action="restore", about=path.name, content=content)
            accounts.close_all(session)
        copying.put_back(folder / DATABASE, engine)
    return backup


def all_in(folder: Path) -> list[Path]:
    """Return the backups in a folder, the newest first."""
    found = folder.glob("tracker-*.zip") if folder.is_dir() else ()
    return sorted((path for path in found if _NAME.fullmatch(path.name)), reverse=True)


def made_at(path: Path) -> datetime:
    """Return when a backup was made, from its name."""
    return datetime.strptime(path.stem.removeprefix("tracker-"), _STAMP).replace(tzinfo=UTC)


def drop_old(engine: Engine, made: Path, *, keep: int) -> list[Path]:
    """Delete all but the newest backups beside the one just made; return those that are gone.

    Backups of this record are ordered by the number of audit entries they hold, not by date; the
    one just made always stays. Unreadable ones, and those of another record (from before a
    restore), are ordered by name, and as many of them are kept.
    """
    with reading(engine) as session:
        known = [(path, entries_in(session, path)) for path in all_in(made.parent)]
    own = [(path, entries) for path, entries in known if entries is not None]
    own.sort(key=lambda each: (each[0] == made, each[1]), reverse=True)
    others = [path for path, entries in known if entries is None]
    gone = [*(path for path, _ in own[keep:]), *others[keep:]]
    for path in gone:
        path.unlink()
        beside(path).unlink(missing_ok=True)
    return gone


def newest_of(session: Session, folder: Path) -> Path | None:
    """Return the backup with the most entries of this record; else the newest by name."""
    known = [(path, entries_in(session, path)) for path in all_in(folder)]
    own = [(entries, path) for path, entries in known if entries is not None]
    return max(own)[1] if own else next(iter(all_in(folder)), None)


def entries_in(session: Session, path: Path) -> int | None:
    """Return how many entries of this record a backup holds; None for another record."""
    try:
        entries, head = head_of(path)
    except BrokenBackupError:
        return None
    return entries if audit.digest_of(session, entries) in (head, audit.PURGED) else None
