"""The file of a backup: its form, and whether it is still what it was when it was made."""

import hashlib
import json
import shutil
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tracker.core.problems import TrackerError, message
from tracker.store import audit, is_current, reading, upgrade
from tracker.store.audit import rows
from tracker.store.database import copying

FORMAT = "tracker-backup/1"
DATABASE, MANIFEST = "tracker.sqlite", "manifest.json"
PART = 1024 * 1024
"""Bytes that are read at once."""

_DAMAGED = message("it is damaged")


class BrokenBackupError(TrackerError):
    """A backup that is not what it was when it was made."""

    code = "broken_backup"

    def __init__(self, name: str, why: object) -> None:
        super().__init__(
            message("The backup {name} cannot be trusted: {why}.").of(name=name, why=why),
            remedy=message("Use another backup; nothing was changed."),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
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


def check(path: Path) -> Backup:
    """Read a whole backup and return what it holds. Raises BrokenBackupError."""
    with unpacked(path) as (_, backup):
        return backup


@contextmanager
def unpacked(path: Path) -> Iterator[tuple[Path, Backup]]:
    """Unpack a backup into a folder beside it, once every digest of it has been compared."""
    backup = _manifest(path)
    with TemporaryDirectory(dir=path.parent, prefix=".check-") as work:
        folder, part = Path(work), MANIFEST
        try:
            with zipfile.ZipFile(path) as packed:
                for name, digest in backup.files.items():
                    part, place = name, folder / name
                    if not place.resolve().is_relative_to(folder.resolve()):
                        raise BrokenBackupError(
                            path.name, message("a file in it points outside the backup")
                        )
                    place.parent.mkdir(parents=True, exist_ok=True)
                    with packed.open(name) as source, place.open("wb") as target:
                        shutil.copyfileobj(source, target, PART)
                    if sha256(place) != digest:
                        raise BrokenBackupError(path.name, message("{name} differs", name=name))
        except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError):
            damaged = message("{name} in it is damaged", name=part)
            raise BrokenBackupError(path.name, damaged) from None
        _check_database(path, folder / DATABASE, backup)
        yield folder, backup


def head_of(path: Path) -> tuple[int, str]:
    """Return how many entries a backup says it holds, and their digest.

    Nothing else of it is looked at. Raises BrokenBackupError.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            found = json.loads(packed.read(MANIFEST))
        return int(found["entries"]), str(found["audit_head"])
    except (OSError, zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError):
        raise BrokenBackupError(path.name, _DAMAGED) from None


def _manifest(path: Path) -> Backup:
    digest = sha256(path)
    its_digest = beside(path)
    if not digest:
        raise BrokenBackupError(path.name, message("there is no such file"))
    if not its_digest.is_file():
        raise BrokenBackupError(
            path.name, message("{name} is missing beside it", name=its_digest.name)
        )
    if its_digest.read_bytes().decode("utf-8", "replace") != f"{digest}  {path.name}\n":
        if part := _first_bad(path):
            raise BrokenBackupError(path.name, message("{name} in it is damaged", name=part))
        raise BrokenBackupError(path.name, message("its digest differs"))
    try:
        with zipfile.ZipFile(path) as packed:
            found = json.loads(packed.read(MANIFEST))
        if found["format"] != FORMAT:
            raise BrokenBackupError(path.name, message("its format is not recognised"))
        return Backup(
            path=path,
            digest=digest,
            made_at=found["made_at"],
            entries=found["entries"],
            audit_head=found["audit_head"],
            tables=found["tables"],
            files=found["files"],
            lost=tuple(found["lost"]),
        )
    except (zipfile.BadZipFile, KeyError, ValueError):
        raise BrokenBackupError(path.name, _DAMAGED) from None


def _first_bad(path: Path) -> str | None:
    """Return the first file in a backup that is damaged; None where none can be named."""
    try:
        with zipfile.ZipFile(path) as packed:
            for part in packed.infolist():
                try:
                    with packed.open(part) as data:
                        while data.read(PART):
                            pass
                except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
                    return part.filename
    except (zipfile.BadZipFile, OSError):
        return None
    return None


def _check_database(path: Path, database: Path, backup: Backup) -> None:
    """Compare the data with what the manifest says, and the chain with the data."""
    if fault := copying.faults_of(database):
        raise BrokenBackupError(path.name, fault)
    with copying.opened(database) as copied:
        is_older = not is_current(copied)
        with reading(copied) as session:
            newest = audit.newest(session)
        upgrade(copied)
        with reading(copied) as session:
            broken = rows.first_fault(session)
        same = is_older or copying.digests(copied) == backup.tables
    if broken:
        raise BrokenBackupError(path.name, message("entry {seq} of the chain", seq=str(broken.seq)))
    if newest != (backup.entries, backup.audit_head) or not same:
        raise BrokenBackupError(path.name, message("the data differ from its manifest"))


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file; an empty text where there is none."""
    if not path.is_file():
        return ""
    with path.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def beside(path: Path) -> Path:
    """Return where the digest of a backup stands."""
    return path.with_name(f"{path.name}.sha256")
