"""Backups: one file with the data of one instant, what belongs to them, and the digests of it all.

The file is a plain zip: `tracker.sqlite` whatever the database is, the evidence, the workbooks and
the reports that the record names, and `manifest.json` last. Beside it stands its SHA-256, so that no
flipped bit goes unseen.
"""

import hashlib
import json
import os
import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from tracker.core.problems import TrackerError, message
from tracker.services import evidence
from tracker.services.files import sync_folder, write_whole
from tracker.store import (
    Engine,
    Session,
    accounts,
    audit,
    audit_rows,
    copying,
    events,
    is_current,
    reading,
    records,
    transaction,
    upgrade,
)
from tracker.store.audit import Act

FORMAT = "tracker-backup/1"
DATABASE, MANIFEST = "tracker.sqlite", "manifest.json"
_DAMAGED = message("it is damaged")
_STAMP = "%Y%m%dT%H%M%S.%fZ"
_NAME = re.compile(r"tracker-\d{8}T\d{6}\.\d{6}Z\.zip")
_PART = 1024 * 1024
_ABANDONED = timedelta(days=1)


class BrokenBackupError(TrackerError):
    """A backup that is not what it was when it was made."""

    code = "broken_backup"

    def __init__(self, name: str, why: object) -> None:
        super().__init__(
            message("The backup {name} cannot be trusted: {why}.").of(name=name, why=why),
            remedy=message("Use another backup; nothing was changed."),
        )


class LostFileError(TrackerError):
    """A file that the record names is gone or was changed, so that no whole backup can be made."""

    code = "lost_file"

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            message("Files that the record names are gone or were changed: {names}.").of(
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

    @classmethod
    def under(cls, data: Path) -> "Folders":
        """Return the folders of an installation whose data stand there."""
        return cls(data, data / "evidence", data / "ledgers", data / "reports")


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made or checked: where it stands, and what it holds."""

    path: Path
    digest: str
    made_at: str
    entries: int
    audit_head: str
    tables: Mapping[str, str]
    files: Mapping[str, str]
    lost: tuple[str, ...] = ()


def make(
    engine: Engine, folders: Folders, into: Path, *, now: datetime, without_lost: bool = False
) -> Backup:
    """Write a backup while others go on working, read it back, and return it.

    Raises LostFileError, unless files that are gone may be left out.
    """
    into.mkdir(parents=True, exist_ok=True)
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
        write_whole(_beside(into / name), f"{digest}  {name}\n".encode())
        part.replace(into / name)
        sync_folder(into)
    return check(into / name)


def _sweep(folder: Path, now: datetime) -> None:
    """Take away what a backup that was killed has left, once nobody can be working on it."""
    for left in (*folder.glob(".part-*"), *folder.glob(".check-*")):
        if now.timestamp() - left.stat().st_mtime > _ABANDONED.total_seconds():
            shutil.rmtree(left, ignore_errors=True)


def _files(copied: Engine, folders: Folders) -> tuple[dict[str, Path], list[str]]:
    """Return the files that the data name, by their name in the backup, and those that are gone."""
    with reading(copied) as session:
        wanted = dict(_named(session, folders))
    good = {name: path for name, (path, digest) in wanted.items() if _sha256(path) == digest}
    return good, sorted(set(wanted) - set(good))


def _named(session: Session, folders: Folders) -> Iterator[tuple[str, tuple[Path, str]]]:
    for file in events.evidence(session):
        path = evidence.place_of(folders.evidence, file.sha256)
        yield f"evidence/{path.relative_to(folders.evidence).as_posix()}", (path, file.sha256)
    for name, digest in records.imported_files(session):
        yield f"ledgers/{name}", (folders.ledgers / name, digest)
    own = folders.data / "procedures"  # the county's, beside those that ship
    for path in sorted(path for path in own.rglob("*") if path.is_file()):
        yield f"procedures/{path.relative_to(own).as_posix()}", (path, _sha256(path))
    for name, digest in records.report_files(session):
        yield f"reports/{name}", (folders.reports / name, digest)


def _sha256(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


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
        while piece := data.read(_PART):
            digest.update(piece)
            part.write(piece)
    return digest.hexdigest()


def check(path: Path) -> Backup:
    """Read a whole backup and return what it holds. Raises BrokenBackupError."""
    with _unpacked(path) as (_, backup):
        return backup


@contextmanager
def _unpacked(path: Path) -> Iterator[tuple[Path, Backup]]:
    """Unpack a backup into a folder beside it, once every digest of it has been compared."""
    backup = _manifest(path)
    with TemporaryDirectory(dir=path.parent, prefix=".check-") as work:
        folder = Path(work)
        try:
            with zipfile.ZipFile(path) as packed:
                for name, digest in backup.files.items():
                    place = folder / name
                    if not place.resolve().is_relative_to(folder.resolve()):
                        raise BrokenBackupError(path.name, message("a file leads elsewhere"))
                    place.parent.mkdir(parents=True, exist_ok=True)
                    with packed.open(name) as source, place.open("wb") as target:
                        shutil.copyfileobj(source, target, _PART)
                    if _sha256(place) != digest:
                        raise BrokenBackupError(path.name, message("{name} differs", name=name))
        except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError):
            raise BrokenBackupError(path.name, _DAMAGED) from None
        _check_database(path, folder / DATABASE, backup)
        yield folder, backup


def _manifest(path: Path) -> Backup:
    digest = _sha256(path)
    beside = _beside(path)
    if not digest:
        raise BrokenBackupError(path.name, message("there is no such file"))
    if not beside.is_file():
        raise BrokenBackupError(path.name, message("{name} is missing beside it", name=beside.name))
    if beside.read_bytes().decode("utf-8", "replace") != f"{digest}  {path.name}\n":
        raise BrokenBackupError(path.name, message("its digest differs"))
    try:
        with zipfile.ZipFile(path) as packed:
            found = json.loads(packed.read(MANIFEST))
        if found["format"] != FORMAT:
            raise BrokenBackupError(path.name, message("its form is not known"))
        return Backup(
            path, digest, found["made_at"], found["entries"], found["audit_head"],
            found["tables"], found["files"], tuple(found["lost"]),
        )  # fmt: skip
    except (zipfile.BadZipFile, KeyError, ValueError):
        raise BrokenBackupError(path.name, _DAMAGED) from None


def _check_database(path: Path, database: Path, backup: Backup) -> None:
    """Compare the data with what the manifest says, and the chain with the data."""
    if fault := copying.faults_of(database):
        raise BrokenBackupError(path.name, fault)
    with copying.opened(database) as copied:
        is_older = not is_current(copied)
        upgrade(copied)
        with reading(copied) as session:
            broken = audit_rows.first_fault(session)
            newest = audit.newest(session)
        same = is_older or copying.digests(copied) == backup.tables
    if broken:
        raise BrokenBackupError(path.name, message("entry {seq} of the chain", seq=str(broken.seq)))
    if newest != (backup.entries, backup.audit_head) or not same:
        raise BrokenBackupError(path.name, message("the data differ from its manifest"))


def restore(act: Act, path: Path, engine: Engine, folders: Folders) -> Backup:
    """Put a backup in the place of what is there: first the files, then the data at once.

    Files are kept under names that say what they hold, so that the old data lose none of theirs.
    The data come with the entry that tells of it, and up to which entry those went that it replaces;
    nobody is signed in any more. Raises BrokenBackupError.
    """
    replaced = copying.newest_in(engine)
    with _unpacked(path) as (folder, backup):
        for name in backup.files:
            if name != DATABASE:
                target = folders.data / name
                if _sha256(target) != backup.files[name]:
                    write_whole(target, (folder / name).read_bytes())
        with copying.opened(folder / DATABASE) as copied, transaction(copied) as session:
            content = {
                "sha256": backup.digest, "made_at": backup.made_at,
                "replaced": dict(zip(("entries", "digest"), replaced, strict=True)),
            }  # fmt: skip
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


def drop_old(folder: Path, *, keep: int) -> list[Path]:
    """Delete all but the newest backups; return those that are gone."""
    gone = all_in(folder)[keep:]
    for path in gone:
        path.unlink()
        _beside(path).unlink(missing_ok=True)
    return gone


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")
