"""Files that prove an event: kept under their digest, so that the same file is kept once."""

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from tracker.core.events import Attachment
from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.services import files
from tracker.services.files import Staged
from tracker.store import Session, events

Kept = TypeVar("Kept", bound=Attachment)
MOST_BYTES = 50 * 1024 * 1024
QUOTA_BYTES = 1024 * 1024 * 1024
"""What one account may add in 24 hours."""
_DAY = timedelta(days=1)


class BadEvidenceError(TrackerError):
    """A file that cannot be kept: it is empty, or too large."""

    code = "bad_evidence"
    kind = ErrorKind.USAGE

    def __init__(self, name: str, size: int) -> None:
        most = str(MOST_BYTES // 1024 // 1024)
        super().__init__(
            message("{name} is empty.", name=name)
            if size == 0
            else message("{name} is larger than {most} MB.", name=name, most=most),
            remedy=message("Give the scan of one paper, such as a .pdf or a .jpg."),
        )


class QuotaError(TrackerError):
    """An account has added as much in a day as it may."""

    code = "quota"
    kind = ErrorKind.USAGE

    def __init__(self) -> None:
        most = str(QUOTA_BYTES // 1024 // 1024)
        super().__init__(
            message(
                "With these files you would have added more than {most} MB in a day.", most=most
            ),
            remedy=message("Add the rest tomorrow, or scan at a lower resolution."),
        )


def place_of(folder: Path, sha256: str) -> Path:
    """Return where a file of that digest stands."""
    return folder / sha256[:2] / sha256


@dataclass(frozen=True, slots=True)
class Scans:
    """Files out of sight, and what the record says of them; `put` moves them to their places."""

    attachments: tuple[Attachment, ...]
    files: Staged

    def put(self) -> None:
        """Move the files to their places, at the end of the transaction that names them."""
        self.files.put()


@contextmanager
def staged(folder: Path, scans: Iterable[tuple[str, bytes]]) -> Iterator[Scans]:
    """Write files out of sight, each with its name. Raises BadEvidenceError."""
    attachments, places = [], {}
    for name, data in scans:
        if not 0 < len(data) <= MOST_BYTES:
            raise BadEvidenceError(name, len(data))
        digest = hashlib.sha256(data).hexdigest()
        places[place_of(folder, digest)] = data
        attachments.append(Attachment(plain_name(name), digest, len(data)))
    with files.staged(folder, places) as found:
        yield Scans(tuple(attachments), found)


def check_quota(session: Session, login: str, more: Sequence[Attachment], now: datetime) -> None:
    """Raise QuotaError where an account would have added more than it may in a day."""
    added = sum(file.size for file in more)
    if added and added + events.bytes_added(session, login, now - _DAY) > QUOTA_BYTES:
        raise QuotaError


def plain_name(name: str) -> str:
    """Return the last part of a file's name, without marks that lead elsewhere or say nothing."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    kept = "".join(mark for mark in last if mark.isprintable()).strip(". ")
    return kept[-120:] or "file"


def lost(folder: Path, kept: Sequence[Kept]) -> list[Kept]:
    """Return the files that are gone or are no longer what the record says."""
    return [file for file in kept if not _is_whole(folder, file)]


def _is_whole(folder: Path, file: Attachment) -> bool:
    place = place_of(folder, file.sha256)
    if not place.is_file():
        return False
    with place.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest() == file.sha256
